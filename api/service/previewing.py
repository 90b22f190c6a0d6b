"""Previews: what a version of the policy would do with the queue, or with one lead, now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from api.service.context import Context
from api.service.errors import GoneError, Problem, RefusedError
from api.service.policies import the_policy
from api.service.solving import check_size, work
from api.service.windows.gathering import gather_under
from api.solving.deciding import Decided
from api.solving.packing import pack
from api.store.accounts import get_accounts
from api.store.activities import activities_of
from api.store.control import Control, read_control
from api.store.database import Reading
from api.store.leads import get_lead
from api.store.reps import all_reps
from api.store.waiting import WaitingLead, waiting_leads
from solver.hand_off import LeadState
from solver.models import Account, Activity, Lead, Policy, Rep
from solver.prepare.arriving import Around, Arrivals


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy does with a lead."""

    rep_id: str | None
    """None: nobody gets it."""
    queue: str | None
    """Where it waits then."""
    value: int | None
    """With its owner, minor units."""
    why: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A lead that the two policies treat differently."""

    lead_id: str
    active: Decision
    draft: Decision


@dataclass(frozen=True, slots=True)
class Side:
    """What one policy does with all leads."""

    version: int
    assigned: int
    held: int
    value: int
    """Of all owned leads, minor units."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Both policies beside each other."""

    at: datetime
    num_leads: int
    active: Side
    draft: Side
    changes: tuple[Change, ...]
    """Leads whose owner or queue differs, by id."""
    lead: Change | None = None
    """The one lead that was asked for, whether it differs or not."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One lead as it would be, and what preparing looks at."""

    lead: Lead
    reps: tuple[Rep, ...]
    accounts: tuple[Account, ...]
    activities: tuple[Activity, ...]


def preview(context: Context, version: int, edited: Mapping[str, Any] | None) -> Preview:
    """Decide on the waiting leads, or on one lead, by the active policy and by a version.

    Parameters
    ----------
    context
        The service; nothing of it changes.
    version
        The version.
    edited
        Fields of one lead, with its ``lead_id``: of a known lead those that would be different, of
        a new one all; it is prepared under each policy. None: the leads that wait for a window, as
        they are.

    Raises
    ------
    UnknownError
        There is no such version.
    TooLargeError
        More leads times reps than ``FAIRLEAD_SOLVE_MAX_PAIRS``.
    RefusedError
        The fields are no lead; one of the policies cannot be kept.
    """
    row = the_policy(context, version)
    with context.database.read() as tx:
        control = read_control(tx)
        asked = None if edited is None else _asked(tx, context, edited)
        leads = [] if asked is not None else _waiting(tx, context)
    sides = {version: row.policy, control.policy_version: control.policy}
    found = {number: _decide(context, policy, leads if asked is None else
                             [_prepared(context, asked, policy)])
             for number, policy in sides.items()}
    return _compared(context, control, version, found, asked)


def _waiting(tx: Reading, context: Context) -> list[WaitingLead]:
    most = context.settings.window_max_leads
    leads = waiting_leads(tx, context.now, most)
    check_size(context, len(leads), len(all_reps(tx)))
    return leads


def _asked(tx: Reading, context: Context, edited: Mapping[str, Any]) -> _Asked:
    lead_id = str(edited["lead_id"])
    row, now = get_lead(tx, lead_id), context.now
    if row is not None and row.state == LeadState.ERASED:
        raise GoneError(f"lead {lead_id!r} was erased")
    reps = tuple(one.live(now) for one in all_reps(tx))
    check_size(context, 1, len(reps))
    stored = {"created_at": now} if row is None or row.record is None else json.loads(row.record)
    try:
        lead = Lead.model_validate({**stored, **edited})
    except ValidationError as error:
        raise RefusedError(f"lead {lead_id!r} cannot have these fields", problems=[
            Problem(pointer="/lead/" + "/".join(map(str, one["loc"])), code=one["type"],
                    detail=one["msg"]) for one in error.errors(include_url=False)]) from None
    ids = [] if lead.account_id is None else [lead.account_id]
    accounts = tuple(one.stored for one in get_accounts(tx, ids).values())
    return _Asked(lead, reps, accounts, tuple(activities_of(tx, [lead_id])))


def _prepared(context: Context, asked: _Asked, policy: Policy) -> WaitingLead:
    """Return the lead as preparing under a policy makes it."""
    around = Around(accounts=asked.accounts, activities=asked.activities)
    arrived = Arrivals(policy, asked.reps).prepare([asked.lead], around, context.now)
    one = arrived.leads[asked.lead.lead_id]
    return WaitingLead(one.lead.lead_id, 0, one.lead.model_dump_json(),
                       None if one.hold is None else one.hold.model_dump_json(),
                       one.lead.account_id)


def _decide(context: Context, policy: Policy, leads: Sequence[WaitingLead]) -> Decided:
    gathered = gather_under(context, policy, leads)
    return Decided.from_bytes(work(context, "decide", pack(gathered.inputs)))


def _compared(context: Context, control: Control, version: int, found: Mapping[int, Decided],
              asked: _Asked | None) -> Preview:
    active, draft = found[control.policy_version], found[version]
    before, after = _decisions(active), _decisions(draft)
    pairs = [Change(lead_id, before[lead_id], after[lead_id]) for lead_id in sorted(before)]
    return Preview(
        at=context.now, num_leads=len(pairs), active=_side(control.policy_version, active),
        draft=_side(version, draft),
        changes=tuple(one for one in pairs if (one.active.rep_id, one.active.queue)
                      != (one.draft.rep_id, one.draft.queue)),
        lead=pairs[0] if asked is not None else None)


def _decisions(decided: Decided) -> dict[str, Decision]:
    return {
        **{one.lead_id: Decision(one.rep_id, None, one.value, one.why) for one in decided.planned},
        **{one.lead_id: Decision(None, one.queue, None, json.loads(one.reasons)[0]["detail"])
           for one in decided.held},
        **{one.lead_id: Decision(one.owner_id, None, None, "the CRM names an owner, and the lead "
                                                           "stays there") for one in decided.kept}}


def _side(version: int, decided: Decided) -> Side:
    return Side(version, len(decided.planned), len(decided.held), decided.certificate["value"])
