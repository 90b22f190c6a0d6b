"""The scoring section of a policy: points for who leads are and for what they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from solver.models.base import Record, Text
from solver.models.calibration import Calibration
from solver.models.reason import Queue
from solver.models.sectors import check_sector

#: A hundred years: an age beyond it is a slip of the pen.
_MAX_DAYS = 36_525
Points = Annotated[float, Field(ge=-1000, le=1000)]
Threshold = Annotated[float, Field(ge=0, le=100)]
Days = Annotated[float, Field(gt=0, le=_MAX_DAYS)]


def _one_is_a_list(given: object) -> object:
    """Take one text for a list of one, as people write it; strict tuples are no lists."""
    if isinstance(given, str):
        return (given,)
    return tuple(given) if isinstance(given, list) else given


#: One text, or several.
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_is_a_list)]


def _lower_not_above_upper(ends: tuple[float | None, float | None]
                           ) -> tuple[float | None, float | None]:
    low, high = ends
    if low is not None and high is not None and low > high:
        raise ValueError(f"the lower end {low:g} must not be above the upper {high:g}")
    return ends


#: Both ends included; ``null`` is open.
Ends = Annotated[tuple[float | None, float | None], AfterValidator(_lower_not_above_upper)]


def _nurture_or_junk(queue: Queue) -> Queue:
    if queue not in (Queue.NURTURE, Queue.JUNK):
        raise ValueError(f"a disqualified lead goes to nurture or junk, not to {queue.value}")
    return queue


LostQueue = Annotated[Queue, AfterValidator(_nurture_or_junk)]


class ScoreUse(StrEnum):
    """What the worth of a lead takes for its score."""

    POINTS = "points"
    """The points, 0 to 100."""
    PROBABILITY = "probability"
    """100 times the chance of winning that the calibration gives for the points."""
    GIVEN = "given"
    """What stands in the leads file."""


class EmailKind(StrEnum):
    """Whose mail server an address belongs to."""

    COMPANY = "company"
    FREE = "free"
    """Anybody can have an address there."""
    DISPOSABLE = "disposable"
    """Addresses there are made to be thrown away."""


class When(Record):
    """Which leads a rule is about: every key given must match, one entry of a list is enough.

    Names compare in any case; what is blank matches nothing.
    """

    title: Texts = ()
    """Whole words, or runs of words, of the job title."""
    function: Texts = ()
    """What the title is about."""
    seniority: Texts = ()
    """How far up the title stands."""
    industry: Texts = ()
    """Industry names."""
    sector: Annotated[tuple[Annotated[Text, AfterValidator(check_sector)], ...],
                      BeforeValidator(_one_is_a_list)] = ()
    """NAICS sector codes."""
    country: Texts = ()
    """Country codes."""
    region: Texts = ()
    """States, provinces, regions."""
    source: Texts = ()
    """Lead sources, any of the lead's."""
    domain: Texts = ()
    """Domains of the company or of the e-mail address, with all their subdomains."""
    email: tuple[EmailKind, ...] = ()
    """Kinds of e-mail address."""
    employees: Ends | None = None
    """Smallest and largest company size."""
    annual_revenue: Ends | None = None
    """Smallest and largest yearly revenue."""
    attributes: dict[Text, Texts] = {}
    """Another column of the leads file to the values that match."""
    numbers: dict[Text, Ends] = {}
    """Another column of the leads file, read as a number, to its smallest and largest value."""

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if not self.model_dump(exclude_defaults=True):
            raise ValueError("must name at least one field of the lead")
        return self


class Did(Record):
    """Which activities a rule is about: every key given must match."""

    kind: Texts = ()
    """Kinds of activity, in any case; empty: all."""
    detail_contains: Texts = ()
    """Texts of which the activity's detail holds one, in any case; empty: all."""
    within_days: Days | None = None
    """Oldest age of an activity that counts; null: all."""

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if not self.kind and not self.detail_contains:
            raise ValueError("must name a kind, or a text that the detail contains")
        return self


class FitRule(Record):
    """Points for who a lead is."""

    name: Text
    """Name in the breakdown."""
    when: When
    points: Points
    """Added where the lead matches; may be negative."""
    group: Text | None = None
    """Group whose cap and floor hold for the rule."""


class BehaviourRule(Did):
    """Points for what a lead did: for each activity that matches."""

    name: Text
    """Name in the breakdown."""
    points: Points
    """Added for each activity at its time; may be negative."""
    half_life_days: Days | None = None
    """Days after which an activity counts half; null: it keeps its points."""
    group: Text | None = None
    """Group whose cap and floor hold for the rule."""


