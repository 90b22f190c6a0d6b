"""How large a window a scenario makes, without making it."""

from __future__ import annotations

from solver.scenarios.amounts import scaled
from solver.scenarios.edits import Scenario
from solver.scenarios.floor_edits import Campaign, ScaleLeads
from solver.scenarios.leads import on_campaign
from solver.scenarios.present import Present
from solver.scenarios.rep_edits import AddReps


def size_after(present: Present, scenario: Scenario) -> tuple[int, int]:
    """Return how many leads and reps a window holds after a scenario's edits.

    Leads that would come later and reps who leave are counted: this is a bound, and exact where
    there are none.

    Parameters
    ----------
    present
        The window.
    scenario
        Checked against it.
    """
    num_leads, num_reps = len(present.window.leads), len(present.window.reps)
    for edit in scenario.edits:
        match edit:
            case AddReps():
                num_reps += edit.count
            case ScaleLeads():
                before = len(present.leads_of(edit.where))
                num_leads += scaled(before, edit.factor) - before
            case Campaign() if on_campaign(present, edit):
                num_leads += scaled(1, edit.leads_per_day)
    return num_leads, num_reps
