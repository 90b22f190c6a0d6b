"""The compiled kernels, compiled before a clock runs.

Machine code is kept beside the sources, so that only the first run after an installation pays (15
to 20 s on the machine of DESIGN section 6); later ones load it in a fraction of a second.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from solver.program.clock import Clock
from solver.program.descent import descend_prices
from solver.program.greedy import greedy_choice
from solver.program.local_search import LocalSearch
from solver.program.program import Limits, Program


@cache
def warm_up() -> None:
    """Run every kernel once in this process, on one unit, one rep."""
    none, one = np.zeros(0, np.int64), np.ones(1, np.int64)
    limits = Limits(np.array([0, 1]), np.zeros(1, np.int64), one, 0 * one, one, none, none, none,
                    none.astype(np.bool_))
    program = Program(np.array([0, 1]), np.zeros(1, np.int32), one, np.zeros(1, np.bool_),
                      np.zeros(1, np.int32), 1, limits)
    search = LocalSearch(program, np.zeros(1), seed=1)
    search.begin(greedy_choice(program))
    search.run(1, 1.0, 1.0)
    descend_prices(program, np.zeros(1), 0, Clock(0.0))


@cache
def warm_up_large() -> None:
    """Run the passes over large programs once, too: on arrays that may and may not be written."""
    from solver.program import passes  # noqa: PLC0415

    indptr, place, one = np.array([0, 1]), np.zeros(1, np.int64), np.ones(1, np.int64)
    rep, yes, total = np.zeros(1, np.int32), np.ones(1, np.bool_), np.zeros(1, np.int64)
    for _ in range(2):
        passes.pay(one.copy(), indptr, place, one, one, 2**61)
        passes.lose(indptr, one.copy(), yes)
        passes.most_of_units(1, indptr, indptr, place, one, total)
        passes.slots_of_limits(rep, indptr, place, one, one.copy(), one, total)
        passes.count_entries(indptr, place, yes.copy(), np.zeros(2, np.int64))
        passes.keep_entries(place.copy(), yes.copy(), (indptr, place, one), np.array([0, 1]),
                            one.copy(), one.copy())
        passes.mark_near(indptr, one.copy(), 1, yes.copy())
        for array in (indptr, place, one, rep, yes):
            array.setflags(write=False)
