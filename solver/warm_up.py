"""The compiled kernels of large windows, compiled or loaded before the time of a search counts.

Machine code is kept beside the sources, so that only the first run after an installation pays for
compiling, which may take longer than a time limit; later ones load it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np

from solver.matrix.pairs import Problem, problem_of
from solver.matrix.rows import ValueRows
from solver.matrix.window_factors import window_factors
from solver.models import Lead, Rep, Window

_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
_NUM_LEADS, _NUM_REPS = 60, 5


@cache
def warm_up_prices_first() -> None:
    """Run every kernel of prices first once in this process."""
    from solver.prices_first.problem import solve_problem  # noqa: PLC0415 - compiled code
    from solver.program.clock import Clock  # noqa: PLC0415

    problem = _problem()
    for last_prices in (None, {"r0": 100}):
        solve_problem(problem, clock=Clock(None), last_prices=last_prices)
    solve_problem(problem, clock=Clock(0.0))


@cache
def warm_up_factored() -> None:
    """Run every kernel that works pairs out from factors once in this process."""
    from solver.matrix.factored import FactoredPairs  # noqa: PLC0415 - compiled code

    rows = _problem().rows
    factors = window_factors(rows, np.zeros(rows.num_reps, dtype=np.int64))
    assert factors is not None
    source = FactoredPairs(factors)
    source.piece(slice(0, source.num_leads))


def _problem() -> Problem:
    """Return a window in which slots are short, and one rep has none."""
    leads = tuple(Lead(lead_id=f"l{at:02}", created_at=_AT - timedelta(minutes=at),
                       deal_value=1000.0 + 37 * (at * at % 23), score=100.0)
                  for at in range(_NUM_LEADS))
    reps = tuple(Rep(rep_id=f"r{at}", capacity=4 * at, performance=1.0 + at / 7)
                 for at in range(_NUM_REPS))
    rows = ValueRows(Window(at=_AT, leads=leads, reps=reps))
    nothing = np.zeros(rows.num_reps, dtype=np.int64)
    return problem_of(rows, nothing, lower=nothing, upper=rows.reps.free_slots)
