"""How large a window a scenario makes is known before it is made."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from solver.scenarios import Scenario
from solver.scenarios.applying import edited
from solver.scenarios.present import Present
from solver.scenarios.sizes import size_after
from tests.scenario_windows import floor

_HIRE: JsonValue = {"edit": "add_reps", "like": "ana", "count": 4}
_FAIR: dict[str, JsonValue] = {"edit": "campaign", "name": "fair", "like": "lead.country = 'GB'",
                               "from": "2026-11-17", "to": "2026-11-18", "leads_per_day": 7.5}


@pytest.mark.parametrize("edits", [
    [], [_HIRE], [_HIRE, _HIRE], [_FAIR], [{**_FAIR, "to": "2026-11-17"}],
    [{"edit": "scale_leads", "where": "lead.country = 'GB'", "factor": 2.5}, _HIRE],
    [{"edit": "scale_leads", "factor": 0.3}], [{"edit": "scale_leads", "factor": 0}, _FAIR],
    [{"edit": "remove_reps", "rep_ids": ["ana"]}]])
def test_it_is_as_large_as_was_said(edits: list[JsonValue]) -> None:
    """Hires, copies, campaigns; leads that are left out are not there."""
    present = Present(floor())
    scenario = Scenario.model_validate({"name": "x", "edits": edits})
    window = edited(present, scenario)
    assert size_after(present, scenario) == (len(window.leads), len(window.reps))
