"""Why not: only a plan that is proven for these files may answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver import generate_window, solve, why_not
from solver.errors import UsageError
from solver.models import Plan, Window

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def routed() -> tuple[Window, Plan]:
    """Route a small generated window."""
    window = generate_window(60, 8, 3, AT)
    return window, solve(window)



def test_other_files_are_refused(routed: tuple[Window, Plan]) -> None:
    """The same ids with other deal values are not the window of the plan."""
    window, plan = routed
    leads = (window.leads[0].model_copy(update={"deal_value": 1.0}), *window.leads[1:])
    other = window.model_copy(update={"leads": leads})
    with pytest.raises(UsageError, match="made from other leads"):
        why_not(other, plan, plan.assignments[0].lead_id, "r-01")


@pytest.mark.parametrize("owner", ["zz", "r-01"])
def test_an_edited_plan_is_refused(routed: tuple[Window, Plan], owner: str) -> None:
    """Owners that the prices do not prove give no costs."""
    window, plan = routed
    first = next(a for a in plan.assignments if a.rep_id != "r-01")
    edited = plan.model_copy(update={"assignments": tuple(
        a.model_copy(update={"rep_id": owner}) if a is first else a for a in plan.assignments)})
    with pytest.raises(UsageError, match="not proven to be the best"):
        why_not(window, edited, first.lead_id, "r-02")


def test_swapped_owners_are_refused(routed: tuple[Window, Plan]) -> None:
    """Two owners that changed places are no optimum either, or were a tie."""
    window, plan = routed
    a, b = next((a, b) for a in plan.assignments for b in plan.assignments
                if a.rep_id != b.rep_id and a.runner_up_rep_id is not None)
    swapped = plan.model_copy(update={"assignments": tuple(
        x.model_copy(update={"rep_id": {a.lead_id: b.rep_id, b.lead_id: a.rep_id}[x.lead_id]})
        if x.lead_id in {a.lead_id, b.lead_id} else x for x in plan.assignments)})
    with pytest.raises(UsageError, match="not proven to be the best"):
        why_not(window, swapped, a.lead_id, "r-02")


def test_the_unknown_is_named(routed: tuple[Window, Plan]) -> None:
    """A lead or a rep that is not in the files is a usage error."""
    window, plan = routed
    with pytest.raises(UsageError, match="lead 'L-x' is not in the files"):
        why_not(window, plan, "L-x", "r-01")
    with pytest.raises(UsageError, match="rep 'r-x' is not in the files"):
        why_not(window, plan, plan.assignments[0].lead_id, "r-x")


def test_forcing_the_owner_costs_nothing(routed: tuple[Window, Plan]) -> None:
    """Who owns the lead already moves nothing."""
    window, plan = routed
    owned = plan.assignments[0]
    answer = why_not(window, plan, owned.lead_id, owned.rep_id)
    assert (answer.cost, answer.moves) == (0, ())


def test_leads_outside_the_window_say_why(routed: tuple[Window, Plan]) -> None:
    """Kept, incomplete and old leads cannot be forced."""
    window, plan = routed
    assert "is kept by its owner" in why_not(window, plan, plan.kept[0].lead_id, "r-01").sentence
    early = {held.reasons[0].code: held.lead_id for held in plan.held}
    for code in ("NEEDS_DATA", "TOO_OLD"):
        if code in early:
            assert why_not(window, plan, early[code], "r-01").refused_by == (code,)
