"""Plans that a limit ended: what optimiser and checker must both know of them."""

from __future__ import annotations

from solver.models.plan import StoppedBy

#: Plain windows with as many usable pairs are solved prices first, which a limit can end before
#: the proof; smaller ones have no limit. Measured: benchmarks/RESULTS.md.
PRICES_FIRST_PAIRS = 500_000
#: What may end the search of an engine before its proof.
LIMITS = (StoppedBy.TIME_LIMIT, StoppedBy.ROUND_LIMIT)
