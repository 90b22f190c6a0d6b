"""Which territory a lead lies in: its own column, else the first rule that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from solver.models import Lead, Policy, Territory
from solver.names import name_key, postal_key

_Test = Callable[[Lead], bool]
#: Field of a lead, key of a rule: names that must be equal.
_NAMES = (("country", "countries"), ("region", "regions"), ("industry", "industries"),
          ("sector", "sectors"), ("source", "sources"))


class TerritoryFinder:
    """Finds the territory key of leads under one policy.

    Few names stand on many leads: each is compared once with all rules, and gives the bits of
    those that take it. Only the rules that all names of a lead share are tested on the rest of it.
    """

    def __init__(self, policy: Policy) -> None:
        rules = policy.territories
        self._rules = [(name_key(rule.name), _test_of_the_rest(rule)) for rule in rules]
        self._takers = [(field, _Takers(getattr(rule, key) for rule in rules))
                        for field, key in _NAMES]

    def find(self, lead: Lead) -> str | None:
        """Return the key of the lead's territory, or None where it lies in none."""
        if lead.territory is not None:
            return name_key(lead.territory)
        left = (1 << len(self._rules)) - 1
        for field, takers in self._takers:
            left &= takers[getattr(lead, field)]
        while left:
            first = left & -left
            name, takes = self._rules[first.bit_length() - 1]
            if takes is None or takes(lead):
                return name
            left ^= first
        return None


class _Takers(dict[str | None, int]):
    """A name, or None for a blank field, to the rules that take it: bit n stands for rule n."""

    def __init__(self, names_by_rule: Iterable[Iterable[str]]) -> None:
        super().__init__()
        self._keys = [frozenset(map(name_key, names)) for names in names_by_rule]

    def __missing__(self, name: str | None) -> int:
        key = None if name is None else name_key(name)
        rules = self[name] = sum(1 << rule for rule, keys in enumerate(self._keys)
                                 if not keys or key in keys)
        return rules


def _test_of_the_rest(rule: Territory) -> _Test | None:
    """Return one test of all given keys that are not names."""
    tests = [_postal_test(rule.postal_prefixes)] if rule.postal_prefixes else []
    tests += [_postal_range_test(rule.postal_ranges)] if rule.postal_ranges else []
    tests += [_range_test(field, *ends) for field in ("employees", "annual_revenue")
              if (ends := getattr(rule, field)) is not None]
    if len(tests) > 1:
        return lambda lead: all(test(lead) for test in tests)
    return tests[0] if tests else None


def _postal_test(prefixes: Iterable[str]) -> _Test:
    allowed = tuple(map(postal_key, prefixes))

    def test(lead: Lead) -> bool:
        return lead.postal_code is not None and postal_key(lead.postal_code).startswith(allowed)

    return test


def _postal_range_test(ranges: Iterable[str]) -> _Test:
    ends = [(postal_key(first), postal_key(last))
            for first, _, last in (text.partition("-") for text in ranges)]

    def test(lead: Lead) -> bool:
        code = postal_key(lead.postal_code or "")
        return any(len(code) >= len(low) and low <= code[:len(low)] <= high for low, high in ends)

    return test


def _range_test(field: str, low: float | None, high: float | None) -> _Test:
    def test(lead: Lead) -> bool:
        size: float | None = getattr(lead, field)
        return (size is not None and (low is None or size >= low)
                and (high is None or size <= high))

    return test
