"""A window whose pairs are never stored gets the plan, to the byte, that a stored one gets."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.explanation.first_reasons import first_reasons
from solver.matrix import pairs as pairs_module
from solver.matrix.factored import FactoredPairs
from solver.matrix.rows import ValueRows
from solver.models import Window
from solver.plan_files import render_plan
from solver.planning import certify
from solver.sales_floor.plain import is_plain
from solver.solving import solve, solve_exactly
from tests.property import rich_strategies, strategies


@st.composite
def _windows_with_floors(draw: st.DrawFn) -> tuple[Window, dict[str, int]]:
    kind = draw(st.sampled_from([strategies.windows, strategies.degenerate_windows,
                                 rich_strategies.who_may_windows]))
    window = draw(kind())
    return window, draw(strategies.floors(window))


@given(_windows_with_floors())
def test_plans_are_the_same_to_the_byte(case: tuple[Window, dict[str, int]]) -> None:
    """Owners, prices, proof, reasons and sentences, with rules and layers too."""
    window, floors = case
    stored = render_plan(solve(window, floors=floors))
    with patch.object(pairs_module, "_FACTORED_CELLS", 0):
        assert render_plan(solve(window, floors=floors)) == stored


@given(_windows_with_floors(), st.data())
def test_any_owners_are_certified_alike(case: tuple[Window, dict[str, int]], data: st.DataObject
                                        ) -> None:
    """The proof and the first reasons of any choice of owners, without the stored pairs."""
    window, floors = case
    if not is_plain(window, ValueRows(window).leads.leads):
        return
    stored = solve_exactly(window, floors=floors)
    with patch.object(pairs_module, "_FACTORED_CELLS", 0):
        worked_out = solve_exactly(window, floors=floors)
    assert isinstance(worked_out.problem.source, FactoredPairs)
    reps = st.integers(-1, stored.problem.rows.num_reps - 1)
    owner = np.array(data.draw(st.lists(reps, min_size=len(stored.owner),
                                        max_size=len(stored.owner))), dtype=np.int64)
    assert certify(worked_out, owner) == certify(stored, owner)
    assert first_reasons(worked_out.problem, owner) == first_reasons(stored.problem, owner)
