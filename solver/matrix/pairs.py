"""The usable pairs of a window, by lead: what the optimiser, the prices and the proof work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.errors import InvalidInputError
from solver.matrix.floors import AnyFloors, floor_array
from solver.matrix.money import check_engine_range, check_sum_range, to_minor_units
from solver.matrix.rows import Rows, ValueRows
from solver.matrix.source import Piece, UsablePairs, even_spans, piece_of
from solver.matrix.window_factors import window_factors
from solver.models import Floors, Policy
from solver.models.money import MAX_SUM, MINOR_PER_UNIT

_Ints = NDArray[np.int64]
#: Leads times reps from which pairs are worked out from factors instead of stored. Measured:
#: storing takes 13 to 25 ns a cell, loading the compiled code 0.3 s, counting then 0.2 ns a cell.
_FACTORED_CELLS = 1 << 24


@dataclass(frozen=True, slots=True)
class Pairs:
    """Usable pairs in compressed rows: lead i has the pairs ``indptr[i]:indptr[i + 1]``.

    A pair is usable if it is eligible and its value minus its rep's floor is above the reserve.
    ``surplus`` is that difference: ``value - floor - reserve``, above 0, so that an owned lead adds
    it to the objective and a held lead adds nothing.
    """

    indptr: _Ints
    """(L + 1,)"""
    lead: NDArray[np.int32]
    """(P,) position of the lead, ascending."""
    rep: NDArray[np.int32]
    """(P,) position of the rep, ascending within a lead."""
    value: _Ints
    """(P,) minor units."""
    surplus: _Ints
    """(P,) minor units, above 0."""
    use: _Ints
    """(P,) slots of the rep that the lead takes; 1."""
    num_reps: int
    num_eligible: int
    """Eligible pairs, usable or not."""

    @property
    def num_leads(self) -> int:
        """Leads of the window."""
        return len(self.indptr) - 1

    @property
    def usable(self) -> _Ints:
        """(L,) usable pairs by lead."""
        return np.diff(self.indptr)

    def __len__(self) -> int:
        return len(self.rep)

    def of(self, lead: int) -> slice:
        """Return the pairs of a lead."""
        return slice(int(self.indptr[lead]), int(self.indptr[lead + 1]))

    def spans(self) -> Sequence[slice]:
        """Return slices of leads that together cover the window, of about equally many pairs."""
        return even_spans(self.indptr)

    def piece(self, leads: slice | _Ints) -> Piece:
        """Return the pairs of some leads; of a slice, without copying them."""
        return piece_of(self.indptr, self.rep, self.surplus, leads)


def net_surplus(pairs: Pairs, prices: _Ints) -> _Ints:
    """Return (P,) surplus minus what the pair's slots cost at (R,) prices."""
    return pairs.surplus - prices[pairs.rep] * pairs.use


@dataclass(frozen=True)
class Problem:
    """One window in integers: usable pairs, the reps' capacity limits, floors and the reserve."""

    rows: ValueRows
    source: UsablePairs
    """Where the usable pairs come from: stored, or worked out anew in large windows."""
    lower: _Ints
    """(R,) lower ends of the capacity limits, in slots: 0."""
    capacity: _Ints
    """(R,) upper ends of the capacity limits, in slots, at most L + 1."""
    floors: _Ints
    """(R,) minor units."""
    reserve: int
    """The outside option of every lead, minor units."""
    given: Floors | None = None
    """What the floors rest on, where they come from a forecast."""

    @cached_property
    def pairs(self) -> Pairs:
        """All usable pairs at once: collected and kept where they are not stored already."""
        if isinstance(self.source, Pairs):
            return self.source
        return collected(self.source, self.floors + self.reserve)


def reserve_minor(policy: Policy) -> int:
    """Return the policy's reserve in minor units."""
    return int(to_minor_units(np.array([policy.reserve_value]))[0])


def build_problem(rows: ValueRows, floors: AnyFloors = None) -> Problem:
    """Put a window into integers, with its limits; errors are those of `problem_of`.

    The pairs of small windows are stored; those of large ones are worked out from factors whenever
    they are asked for, where the window can be said in factors.
    """
    given = floors if isinstance(floors, Floors) else None
    amounts = floor_array(rows.reps.rep_ids, floors)
    lower = np.zeros(rows.num_reps, dtype=np.int64)
    if may_be_factored(rows):
        problem = _factored_problem(rows, amounts, lower, given)
        if problem is not None:
            return problem
    return problem_of(rows, amounts, lower=lower, upper=rows.reps.free_slots, given=given)


def may_be_factored(rows: ValueRows) -> bool:
    """Say whether a window is so large that its pairs are worked out where that can be done."""
    return rows.num_leads * rows.num_reps >= _FACTORED_CELLS


