"""Plans that a limit ended: what optimiser and checker must both know of them."""

from __future__ import annotations

from solver.models.plan import StoppedBy

#: Plain windows with as many usable pairs are solved prices first, which a limit can end before
#: the proof; smaller ones have no limit. Measured by benchmarks.crossover: from here on a window
#: takes less than half the time, once a process has loaded compiled code, a quarter of a second.
#: From 50,000 pairs on it takes two thirds, too little gain for a process that solves one window.
PRICES_FIRST_PAIRS = 300_000
#: What may end the search of an engine before its proof.
LIMITS = (StoppedBy.TIME_LIMIT, StoppedBy.ROUND_LIMIT)
