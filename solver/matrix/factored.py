"""Usable pairs worked out from factors when they are asked for; whole they never are.

Import this module only where a window is large: it loads compiled code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.factored_kernels import Asked, Found, Shared, exceptions, fill_fits, list_kinds
from solver.matrix.factors import Factors, Ints, frozen, read_only
from solver.matrix.row_kernels import work_out
from solver.matrix.source import Piece, even_spans

#: Bytes of the lists of eligible reps by kind, and of the table of skill fits, up to which they
#: are kept; past it they are worked out for the leads that are asked for.
_MAX_LISTS = 1 << 28
_MAX_SKILL_FIT = 1 << 27


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
        self.counted = self._count() if counted is None else counted
        self._usable = np.array(self.counted.usable)
        self._indptr = np.zeros(self.num_leads + 1, dtype=np.int64)
        np.cumsum(self._usable, out=self._indptr[1:])
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

    @property
    def usable(self) -> NDArray[np.int32]:
        """(L,) usable pairs by lead."""
        return self.counted.usable

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
        np.cumsum(self._usable[asked], out=indptr[1:])
        found = Found(np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int64),
                      self._usable, np.empty(0, np.int64))
        turn = self._by_kind(asked).argsort()
        work_out(self.factors, self._shared, Asked(asked[turn], indptr[turn]), found)
        return Piece(indptr, found.rep, found.surplus)

    def _by_kind(self, leads: Ints) -> Ints:
        """Return numbers that sort leads by kind, then needs."""
        num_needs = len(self.factors.tables.needs_start) - 1
        columns = self.factors.leads
        return columns.kind[leads].astype(np.int64) * num_needs + columns.needs[leads]

    def _count(self) -> Counted:
        turn = self._by_kind(np.arange(self.num_leads)).argsort()
        usable, totals = np.zeros(self.num_leads, np.int32), np.zeros(2, np.int64)
        work_out(self.factors, self._shared, Asked(turn, turn),
                        Found(np.empty(0, np.int32), np.empty(0, np.int64), usable, totals))
        return Counted(read_only(usable), *totals.tolist())


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
    fill_fits(factors, table)
    return Shared(read_only(start), read_only(rep), read_only(table),
                  read_only(exceptions(factors.leads)))
