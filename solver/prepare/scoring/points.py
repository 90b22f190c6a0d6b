"""Points of leads: rules, half-lives, caps of groups; thresholds, stage, disqualification."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from solver.models.activity import Activity
from solver.models.lead import Lead
from solver.models.preparation import Alert, Hold
from solver.models.reason import Reason, ReasonCode
from solver.models.scoring import Disqualify, DisqualifyRule, ScoreUse, Scoring
from solver.prepare.scoring.conditions import ActivityTest, MailKind, activity_test, lead_test
from solver.prepare.scoring.mail import mail_kind as listed_mail_kind
from solver.prepare.scoring.replay import (
    DECIMALS,
    Moment,
    RunningScore,
    alerts_of,
    cut,
    decay,
    moments,
)

_KEPT = 1 << 16


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule, one activity under a rule, or the cap of a group adds."""

    rule: str
    """Name of the rule; ``base``, or of a group ``cap of G`` or ``floor of G``."""
    group: str | None
    points: float
    """After decay; may be negative."""
    at: datetime | None
    """When the activity was; None: not one of an activity."""
    detail: str
    """What of the lead or the activity matched."""


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one lead, with all that made them."""

    lead_id: str
    points: float
    """``raw`` cut to 0 to 100."""
    raw: float
    """Sum of the breakdown, to four decimals."""
    breakdown: tuple[Contribution, ...]
    """Base, who it is, what it did (the oldest first), caps."""
    stage: str | None
    """Stage of the funnel; None: below the first, or there are none."""
    disqualified: Hold | None
    qualified: bool
    """At or above the threshold, and not disqualified."""
    hot: bool
    """At or above the threshold of alerts, and not disqualified."""
    alerts: tuple[Alert, ...]
    """When thresholds were crossed, the oldest first."""


def score_leads(leads: Iterable[Lead], activities: Mapping[str, Sequence[Activity]],
                scoring: Scoring, at: datetime, *, mail_kind: MailKind = listed_mail_kind
                ) -> tuple[Score, ...]:
    """Score leads, in their order.

    Parameters
    ----------
    leads
        The leads.
    activities
        What each did, by lead_id (see :func:`by_lead`), in any order; other ids do not matter, and
        what lies after the instant does not count.
    scoring
        Rules and thresholds.
    at
        Instant of the decision.
    mail_kind
        Kind of the mail server of a domain in lower case; by the project's lists where not given.
    """
    scorer = Scorer(scoring, mail_kind)
    return tuple(scorer.score(lead, activities.get(lead.lead_id, ()), at) for lead in leads)


def by_lead(activities: Iterable[Activity]) -> dict[str, list[Activity]]:
    """Return activities by lead_id."""
    found: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        found[activity.lead_id].append(activity)
    return dict(found)


def worth_score(lead: Lead, score: Score, scoring: Scoring) -> float | None:
    """Return what the worth of a lead takes for its score, 0 to 100.

    Parameters
    ----------
    lead
        The lead, with the score of the file if there is one.
    score
        Its points.
    scoring
        Says which of the two, or their calibrated chance, is meant.
    """
    if scoring.use is ScoreUse.GIVEN:
        return lead.score
    if scoring.use is ScoreUse.PROBABILITY and scoring.calibration is not None:
        return round(100 * scoring.calibration.probability(score.points), DECIMALS)
    return score.points


class Scorer:
    """A scoring with its conditions made ready once for many leads, in any thread.

    Parameters
    ----------
    scoring
        Rules and thresholds.
    mail_kind
        Kind of the mail server of a domain in lower case.
    """

    def __init__(self, scoring: Scoring, mail_kind: MailKind) -> None:
        self.scoring = scoring
        self._fit = [(rule, lead_test(rule.when, mail_kind)) for rule in scoring.fit]
        self._out = [(rule, rule.when and lead_test(rule.when, mail_kind),
                      rule.did and activity_test(rule.did)) for rule in scoring.disqualify_when]
        tests = [activity_test(rule) for rule in scoring.behaviour]

        @lru_cache(maxsize=_KEPT)
        def rules_of(kind: str, detail: str) -> tuple[int, ...]:
            return tuple(idx for idx, test in enumerate(tests) if test(kind, detail))

        self._rules_of = rules_of

    def score(self, lead: Lead, activities: Iterable[Activity], at: datetime) -> Score:
        """Return the points of a lead that did these activities, at an instant."""
        past = sorted((a for a in activities if a.at <= at),
                      key=lambda a: (a.at, a.kind, a.detail))
        rules = [self._rules_of(a.kind, a.detail) for a in past]
        fit = [Contribution(rule.name, rule.group, rule.points, None, detail)
               for rule, test in self._fit if (detail := test(lead)) is not None]
        did = [part for activity, matched in zip(past, rules, strict=True)
               for idx in matched if (part := self._of_activity(activity, idx, at)) is not None]
        if self.scoring.base:
            fit.insert(0, Contribution("base", None, self.scoring.base, None, ""))
        parts = [*fit, *did]
        parts += self._caps(parts)
        raw = round(math.fsum(part.points for part in parts), DECIMALS) + 0.0
        points = cut(raw)
        out = self._disqualified(lead, past, points, at)
        stages = [stage.name for stage in self.scoring.stages if points >= stage.at_least]
        qualify, hot = self.scoring.qualify, self.scoring.alert
        return Score(
            lead_id=lead.lead_id, points=points, raw=raw, breakdown=tuple(parts),
            stage=stages[-1] if stages else None, disqualified=out,
            qualified=out is None and qualify is not None and points >= qualify,
            hot=out is None and hot is not None and points >= hot,
            alerts=self._alerts(lead, fit, past, rules, at, points))

    def _of_activity(self, activity: Activity, idx: int, at: datetime) -> Contribution | None:
        rule, age = self.scoring.behaviour[idx], at - activity.at
        if rule.within_days is not None and age > timedelta(days=rule.within_days):
            return None
        points = rule.points * decay(age, rule.half_life_days)
        return Contribution(rule.name, rule.group, points, activity.at, activity.detail)

    def _caps(self, parts: Sequence[Contribution]) -> list[Contribution]:
        """Return what the caps and floors of the groups take away or add."""
        found = []
        for name, group in self.scoring.groups.items():
            total = math.fsum(part.points for part in parts if part.group == name)
            if group.max is not None and total > group.max:
                found.append(Contribution(f"cap of {name}", name, group.max - total, None, ""))
            if group.min is not None and total < group.min:
                found.append(Contribution(f"floor of {name}", name, group.min - total, None, ""))
        return found

    def _disqualified(self, lead: Lead, past: Sequence[Activity], points: float, at: datetime
                      ) -> Hold | None:
        for rule, is_one, was_done in self._out:
            who = is_one(lead) if is_one else ""
            if who is None:
                continue
            seen = _seen(past, rule, was_done, at) if was_done else []
            if was_done and len(seen) < rule.min_times:
                continue
            what = f"{seen[-1].kind} {seen[-1].detail}".strip() if seen else ""
            found = ", ".join(filter(None, (who, what)))
            return _hold(lead, rule, f"the rule {rule.name!r} disqualifies it: {found}")
        below = self.scoring.disqualify
        if below is None or points >= below.below:
            return None
        return _hold(lead, below, f"its {points:g} points are below the {below.below:g} that keep "
                                  f"a lead: {below.reason}")

    def _alerts(self, lead: Lead, fixed: Sequence[Contribution], past: Sequence[Activity],
                rules: Sequence[Sequence[int]], at: datetime, points: float) -> tuple[Alert, ...]:
        scoring = self.scoring
        if scoring.qualify is None and scoring.alert is None and scoring.disqualify is None:
            return ()
        running = RunningScore(scoring, ((part.group, part.points) for part in fixed))
        end = Moment(at, points, "time went by")
        return alerts_of(lead, scoring, moments(running, lead.created_at, past, rules, end))


def _seen(past: Sequence[Activity], rule: DisqualifyRule, test: ActivityTest, at: datetime
          ) -> list[Activity]:
    """Return the activities that a rule of disqualification is about."""
    days = None if rule.did is None else rule.did.within_days
    return [a for a in past if test(a.kind, a.detail)
            and (days is None or at - a.at <= timedelta(days=days))]


def _hold(lead: Lead, rule: Disqualify | DisqualifyRule, detail: str) -> Hold:
    return Hold(lead_id=lead.lead_id, queue=rule.queue,
                reason=Reason(code=ReasonCode.DISQUALIFIED, detail=detail))
