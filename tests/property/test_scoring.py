"""What holds for every scoring, lead and list of activities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.models import Lead
from solver.models.activity import Activity
from solver.models.calibration import Calibration
from solver.models.preparation import AlertKind
from solver.models.scoring import BehaviourRule, Disqualify, FitRule, Group, Scoring, When
from solver.prepare.scoring.calibration import probabilities
from solver.prepare.scoring.points import Score, score_leads

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEAD = Lead(lead_id="L1", country="DE", created_at=AT - timedelta(days=20))
_HALF_DAY = timedelta(hours=12)
_KINDS = ("visit", "form", "mail")
_points = st.integers(-40, 60)
_groups = st.sampled_from([None, "g", "h"])


@st.composite
def scorings(draw: st.DrawFn, lowest: int = -40) -> Scoring:
    """Draw rules over the three kinds, some with half-lives, windows, caps and floors."""
    points = st.integers(lowest, 60)
    behaviour = tuple(
        BehaviourRule(name=f"b{n}", kind=(draw(st.sampled_from(_KINDS)),), points=draw(points),
                      half_life_days=draw(st.sampled_from([None, 0.5, 3, 10])),
                      within_days=draw(st.sampled_from([None, None, 1, 15])), group=draw(_groups))
        for n in range(draw(st.integers(1, 4))))
    fit = (FitRule(name="fit", when=When(country=("DE",)), points=draw(_points),
                   group=draw(_groups)),)
    caps = st.sampled_from([None, 0, 15, 40])
    groups = {name: Group(max=draw(caps), min=draw(st.sampled_from([None, 0, -15])))
              for name in ("g", "h")}
    return Scoring(base=draw(_points), fit=fit, behaviour=behaviour, groups=groups,
                   qualify=draw(st.sampled_from([None, 40])),
                   alert=draw(st.sampled_from([None, 70])),
                   disqualify=draw(st.sampled_from([None, Disqualify(below=20)])))


activities = st.lists(st.builds(
    lambda kind, half_days: Activity(lead_id="L1", kind=kind, at=AT - half_days * _HALF_DAY),
    st.sampled_from(_KINDS), st.integers(-2, 60)), max_size=12)


def scored(rules: Scoring, acts: Sequence[Activity], at: datetime = AT) -> Score:
    (score,) = score_leads([LEAD], {"L1": acts}, rules, at)
    return score


@given(scorings(), activities)
def test_points_are_0_to_100_and_the_breakdown_adds_up(rules: Scoring, acts: list[Activity]
                                                       ) -> None:
    """The parts sum to ``raw``, and ``points`` is that cut to its range."""
    score = scored(rules, acts)
    assert 0 <= score.points <= 100
    assert score.points == min(100, max(0, score.raw))
    assert math.fsum(part.points for part in score.breakdown) == pytest.approx(score.raw, abs=1e-4)


@given(scorings(), activities, st.randoms(use_true_random=False))
def test_the_order_of_the_activities_does_not_matter(
        rules: Scoring, acts: list[Activity], random: object) -> None:
    """Shuffled, the whole score is the same, alerts and breakdown included."""
    shuffled = list(acts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert scored(rules, shuffled) == scored(rules, acts)


@given(scorings(lowest=0), activities, st.sampled_from(_KINDS), st.integers(0, 60))
def test_one_activity_more_never_lowers_the_score(
        rules: Scoring, acts: list[Activity], kind: str, half_days: int) -> None:
    """Where no rule about activities takes points away."""
    more = Activity(lead_id="L1", kind=kind, at=AT - half_days * _HALF_DAY)
    assert (scored(rules, [*acts, more]).points
            >= scored(rules, acts).points)


@given(scorings(), activities)
def test_caps_and_floors_hold(rules: Scoring, acts: list[Activity]) -> None:
    """A group's parts, with what its cap takes away, stay within its ends."""
    score = scored(rules, acts)
    for name, group in rules.groups.items():
        total = math.fsum(part.points for part in score.breakdown if part.group == name)
        assert group.max is None or total <= group.max + 1e-9
        assert group.min is None or total >= group.min - 1e-9


@given(scorings(lowest=0), activities, st.integers(1, 200))
def test_time_alone_never_raises_points_that_were_won(
        rules: Scoring, acts: list[Activity], hours: int) -> None:
    """Decay is monotone where nothing new happens and no rule takes points away."""
    past = [one for one in acts if one.at <= AT]
    later = scored(rules, past, AT + timedelta(hours=hours)).points
    assert later <= scored(rules, past).points


@settings(max_examples=200)
@given(scorings(), activities)
def test_an_alert_tells_the_score_of_its_instant(rules: Scoring, acts: list[Activity]) -> None:
    """The replay, which keeps running sums, gives what scoring at that instant gives."""
    score = scored(rules, acts)
    for alert in score.alerts:
        then = scored(rules, acts, alert.at)
        assert then.points == pytest.approx(alert.score, abs=2e-4)
        assert (alert.score < alert.threshold) == (alert.kind is AlertKind.DISQUALIFIED)
    times = [alert.at for alert in score.alerts]
    assert times == sorted(times)


@given(scorings(), activities)
def test_a_lead_above_a_threshold_has_crossed_it(rules: Scoring, acts: list[Activity]) -> None:
    """Whoever has the points to be qualified was told of: by one alert or by several."""
    score = scored(rules, acts)
    told = {alert.kind for alert in score.alerts}
    assert rules.qualify is None or score.points < rules.qualify or AlertKind.QUALIFIED in told
    assert rules.alert is None or score.points < rules.alert or AlertKind.HOT in told


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=8),
       st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_a_calibration_never_falls(points: list[tuple[int, int]], scores: list[float]) -> None:
    """A higher score has no lower chance, and one by one the chances are those of all together."""
    rising = sorted({score for score, _ in points})
    chances = sorted(chance for _, chance in points)
    curve = Calibration(points=tuple(
        (score / 10, chance / 1000) for score, chance in zip(rising, chances, strict=False)))
    found = probabilities(curve, sorted(scores)).tolist()
    assert [curve.probability(score) for score in sorted(scores)] == pytest.approx(found)
    assert all(low <= high + 1e-12 for low, high in pairwise(found))
