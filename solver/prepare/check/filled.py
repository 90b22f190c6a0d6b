"""Which fields of a lead hold something, as one pattern; leads share few patterns.

So what follows from a pattern is worked out once, and leads are counted by pattern: measured on
20,000 leads, half the time of going through the fields of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from operator import itemgetter, truth

from solver.models.checking import CHECKED_FIELDS
from solver.models.lead import Lead

#: By field, in the order of ``CHECKED_FIELDS``: whether it holds something.
Pattern = tuple[bool, ...]
#: Position of each field in a pattern.
POSITIONS = {name: position for position, name in enumerate(CHECKED_FIELDS)}
_values_of = itemgetter(*CHECKED_FIELDS)
#: Numbers, of which 0 is something.
_NUMBERS = tuple((POSITIONS[name], name)
                 for name in ("deal_value", "score", "employees", "annual_revenue"))
_numbers_of = itemgetter(*(name for _, name in _NUMBERS))
#: Patterns that are counted apart before they are added up by field.
_MAX_PATTERNS = 2000


def is_filled(value: object) -> bool:
    """Tell whether a field holds something; 0 is something."""
    return bool(value) or value == 0


def pattern_of(lead: Lead) -> Pattern:
    """Return which fields hold something."""
    values = vars(lead)
    pattern = tuple(map(truth, _values_of(values)))
    if 0 not in _numbers_of(values):
        return pattern
    for position, name in _NUMBERS:
        if values[name] == 0:
            pattern = (*pattern[:position], True, *pattern[position + 1:])
    return pattern


def pattern_there(lead: Lead, unknown_fields: Collection[str]) -> Pattern:
    """Return which fields are there: with a value or an unread one that no mapping supplied."""
    pattern = pattern_of(lead)
    if not unknown_fields and not lead.assumed:
        return pattern
    there = list(pattern)
    for name in unknown_fields:
        if name in POSITIONS:
            there[POSITIONS[name]] = True
    for name in lead.assumed:
        if name in POSITIONS:
            there[POSITIONS[name]] = False
    return tuple(there)


class PatternCounter:
    """How many leads have each field, in bounded memory."""

    def __init__(self) -> None:
        self._patterns: Counter[Pattern] = Counter()
        self._fields = [0] * len(CHECKED_FIELDS)

    def add(self, pattern: Pattern) -> None:
        """Count one lead."""
        self._patterns[pattern] += 1
        if len(self._patterns) > _MAX_PATTERNS:
            self._add_up()

    def __getitem__(self, field: str) -> int:
        self._add_up()
        return self._fields[POSITIONS[field]] if field in POSITIONS else 0

    def _add_up(self) -> None:
        for pattern, times in self._patterns.items():
            for position, there in enumerate(pattern):
                self._fields[position] += times * there
        self._patterns.clear()
