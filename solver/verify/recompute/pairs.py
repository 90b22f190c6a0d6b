"""The usable pairs of a window, found row by row, and the bound that prices give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Lead
from solver.verify.recompute.arrays import IntArray, least_per_group
from solver.verify.recompute.rows import Rows


@dataclass(frozen=True)
class Pairs:
    """Usable pairs, lead after lead."""

    starts: IntArray
    """Shape (leads + 1,), where each lead's pairs begin."""
    lead: IntArray
    """Shape (pairs,), position of the lead among the routed ones."""
    rep: IntArray
    """Shape (pairs,), position of the rep in the window."""
    net: IntArray
    """Shape (pairs,), value - floor in minor units, before prices."""
    num_eligible: int
    """Eligible pairs, usable or not."""


def usable_pairs(rows: Rows, leads: tuple[Lead, ...], floors: IntArray, reserve: int) -> Pairs:
    """Collect the pairs with value > 0 and value - floor > reserve.

    Parameters
    ----------
    rows
        The matrix.
    leads
        The routed leads.
    floors
        Shape (reps,), minor units.
    reserve
        What a lead is worth without an owner, minor units.
    """
    reps: list[IntArray] = []
    nets: list[IntArray] = []
    num_eligible = 0
    for lead in leads:
        row = rows.row(lead)
        num_eligible += int(np.count_nonzero(row.eligible))
        net = row.value - floors
        usable = np.flatnonzero(row.eligible & (row.value > 0) & (net > reserve))
        reps.append(usable)
        nets.append(net[usable])
    counts = np.array([len(usable) for usable in reps], dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    return Pairs(
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
        lead=np.repeat(np.arange(len(leads)), counts),
        rep=np.concatenate([none, *reps]),
        net=np.concatenate([none, *nets]),
        num_eligible=num_eligible,
    )


def bound(pairs: Pairs, free_slots: IntArray, prices: IntArray, reserve: int) -> int:
    """Return what no plan can exceed: DESIGN section 1, for any prices of 0 or more.

    sum over reps of free slots x price, plus, over leads, the larger of the reserve and the
    best value - floor - price.
    """
    num_leads = len(pairs.starts) - 1
    held = np.full(num_leads, -reserve, dtype=np.int64)
    least_cost = least_per_group(prices[pairs.rep] - pairs.net, pairs.starts, held)
    slots = sum(n * p for n, p in zip(free_slots.tolist(), prices.tolist(), strict=True))
    return int(slots - sum(least_cost.tolist()))
