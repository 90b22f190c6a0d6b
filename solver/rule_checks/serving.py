"""Who may serve which leads, hours aside, and whose hours serve them: one pass over the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.precedence import NO_REP
from solver.matrix.refusals import NOT_THERE, Refusal
from solver.matrix.rows import ValueRows
from solver.models import Rep

_Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a plain week, without time off and holidays."""

    timezone: str
    shifts: tuple[str, ...]
    """Empty: around the clock."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What L leads have of R reps."""

    served: _Bools
    """(L,) whether some active rep may own the lead, were it at work."""
    outside: _Bools
    """(L,) whether the lead's territory keeps every rep away, active or not."""
    hours: tuple[Hours, ...]
    """Distinct hours of reps."""
    hours_of: NDArray[np.int64]
    """(R,) position in ``hours`` of each rep's."""
    at_work: _Bools
    """(L, hours) whether an active rep with these hours, known ones, may own the lead."""


def serving(rows: ValueRows, reps: Sequence[Rep]) -> Serving:
    """Pass once over the matrix, block by block.

    Parameters
    ----------
    rows
        The matrix.
    reps
        Its reps.
    """
    of_reps = [Hours(rep.timezone or "UTC", rep.working_hours) for rep in reps]
    hours = tuple(dict.fromkeys(of_reps))
    place = {one: at for at, one in enumerate(hours)}
    hours_of = np.array([place[one] for one in of_reps], dtype=np.int64)
    known = rows.reps.active & ((rows.reps.availability & np.uint16(Refusal.UNKNOWN_HOURS)) == 0)
    holders = np.zeros((rows.num_reps, len(hours)), dtype=np.float32)
    holders[np.flatnonzero(known), hours_of[known]] = 1
    served = np.empty(rows.num_leads, dtype=np.bool_)
    outside = np.empty(rows.num_leads, dtype=np.bool_)
    at_work = np.empty((rows.num_leads, len(hours)), dtype=np.bool_)
    for block in rows.blocks():
        refused = refused_at_any_hour(rows, block)
        able = refused == 0
        served[block] = able.any(axis=1)
        outside[block] = ((refused & np.uint16(Refusal.NO_TERRITORY)) != 0).all(axis=1)
        at_work[block] = able.astype(np.float32) @ holders > 0
    return Serving(served, outside, hours, hours_of, at_work)


def refused_at_any_hour(rows: ValueRows, block: slice) -> NDArray[np.uint16]:
    """Return (B, R) bits of what refuses a pair, hours aside.

    Where a hard layer was passed over because its rep is away, that rep may own the lead: at
    another hour the layer would decide.

    Parameters
    ----------
    rows
        The matrix.
    block
        The leads.
    """
    of_block = rows.rows(block)
    refused = of_block.refused & ~np.uint16(NOT_THERE)
    if of_block.decisions is not None:
        away = np.flatnonzero(of_block.decisions.passed_over != NO_REP)
        refused[away, of_block.decisions.passed_over[away]] = 0
    return refused
