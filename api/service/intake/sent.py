"""Leads as they are posted, and what they become when they are read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from api.service.errors import Problem
from api.service.intake.kit import Kit
from api.service.intake.results import RowProblem
from api.store.leads import LeadRow
from solver.models import Change, Lead, Severity
from solver.reading.arriving import ReadLead, read_lead
from solver.reading.columns import LEADS

_ATTRIBUTES = "attributes"
#: What a post may name.
FIELDS = frozenset({*LEADS.columns, _ATTRIBUTES}) - {"lead_id"}


class Raw(NamedTuple):
    """A lead that is taken as it is, without preparing."""

    record: str
    """JSON of the lead, but for its id."""
    created_at: datetime | None
    deal_value: float | None
    score: float | None
    owner_id: str | None
    account_id: str | None
    source: str | None
    segment: str | None
    """Key of the territory that it names."""


class Posted(NamedTuple):
    """One lead as it came in, with all that is wrong in itself."""

    row: int
    lead_id: str | None
    """None: the service gives one."""
    fields: Mapping[str, Any] = MappingProxyType({})
    """As they were posted, without the id."""
    raw: Raw | None = None
    problem: RowProblem | None = None
    """Why it is no lead."""


class Sent(NamedTuple):
    """One posted lead with its id."""

    row: int
    lead_id: str
    fields: Mapping[str, Any]
    """As they were posted, without the id."""
    is_named: bool = True
    """Whether the post names the id, so that the lead may be known."""
    raw: Raw | None = None


@dataclass(slots=True)
class Draft:
    """One lead, known or new, with all that was posted of it by now."""

    lead_id: str
    fields: dict[str, Any]
    read: ReadLead
    before: LeadRow | None = None
    changed: tuple[str, ...] = ()
    """Fields whose posted values are others than those before; of a new lead none."""
    rows: list[Sent] = field(default_factory=list)

    @property
    def lead(self) -> Lead:
        """As it was read."""
        assert self.read.lead is not None
        return self.read.lead


def new_lead_id() -> str:
    """Return an id for a lead that names none; a request sent again finds it in its answer."""
    return f"ld_{secrets.token_hex(16)}"


def completed(raw: Raw, lead_id: str, fields: Mapping[str, Any], now: datetime) -> Raw:
    """Return a lead that is taken as it is, with its id; if it does not say when it came: now."""
    more = f'"lead_id":"{lead_id}"'
    stamp = raw.created_at
    if stamp is None and "created_at" not in fields:
        more, stamp = f'{more},"created_at":"{now.isoformat()}"', now
    rest = raw.record[1:] if raw.record == "{}" else f",{raw.record[1:]}"
    return Raw(f"{{{more}{rest}", stamp, raw.deal_value, raw.score, raw.owner_id, raw.account_id,
               raw.source, raw.segment)


def read_fields(kit: Kit, lead_id: str, fields: Mapping[str, Any]) -> ReadLead | RowProblem:
    """Read a lead as people write it; names that are no fields are refused."""
    found = read_lead({"lead_id": lead_id, **fields}, kit.policy)
    if found.lead is None:
        errors = tuple(
            Problem(pointer=f"/{issue.column or ''}", code=issue.code.value.lower(),
                    detail=f"{issue.rule}. {issue.remedy}.", offending=issue.offending)
            for issue in found.issues if issue.severity is Severity.ERROR)
        return RowProblem(code="invalid", errors=errors,
                          detail=f"{len(errors)} problem{'s' if len(errors) > 1 else ''} of "
                                 f"lead {lead_id!r}")
    return _with_owner(kit, found)


def _with_owner(kit: Kit, found: ReadLead) -> ReadLead:
    """Name the owner by the rep's id, where an e-mail address, name or short id stands."""
    lead = found.lead
    if lead is None or lead.owner_id is None or lead.owner_id in kit.policy.placeholder_owners:
        return found
    rep_id = kit.owners.find(lead.owner_id)
    if not isinstance(rep_id, str) or rep_id == lead.owner_id:
        return found
    change = Change(lead.lead_id, "owner_id", lead.owner_id, rep_id, "owner's rep id")
    return ReadLead(lead.model_copy(update={"owner_id": rep_id}), (*found.changes, change),
                    found.issues)


def overlaid(before: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with those posted now over them: absent ones stay, null clears."""
    found = {**before, **fields}
    if isinstance(before.get(_ATTRIBUTES), Mapping) and isinstance(fields.get(_ATTRIBUTES),
                                                                   Mapping):
        found[_ATTRIBUTES] = {**before[_ATTRIBUTES], **fields[_ATTRIBUTES]}
        found[_ATTRIBUTES] = {name: one for name, one in found[_ATTRIBUTES].items()
                              if one is not None}
    return {name: one for name, one in found.items() if one is not None}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of fields that differ, sorted."""
    return tuple(sorted(name for name in before.keys() | after.keys()
                        if before.get(name) != after.get(name)))


def posted_of(row: LeadRow) -> dict[str, Any]:
    """Return what was posted of a stored lead by now; of one that was not prepared, its record."""
    found: dict[str, Any] = json.loads(row.posted or row.record or "{}")
    return {name: one for name, one in found.items() if name in FIELDS}


def taken_over(row: LeadRow, lead: Lead, names: Collection[str]) -> dict[str, Any]:
    """Return what was posted of a stored lead by now, with what it took over from another."""
    found = lead.model_dump(mode="json", include=set(FIELDS.intersection(names)))
    return {**posted_of(row), **found}
