"""The window as it would be: every change made, every lead that finds an owner placed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from solver.models import FairnessMethod, Window
from solver.relax import edits
from solver.relax.kinds import ChangeKind
from solver.relax.records import Change, Relaxation


def apply(window: Window, relaxation: Relaxation) -> Window:
    """Return the window with all changes made.

    Every routed lead but the impossible ones must be placed in it: a plan of it gives each an
    owner, or there is none.

    Parameters
    ----------
    window
        The window that the relaxation is of.
    relaxation
        Of that window.
    """
    return edited(window, relaxation.changes, relaxation.impossible)


def edited(window: Window, changes: Iterable[Change], left_out: Collection[str]) -> Window:
    """Return a window with some changes made, in which every lead but some must be placed."""
    leaving = []
    for change in changes:
        if change.kind is ChangeKind.LAYER_FOR_LEAD:
            leaving.append(change.lead_id or "")
        else:
            window = _with(window, change)
    if leaving:
        window = edits.without_account(window, leaving)
    return edits.placing(window, left_out)


def _with(window: Window, change: Change) -> Window:
    if change.rep_id is not None and change.lead_id is None:
        return _with_rep(window, change)
    if change.lead_id is not None:
        return _with_lead(window, change, change.lead_id)
    name, amount = change.name or "", change.amount or 0.0
    match change.kind:
        case ChangeKind.RULE:
            return edits.without_rule(window, name)
        case ChangeKind.LAYER:
            return edits.without_layer(window, name)
        case ChangeKind.WAIT:
            return edits.longer_wait(window, int(amount))
        case ChangeKind.HOURS:
            return edits.works_without_hours(window)
        case ChangeKind.RESERVE:
            return edits.with_policy(window, reserve_value=amount)
        case ChangeKind.LIMIT:
            return edits.with_upper(window, name, int(amount))
        case ChangeKind.FAIRNESS:
            fairness = window.policy.fairness.model_copy(update={"method": FairnessMethod.NONE})
            return edits.with_policy(window, fairness=fairness)
        case _:
            raise ValueError(f"{change.kind} needs a rep or a lead")


def _with_lead(window: Window, change: Change, lead_id: str) -> Window:
    match change.kind:
        case ChangeKind.EXCLUSION:
            rep_id = change.rep_id or ""
            return edits.with_leads(window, (lead_id,),
                                    lambda lead: edits.without_exclusion(lead, rep_id))
        case ChangeKind.RULE_FOR_LEAD:
            return edits.without_rule(window, change.name or "", (lead_id,))
        case _:
            return window  # a lead that is placed is so by must_place


def _with_rep(window: Window, change: Change) -> Window:
    name, amount = change.name or "", change.amount or 0.0
    makers = {
        ChangeKind.SLOT: lambda rep: edits.more_slots(rep, int(amount)),
        ChangeKind.SKILL: lambda rep: edits.with_level(rep, name, amount),
        ChangeKind.LANGUAGE: lambda rep: edits.with_language(rep, name),
        ChangeKind.TERRITORY: lambda rep: edits.with_territory(rep, name),
        ChangeKind.OVERLAY: edits.with_territory,
        ChangeKind.DEAL_BAND: lambda rep: edits.with_deal_end(rep, name, amount),
    }
    return edits.with_rep(window, change.rep_id or "", makers[change.kind])
