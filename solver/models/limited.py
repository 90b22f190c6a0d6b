"""Plans that a limit ended: what optimiser and checker must both know of them."""

from __future__ import annotations

from solver.models.plan import StoppedBy

#: Plain windows with as many usable pairs are solved prices first, which a limit can end before
#: the proof; smaller ones have no limit. Measured by benchmarks.crossover: from here on that saves
#: at least 0.14 s a window, and a process waits once, 0.3 s more at most. Later windows would gain
#: from 50,000 pairs on, but a process that solves one window would be slower.
PRICES_FIRST_PAIRS = 300_000
#: What may end the search of an engine before its proof.
LIMITS = (StoppedBy.TIME_LIMIT, StoppedBy.ROUND_LIMIT)
