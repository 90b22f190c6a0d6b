"""Floors on cases that can be solved by hand, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from solver import solve, verify_plan
from solver.errors import UsageError
from solver.horizon import Planner, horizon_prices, learn
from solver.models import Floors, ForecastBasis, Lead, Plan, Policy, ReasonCode, Rep, Window
from solver.models.policy import Horizon

#: A Wednesday noon.
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
_ANA = Rep(rep_id="ana", name="Ana", capacity=1)


def _lead(lead_id: str, value: float, created: datetime = NOON) -> Lead:
    """A lead worth a tenth of ten times its value: score 10."""
    return Lead(lead_id=lead_id, created_at=created, deal_value=10 * value, score=10.0)


def _history(value: float, num_days: int = 3, each: int = 10) -> list[Lead]:
    """Leads of one value at three in the afternoon of the last days."""
    return [_lead(f"h{day}-{n}", value, NOON.replace(hour=15) - timedelta(days=day + 1))
            for day in range(num_days) for n in range(each)]


def _floors(waiting: Sequence[Lead], history: Sequence[Lead], reps: Sequence[Rep] = (_ANA,), *,
            policy: Policy | None = None, free_slots: dict[str, int] | None = None) -> Floors:
    policy = policy or _POLICY
    return horizon_prices(reps, free_slots, waiting, learn(history, at=NOON, policy=policy), NOON,
                          policy)


_POLICY = Policy.model_validate({"match": {"skill": 1.0, "territory": 0.0, "unknown": 1.0}})


def _solve(waiting: Sequence[Lead], floors: Floors, reps: Sequence[Rep] = (_ANA,)
           ) -> Plan:
    return solve(Window(at=NOON, leads=tuple(waiting), reps=tuple(reps), policy=_POLICY),
                 floors=floors)


def test_one_slot_is_kept_for_the_better_lead_expected() -> None:
    """Leads worth 500 are sure to come at three: the lead worth 100 is held, and told so."""
    floors = _floors([_lead("L", 100)], _history(500))
    assert floors.by_rep() == {"ana": 49_999}
    plan = _solve([_lead("L", 100)], floors)
    (held,) = plan.held
    assert held.reasons[0].code is ReasonCode.SLOT_KEPT
    assert held.reasons[0].detail.startswith(
        "Ana's slot is expected to bring 499.99 by 15:00 UTC; with this lead now it brings 100.00")
    assert (plan.certificate.value, plan.certificate.value_kept) == (0, 49_999)
    assert plan.floors == floors


def test_one_slot_is_given_to_the_better_lead_that_waits() -> None:
    """The lead worth 900 takes the slot: its own value is not held against it."""
    waiting = [_lead("L", 900)]
    floors = _floors(waiting, _history(500))
    assert floors.by_rep() == {"ana": 69_999}
    assert _solve(waiting, floors).certificate.value == 90_000


def test_equal_leads_that_wait_do_not_keep_the_slot_from_each_other() -> None:
    """Two leads worth 900 wait for one slot, leads worth 100 are to come: one of the two has it."""
    waiting = [_lead("K", 900), _lead("L", 900)]
    floors = _floors(waiting, _history(100))
    assert floors.by_rep() == {"ana": 89_999}
    plan = _solve(waiting, floors)
    assert [row.lead_id for row in plan.assignments] == ["K"]
    assert [lead.reasons[0].code for lead in plan.held] == [ReasonCode.OUTBID]


def test_a_lead_below_a_floor_is_outbid_where_no_slot_is_left() -> None:
    """The slot went to the lead worth 900: nothing is kept from the one worth 600."""
    waiting = [_lead("K", 900), _lead("L", 600)]
    floors = _floors(waiting, _history(100))
    (held,) = _solve(waiting, floors).held
    assert held.reasons[0].code is ReasonCode.OUTBID
    assert held.reasons[0].detail.startswith("Ana comes closest, but has no slot left: value "
                                             "600.00, and a slot goes only to a lead worth more "
                                             "than its floor of 749.99")


def test_a_history_that_ended_long_ago_is_said_to_be_old() -> None:
    """Eight days after the last lead there is a note; the day after there is none."""
    old = [lead.model_copy(update={"created_at": lead.created_at - timedelta(days=8)})
           for lead in _history(500) if lead.created_at]
    assert any("the history ends 8 days" in note for note in _floors([], old).notes)
    assert not any("history ends" in note for note in _floors([], _history(500)).notes)


def test_slots_enough_cost_nothing() -> None:
    """A hundred slots and some ten leads: nothing is kept."""
    rep = _ANA.model_copy(update={"capacity": 100})
    assert _floors([_lead("L", 100)], _history(500), [rep]).by_rep() == {"ana": 0}


def test_a_daily_cap_is_not_kept_beyond_midnight() -> None:
    """The better leads come after midnight, when today's slot has lapsed."""
    tomorrow = [_lead(f"h{n}", 500, NOON.replace(hour=2) - timedelta(days=n % 3))
                for n in range(30)]
    capped = _ANA.model_copy(update={"capacity": 9, "daily_cap": 1})
    assert _floors([_lead("L", 100)], tomorrow, [capped]).by_rep()["ana"] <= 10_000
    assert _floors([_lead("L", 100)], tomorrow, [_ANA]).by_rep() == {"ana": 49_999}


