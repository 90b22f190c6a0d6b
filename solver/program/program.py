"""The program: units that each take at most one column, and limits over columns.

    maximise   sum of gain over chosen columns  -  sum over limits l of cost_l(y_l)
    subject to each unit takes at most one column, exactly one where it must
               the units of one group that take a column all take one of the same rep
               lower_l <= y_l <= upper_l,   y_l = sum of use over the chosen columns of l
               cost_l(y) = sum over hinges h of l of  slope_h * max(0, y - at_h)      (over)
                                                 or  slope_h * max(0, at_h - y)      (under)

A rep's capacity is the first kind of limit. ``gain`` is what a unit brings with a rep against what
it brings unowned, so that the whole starts from 0 with nobody owned. For any prices ``p`` of the
limits, of either sign,

    bound(p) = sum_l max over lower <= y <= upper of (p_l y - cost_l(y))
             + sum over units (whole groups: over one rep) of the best of gain - sum_l p_l use_l,
               0 where the unit may stay unowned

is at least the objective of every choice (DESIGN section 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: Unit that takes no column.
NONE = -1
#: Prices of limits are integers in this part of a minor unit, so that a bound is exact.
PRICE_SCALE = 1 << 20
#: No sum of gains or costs may pass this, minor units.
MAX_TOTAL = 2**61


@dataclass(frozen=True, slots=True)
class Limits:
    """K limits ``lower <= sum of use <= upper`` with convex costs made of hinges."""

    indptr: Ints
    """(K + 1,) entries ``indptr[l]:indptr[l + 1]`` are those of limit l."""
    column: Ints
    """(N,) columns, ascending within a limit, each once."""
    use: Ints
    """(N,) what the column takes of the limit, above 0."""
    lower: Ints
    """(K,) 0 or more."""
    upper: Ints
    """(K,) not above the sum of the limit's use: no end means that sum."""
    hinge_limit: Ints
    """(H,) limit of each hinge, ascending."""
    hinge_at: Ints
    """(H,) where it bends."""
    hinge_slope: Ints
    """(H,) minor units per unit of use beyond it, above 0."""
    hinge_over: NDArray[np.bool_]
    """(H,) whether use above ``hinge_at`` costs; else use below it."""

    @property
    def count(self) -> int:
        """K."""
        return len(self.lower)


@dataclass(frozen=True, slots=True)
class Program:
    """U units with C columns in compressed rows; all arrays read-only."""

    indptr: Ints
    """(U + 1,) unit u has the columns ``indptr[u]:indptr[u + 1]``."""
    rep: NDArray[np.int32]
    """(C,) rep of each column, ascending and each once within a unit."""
    gain: Ints
    """(C,) minor units against the unit unowned; may be 0 or below where that is wanted."""
    must: NDArray[np.bool_]
    """(U,) units that have to take a column."""
    group: NDArray[np.int32]
    """(U,) group of each unit, ``NONE`` where it stands alone; members take columns of one rep."""
    num_reps: int
    limits: Limits
    """The first ``num_reps`` are the reps' capacities: limit r has all columns of rep r."""

    @property
    def num_units(self) -> int:
        """U."""
        return len(self.indptr) - 1

    @property
    def num_columns(self) -> int:
        """C."""
        return len(self.rep)


class Method(StrEnum):
    """What found the choice."""

    MIN_COST_FLOW = "ortools_min_cost_flow"
    MIP = "ortools_mip"
    NONE_NEEDED = "none_needed"


class Stop(StrEnum):
    """What ended the run."""

    PROOF = "proof"
    TIME_LIMIT = "time_limit"
    ROUND_LIMIT = "round_limit"


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """When to stop with the best choice so far."""

    seconds: float | None = 30.0
    """Wall clock; None: only rounds count, and the run repeats."""
    rounds: int | None = None
    """Nodes of the MIP and rounds of the local search; None: no such limit."""
    gap: float = 0.0
    """Relative gap at which the choice is good enough."""
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """What a program took; equal in every run that counts rounds alone."""

    columns: int
    """Columns of the program that a choice may take."""
    core_columns: int
    """Columns that the local search and the MIP may choose from."""
    mip_columns: int
    """Columns of the largest model that a MIP engine was given."""
    steps: int
    """Steps of subgradients for a large program, over samples and over its core."""
    passes: int
    """Passes for prices over all columns of a large program or a sample of it: two a phase of
    steps and one to begin with; those that choose columns and bound are not among them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What came out."""

    column: Ints
    """(U,) chosen column or ``NONE``."""
    objective: int
    """sum of gain - cost, minor units."""
    prices: Ints
    """(K,) prices of the limits in 1/``PRICE_SCALE`` minor units."""
    bound: int
    """``bound(prices)`` rounded down to minor units: no choice can bring more.

    Of the program without its impossible columns (:mod:`solver.program.closed`).
    """
    engine_bound: int | None
    """Bound that the MIP claims, rounded down; None where none ran. Never below ``objective``."""
    method: Method
    reason: str
    """Why this engine: one sentence about the structure of the program."""
    stop: Stop
    effort: Effort | None = None
    """None where a flow did."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A smallest set of demands that no choice can keep together."""

    limits: tuple[int, ...]
    """Limits, by their ends."""
    units: tuple[int, ...]
    """Units that must take a column."""
    irreducible: bool = True
    """Whether without any one of them the others can be kept together: proven, not only likely."""


class InfeasibleError(Exception):
    """No choice keeps all limits and places all units that must be."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"{len(conflict.limits)} limits and {len(conflict.units)} units that "
                         "must take a column cannot be kept together")
        self.conflict = conflict
