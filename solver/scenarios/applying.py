"""A scenario put into effect: the window as it would be."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Any

from solver.models import Policy, Rep, Window
from solver.scenarios.amounts import free_id
from solver.scenarios.checking import check_scenarios
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import (
    Campaign,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.leads import edited_leads
from solver.scenarios.policies import edited_policy, touches_policy
from solver.scenarios.present import Present, local_day
from solver.scenarios.rep_edits import (
    AddReps,
    AddSkill,
    ChangeCapacity,
    CloseDay,
    OpenLeads,
    RemoveReps,
    TakeTimeOff,
)
from solver.scenarios.reps import (
    away,
    hired,
    new_number,
    with_skill,
    with_territory,
    without_territory,
)


def apply(window: Window, scenario: Scenario) -> Window:
    """Return a window as it would be with a scenario's edits; the window itself stays as it is.

    Parameters
    ----------
    window
        The window.
    scenario
        What changes.

    Raises
    ------
    InvalidInputError
        As :func:`solver.scenarios.check_scenarios`.
    """
    present = Present(window)
    check_scenarios(window, [scenario], present=present)
    return edited(present, scenario)


def edited(present: Present, scenario: Scenario) -> Window:
    """Return a window after the edits of a scenario that was checked against it."""
    window, edits = present.window, scenario.edits
    update: dict[str, Any] = {"reps": tuple(sorted(
        edited_reps(present, scenario), key=attrgetter("rep_id")))}
    if any(_touches_leads(edit) for edit in edits):
        update["leads"] = tuple(sorted(edited_leads(present, scenario),
                                       key=attrgetter("lead_id")))
    if touches_policy(edits):
        update["policy"] = Policy.model_validate_json(
            json.dumps(edited_policy(window.policy, edits)), strict=True)
    return window.model_copy(update=update)


def edited_reps(present: Present, scenario: Scenario) -> list[Rep]:
    """Return all reps after a scenario's edits, hires last; who is not edited is the same object.

    Parameters
    ----------
    present
        The window.
    scenario
        Checked against it.
    """
    reps = dict(present.reps)
    for edit in scenario.edits:
        for rep_id in _edited_ids(present, edit):
            reps[rep_id] = _edited(reps[rep_id], rep_id, edit)
    for rep_id, edit in hires(present, scenario).items():
        reps[rep_id] = _closed_to_all(_hired(present, edit, rep_id), scenario)
    return list(reps.values())


def hires(present: Present, scenario: Scenario) -> dict[str, AddReps]:
    """Return the id of every new rep, with the edit that hires it."""
    taken = set(present.reps)
    return {free_id(edit.like, taken): edit for edit in scenario.edits
            if isinstance(edit, AddReps) for _ in range(edit.count)}


def _touches_leads(edit: Edit) -> bool:
    return (isinstance(edit, ScaleLeads | ShiftLeads | Campaign)
            or (isinstance(edit, RemoveReps) and edit.leads is OpenLeads.ROUTE))


def _edited_ids(present: Present, edit: Edit) -> tuple[str, ...]:
    """Return the ids of the reps whom an edit changes."""
    match edit:
        case RemoveReps() | ChangeCapacity() | TakeTimeOff() | CloseDay() | AddSkill():
            return present.reps_of(edit)
        case MoveTerritory():
            return (*edit.from_, *edit.to)
        case OpenTerritory():
            return edit.reps
    return ()


def _edited(rep: Rep, rep_id: str, edit: Edit) -> Rep:
    """Return a rep after one edit that is of it."""
    match edit:
        case RemoveReps():
            return rep.model_copy(update={"active": False})
        case ChangeCapacity():
            return rep.model_copy(update={edit.of.value: new_number(edit, rep)})
        case TakeTimeOff():
            return away(rep, edit.from_, edit.to)
        case CloseDay():
            return away(rep, edit.date, edit.date)
        case AddSkill():
            return with_skill(rep, edit.skill, edit.level)
        case MoveTerritory() if rep_id in edit.from_:
            return without_territory(rep, edit.territory)
        case MoveTerritory():
            return with_territory(rep, edit.territory)
        case OpenTerritory():
            return with_territory(rep, edit.territory.name)
    raise TypeError(f"{type(edit).__name__} is no edit of reps who are there")


def _hired(present: Present, edit: AddReps, rep_id: str) -> Rep:
    """Return a new rep as it stands at the window's instant."""
    like = present.reps[edit.like]
    day = local_day(edit.changes.get("timezone", like.timezone), present.window.at)
    return hired(edit, like, rep_id, day, edit.starts_on or day)


def _closed_to_all(rep: Rep, scenario: Scenario) -> Rep:
    """Return a new rep, away on the days on which nobody works."""
    for edit in scenario.edits:
        if isinstance(edit, CloseDay) and edit.rep_ids is None and edit.where is None:
            rep = away(rep, edit.date, edit.date)
    return rep