def test_leads_that_close_in_time_free_the_slot() -> None:
    """Where leads stay open for an hour, hundreds of slots come up before three."""
    quick = _POLICY.model_copy(update={"horizon": Horizon(open_hours=0.05)})
    rep = _ANA.model_copy(update={"capacity": 3, "open_leads": 2})
    late = [lead.model_copy(update={"created_at": lead.created_at + timedelta(hours=6)})
            for lead in _history(500) if lead.created_at]
    assert _floors([], late, [rep], policy=quick).by_rep() == {"ana": 0}
    assert _floors([], late, [rep]).by_rep() == {"ana": 49_999}


def test_a_rep_without_a_slot_has_what_one_would_bring() -> None:
    """Gain stands in for the loss that cannot be."""
    full = _ANA.model_copy(update={"open_leads": 1})
    assert _floors([], _history(500), [full]).by_rep() == {"ana": 49_999}
    assert _floors([], _history(500), free_slots={"ana": 0}).by_rep() == {"ana": 49_999}


def test_no_history_no_floors() -> None:
    """And the floors say so."""
    floors = _floors([_lead("L", 100)], [])
    assert floors.by_rep() == {"ana": 0}
    assert floors.basis is ForecastBasis.NONE
    assert "little history" in floors.notes[0]


def test_nothing_within_the_horizon_no_floors() -> None:
    """Leads come at three; the horizon ends at one."""
    near = _POLICY.model_copy(update={"horizon": Horizon(horizon_hours=1.0)})
    floors = _floors([_lead("L", 100)], _history(500), policy=near)
    assert floors.by_rep() == {"ana": 0}
    assert any("nothing is expected" in note for note in floors.notes)


def test_the_standard_error_is_that_of_the_samples() -> None:
    """With no lead to come the slot brings nothing, with one half its value, with more all of it.

    Loss and gain are then 0 and 0, 500 and 0, 500 and 500.
    """
    sparse = [_lead(f"h{day}", 500, NOON.replace(hour=15) - timedelta(days=day + 1))
              for day in range(25)]
    forecast = learn(sparse, at=NOON, policy=_POLICY)
    end = NOON + timedelta(hours=24)
    numbers = [len(forecast.sample(np.random.Generator(np.random.PCG64(seed)), NOON, end))
               for seed in np.random.SeedSequence(0).spawn(8)]
    assert len(set(numbers)) > 1
    worths = [25_000 * min(number, 2) for number in numbers]
    (floor,) = _floors([], sparse).floors
    assert floor.floor == round(np.mean(worths)) - 1
    assert floor.standard_error == round(float(np.std(worths, ddof=1)) / 8**0.5, 1)


def test_same_seed_same_floors() -> None:
    """The order of reps, leads and history plays no part; the seed does."""
    reps = [_ANA, Rep(rep_id="ben", capacity=2)]
    sparse = _history(500, 7, 3) + _history(200, 7, 2)
    sparse = [lead.model_copy(update={"lead_id": f"h{n}"}) for n, lead in enumerate(sparse)]
    waiting = [_lead("K", 300), _lead("L", 100)]
    forecast = learn(sparse, at=NOON, policy=_POLICY)
    backwards = learn(sparse[::-1], at=NOON, policy=_POLICY)
    same = [horizon_prices(r, None, w, f, NOON, _POLICY, seed=5)
            for r, w, f in ((reps, waiting, forecast), (reps[::-1], waiting[::-1], backwards))]
    assert same[0] == same[1]
    assert same[0] != horizon_prices(reps, None, waiting, forecast, NOON, _POLICY, seed=6)


def test_a_planner_gives_what_a_single_call_gives() -> None:
    """What it keeps between calls changes nothing."""
    forecast = learn(_history(500), at=NOON, policy=_POLICY)
    planner = Planner([_ANA], forecast, _POLICY)
    for hours in (0, 1, 30):
        now = NOON + timedelta(hours=hours)
        assert planner.floors([_ANA], [], forecast, now) == horizon_prices(
            [_ANA], None, [], forecast, now, _POLICY)


@pytest.mark.parametrize(("free_slots", "message"), [
    ({"eve": 1}, "rep 'eve', who is not among the reps"), ({"ana": -1}, "'ana' are -1; give 0")])
def test_free_slots_are_checked(free_slots: dict[str, int], message: str) -> None:
    """Unknown reps and negative numbers are named."""
    with pytest.raises(UsageError, match=message):
        _floors([], _history(500), free_slots=free_slots)


def test_a_plan_with_floors_is_checked_against_the_floors_it_names() -> None:
    """All checks pass; where the named forecast says another floor, the figures do not."""
    waiting = [_lead("L", 100)]
    plan = _solve(waiting, _floors(waiting, _history(500)))
    window = Window(at=NOON, leads=tuple(waiting), reps=(_ANA,), policy=_POLICY)
    assert all(check.passed for check in verify_plan(window, plan))
    assert plan.floors is not None
    (floor,) = plan.floors.floors
    other = plan.floors.model_copy(update={"floors": (floor.model_copy(update={"floor": 1}),)})
    failed = [check for check in verify_plan(window, plan.model_copy(update={"floors": other}))
              if not check.passed]
    assert [check.number for check in failed] == [3]
    assert "floor, as in floors" in failed[0].faults[0]
