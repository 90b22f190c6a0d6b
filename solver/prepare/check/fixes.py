"""Which repairs would route the most worth: unroutable leads grouped by all that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from solver.models.lead import Lead
from solver.models.policy import Worth
from solver.names import name_key
from solver.prepare.check.counters import MAX_KEY
from solver.prepare.check.quality import fields_of
from solver.prepare.check.records import Fix, Problem, ProblemKind

#: Minor units in one unit of any currency.
_MINOR_PER_UNIT = 100
_MAX_SOURCES = 1000
#: Stands for the sources beyond that many; no name has this key.
_OTHER_SOURCES = "\0"
#: Field (or group), kind and value of each problem.
Problems = tuple[tuple[str, ProblemKind, str], ...]


_PLAIN_WORTH = Worth()


def worth_of(lead: Lead, exponents: Worth = _PLAIN_WORTH) -> float | None:
    """Return what winning a lead would bring, without its age, or None where that is unknown."""
    if lead.deal_value is None or lead.score is None:
        return None
    worth: float = lead.deal_value ** exponents.deal_value
    worth *= (lead.score / 100) ** exponents.score
    return worth


def problems_of(missing: tuple[str, ...], unknown: Mapping[str, str],
                implausible: tuple[str, ...]) -> Problems:
    """Return what is wrong with each thing that is missing, sorted.

    Parameters
    ----------
    missing
        Fields, and groups as ``email or phone``.
    unknown
        Values that were not recognised, by field.
    implausible
        Fields outside their bounds.
    """
    if not unknown and not implausible:
        return _blanks(missing)
    return tuple(sorted({_problem(entry, unknown, implausible) for entry in missing}))


@lru_cache(maxsize=256)
def _blanks(missing: tuple[str, ...]) -> Problems:
    return tuple(sorted((entry, ProblemKind.BLANK, "") for entry in set(missing)))


def _problem(entry: str, unknown: Mapping[str, str],
             implausible: tuple[str, ...]) -> tuple[str, ProblemKind, str]:
    for name in fields_of(entry):
        if name in unknown:
            return name, ProblemKind.UNKNOWN, unknown[name][:MAX_KEY]
    return entry, ProblemKind.IMPLAUSIBLE if entry in implausible else ProblemKind.BLANK, ""


@dataclass(slots=True)
class _Group:
    """Leads with the same problems."""

    leads: int = 0
    worth: int = 0
    """Of the leads whose worth is known, minor units."""
    unvalued: Counter[str] = field(default_factory=Counter)
    """Leads of unknown worth by source."""


class FixFinder:
    """Groups of unroutable leads, and what the routable ones of their sources are worth.

    Worths are summed in integers, so that the order of the leads does not matter. Above twice the
    cap only the largest groups stay; the leads of the rest are counted together.

    Parameters
    ----------
    cap
        How many groups are surely kept apart.
    """

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._groups: dict[Problems, _Group] = {}
        self._routable: dict[str, tuple[int, int]] = {}
        """By source: leads of known worth, their worth."""
        self.others = 0
        """Unroutable leads in groups that were not kept."""

    @property
    def num_unroutable(self) -> int:
        """Leads that cannot be routed."""
        return self.others + sum(group.leads for group in self._groups.values())

    def add_routable(self, lead: Lead, worth: float | None) -> None:
        """Count a lead that can be routed towards the mean of its source."""
        if worth is not None:
            self._add_worth(_source_key(lead), 1, _minor(worth))

    def add_unroutable(self, lead: Lead, problems: Problems, worth: float | None) -> None:
        """Count a lead that cannot be routed, with all that is wrong with it."""
        group = self._group(problems)
        group.leads += 1
        if worth is None:
            group.unvalued[self._room_for(_source_key(lead), group.unvalued)] += 1
        else:
            group.worth += _minor(worth)
        self._prune()

    def fixes(self, num_fixes: int) -> tuple[Fix, ...]:
        """Return the groups that would bring the most worth, then the most leads."""
        found = sorted(self._fixes(), key=lambda pair: (-pair[1].worth, -pair[1].leads, pair[0]))
        return tuple(fix for _, fix in found[:num_fixes])

    def _fixes(self) -> Iterator[tuple[Problems, Fix]]:
        all_leads = sum(leads for leads, _ in self._routable.values())
        all_worth = sum(worth for _, worth in self._routable.values())
        for problems, group in self._groups.items():
            total, num_unvalued = group.worth, sum(group.unvalued.values())
            for source, times in group.unvalued.items():
                leads, worth = self._routable.get(source, (all_leads, all_worth))
                total += _rounded(times * worth, leads) if leads else 0
            shown = tuple(Problem(field=name, kind=kind, value=value or None)
                          for name, kind, value in problems)
            yield problems, Fix(problems=shown, leads=group.leads, worth=total,
                                estimated=num_unvalued if all_leads else 0,
                                unvalued=0 if all_leads else num_unvalued)

    def _group(self, problems: Problems) -> _Group:
        group = self._groups.get(problems)
        if group is None:
            group = self._groups[problems] = _Group()
        return group

    def _add_worth(self, source: str, leads: int, worth: int) -> None:
        source = self._room_for(source, self._routable)
        leads_before, worth_before = self._routable.get(source, (0, 0))
        self._routable[source] = leads_before + leads, worth_before + worth

    def _room_for(self, source: str, table: Mapping[str, object]) -> str:
        return source if source in table or len(table) < _MAX_SOURCES else _OTHER_SOURCES

    def _prune(self) -> None:
        if len(self._groups) <= 2 * self._cap:
            return
        ranked = sorted(self._groups.items(), key=lambda item: (-item[1].leads, item[0]))
        self.others += sum(group.leads for _, group in ranked[self._cap:])
        self._groups = dict(ranked[:self._cap])


def _source_key(lead: Lead) -> str:
    return name_key((lead.source or "")[:MAX_KEY])


def _minor(worth: float) -> int:
    return round(worth * _MINOR_PER_UNIT)


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
