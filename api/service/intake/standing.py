"""Where leads stand after intake, and where known ones go when what is known of them changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.service.intake.sent import Raw
from api.store.leads import LeadRow
from solver.hand_off import LeadState
from solver.matrix.triage import REQUIRED_FIELDS
from solver.models import Hold, Lead, Policy, Queue, Reason, ReasonCode, RouteWhen

_WORKED = frozenset(state for state in LeadState if state not in (
    LeadState.WAITING, LeadState.ASSIGNED, LeadState.KEPT))
#: A person, or owners time and again, put the lead where it is: new data does not move it.
_DECIDED = frozenset(("BY_HAND", "RETURNED"))
#: It rests until a date, or until it shows itself anew.
_RESTS = frozenset(("RECYCLED", "UNREACHABLE"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A place, and why."""

    state: LeadState = LeadState.WAITING
    queue: Queue | None = Queue.NEXT_WINDOW
    reasons: tuple[Reason, ...] = ()
    kept_by: str | None = None
    hold: Hold | None = None

    @property
    def reasons_column(self) -> str | None:
        """The reasons as they are stored: JSON of a list."""
        if not self.reasons:
            return None
        return json.dumps([one.model_dump(mode="json", exclude_none=True)
                           for one in self.reasons])


_WAITS = Standing()


def standing_of(lead: Lead | Raw, hold: Hold | None, policy: Policy) -> Standing:
    """Return where a lead stands that nobody has worked yet, as a window sorts leads out."""
    owner = lead.owner_id
    if (owner is not None and policy.route_when is RouteWhen.UNOWNED
            and owner not in policy.placeholder_owners):
        return Standing(LeadState.KEPT, None, kept_by=owner)
    if hold is not None:
        return Standing(LeadState.WAITING, hold.queue, (hold.reason,), hold=hold)
    if lead.created_at is not None and lead.deal_value is not None and lead.score is not None:
        return _WAITS
    missing = [name for name in REQUIRED_FIELDS if getattr(lead, name) is None]
    return Standing(LeadState.WAITING, Queue.NEEDS_DATA, (Reason(
        code=ReasonCode.NEEDS_DATA, detail=f"blank: {', '.join(missing)}"),))


def standing_now(row: LeadRow) -> Standing:
    """Return where a stored lead stands."""
    return Standing(
        LeadState(row.state), None if row.queue is None else Queue(row.queue),
        tuple(Reason.model_validate(one) for one in json.loads(row.reasons or "[]")), row.kept_by,
        None if row.hold is None else Hold.model_validate_json(row.hold))


def is_worked(row: LeadRow) -> bool:
    """Return whether an owner works the lead, or it is at its end."""
    return LeadState(row.state) in _WORKED


def moves(now: Standing, then: Standing, matter: Sequence[str], found_anew: bool) -> bool:
    """Tell whether a known lead goes where it would stand if it came now.

    Parameters
    ----------
    now
        Where it stands.
    then
        Where it would stand.
    matter
        Fields that changed and matter to a rule.
    found_anew
        Whether it is compared with others by other keys than before.
    """
    if now.state in _WORKED:
        return False
    if now.state is LeadState.ASSIGNED:
        return bool(matter)
    if then.state is LeadState.KEPT or now.state is LeadState.KEPT:
        return (now.state, now.kept_by) != (then.state, then.kept_by)
    codes = {one.code.value for one in now.reasons}
    if codes & _DECIDED or (codes & _RESTS and not matter):
        return False
    if (now.queue, now.reasons, now.hold) == (then.queue, then.reasons, then.hold):
        return False
    return bool(matter) or found_anew or now.hold is not None
