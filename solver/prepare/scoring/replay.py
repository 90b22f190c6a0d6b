"""The score of one lead through time, and the thresholds that it crossed on the way.

The score is looked at when an activity happens, when the lead came in and at the instant of the
decision. Each rule keeps one running sum that is decayed from look to look, so that a replay takes
time in proportion to the activities, not to their square.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from solver.models.activity import Activity
from solver.models.lead import Lead
from solver.models.preparation import Alert, AlertKind
from solver.models.scoring import BehaviourRule, Scoring

#: Points are given to this many decimals, so that no noise of the last digit crosses a threshold.
DECIMALS = 4
_DAY = timedelta(days=1)


def decay(age: timedelta, half_life_days: float | None) -> float:
    """Return what an age leaves of points: 1 without a half-life, 1/2 after one."""
    return 1.0 if half_life_days is None else 0.5 ** (age / _DAY / half_life_days)


def cut(raw: float) -> float:
    """Return points between 0 and 100, to the decimals that points have."""
    return round(min(100.0, max(0.0, raw)), DECIMALS) + 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """The score at one instant."""

    at: datetime
    points: float
    what: str
    """What happened then."""


@dataclass(slots=True)
class _RunningRule:
    """Sum of one rule's points, decayed to the instant of the last look."""

    rule: BehaviourRule
    total: float = 0.0
    last: datetime | None = None
    counted: deque[datetime] = field(default_factory=deque)
    """Times of the activities in the sum, where the rule forgets old ones."""

    def move_to(self, at: datetime) -> None:
        rule = self.rule
        if self.last is not None:
            self.total *= decay(at - self.last, rule.half_life_days)
        self.last = at
        if rule.within_days is None:
            return
        while self.counted and at - self.counted[0] > timedelta(days=rule.within_days):
            gone = self.counted.popleft()
            self.total -= rule.points * decay(at - gone, rule.half_life_days)
        if not self.counted:
            self.total = 0.0

    def add(self, at: datetime) -> None:
        self.total += self.rule.points
        if self.rule.within_days is not None:
            self.counted.append(at)


class RunningScore:
    """A score that time and activities move.

    Parameters
    ----------
    scoring
        Rules and groups.
    fixed
        Group and points of everything that time does not change.
    """

    def __init__(self, scoring: Scoring, fixed: Iterable[tuple[str | None, float]]) -> None:
        self._groups = scoring.groups
        self._fixed = list(fixed)
        self._rules = [_RunningRule(rule) for rule in scoring.behaviour]
        self._active: set[int] = set()

    def move_to(self, at: datetime, happened: Iterable[int] = ()) -> float:
        """Return the points at an instant, after the activities of that instant.

        Parameters
        ----------
        at
            Not before the instant of the last call.
        happened
            Index of the behaviour rule for each activity of the instant and rule that it matches.
        """
        for idx in self._active:
            self._rules[idx].move_to(at)
        for idx in happened:
            if idx not in self._active:
                self._rules[idx].move_to(at)
                self._active.add(idx)
            self._rules[idx].add(at)
        sums: dict[str | None, list[float]] = {}
        parts = [(self._rules[idx].rule.group, self._rules[idx].total) for idx in self._active]
        for group, points in (*self._fixed, *parts):
            sums.setdefault(group, []).append(points)
        return cut(math.fsum(self._clipped(group, math.fsum(points))
                             for group, points in sums.items()))

    def _clipped(self, name: str | None, total: float) -> float:
        group = None if name is None else self._groups[name]
        if group is not None and group.max is not None:
            total = min(total, group.max)
        if group is not None and group.min is not None:
            total = max(total, group.min)
        return total


def moments(running: RunningScore, created_at: datetime | None, past: Sequence[Activity],
            rules: Sequence[Sequence[int]], end: Moment) -> Iterator[Moment]:
    """Yield the score whenever it is looked at, in order of time.

    Parameters
    ----------
    running
        The score before anything happened.
    created_at
        When the lead came in.
    past
        What it did up to the end, in order of time.
    rules
        For each activity the indices of the behaviour rules that it matches.
    end
        Instant and points of the decision.
    """
    looks: list[tuple[datetime, str, Sequence[int]]] = []
    if created_at is not None and created_at <= end.at:
        looks.append((created_at, "the lead came in", ()))
    looks += ((activity.at, f"{activity.kind} {activity.detail}".strip(), matched)
              for activity, matched in zip(past, rules, strict=True) if matched)
    looks.sort(key=lambda look: look[0])
    for at, same in groupby(looks, key=lambda look: look[0]):
        together = list(same)
        points = running.move_to(at, (idx for _, _, matched in together for idx in matched))
        yield Moment(at, points, together[-1][1])
    yield end


def alerts_of(lead: Lead, scoring: Scoring, seen: Iterable[Moment]) -> tuple[Alert, ...]:
    """Return an alert for each crossing of a threshold.

    A lead that is qualified or hot from its first moment has crossed upwards; one that begins below
    the threshold of disqualification has not fallen below it.
    """
    found: list[Alert] = []
    above: dict[AlertKind, bool] = {}
    for moment in seen:
        for kind, threshold in _thresholds(scoring):
            is_above, up = moment.points >= threshold, kind is not AlertKind.DISQUALIFIED
            was_above = above.get(kind, is_above and not up)
            above[kind] = is_above
            if is_above != was_above and is_above == up:
                found.append(Alert(
                    lead_id=lead.lead_id, at=moment.at, kind=kind, score=moment.points,
                    threshold=threshold, detail=moment.what))
    return tuple(found)


def _thresholds(scoring: Scoring) -> Iterator[tuple[AlertKind, float]]:
    if scoring.qualify is not None:
        yield AlertKind.QUALIFIED, scoring.qualify
    if scoring.alert is not None:
        yield AlertKind.HOT, scoring.alert
    if scoring.disqualify is not None:
        yield AlertKind.DISQUALIFIED, scoring.disqualify.below
