"""Values near the end of what float64 holds exactly: one operation out of order would show."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from solver.generate import generate_window
from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.matrix.window_factors import window_factors

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def test_large_values_are_those_of_the_rows_to_the_last_unit() -> None:
    """At 10^14 minor units a last bit is a 64th of one, so that rounding tells orders apart."""
    window = generate_window(900, 120, 5, AT)
    leads = tuple(lead.model_copy(update={"deal_value": 7e11 + 1e7 * at + at / 7})
                  for at, lead in enumerate(window.leads) if lead.deal_value is not None)
    reps = tuple(rep.model_copy(update={"min_deal": None, "max_deal": None}) for rep in window.reps)
    rows = ValueRows(window.model_copy(update={"leads": leads, "reps": reps}))
    stored = build_problem(rows)
    factors = window_factors(rows, stored.floors + stored.reserve)
    assert factors is not None
    source = FactoredPairs(factors)
    piece = source.piece(slice(0, source.num_leads))
    assert len(source) > 1_000
    np.testing.assert_array_equal(piece.rep, stored.pairs.rep)
    np.testing.assert_array_equal(piece.surplus, stored.pairs.surplus)
