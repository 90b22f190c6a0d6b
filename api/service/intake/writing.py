"""What intake writes: new leads, changed ones, keys, ends of ownerships, what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from api.service.context import Actor
from api.service.happenings import Happening, told_rows
from api.service.intake.kit import Kit
from api.service.intake.standing import Standing
from api.service.owning import end
from api.store.database import Writing
from api.store.joining import join_leads
from api.store.keyed import add_lead_keys
from api.store.leads import LeadRow, update_leads
from api.store.ownerships import OwnershipRow
from api.store.rows import NewRows, add_new
from api.store.schema import lead_keys, leads
from solver.hand_off import LeadState, Step
from solver.models import Lead
from solver.prepare.scoring.points import Score

_SCORE = TypeAdapter(Score)
#: Columns of a new lead, in the order of :func:`new_row`.
_NEW = ("lead_id", "state", "queue", "queued_at", "reasons", "hold", "record", "posted", "points",
        "hot", "created_at", "received_at", "updated_at", "account_id", "source", "segment",
        "merged_into", "kept_by")


@dataclass(slots=True)
class Batch:
    """All that one transaction of intake writes, collected first and written in a few statements.

    Leads that go into another stand behind all others, for the database wants that one first.
    """

    tx: Writing
    kit: Kit
    now: datetime
    actor: Actor
    new: list[tuple[Any, ...]] = field(default_factory=list)
    new_merged: list[tuple[Any, ...]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    new_keys: list[tuple[str, str]] = field(default_factory=list)
    """(lead_id, key) of new leads."""
    keys: list[tuple[str, str]] = field(default_factory=list)
    """(lead_id, key) of known leads; those that they had stay, for leads that they took in."""
    ends: list[tuple[LeadRow, OwnershipRow]] = field(default_factory=list)
    joins: list[tuple[str, str]] = field(default_factory=list)
    """(lead_id, into) of known leads."""
    happenings: list[Happening] = field(default_factory=list)

    def happen(self, kind: str, lead_id: str, standing: Standing, **detail: Any) -> None:
        """Note that something happened to a lead, and where it stands afterwards."""
        self.happenings.append(Happening(
            kind, self.now, self.actor.actor_id, lead_id=lead_id,
            state=standing.state.value,
            queue=None if standing.queue is None else standing.queue.value,
            detail={key: value for key, value in detail.items() if value not in (None, (), [])}))

    def received(self, lead_id: str, standing: Standing) -> None:
        """Note that a new lead came."""
        queue, codes = standing.queue, [one.code.value for one in standing.reasons]
        self.happenings.append(Happening(
            "lead.received", self.now, self.actor.actor_id, lead_id=lead_id,
            state=standing.state.value, queue=None if queue is None else queue.value,
            detail={"reasons": codes} if codes else {}))
        if standing.state is LeadState.KEPT:
            self.happen("lead.kept", lead_id, standing, owner_id=standing.kept_by)

    def write(self) -> None:
        """Write all of it."""
        new = (NewRows(leads, _NEW, sorted(self.new, key=_by_id)),
               NewRows(leads, _NEW, sorted(self.new_merged, key=_by_id)),
               NewRows(lead_keys, ("lead_id", "key"), sorted(set(self.new_keys))))
        told = told_rows(self.happenings)
        if not self.updates:
            add_new(self.tx, *new, *told)
            return
        add_new(self.tx, *new)
        end(self.tx, self.ends, Step.QUEUED, self.now, credit=True,
            keeps_ledger=self.kit.policy.keeps_ledger)
        update_leads(self.tx, sorted(self.updates, key=lambda row: str(row["lead_id"])))
        add_lead_keys(self.tx, self.keys)
        for lead_id, into in self.joins:
            join_leads(self.tx, lead_id, into)
        add_new(self.tx, *told)


def _by_id(row: Sequence[Any]) -> str:
    return str(row[0])


class Columns(NamedTuple):
    """What is stored of a lead besides where it stands."""

    record: str
    created_at: datetime | None
    account_id: str | None
    source: str | None
    segment: str | None
    posted: str | None = None
    points: str | None = None
    hot: bool = False


def columns_of(lead: Lead, kit: Kit, posted: Mapping[str, Any] | None, score: Score | None,
               is_hot: bool = False) -> Columns:
    """Return what is stored of a lead."""
    return Columns(
        lead.model_dump_json(exclude_defaults=True), lead.created_at, lead.account_id,
        lead.source, kit.territories.find(lead), None if posted is None else json.dumps(posted),
        None if score is None else _SCORE.dump_json(score).decode(), is_hot)


def new_row(lead_id: str, columns: Columns, standing: Standing, now: datetime,
            into: str | None = None) -> tuple[Any, ...]:
    """Return the row of a new lead; one that is one with another has no queue."""
    waits = standing.state is LeadState.WAITING
    return (lead_id, standing.state.value, None if standing.queue is None else standing.queue.value,
            now if waits else None, standing.reasons_column,
            None if standing.hold is None else standing.hold.model_dump_json(),
            columns.record, columns.posted, columns.points, columns.hot, columns.created_at, now,
            now, columns.account_id, columns.source, columns.segment, into, standing.kept_by)


def changed_row(before: LeadRow, columns: Columns, place: Standing, now: datetime, *,
                revised: bool, into: str | None = None) -> dict[str, Any]:
    """Return all columns that intake may change of a known lead.

    Parameters
    ----------
    before
        The lead, locked.
    columns
        What it is now.
    place
        Where it stands now.
    now
        When.
    revised
        Whether a rule may decide otherwise on it than before.
    into
        The lead that it is one with now.
    """
    waits = place.state is LeadState.WAITING
    stays = (before.state, before.queue) == (place.state, place.queue)
    return {
        "lead_id": before.lead_id, "record": columns.record, "posted": columns.posted,
        "points": columns.points, "hot": columns.hot, "created_at": columns.created_at,
        "account_id": columns.account_id, "source": columns.source, "segment": columns.segment,
        "updated_at": now, "merged_into": into, "revision": before.revision + revised,
        "state": place.state.value, "queue": None if place.queue is None else place.queue.value,
        "queued_at": before.queued_at if stays else now if waits else None,
        "not_before": before.not_before if stays else None, "reasons": place.reasons_column,
        "hold": None if place.hold is None else place.hold.model_dump_json(),
        "kept_by": place.kept_by}
