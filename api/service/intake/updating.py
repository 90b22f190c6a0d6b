"""Known leads that change: where they go, what happened, who loses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.service.intake.standing import Standing, moves, standing_now, standing_of
from api.service.intake.writing import Batch
from api.store.leads import LeadRow
from api.store.ownerships import OwnershipRow
from solver.hand_off import LeadState
from solver.models import Hold, Lead, Queue


@dataclass(frozen=True, slots=True)
class Update:
    """What is new of a known lead."""

    lead: Lead
    """As it is now."""
    hold: Hold | None
    """What preparing holds it for now."""
    matter: tuple[str, ...]
    """Fields that changed and matter to a rule."""
    found_anew: bool = False
    """It is compared with others by other keys than before."""
    names: Sequence[str] = ()
    """Posted fields that changed."""
    took: Sequence[str] = ()
    """Leads that became one with it."""
    wakes: bool = False
    """It did something, so that it rests no longer."""


def change_known(batch: Batch, row: LeadRow, owner: OwnershipRow | None, update: Update
                 ) -> tuple[Standing, bool]:
    """Let a known lead go where it would stand if it came now, unless somebody works it.

    An owner who has not accepted it is as if never given it.

    Returns
    -------
    tuple
        Where it stands now, and whether a rule may decide otherwise on it than before.
    """
    now = standing_now(row)
    then = standing_of(update.lead, update.hold, batch.kit.policy)
    goes = moves(now, then, update.matter, update.found_anew) or (
        update.wakes and now.queue is Queue.NURTURE and then.queue is not Queue.NURTURE)
    place = then if goes else now
    if goes and owner is not None:
        batch.ends.append((row, owner))
    if goes or update.names or update.took:
        batch.happen(
            _kind(now, place), row.lead_id, place, fields=list(update.names),
            matter=list(update.matter), merged=sorted(update.took), owner_id=place.kept_by,
            why="a new activity" if update.wakes else None,
            from_queue=row.queue if now.queue is not place.queue else None,
            from_rep_id=None if owner is None or not goes else owner.rep_id)
    return place, goes or bool(update.matter)


def _kind(now: Standing, place: Standing) -> str:
    if (now.state, now.queue, now.kept_by) == (place.state, place.queue, place.kept_by):
        return "lead.updated"
    return "lead.kept" if place.state is LeadState.KEPT else "lead.queued"
