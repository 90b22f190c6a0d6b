"""What one unit of a limit's upper end is worth, for every limit of a nested program at once.

With the optimal choice in hand, one unit more of an upper end is an arc that was not there: it
wins what the cycle through it saves. One unit fewer sends one unit around the limit: it loses what
the cheapest way around costs. Both are shortest paths between the two ends of the limit (DESIGN
section 5), one run from each end that binding limits share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.program.network import ends
from solver.program.program import NONE, Ints, Program
from solver.program.residual import UNREACHABLE, Arcs, Paths, potentials, residual_arcs
from solver.program.segments import limit_use, slope_after
from solver.program.structure import Structure


@dataclass(frozen=True, slots=True)
class Marginals:
    """Exact values of the upper ends of the W limits that were asked for, minor units."""

    gain: Ints
    """(W,) objective won with an upper end higher by 1; hinges cost as ever. 0 where it is free."""
    loss: tuple[int | None, ...]
    """Objective lost with an upper end lower by 1, by limit; None where it is 0 or the lower end
    already, where no choice is left then, and where a limit that was left out of the flow would
    begin to bind."""


def marginals(program: Program, trees: Structure, column: Ints, wanted: Ints | None = None
              ) -> Marginals:
    """Price upper ends at an optimal choice of (U,) columns.

    Parameters
    ----------
    program
        A program that is a flow.
    trees
        Its structure.
    column
        (U,) columns of an optimal choice, ``NONE`` for unowned units.
    wanted
        (W,) limits to price; all if None. Each parent of binding limits takes two runs, so leave
        out limits within single reps where there are hundreds and nobody asks.

    Raises
    ------
    EngineError
        If the choice is not optimal.
    """
    at, limits = ends(program, trees), program.limits
    asked = np.arange(limits.count) if wanted is None else wanted
    arcs = residual_arcs(program, trees, column)
    use = limit_use(program, column)
    binding = (use >= limits.upper) & (at.tail != NONE)
    full = np.unique(asked[binding[asked]])
    across, around = _both_ways(arcs, at.tail[full], at.head[full])
    gain = np.zeros(limits.count, dtype=np.int64)
    gain[full] = np.where(across < UNREACHABLE, np.maximum(
        0, -(slope_after(limits, use)[full] + across)), 0)
    loss: list[int | None] = [0] * limits.count
    saved = slope_after(limits, use - 1)[full]
    for limit, way, slope in zip(full.tolist(), around.tolist(), saved.tolist(), strict=True):
        loss[limit] = None if way >= UNREACHABLE else way - slope
    stuck = (limits.upper <= limits.lower) | ((at.tail == NONE) & (use >= limits.upper))
    for limit in np.flatnonzero(stuck).tolist():
        loss[limit] = None
    return Marginals(gain[asked], tuple(loss[limit] for limit in asked.tolist()))


def _both_ways(arcs: Arcs, tail: Ints, head: Ints) -> tuple[Ints, Ints]:
    """Return the distances from each head to its tail, and from each tail to its head.

    Runs start at the ends that limits share, the parents; going against the arcs gives the other
    direction.
    """
    potential = potentials(arcs, arcs.num_nodes - 1)
    forth, back = Paths.along(arcs, potential), Paths.along(arcs.reversed(), -potential)
    across, around = np.empty(len(tail), np.int64), np.empty(len(tail), np.int64)
    shared = np.bincount(np.concatenate([tail, head]), minlength=arcs.num_nodes)
    from_head = shared[head] >= shared[tail]
    for node in np.unique(np.where(from_head, head, tail)):
        out, into = forth.distances(int(node)), back.distances(int(node))
        here = from_head & (head == node)
        across[here], around[here] = out[tail[here]], into[tail[here]]
        here = ~from_head & (tail == node)
        across[here], around[here] = into[head[here]], out[head[here]]
    return across, around