class Group(Record):
    """Cap and floor of the points that the rules of a group give together."""

    max: Annotated[float, Field(ge=0, le=1000)] | None = None
    """Most points of the group; null: no cap."""
    min: Annotated[float, Field(ge=-1000, le=0)] | None = None
    """Fewest points of the group; null: no floor."""


class Disqualify(Record):
    """Where leads of too few points go."""

    below: Threshold
    """A lead with fewer points is disqualified."""
    queue: LostQueue = Queue.NURTURE
    """``nurture``, or ``junk``, which is closed."""
    reason: Text = "too few points"
    """Why, in words for people."""


class DisqualifyRule(Record):
    """Leads that are out, whatever their points: both keys must match where both are given."""

    name: Text
    """Name in the reason."""
    when: When | None = None
    """Who the lead is; null: anybody."""
    did: Did | None = None
    """What the lead did; null: whatever."""
    min_times: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    """Fewest activities that must match ``did``."""
    queue: LostQueue = Queue.JUNK
    """``nurture``, or ``junk``, which is closed."""

    @model_validator(mode="after")
    def _check_not_empty(self) -> Self:
        if self.when is None and self.did is None:
            raise ValueError("must say who the lead is (when) or what it did (did)")
        if self.did is None and self.min_times > 1:
            raise ValueError(f"min_times {self.min_times} counts activities, and needs did")
        return self


class Stage(Record):
    """One stage of the funnel."""

    name: Text
    """Such as ``mql``."""
    at_least: Threshold
    """Fewest points of a lead in the stage."""


class Scoring(Record):
    """How leads are scored: the points of all rules are summed up and cut to 0 to 100."""

    base: Points = 0.0
    """Points that every lead has."""
    fit: tuple[FitRule, ...] = ()
    """Rules about who the lead is."""
    behaviour: tuple[BehaviourRule, ...] = ()
    """Rules about what the lead did; an activity counts for every rule that it matches."""
    groups: dict[Text, Group] = {}
    """Caps and floors by the name of the group."""
    qualify: Threshold | None = None
    """Points from which a lead is qualified; null: none is."""
    alert: Threshold | None = None
    """Points from which a lead is hot; null: none is."""
    disqualify: Disqualify | None = None
    """Leads of too few points; null: no lead is disqualified for its points."""
    disqualify_when: tuple[DisqualifyRule, ...] = ()
    """Ordered; the first that matches a lead is the reason."""
    stages: tuple[Stage, ...] = ()
    """Stages of the funnel, ordered by rising points."""
    use: ScoreUse = ScoreUse.POINTS
    """What the worth of a lead takes for its score."""
    calibration: Calibration | None = None
    """From points to the chance of winning; needed for ``use: probability``."""

    @model_validator(mode="after")
    def _check_rules(self) -> Self:
        rules: tuple[FitRule | BehaviourRule, ...] = (*self.fit, *self.behaviour)
        _refuse_twice("rule", (rule.name for rule in rules))
        _refuse_twice("rule of disqualify_when", (rule.name for rule in self.disqualify_when))
        _refuse_twice("stage", (stage.name for stage in self.stages))
        for rule in rules:
            if rule.group is not None and rule.group not in self.groups:
                raise ValueError(f"rule {rule.name!r}: the group {rule.group!r} must stand under "
                                 "groups, with its max or min")
        if self.use is ScoreUse.PROBABILITY and self.calibration is None:
            raise ValueError("use: probability needs a calibration from points to chance; make one "
                             "from outcomes, or set use: points")
        return self

    @model_validator(mode="after")
    def _check_thresholds(self) -> Self:
        for first, second in pairwise(self.stages):
            if second.at_least <= first.at_least:
                raise ValueError(f"stage {second.name!r}: at_least {second.at_least:g} must be "
                                 f"above {first.at_least:g} of stage {first.name!r}")
        below = None if self.disqualify is None else self.disqualify.below
        if below is not None and self.qualify is not None and below > self.qualify:
            raise ValueError(f"disqualify.below {below:g} must not be above qualify "
                             f"{self.qualify:g}")
        if below is not None and self.alert is not None and below > self.alert:
            raise ValueError(f"disqualify.below {below:g} must not be above alert {self.alert:g}: "
                             "a disqualified lead is never hot")
        return self


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"the name {twice[0]!r} stands on more than one {what}")
