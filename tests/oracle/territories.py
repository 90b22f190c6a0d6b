"""The rules of territories, one lead and one rep at a time, in plain Python."""

from __future__ import annotations

from solver.models import Lead, Rep, Territory, Window
from solver.models.territory import Range
from solver.names import OVERLAY, name_key, postal_key


def _among(field: str | None, names: tuple[str, ...]) -> bool:
    return field is not None and name_key(field) in {name_key(name) for name in names}


def _within(number: float | None, ends: Range) -> bool:
    low, high = ends
    return (number is not None and (low is None or low <= number)
            and (high is None or number <= high))


def _in_postal_range(code: str, text: str) -> bool:
    first, last = (postal_key(end) for end in text.split("-"))
    return len(code) >= len(first) and first <= code[:len(first)] <= last


def matches(territory: Territory, lead: Lead) -> bool:
    """Return whether every given key of the rule matches the lead."""
    postal = None if lead.postal_code is None else postal_key(lead.postal_code)
    prefixes = tuple(postal_key(prefix) for prefix in territory.postal_prefixes)
    given = []
    for names, field in ((territory.countries, lead.country), (territory.regions, lead.region),
                         (territory.industries, lead.industry),
                         (territory.sectors, lead.sector),
                         (territory.sources, lead.source)):
        if names:
            given.append(_among(field, names))
    if prefixes:
        given.append(postal is not None and postal.startswith(prefixes))
    if territory.postal_ranges:
        given.append(any(postal is not None and _in_postal_range(postal, text)
                         for text in territory.postal_ranges))
    for ends, number in ((territory.employees, lead.employees),
                         (territory.annual_revenue, lead.annual_revenue)):
        if ends is not None:
            given.append(_within(number, ends))
    return all(given)


def territory_of(lead: Lead, window: Window) -> str | None:
    """Return the key of the lead's territory: its own column, else the first rule that matches."""
    if lead.territory is not None:
        return name_key(lead.territory)
    return next((name_key(rule.name) for rule in window.policy.territories
                 if matches(rule, lead)), None)


def territory_fit(lead: Lead, rep: Rep, window: Window) -> float | None:
    """Return the fit of the rep's territories, None where the pair is not eligible."""
    fits = window.policy.territory_fit
    territory = territory_of(lead, window)
    homes = {name_key(name) for name in rep.territories}
    if territory is None:
        named = {name_key(name) for other in window.reps for name in other.territories}
        named |= {name_key(rule.name) for rule in window.policy.territories}
        if not named - {OVERLAY}:
            return fits.home
        return fits.overlay if OVERLAY in homes else None
    if territory in homes:
        return fits.home
    return fits.overlay if OVERLAY in homes else fits.outside
