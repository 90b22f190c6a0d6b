"""Usable pairs worked out from factors when they are asked for; whole they never are.

Import this module only where a window is large: it loads compiled code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.factored_kernels import (
    Shared,
    eligible_reps,
    fill_skill_fit,
    list_kinds,
    survey,
    work_out,
)
from solver.matrix.factors import Codes, Factors, Ints, frozen, read_only
from solver.matrix.source import Piece, even_spans

#: Bytes of the lists of eligible reps by kind, and of the table of skill fits, up to which they
#: are kept; past it they are worked out for the leads that are asked for.
_MAX_LISTS = 1 << 28
_MAX_SKILL_FIT = 1 << 27
#: Leads counted at a time.
_SURVEYED = 1 << 14


@dataclass(frozen=True, slots=True)
class Counted:
    """What one pass over all pairs counts."""

    usable: NDArray[np.int32]
    """(L,) usable pairs by lead."""
    num_eligible: int
    largest: int
    """Largest value of a usable pair, minor units; 0 where there is none."""


class FactoredPairs:
    """The usable pairs of L leads and R reps, from factors.

    Memory is linear in leads, reps and tables; a piece allocates what it returns and a few rows.
    Calls may come from several threads at once.

    Parameters
    ----------
    factors
        The window.
    counted
        What counting its pairs gave, where that is known.
    """

    def __init__(self, factors: Factors, counted: Counted | None = None) -> None:
        self.factors = frozen(factors)
        self._shared = _shared(self.factors)
        self._in_turn = _turns(self.factors)
        self.counted = self._count() if counted is None else counted
        self._indptr = np.zeros(self.num_leads + 1, dtype=np.int64)
        np.cumsum(self.counted.usable, out=self._indptr[1:])
        self._indptr.setflags(write=False)

    def __reduce__(self) -> tuple[type[FactoredPairs], tuple[Factors, Counted]]:
        """Pickle the factors and the counts alone; the rest is made anew from them."""
        return FactoredPairs, (self.factors, self.counted)

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return self.factors.num_leads

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self.factors.num_reps

    @property
    def num_eligible(self) -> int:
        """Eligible pairs, usable or not."""
        return self.counted.num_eligible

    def __len__(self) -> int:
        return int(self._indptr[-1])

    def spans(self) -> Sequence[slice]:
        """Return slices of leads that together cover the window, of about equally many pairs."""
        return even_spans(self._indptr)

    def piece(self, leads: slice | Ints) -> Piece:
        """Return the usable pairs of leads, worked out anew; positions in any order, repeats."""
        asked = (np.arange(leads.start, leads.stop) if isinstance(leads, slice)
                 else np.array(leads, dtype=np.int64))
        indptr = np.zeros(len(asked) + 1, dtype=np.int64)
        np.cumsum(self.counted.usable[asked], out=indptr[1:])
        found = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int64)
        turn = self._in_turn[asked].argsort()
        work_out(self.factors, self._shared, asked[turn], indptr[turn], found)
        return Piece(indptr, *found)

    def _count(self) -> Counted:
        usable = np.zeros(self.num_leads, dtype=np.int32)
        turn = self._in_turn.argsort()
        parts = [survey(self.factors, self._shared, turn[at:at + _SURVEYED], usable)
                 for at in range(0, self.num_leads, _SURVEYED)]
        return Counted(read_only(usable), sum(eligible for eligible, _ in parts),
                       max((largest for _, largest in parts), default=0))


def _shared(factors: Factors) -> Shared:
    """Work out what leads share, where it fits its budget."""
    start = np.zeros(len(factors.tables.kinds) + 1, dtype=np.int64)
    nothing = np.empty(0, dtype=np.int32)
    list_kinds(factors, start, nothing, False)
    rep = nothing
    if start[-1] * nothing.itemsize <= _MAX_LISTS:
        rep = np.empty(start[-1], dtype=np.int32)
        list_kinds(factors, start, rep, True)
    num_needs = len(factors.tables.needs_start) - 1
    fits = num_needs * factors.num_reps * np.float64().itemsize <= _MAX_SKILL_FIT
    table = np.empty((num_needs if fits else 0, factors.num_reps))
    fill_skill_fit(factors, table)
    return Shared(read_only(start), read_only(rep), read_only(table))


def _turns(factors: Factors) -> Codes | Ints:
    """Return (L,) numbers that sort leads by kind, then needs."""
    num_needs = len(factors.tables.needs_start) - 1
    turns = factors.leads.kind.astype(np.int64) * num_needs + factors.leads.needs
    small = len(factors.tables.kinds) * num_needs < 2**31
    return read_only(turns.astype(np.int32) if small else turns)
