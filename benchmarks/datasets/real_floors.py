"""Real windows with the rules of a sales floor: Maven's families, MarketStar's sizes.

Observed: Maven's parents (``subsidiary_of``), products, offices and owners; MarketStar's sizes,
sources, time zones and owners. Stated, because nothing in the data says it, are the policies: what
a move costs, how many slots a large company takes, where the caps stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.datasets.marketstar import Knowledge, backlog_window, busiest_day_window
from benchmarks.datasets.maven_window import open_window
from solver.models import Policy, PreviousOwner, Window

_FAMILIES = {"by": "family"}
_SOME = {"by": "family", "mode": "as_many_as_fit"}
#: No office more than its share of the worth, no agent more than two of the dearest product.
_OFFICES = (
    {"name": "office", "each": "team", "measure": "worth", "upper": "35 %"},
    {"name": "GTK 500", "leads": 'products = "GTK 500"', "each": "rep", "upper": 2})
#: Slots by size of the company; a lead of unknown size takes one.
_SIZES = ({"leads": 'needs = "size large"', "slots": 3},
          {"leads": 'needs = "size mid"', "slots": 2})
#: By size, source and time zone: many a lead counts for three of them.
_BACKLOG_LIMITS = (
    {"name": "large", "leads": 'needs = "size large"', "each": "rep", "upper": 1},
    {"name": "mid", "leads": 'needs = "size mid"', "lower": "20 %", "price": 25},
    {"name": "list", "leads": 'source = "Purchased List"', "measure": "slots", "upper": "20 %"},
    {"name": "Pacific", "leads": 'territory = "Pacific"', "measure": "slots", "upper": "22 %"},
    {"name": "Eastern", "leads": 'territory = "Eastern"', "measure": "slots", "upper": "22 %"})
#: Of a day whose leads are all from one list.
_BUSIEST_LIMITS = (
    {"name": "large", "leads": 'needs = "size large"', "each": "rep", "upper": 100},
    {"name": "mid", "leads": 'needs = "size mid"', "lower": "60 %", "price": 5},
    {"name": "Pacific", "leads": 'territory = "Pacific"', "measure": "slots", "upper": "70 %"},
    {"name": "Eastern", "leads": 'territory = "Eastern"', "measure": "slots", "upper": "70 %"})
_EVEN = {"method": "price", "measure": "leads", "price": 1}


@dataclass(frozen=True, slots=True)
class RealFloor:
    """One window under one policy."""

    source: str
    """Whose leads."""
    rules: str
    """What its policy asks for, in a few words; ``none`` comes first of each source."""
    window: Window


def real_floors(maven: Path | None = None, marketstar: Path | None = None) -> Iterator[RealFloor]:
    """Yield each real window without rules, then with more and more of them.

    Parameters
    ----------
    maven, marketstar
        Folders of the sources; those of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    yield from maven_floors(maven)
    yield from backlog_floors(marketstar)
    yield from busiest_day_floors(marketstar)


def maven_floors(folder: Path | None = None) -> Iterator[RealFloor]:
    """Yield Maven's open opportunities: families whole, in part, with what moves cost, with limits.

    Parameters
    ----------
    folder
        Folder of the source; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    window = open_window(folder).window
    assert window is not None
    owned = with_owners_before(window)
    for base, rules, sections in (
            (window, "none", {}),
            (window, "families whole", {"groups": _FAMILIES}),
            (window, "families as many as fit", {"groups": _SOME}),
            (owned, "moves cost 100", {"stability": {"price": 100}}),
            (owned, "families as many as fit, moves cost 100",
             {"groups": _SOME, "stability": {"price": 100}}),
            (owned, "the same, and limits",
             {"groups": _SOME, "stability": {"price": 100}, "limits": _OFFICES})):
        yield RealFloor("Maven, open opportunities", rules, with_rules(base, **sections))


def backlog_floors(folder: Path | None = None) -> Iterator[RealFloor]:
    """Yield MarketStar's backlog: use by size, limits, even shares.

    Parameters
    ----------
    folder
        Folder of the export; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    backlog = backlog_window(folder)
    for rules, sections in (
            ("none", {}),
            ("use by size", {"use": _SIZES}),
            ("limits by size, source, zone", {"limits": _BACKLOG_LIMITS}),
            ("use and limits", {"use": _SIZES, "limits": _BACKLOG_LIMITS}),
            ("use, limits, even shares",
             {"use": _SIZES, "limits": _BACKLOG_LIMITS, "fairness": _EVEN})):
        yield RealFloor("MarketStar, backlog", rules, with_rules(backlog, **sections))


def busiest_day_floors(folder: Path | None = None) -> Iterator[RealFloor]:
    """Yield the leads of MarketStar's busiest day, whose owners the export names.

    Parameters
    ----------
    folder
        Folder of the export; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    busiest = with_owners_before(busiest_day_window(Knowledge.HINDSIGHT, folder))
    plain = busiest.model_copy(update={"previous": ()})
    for base, rules, sections in (
            (plain, "none", {}),
            (busiest, "use and limits, moves cost 0.50",
             {"use": _SIZES, "limits": _BUSIEST_LIMITS, "stability": {"price": 0.5}})):
        yield RealFloor("MarketStar, busiest day, hindsight", rules, with_rules(base, **sections))


def with_owners_before(window: Window) -> Window:
    """Return the window with the owners of the export as a plan before it.

    Parameters
    ----------
    window
        Owners who are not among its reps count as none.
    """
    reps = {rep.rep_id for rep in window.reps}
    return window.model_copy(update={"previous": tuple(
        PreviousOwner(lead_id=lead.lead_id, rep_id=lead.owner_id) for lead in window.leads
        if lead.owner_id is not None and lead.owner_id in reps)})


def with_rules(window: Window, **sections: Any) -> Window:
    """Return the window with further sections of the policy.

    Parameters
    ----------
    window
        Its own policy keeps every other key.
    sections
        Key of the policy to its value, as a policy file has it.
    """
    known = window.policy.model_dump(exclude_defaults=True)
    return window.model_copy(update={"policy": Policy.model_validate(known | sections)})
