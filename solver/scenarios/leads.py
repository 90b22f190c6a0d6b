"""What edits make of the leads of a window: more, fewer, of another segment, of a campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from solver.models import Lead
from solver.scenarios.amounts import free_id, in_order, scaled, shares
from solver.scenarios.changes import LeadChanges
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import Campaign, ScaleLeads, ShiftLeads
from solver.scenarios.present import Present
from solver.scenarios.rep_edits import OpenLeads, RemoveReps


def edited_leads(present: Present, scenario: Scenario) -> tuple[Lead, ...]:
    """Return all leads of a window after a scenario's edits, in no order.

    Leads that no edit touches are the same objects.

    Parameters
    ----------
    present
        The window.
    scenario
        Checked against it.
    """
    taken = {lead.lead_id for lead in present.window.leads}
    copies = _copies(present, scenario.edits, taken)
    shifts = _shifts(present, scenario.edits, copies)
    unowned = _without_owner(present, scenario.edits)
    leads: list[Lead] = []
    for lead in present.window.leads:
        if lead.lead_id in unowned:
            lead = lead.model_copy(update={"owner_id": None})  # noqa: PLW2901
        for lead_id in copies.get(lead.lead_id, (lead.lead_id,)):
            one = lead if lead_id == lead.lead_id else copied(lead, lead_id)
            shifted = _shifted(one, shifts.get(lead_id, ()), present.window.at)
            leads += () if shifted is None else (shifted,)
    for edit in scenario.edits:
        if isinstance(edit, Campaign):
            leads += _campaign(present, edit, taken)
    return tuple(leads)


def copied(lead: Lead, lead_id: str) -> Lead:
    """Return a lead like another, of whom nobody is the owner yet."""
    return lead.model_copy(update={"lead_id": lead_id, "owner_id": None})


def on_campaign(present: Present, edit: Campaign) -> bool:
    """Return whether the window is of a day of a campaign."""
    return edit.from_ <= present.window.at.astimezone(UTC).date() <= edit.to


def with_changes(lead: Lead, changes: LeadChanges) -> Lead:
    """Return a lead with some fields set: ``attributes`` added to its own, the rest replaced."""
    update: dict[str, Any] = dict(changes)
    if "attributes" in changes:
        update["attributes"] = {**lead.attributes, **changes["attributes"]}
    if "source" in changes:
        update["sources"] = ()
    return lead.model_copy(update=update)


def _copies(present: Present, edits: Iterable[Edit], taken: set[str]
            ) -> dict[str, tuple[str, ...]]:
    """Return lead_id to the ids under which it is there, for the leads that edits scale."""
    copies: dict[str, tuple[str, ...]] = {}
    for edit in edits:
        if isinstance(edit, ScaleLeads):
            ids = [lead.lead_id for lead in present.leads_of(edit.where)]
            numbers = shares(ids, scaled(len(ids), edit.factor), "scale_leads")
            for lead_id in sorted(ids):
                number = numbers[lead_id]
                copies[lead_id] = (lead_id,)[:number] + tuple(
                    free_id(lead_id, taken) for _ in range(number - 1))
    return copies


def _shifts(present: Present, edits: Iterable[Edit], copies: Mapping[str, tuple[str, ...]]
            ) -> dict[str, list[ShiftLeads]]:
    """Return lead_id, of copies too, to the edits that shift it."""
    shifts: defaultdict[str, list[ShiftLeads]] = defaultdict(list)
    for edit in edits:
        if isinstance(edit, ShiftLeads):
            ids = [one for lead in present.leads_of(edit.where)
                   for one in copies.get(lead.lead_id, (lead.lead_id,))]
            for lead_id in in_order(ids, "shift_leads")[:scaled(len(ids), edit.share)]:
                shifts[lead_id].append(edit)
    return shifts


def _shifted(lead: Lead, edits: Iterable[ShiftLeads], at: datetime) -> Lead | None:
    """Return a lead of another segment or time; None where it has not come yet."""
    for edit in edits:
        lead = with_changes(lead, edit.set)
        created_at = lead.created_at
        assert created_at is not None
        if edit.days:
            later = created_at + timedelta(days=edit.days)
            if created_at <= at < later:
                return None
            lead = lead.model_copy(update={"created_at": later})
    return lead


def _without_owner(present: Present, edits: Iterable[Edit]) -> set[str]:
    """Return the ids of kept leads whose owner leaves and who are routed anew."""
    leaving = {rep_id for edit in edits
               if isinstance(edit, RemoveReps) and edit.leads is OpenLeads.ROUTE
               for rep_id in present.reps_of(edit)}
    return {lead.lead_id for lead in present.triage.kept if lead.owner_id in leaving}


def _campaign(present: Present, edit: Campaign, taken: set[str]) -> list[Lead]:
    """Return the leads of a campaign on the window's day."""
    if not on_campaign(present, edit):
        return []
    models = {lead.lead_id: lead for lead in present.leads_of(edit.like)}
    numbers = shares(models, scaled(1, edit.leads_per_day), "campaign")
    return [with_changes(copied(models[lead_id], free_id(edit.name, taken)), edit.set)
            for lead_id in in_order(models, "campaign") for _ in range(numbers[lead_id])]
