"""Steps by which the owner keeps the lead: accepted, contacted, qualified."""

from __future__ import annotations

from api.service.happenings import Happening
from api.service.owning import after
from api.service.steps.asked import Case
from api.store.leads import update_lead
from api.store.ownerships import update_ownership
from solver.hand_off import LeadState, Place, Step


def accepted(case: Case) -> list[Happening]:
    """Note that the owner has taken the lead."""
    place = after(case.lead, Step.ACCEPTED)
    update_ownership(case.tx, case.owned.id, accepted_at=case.at)
    return _moved(case, place)


def contacted(case: Case) -> list[Happening]:
    """Count a touch; an owner who tries to reach a lead has accepted it."""
    place, owned = after(case.lead, Step.CONTACTED), case.owned
    first = case.at if owned.contacted_at is None else min(owned.contacted_at, case.at)
    update_ownership(case.tx, owned.id, accepted_at=owned.accepted_at or case.at,
                     contacted_at=first, touches=owned.touches + 1)
    return _moved(case, place, touches=owned.touches + 1)


def qualified(case: Case) -> list[Happening]:
    """Note that the lead is worth selling to; who found that out has reached it."""
    place, owned = after(case.lead, Step.QUALIFIED), case.owned
    update_ownership(case.tx, owned.id, contacted_at=owned.contacted_at or case.at,
                     qualified_at=case.at)
    return _moved(case, place)


def _moved(case: Case, place: Place, **detail: object) -> list[Happening]:
    """Write the new state down; a lead that stays as it is keeps its revision."""
    if place.state is not LeadState(case.lead.state):
        update_lead(case.tx, case.lead.lead_id, state=place.state.value, updated_at=case.now,
                    revision=case.lead.revision + 1)
    return [case.happening(place, **detail)]
