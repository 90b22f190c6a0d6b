"""Which territory a lead lies in: its own column, else the first rule that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from solver.models import Lead, Policy, Territory
from solver.models.names import name_key, postal_key

Test = Callable[[Lead], bool]
_NAME_KEYS = (("countries", "country"), ("regions", "region"), ("industries", "industry"),
              ("sources", "source"))


class TerritoryFinder:
    """Finds the territory key of leads under one policy."""

    def __init__(self, policy: Policy) -> None:
        self._keys: dict[str, str] = {}
        self._rules = [(name_key(rule.name), self._tests(rule)) for rule in policy.territories]

    def find(self, lead: Lead) -> str | None:
        """Return the key of the lead's territory, or None where it lies in none."""
        if lead.territory is not None:
            return self._key(lead.territory)
        for name, tests in self._rules:
            if all(test(lead) for test in tests):
                return name
        return None

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = name_key(name)
        return key

    def _tests(self, rule: Territory) -> list[Test]:
        tests = [self._name_test(field, names)
                 for key, field in _NAME_KEYS if (names := getattr(rule, key))]
        if rule.postal_prefixes:
            tests.append(_postal_test(rule.postal_prefixes))
        return tests + [_range_test(field, *ends) for field in ("employees", "annual_revenue")
                        if (ends := getattr(rule, field)) is not None]

    def _name_test(self, field: str, names: Iterable[str]) -> Test:
        allowed = frozenset(map(name_key, names))

        def test(lead: Lead) -> bool:
            name: str | None = getattr(lead, field)
            return name is not None and self._key(name) in allowed

        return test


def _postal_test(prefixes: Iterable[str]) -> Test:
    allowed = tuple(map(postal_key, prefixes))

    def test(lead: Lead) -> bool:
        return lead.postal_code is not None and postal_key(lead.postal_code).startswith(allowed)

    return test


def _range_test(field: str, low: float | None, high: float | None) -> Test:
    def test(lead: Lead) -> bool:
        size: float | None = getattr(lead, field)
        return (size is not None and (low is None or size >= low)
                and (high is None or size <= high))

    return test
