"""What no plan can pass, at the prices of slots and limits: DESIGN section 1, in whole numbers.

    bound(p) = sum over limits of the max over lower <= y <= upper of (p y - cost(y))
             + sum over leads, or whole groups, of the best of gain - sum of p x use,
               0 where they may stay without an owner

Prices are in 1/``PARTS`` minor units; the sum is rounded down once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.floor.choices import NO_KIN, Choices
from solver.verify.recompute.floor.floor import Floor
from solver.verify.recompute.floor.limits import WindowLimit

#: Prices of slots and limits are whole numbers of this part of a minor unit.
PARTS = 1 << 20
#: Sums below this are made in int64, others of Python's integers.
_SAFE = 2.0 ** 61
_Exact = np.ndarray[Any, np.dtype[Any]]


class NoPlanError(Exception):
    """No plan keeps the rules, so there is nothing to bound; says why."""


def price_bound(floor: Floor, choices: Choices, free_slots: IntArray, slot_parts: Sequence[int],
                limit_parts: Sequence[int]) -> int:
    """Return the bound in minor units, rounded down.

    Parameters
    ----------
    floor, choices
        The window.
    free_slots
        Shape (reps,).
    slot_parts, limit_parts
        Prices of the reps' slots and of the limits, of any sign, in 1/``PARTS`` minor units.

    Raises
    ------
    NoPlanError
        If a lead has to be placed and nobody may have it, or a least is above what there is.
    """
    offered = np.zeros(len(free_slots), dtype=np.int64)
    np.add.at(offered, floor.pairs.rep[choices.kept], floor.pairs.use[choices.kept])
    total: int = sum(max(0, price) * min(free, most) for price, free, most in zip(
        slot_parts, free_slots.tolist(), offered.tolist(), strict=True))
    total += sum(_best_use(limit, price, int(limit.amount[choices.kept[limit.pairs]].sum()))
                 for limit, price in zip(floor.limits, limit_parts, strict=True))
    net = _net(floor, choices, slot_parts, limit_parts)
    total += _of_units(choices, net) + _of_kin(choices, net)
    return floor.base + total // PARTS


def _best_use(limit: WindowLimit, price: int, offered: int) -> int:
    """Return the max of price x use - cost over a limit's ends; it bends only at the hinges."""
    lower, upper = 0, offered
    if limit.hard:
        lower = limit.lower
        upper = offered if limit.upper is None else min(offered, limit.upper)
    if lower > upper:
        raise NoPlanError(f"limit {limit.name!r} asks for {lower:,} or more, and there are "
                          f"{upper:,} at most")
    bends = (hinge.at for hinge in limit.hinges if lower < hinge.at < upper)
    return max(price * use - PARTS * limit.cost(use) for use in (lower, upper, *bends))


def _net(floor: Floor, choices: Choices, slot_parts: Sequence[int], limit_parts: Sequence[int]
         ) -> _Exact:
    """Return what each choice brings less the prices that it pays, in 1/``PARTS``."""
    pairs, kept = floor.pairs, choices.kept
    kind: type = np.int64 if _fits(floor, slot_parts, limit_parts) else object
    net: _Exact = pairs.gain.astype(kind) * PARTS
    net -= pairs.use.astype(kind) * np.array(slot_parts, dtype=kind)[pairs.rep]
    for limit, price in zip(floor.limits, limit_parts, strict=True):
        if price:
            net[limit.pairs] -= limit.amount.astype(kind) * price
    total: _Exact = np.zeros(len(choices.unit), dtype=kind)
    np.add.at(total, choices.of_pair[kept], net[kept])
    return total


def _fits(floor: Floor, slot_parts: Sequence[int], limit_parts: Sequence[int]) -> bool:
    """Say whether int64 holds whatever a whole group can bring or pay."""
    pairs = floor.pairs
    most = float(np.abs(pairs.gain).max(initial=0)) * PARTS
    most += float(pairs.use.max(initial=1)) * max(map(abs, slot_parts), default=0)
    for limit, price in zip(floor.limits, limit_parts, strict=True):
        most += float(limit.amount.max(initial=1)) * abs(price)
    return most * max(map(len, floor.members.values()), default=1) < _SAFE


def _of_units(choices: Choices, net: _Exact) -> int:
    """Sum the best of every unit that is of no kin; 0 where it may stay without an owner."""
    best: list[int | None] = [None if must else 0 for must in choices.must.tolist()]
    for unit, brings in zip(choices.unit.tolist(), net.tolist(), strict=True):
        so_far = best[unit]
        best[unit] = brings if so_far is None else max(so_far, brings)
    total = 0
    for kin, brings in zip(choices.kin.tolist(), best, strict=True):
        if kin != NO_KIN:
            continue
        if brings is None:
            raise NoPlanError("nobody may have a lead that has to be placed")
        total += brings
    return total


def _of_kin(choices: Choices, net: _Exact) -> int:
    """Sum the best rep of every group whose members may be left out one by one."""
    musts: dict[int, int] = {}
    for kin, must in zip(choices.kin.tolist(), choices.must.tolist(), strict=True):
        if kin != NO_KIN:
            musts[kin] = musts.get(kin, 0) + must
    brought: dict[int, dict[int, list[int]]] = {kin: {} for kin in musts}
    for unit, rep, brings in zip(choices.unit.tolist(), choices.rep.tolist(), net.tolist(),
                                 strict=True):
        kin, must = int(choices.kin[unit]), bool(choices.must[unit])
        if kin != NO_KIN:
            placed = brought[kin].setdefault(rep, [0, 0])
            placed[0] += brings if must else max(0, brings)
            placed[1] += must
    total = 0
    for kin, by_rep in brought.items():
        best = [brings for brings, placed in by_rep.values() if placed == musts[kin]]
        if musts[kin] and not best:
            raise NoPlanError("no rep may have all leads of a group that have to be placed")
        total += max(best) if musts[kin] else max([0, *best])
    return total