def _factored_problem(rows: ValueRows, floors: _Ints, lower: _Ints, given: Floors | None
                      ) -> Problem | None:
    """Return a window whose pairs are not stored.

    None where it cannot be said in factors. Where its values pass a limit, the pair is named from
    all rows, of which none is stored.
    """
    reserve = reserve_minor(rows.policy)
    _check_amount(rows, max(reserve, int(floors.max(initial=0))), "the reserve or a floor")
    factors = window_factors(rows, floors + reserve)
    if factors is None:
        if _may_pass(rows):
            _check_largest(rows, floors + reserve)
        return None
    from solver.matrix.factored import FactoredPairs  # noqa: PLC0415 - compiled, for large windows

    source = FactoredPairs(factors)
    try:
        _check_amount(rows, source.counted.largest, "a value")
    except InvalidInputError:
        _check_largest(rows, floors + reserve)
        raise
    return Problem(rows, source, lower, np.minimum(rows.reps.free_slots, rows.num_leads + 1),
                   floors, reserve, given)


def _may_pass(rows: ValueRows) -> bool:
    """Say whether a lead's worth with the best rep, without rules that prefer, could be too much.

    Such a window is not said in factors.
    """
    largest = rows.leads.worth.max(initial=0.0) * rows.reps.performance.max(initial=0.0)
    return bool(largest * MINOR_PER_UNIT * rows.num_leads > MAX_SUM)


def _check_largest(rows: ValueRows, threshold: _Ints) -> None:
    """Refuse the largest value of a usable pair by its name, if it is too large."""
    amount, lead, rep = 0, 0, 0
    for block in rows.blocks():
        leads, reps, values, _ = _usable(rows.rows(block), threshold)
        at = int(values.argmax()) if len(values) else 0
        if len(values) and values[at] > amount:
            amount, lead, rep = int(values[at]), int(leads[at]), int(reps[at])
    _check_amount(rows, amount, rows.pair_name(lead, rep))


def problem_of(rows: ValueRows, floors: _Ints, *, lower: _Ints, upper: _Ints,
               given: Floors | None = None) -> Problem:
    """Collect the usable pairs of leads, block by block.

    Parameters
    ----------
    rows
        The leads against the reps.
    floors
        (R,) minor units.
    lower, upper
        (R,) ends of the capacity limits, in slots.
    given
        What the floors rest on.

    Raises
    ------
    InvalidInputError
        If leads times the largest value, floor or reserve passes 2**62, or the engine's limit.
    """
    reserve = reserve_minor(rows.policy)
    threshold = floors + reserve
    parts = [_usable(rows.rows(block), threshold) for block in rows.blocks()]
    lead, rep, value = (np.concatenate([np.empty(0, dtype), *(part[at] for part in parts)])
                        for at, dtype in enumerate((np.int32, np.int32, np.int64)))
    eligible = sum(part[3] for part in parts)
    _check_amount(rows, max(reserve, int(floors.max(initial=0))), "the reserve or a floor")
    if len(value):
        largest = int(value.argmax())
        _check_amount(rows, int(value[largest]),
                      rows.pair_name(int(lead[largest]), int(rep[largest])))
    counts = np.bincount(lead, minlength=rows.num_leads)
    pairs = _stored(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), lead, rep, value,
                    value - threshold[rep], rows.num_reps, eligible)
    return Problem(rows, pairs, lower, np.minimum(upper, rows.num_leads + 1), floors, reserve,
                   given)


def _stored(indptr: _Ints, lead: NDArray[np.int32], rep: NDArray[np.int32], value: _Ints,
            surplus: _Ints, num_reps: int, num_eligible: int) -> Pairs:
    for array in (indptr, lead, rep, value, surplus):
        array.setflags(write=False)
    return Pairs(indptr, lead, rep, value, surplus, np.broadcast_to(np.int64(1), value.shape),
                 num_reps, num_eligible)


def collected(source: UsablePairs, threshold: _Ints) -> Pairs:
    """Return all pairs of a source at once.

    Parameters
    ----------
    source
        Where they come from.
    threshold
        (R,) floor and reserve, minor units.
    """
    indptr = np.concatenate([[0], np.cumsum(source.usable)]).astype(np.int64)
    rep = np.empty(len(source), dtype=np.int32)
    surplus = np.empty(len(source), dtype=np.int64)
    for span in source.spans():
        own = slice(int(indptr[span.start]), int(indptr[span.stop]))
        _, rep[own], surplus[own] = source.piece(span)
    lead = np.repeat(np.arange(source.num_leads, dtype=np.int32), source.usable)
    return _stored(indptr, lead, rep, surplus + threshold[rep], surplus, source.num_reps,
                   source.num_eligible)


def _usable(rows: Rows, threshold: _Ints
            ) -> tuple[NDArray[np.int32], NDArray[np.int32], _Ints, int]:
    eligible = rows.refused == 0
    usable = np.flatnonzero(eligible & (rows.value > threshold))
    lead, rep = np.divmod(usable, eligible.shape[1])
    return ((lead + rows.start).astype(np.int32), rep.astype(np.int32),
            rows.value.ravel()[usable], int(np.count_nonzero(eligible)))


def _check_amount(rows: ValueRows, amount: int, what: str) -> None:
    check_sum_range(amount, rows.num_leads, what)
    check_engine_range(amount, rows.num_leads + rows.num_reps + 1, what)
