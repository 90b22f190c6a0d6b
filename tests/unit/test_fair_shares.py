"""Shares: weight, ramp and working time, as integers that add up exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from pydantic import ValidationError

from solver.fairness.shares import apportion, ramp_share, shares
from solver.models.fairness import Fairness
from solver.models.ledger import SHARE_SCALE
from solver.models.rep import Rep

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_RAMP = {"ramp": [{"weeks": 1, "share": 0.25}, {"weeks": 5, "share": 0.5},
                  {"weeks": 9, "share": 1}]}


def _rep(rep_id: str, hours: str | None = "Mon-Fri 09:00-17:00", **fields: object) -> Rep:
    given = {"timezone": "Europe/London", "working_hours": (hours,)} if hours else {}
    return Rep.model_validate({"rep_id": rep_id, "capacity": 9, **given, **fields})


def _thirds(reps: list[Rep], policy: Fairness | None = None, away: str = "", *,
            due: bool = False, at: datetime = _AT) -> list[Fraction]:
    """Return shares as fractions with denominators up to 100: exact but for the last billionth."""
    found = shares(reps, [rep.active and rep.rep_id not in away for rep in reps],
                   policy or Fairness(), at, around_the_clock=False)
    return [Fraction(one, SHARE_SCALE).limit_denominator(100)
            for one in (found.due if due else found.now)]


def test_a_share_follows_weight_and_hours() -> None:
    """Twice the weight or twice the hours is twice the share."""
    reps = [_rep("a"), _rep("b", weight=2), _rep("c", "Mon-Fri 09:00-13:00")]
    assert _thirds(reps) == [Fraction(2, 7), Fraction(4, 7), Fraction(1, 7)]
    assert _thirds(reps, Fairness(working_time=False)) == [Fraction(1, 4), Fraction(1, 2),
                                                           Fraction(1, 4)]


@pytest.mark.parametrize("hours", range(0, 168, 7))
def test_a_share_does_not_depend_on_the_hour_of_the_window(hours: int) -> None:
    """A week holds each shift once, wherever it begins."""
    reps = [_rep("a"), _rep("b", "Mon-Wed 09:00-17:00"), _rep("c", "Sat 22:00-06:00")]
    assert _thirds(reps, at=_AT + timedelta(hours=hours)) == [Fraction(5, 9), Fraction(3, 9),
                                                              Fraction(1, 9)]


def test_reps_without_hours_count_like_the_one_who_works_most() -> None:
    """Around the clock is not four times a full-timer."""
    reps = [_rep("a"), _rep("b", "Mon-Fri 09:00-13:00"), _rep("c", None)]
    now = shares(reps, [True] * 3, Fairness(), _AT, around_the_clock=True).now
    assert now == (400_000_000, 200_000_000, 400_000_000)


def test_shares_add_up_and_nobody_away_has_one() -> None:
    """Thirds are apportioned; absent and inactive reps have nothing."""
    found = shares([_rep(name) for name in "abcd"], [True, True, True, False], Fairness(), _AT,
                   around_the_clock=False)
    assert found.now == (333_333_334, 333_333_333, 333_333_333, 0)
    nobody = shares([_rep("a", active=False)], [False], Fairness(returning="full"), _AT,
                    around_the_clock=False)
    assert nobody.now == nobody.due == (0,)


@pytest.mark.parametrize(("policy", "due"), [
    ({"returning": "none"}, [Fraction(1), Fraction(0)]),
    ({"returning": "full"}, [Fraction(1, 2), Fraction(1, 2)]),
    ({"returning": "pro_rata", "returning_part": 0.25}, [Fraction(4, 5), Fraction(1, 5)]),
])
def test_what_is_due_to_the_absent(policy: dict[str, object], due: list[Fraction]) -> None:
    """None, all or a part of the share that the rep would have had."""
    reps = [_rep("a"), _rep("b", time_off=("2026-11-10/2026-12-10",))]
    fair = Fairness.model_validate(policy)
    assert _thirds(reps, fair, away="b") == [1, 0]
    assert _thirds(reps, fair, away="b", due=True) == due


def test_time_off_within_the_week_lowers_the_share_and_can_be_owed() -> None:
    """Three days of five are left; in full they all count as due."""
    reps = [_rep("a"), _rep("b", time_off=("2026-11-19/2026-11-20",))]
    assert _thirds(reps, Fairness(returning="full")) == [Fraction(5, 8), Fraction(3, 8)]
    assert _thirds(reps, Fairness(returning="full"), due=True) == [Fraction(1, 2)] * 2


@pytest.mark.parametrize(("weeks", "steps", "linear"), [
    (-0.5, 0, 0), (0, 0.25, 0.25), (1, 0.25, 0.25), (3, 0.25, 0.375), (5, 0.5, 0.5),
    (8, 0.5, 0.875), (9, 1, 1), (90, 1, 1),
])
def test_the_ramp_between_its_steps(weeks: float, steps: float, linear: float) -> None:
    """Steps hold, lines rise; before the first day there is no share, after the last step all."""
    rep = _rep("a", started_on=_AT.date() - timedelta(days=int(weeks * 7)))
    for form, share in (("steps", steps), ("linear", linear)):
        policy = Fairness.model_validate({**_RAMP, "ramp_form": form})
        assert ramp_share(rep, policy, _AT) == Fraction(share)


def test_a_rep_starts_at_midnight_of_the_reps_zone() -> None:
    """Where the day has begun already the share has too."""
    at = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    policy = Fairness.model_validate(_RAMP)
    starts = [ramp_share(_rep("a", timezone=zone, started_on=date(2026, 11, 19)), policy, at)
              for zone in ("Europe/London", "Europe/Paris")]
    assert starts == [0, Fraction(1, 4)]


def test_apportion_rounds_the_largest_remainders_up() -> None:
    """Sums are kept, also of negative totals; ties go to the earlier."""
    assert apportion(10, [1, 1, 1]) == (4, 3, 3)
    assert apportion(-10, [1, 1, 1]) == (-3, -3, -4)
    assert apportion(7, [Fraction(1, 2), Fraction(0), Fraction(3, 10)]) == (4, 0, 3)


@pytest.mark.parametrize(("section", "words"), [
    ({"method": "price"}, "needs a price"),
    ({"ramp": [{"weeks": 2, "share": 0.5}, {"weeks": 2, "share": 1}]}, "must rise"),
    ({"ramp": [{"weeks": 0, "share": 0.5}]}, "share 1"),
    ({"band": "120 %"}, "such as"),
    ({"timezone": "London"}, "IANA"),
])
def test_a_section_that_cannot_be_meant_is_refused(section: dict[str, object], words: str) -> None:
    """The message names the rule."""
    with pytest.raises(ValidationError, match=words):
        Fairness.model_validate(section)
