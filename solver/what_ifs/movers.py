"""Who moved between two outcomes, and whom the scenario's edits touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solver.matrix.territories import TerritoryFinder
from solver.models import Window
from solver.models.base import Record
from solver.what_ifs.outcome import Outcome
from solver.what_ifs.records import Mover


@dataclass(frozen=True, slots=True)
class Edited:
    """Reps and leads that edits touch themselves."""

    reps: frozenset[str]
    leads: frozenset[str]


def edited_between(before: Window, after: Window) -> Edited:
    """Return the reps and leads that differ between two windows.

    A lead differs if its record does, if it is in one window only, if it lies in another territory,
    or if anything else of the policy differs.
    """
    reps = _differing({rep.rep_id: rep for rep in before.reps},
                      {rep.rep_id: rep for rep in after.reps})
    one = {lead.lead_id: lead for lead in before.leads}
    other = {lead.lead_id: lead for lead in after.leads}
    leads = _differing(one, other)
    if before.policy is not after.policy:
        leads |= _under_another_policy(before, after)
    return Edited(reps, leads)


def _under_another_policy(before: Window, after: Window) -> frozenset[str]:
    """Return the leads that another policy touches, by whatever lies in it."""
    territories = {"territories": ()}
    if before.policy.model_copy(update=territories) != after.policy.model_copy(update=territories):
        return frozenset(lead.lead_id for lead in (*before.leads, *after.leads))
    was, now = TerritoryFinder(before.policy), TerritoryFinder(after.policy)
    return frozenset(lead.lead_id for lead in after.leads if was.find(lead) != now.find(lead))


def _differing(one: Mapping[str, Record], other: Mapping[str, Record]) -> frozenset[str]:
    return frozenset(key for key in (*one, *other)
                     if one.get(key) is not other.get(key) and one.get(key) != other.get(key))


def movers(before: Outcome, after: Outcome) -> tuple[Mover, ...]:
    """Return the leads whose owner differs, sorted by lead_id."""
    edited = edited_between(before.window, after.window)
    moves = []
    for lead_id in sorted({**before.owners, **after.owners}):
        old, new = before.owners.get(lead_id), after.owners.get(lead_id)
        if old != new:
            touched = lead_id in edited.leads or old in edited.reps or new in edited.reps
            moves.append(Mover(lead_id=lead_id, before=old, after=new, cascade=not touched))
    return tuple(moves)
