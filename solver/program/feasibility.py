"""Whether demands can be kept together, and if not, which of them already cannot.

Three ways, from cheap to dear, on the small program of :mod:`solver.program.demands`:

- nested demands are a flow: exact, and a smallest cut names those that fail (Hoffman's circulation
  theorem, 1960: demands fail if and only if some set of nodes must take in more than may leave it);
- the linear relaxation by GLOP: its prices are a proof if the bound they make is below 0, which is
  checked in integers; demands without a price take no part in it (Farkas' lemma);
- CP-SAT, on one thread and for a stated amount of deterministic time: it may leave it open.

The latter two stop when the clock runs out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.program.bound import bound, net_gains
from solver.program.clock import Clock
from solver.program.demands import Demands, Question
from solver.program.feasibility_models import elastic_prices, search
from solver.program.network import ends, network, short_side
from solver.program.program import NONE, InfeasibleError, Ints, Program
from solver.program.structure import Structure, structure

_ENDLESS = Clock(None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the demands of a question can be kept together."""

    feasible: bool | None
    """None where it stayed open."""
    core: Demands | None
    """Some of the demands that already cannot; None unless they are infeasible."""


def answer(asked: Question, clock: Clock = _ENDLESS) -> Answer:
    """Decide a question, or leave it open when the time is over; a flow needs none."""
    program = asked.program
    alone = _alone(program)
    if alone is not None:
        return Answer(False, asked.of_whole(*alone))
    trees = structure(program)
    if trees.is_flow:
        side = short_side(network(program, trees))
        return (Answer(True, None) if side is None else
                Answer(False, asked.of_whole(*_cut_demands(program, trees, side))))
    if clock.left <= 0:
        return Answer(None, None)
    proof = _linear_proof(program, clock)
    if proof is not None:
        return Answer(False, asked.of_whole(*proof))
    return Answer(None, None) if clock.left <= 0 else _by_search(asked, clock)


def _alone(program: Program) -> tuple[Ints, Ints] | None:
    """Return one demand that fails by itself, if there is one."""
    none = np.empty(0, dtype=np.int64)
    crossed = np.flatnonzero(program.limits.lower > program.limits.upper)
    if len(crossed):
        return crossed[:1], none
    stuck = np.flatnonzero(program.must & (np.diff(program.indptr) == 0))
    return (none, stuck[:1]) if len(stuck) else None


def _cut_demands(program: Program, trees: Structure, side: Ints) -> tuple[Ints, Ints]:
    """Return the demands on the border of a set of nodes that must take in more than may leave.

    What it must take in beyond need is given back: units first, then lower ends that are small.
    """
    at, limits, num_units = ends(program, trees), program.limits, program.num_units
    inside = np.zeros(num_units + limits.count + 1, dtype=np.bool_)
    inside[side] = True
    unit_in, node_in = inside[:num_units], inside[num_units:]
    tail_in, head_in = node_in[at.tail] & (at.tail != NONE), node_in[at.head] & (at.head != NONE)
    leaving = tail_in & ~head_in
    entering = np.flatnonzero(head_in & ~tail_in & (limits.lower > 0))
    from_in = node_in[at.unit]
    units = np.flatnonzero(program.must & unit_in & ~from_in)
    unit_of = np.repeat(np.arange(num_units), np.diff(program.indptr))
    may_leave = (limits.upper[leaving].sum() + (from_in & ~unit_in).sum()
                 + (unit_in[unit_of] & ~node_in[at.column]).sum())
    spare = int(limits.lower[entering].sum() + len(units) - may_leave) - 1
    given_back = min(spare, len(units))
    units = units[:len(units) - given_back]
    small_first = entering[np.argsort(limits.lower[entering], kind="stable")]
    needless = np.cumsum(limits.lower[small_first]) <= spare - given_back
    return np.union1d(np.flatnonzero(leaving), small_first[~needless]), units


def _linear_proof(program: Program, clock: Clock) -> tuple[Ints, Ints] | None:
    """Return the demands that the relaxation proves to fail, None where it proves nothing."""
    prices = elastic_prices(program, clock)
    if prices is None:
        return None
    try:
        if bound(program, prices) >= 0:
            return None
    except InfeasibleError as error:
        return np.array(error.conflict.limits, np.int64), np.array(error.conflict.units, np.int64)
    dear = net_gains(program, prices) < 0
    first = np.minimum(program.indptr[:-1], max(program.num_columns - 1, 0))
    losing = np.logical_and.reduceat(dear, first)
    # In groups the rep is shared, so that a unit may pay more than its own cheapest column.
    units = np.flatnonzero(program.must & (losing | (program.group >= 0)))
    return np.flatnonzero(prices), units


def _by_search(asked: Question, clock: Clock) -> Answer:
    feasible, limits, units = search(asked.program, clock)
    return Answer(feasible, asked.of_whole(limits, units) if feasible is False else None)
