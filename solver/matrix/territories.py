"""Which territory a lead lies in: its own column, else the first rule that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from solver.models import Lead, Policy, Territory
from solver.models.names import name_key, postal_key

_Test = Callable[[Any], bool]


class TerritoryFinder:
    """Finds the territory key of leads under one policy.

    Each distinct value of a field is tested once against all rules, which gives a mask with bit n
    set where rule n takes the value; a lead lies in the first rule that all of its masks share.
    """

    def __init__(self, policy: Policy) -> None:
        rules = policy.territories
        self._names = [name_key(rule.name) for rule in rules]
        self._every_rule = (1 << len(rules)) - 1
        self._masks = [(field, _Masks([_test(rule, field) for rule in rules]))
                       for field in _FIELDS if any(_test(rule, field) for rule in rules)]
        self._own = {}

    def find(self, lead: Lead) -> str | None:
        """Return the key of the lead's territory, or None where it lies in none."""
        if lead.territory is not None:
            return name_key(lead.territory)
        taking = self._every_rule
        for field, masks in self._masks:
            taking &= masks[getattr(lead, field)]
        return self._names[(taking & -taking).bit_length() - 1] if taking else None
