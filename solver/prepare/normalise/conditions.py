"""Places that a policy names, in territories and in conditions of scoring, as leads name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from solver.models import Change
from solver.models.scoring import DisqualifyRule, FitRule, Scoring, When
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.region import normalise_region

_RULE = "as leads name them"


class Places(NamedTuple):
    """Countries and regions of one rule."""

    countries: tuple[str, ...]
    regions: tuple[str, ...]


def normalised_places(places: Places) -> Places:
    """Return places as leads name them.

    A name that is not known, or would be another for one of several countries, stays.
    """
    countries = _each(places.countries, normalise_country)
    country = countries[0] if len(countries) == 1 else None
    return Places(countries, _each(places.regions, partial(normalise_region, country=country)))


def place_changes(name: str, before: Places, after: Places,
                  fields: tuple[str, str] = Places._fields) -> Iterator[Change]:
    """Yield what became of the places of a rule.

    Parameters
    ----------
    name
        Of the rule.
    before, after
        Its places.
    fields
        What the rule calls its countries and its regions.
    """
    for field, old, new in zip(fields, before, after, strict=True):
        if old != new:
            yield Change(record_id=name, field=field, before=";".join(old), after=";".join(new),
                         rule=_RULE)


def normalise_scoring(scoring: Scoring) -> tuple[Scoring, list[Change]]:
    """Return a scoring with the places of its conditions as leads name them, and the changes."""
    changes: list[Change] = []
    fit = tuple(_fit_rule(rule, changes) for rule in scoring.fit)
    out = tuple(_disqualify_rule(rule, changes) for rule in scoring.disqualify_when)
    if not changes:
        return scoring, changes
    return scoring.model_copy(update={"fit": fit, "disqualify_when": out}), changes


def _fit_rule(rule: FitRule, changes: list[Change]) -> FitRule:
    return rule.model_copy(update={"when": _condition(rule.name, rule.when, changes)})


def _disqualify_rule(rule: DisqualifyRule, changes: list[Change]) -> DisqualifyRule:
    if rule.when is None:
        return rule
    return rule.model_copy(update={"when": _condition(rule.name, rule.when, changes)})


def _condition(name: str, when: When, changes: list[Change]) -> When:
    before = Places(when.country, when.region)
    after = normalised_places(before)
    found = list(place_changes(name, before, after, ("country", "region")))
    changes += found
    if not found:
        return when
    return when.model_copy(update={"country": after.countries, "region": after.regions})


def _each(names: Sequence[str], normalise: Callable[[str], Cell]) -> tuple[str, ...]:
    after = []
    for name in names:
        cell = normalise(name)
        after.append(cell.value if cell.known and cell.value else name)
    return tuple(dict.fromkeys(after))
