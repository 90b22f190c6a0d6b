"""How good the data of one lead is: what is there, what is sound, what routing lacks.

Each field has a weight `w` in the policy (``checking.weights``). A field is *there* if it holds a
value, or held one that could not be read; a value that the mapping supplied is not there. It is
*sound* if it is there, was recognised and is plausible. With sums over the fields::

    completeness = sum of w there / sum of w
    validity     = sum of w sound / sum of w there        (0 where nothing is there)
    score        = 100 x completeness x validity = 100 x sum of w sound / sum of w

So the score is the share of the weight that can be relied on; what is missing is never rewarded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from solver.models.checking import AGE_DAYS, CHECKED_FIELDS, Checking
from solver.models.lead import Lead
from solver.prepare.check.filled import POSITIONS, Pattern, pattern_of, pattern_there

_SECONDS_PER_DAY = 86_400.0
_PATTERNS_KEPT = 4096
#: Between the fields of a group of which one is enough.
_OR = " or "


class Quality(NamedTuple):
    """How good the data of one lead is."""

    score: float
    """0 to 100: the share of the weight that is there and sound."""
    completeness: float
    """0 to 1: the share of the weight that is there."""
    validity: float
    """0 to 1: of what is there, the share that is sound; 0 where nothing is there."""
    missing: tuple[str, ...]
    """What routing lacks: fields, and groups as ``email or phone``."""
    implausible: tuple[str, ...]
    """Fields with a number outside the policy's bounds; created_at where the age is."""
    there: Pattern
    """Fields that hold a value, recognised or not, that no mapping supplied."""


def fields_of(missing: str) -> tuple[str, ...]:
    """Return the fields of one entry of `missing`: itself, or those of its group."""
    return tuple(missing.split(_OR))


class Checker:
    """The rules of checking, made ready for many leads.

    Parameters
    ----------
    rules
        The policy's section.
    at
        The instant of the decision; without it ages are not checked.
    """

    def __init__(self, rules: Checking, at: datetime | None = None) -> None:
        self._required = rules.required
        self._groups = rules.any_of
        self._weights = tuple((name, weight) for name, weight in rules.weights.items() if weight)
        self._total = sum(weight for _, weight in self._weights)
        bounds = {name: _ends(pair) for name, pair in rules.plausible.items() if pair is not None}
        self._ages = bounds.pop(AGE_DAYS, None)
        self._bounds = tuple(sorted(bounds.items()))
        self._at = at
        self._of_pattern = lru_cache(maxsize=_PATTERNS_KEPT)(self._read_pattern)

    def quality(self, lead: Lead, unknown_fields: Collection[str] = ()) -> Quality:
        """Return how good the data of a normalised lead is.

        Parameters
        ----------
        lead
            The lead.
        unknown_fields
            Fields whose value was not recognised.
        """
        implausible = tuple(self._implausible(vars(lead)))
        there = pattern_there(lead, unknown_fields)
        present, missing = self._of_pattern(there)
        sound = present
        if unknown_fields or implausible:
            sound, _ = self._of_pattern(_without(there, (*unknown_fields, *implausible)))
        if unknown_fields or lead.assumed:
            missing = self.missing(lead, unknown_fields)
        return Quality(
            score=100 * sound / self._total, completeness=present / self._total,
            validity=sound / present if present else 0.0, missing=missing, implausible=implausible,
            there=there)

    def missing(self, lead: Lead, unknown_fields: Collection[str] = ()) -> tuple[str, ...]:
        """Return what routing lacks, in the order of the rules; of groups as ``email or phone``."""
        return self._of_pattern(_without(pattern_of(lead), unknown_fields))[1]

    def _read_pattern(self, pattern: Pattern) -> tuple[float, tuple[str, ...]]:
        """Return the weight of the fields that a pattern has, and what routing lacks in it."""
        has = dict(zip(CHECKED_FIELDS, pattern, strict=True))
        weight = sum(weight for name, weight in self._weights if has[name])
        lacking = [name for name in self._required if not has[name]]
        lacking += [_OR.join(group) for group in self._groups
                    if not any(has[name] for name in group)]
        return weight, tuple(lacking)

    def _implausible(self, values: dict[str, Any]) -> Iterator[str]:
        created_at = values["created_at"]
        if self._ages is not None and self._at is not None and created_at is not None:
            days = (self._at - created_at).total_seconds() / _SECONDS_PER_DAY
            if not self._ages[0] <= days <= self._ages[1]:
                yield "created_at"
        for name, (low, high) in self._bounds:
            value = values[name]
            if value is not None and not low <= value <= high:
                yield name


def _without(pattern: Pattern, fields: Collection[str]) -> Pattern:
    if not fields:
        return pattern
    left = list(pattern)
    for name in fields:
        if name in POSITIONS:
            left[POSITIONS[name]] = False
    return tuple(left)


def _ends(pair: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = pair
    return float("-inf") if low is None else low, float("inf") if high is None else high
