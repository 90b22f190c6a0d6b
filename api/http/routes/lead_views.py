"""One lead: seen, explained, erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.bodies.base import LeadId, RepId
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Admin, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.erasing import erase
from api.service.explaining import Explained, explain_lead
from api.service.lead_facts import HistoryEvent, LeadView
from api.service.lead_view import lead_history, lead_view

router = APIRouter(prefix="/v1/leads", tags=["leads"], route_class=StrictRoute)
#: No event has a higher number; cursors are the caller's word.
_MOST = 2**63 - 1


@router.get("/{lead_id}", responses=responses(404, 410, 422))
def get_one_lead(lead_id: LeadId, context: InContext, actor: Reader) -> LeadView:
    """Return a lead with what its owner needs to call.

    A rep's own key sees contact data only of leads that the rep owns, and no figures of others.
    """
    return lead_view(context, actor, lead_id)


@router.get("/{lead_id}/history", responses=responses(404, 410, 422))
def list_lead_history(lead_id: LeadId, context: InContext, actor: Reader, limit: Limit = 100,
                      cursor: Cursor = None) -> Page[HistoryEvent]:
    """List what happened to a lead, in order."""
    key = key_of(cursor, (int,))
    after = min(int(key[0]), _MOST) if key else 0
    rows = lead_history(context, actor, lead_id, max(0, after), limit + 1)
    more = len(rows) > limit
    return Page(items=rows[:limit],
                next_cursor=cursor_of(rows[limit - 1].event_id) if more else None)


@router.get("/{lead_id}/explanation", responses=responses(404, 409, 410, 413, 422))
def explain_one_lead(
        lead_id: LeadId, context: InContext, actor: Reader,
        rep: Annotated[RepId | None, Query(description="Say also why not this rep.")] = None
        ) -> Explained:
    """Say why a lead has its owner or is held, and why not another rep.

    Figures of other reps are shown to managers: keys with the scope operate that are no rep's own.
    """
    return explain_lead(context, actor, lead_id, rep)


@router.delete("/{lead_id}", status_code=204, responses=responses(404, 422))
def erase_lead(lead_id: LeadId, context: InContext, actor: Admin) -> Response:
    """Erase a lead's personal data; who owned it from when to when stays, without a name."""
    erase(context, actor, lead_id)
    return Response(status_code=204)
