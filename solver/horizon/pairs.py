"""Usable pairs of leads, each at its own moment, with the refill epochs of reps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from solver.horizon.ahead import AheadPairs
from solver.horizon.slots import SlotsAhead
from solver.matrix.money import check_engine_range, check_sum_range
from solver.matrix.pairs import reserve_minor
from solver.matrix.rep_side import RepSide
from solver.matrix.rows import PairRows, ValueRows
from solver.models import Lead, Policy, Rep, Window

_Ints = NDArray[np.int64]


def lead_rows(leads: Sequence[Lead], reps: Sequence[Rep], policy: Policy, at: datetime,
              side: RepSide) -> ValueRows:
    """Encode leads against reps at an instant; in the order given, those that are routed."""
    return ValueRows(Window.model_construct(at=at, leads=tuple(leads), reps=tuple(reps),
                                            accounts=(), policy=policy), side)


def ahead_pairs(rows: PairRows, slots: SlotsAhead, at: _Ints) -> AheadPairs:
    """Collect the pairs worth more than the reserve, with the epoch each falls into.

    Parameters
    ----------
    rows
        L leads against R reps.
    slots
        The reps' epochs.
    at
        (L,) when each lead takes its slot, microseconds after now.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    """
    reserve = reserve_minor(rows.policy)
    leads, columns, surplus = [], [], []
    for block in rows.blocks():
        values = rows.rows(block)
        lead, rep = np.nonzero((values.refused == 0) & (values.value > reserve))
        leads.append(lead + block.start)
        columns.append(slots.columns(at[block])[lead, rep])
        surplus.append(values.value[lead, rep] - reserve)
    pairs = AheadPairs(rows.num_leads, *(np.concatenate([np.empty(0, np.int64), *parts])
                                         for parts in (leads, columns, surplus)))
    largest = int(pairs.surplus.max(initial=0))
    check_sum_range(largest, rows.num_leads, "the value of an expected lead")
    check_engine_range(largest, rows.num_leads + 2 * len(slots.start) + 1,
                       "the value of an expected lead")
    return pairs


def join_pairs(first: AheadPairs, then: AheadPairs) -> AheadPairs:
    """Put one set of leads behind another."""
    return AheadPairs(
        first.num_leads + then.num_leads,
        np.concatenate([first.lead, then.lead + first.num_leads]),
        np.concatenate([first.column, then.column]),
        np.concatenate([first.surplus, then.surplus]))
