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
