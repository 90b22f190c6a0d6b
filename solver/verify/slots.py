"""The slots of a plan: free and assigned, prices, and what one more or fewer is worth."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.models import Floors, Plan, Slots
from solver.plan_files import decimal_money
from solver.verify.check import Faults
from solver.verify.limited import leaves_worth_open
from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.paths import Network, NotOptimalError, gains, losses
from solver.verify.recompute.window import Recomputed, is_slot_money


def check_slots(plan: Plan, recomputed: Recomputed, faults: Faults) -> None:
    """Check one row of slots for each rep, and gain and loss where the plan claims a gap of 0."""
    stated_ids = [s.rep_id for s in plan.slots]
    if stated_ids != list(recomputed.reps.ids):
        name_rows(stated_ids, recomputed.reps.ids, faults)
    taken = Counter(a.rep_id for a in plan.assignments)
    known = [s for s in plan.slots if s.rep_id in recomputed.reps.idx]
    is_open = leaves_worth_open(plan, recomputed)
    for slots in known:
        _check_row(slots, taken[slots.rep_id], recomputed, faults)
        _check_worth(slots, recomputed, faults, is_open=is_open)
    if plan.floors is not None:
        check_given_floors(plan.floors, known, faults)
    if plan.certificate.gap == 0:
        _check_marginals(plan, known, recomputed, faults)


def check_given_floors(given: Floors, rows: list[Slots], faults: Faults) -> None:
    """Compare the floors of the slots with those of the forecast that the plan names."""
    floors = given.by_rep()
    for slots in rows:
        faults.compare(f"rep {slots.rep_id!r}: floor, as in floors",
                       plan=decimal_money(slots.floor),
                       recomputed=decimal_money(floors.get(slots.rep_id, 0)))


def name_rows(stated: list[str], expected: tuple[str, ...], faults: Faults) -> None:
    """Say which reps are missing among the slots, or are none of the rep file."""
    missing, unknown = sorted(set(expected) - set(stated)), sorted(set(stated) - set(expected))
    for rep_id in missing:
        faults.add(f"rep {rep_id!r} is in the rep file but not in slots")
    for rep_id in unknown:
        faults.add(f"rep {rep_id!r} is in slots but not in the rep file")
    if not missing and not unknown:
        faults.add("slots must list each rep once, sorted by rep_id")


def _check_row(slots: Slots, assigned: int, recomputed: Recomputed, faults: Faults) -> None:
    rep_idx = recomputed.reps.idx[slots.rep_id]
    rep = f"rep {slots.rep_id!r}"
    free = int(recomputed.reps.free_slots[rep_idx])
    faults.compare(f"{rep}: free_slots", plan=slots.free_slots, recomputed=free)
    faults.compare(f"{rep}: assigned", plan=slots.assigned, recomputed=assigned)
    faults.compare(f"{rep}: used", plan=slots.used, recomputed=assigned)
    faults.compare(f"{rep}: price_parts, of a price that is exact", plan=slots.price_parts,
                   recomputed=None)
    for name, amount in (("floor", slots.floor), ("price", slots.price)):
        if not is_slot_money(amount):
            faults.add(f"{rep}: {name} {decimal_money(amount)} must be 0 or more and in range")


def _check_worth(slots: Slots, recomputed: Recomputed, faults: Faults, *, is_open: bool) -> None:
    """Check which of gain and loss stand; a limit that ended the run leaves neither."""
    rep, rep_idx = f"rep {slots.rep_id!r}", recomputed.reps.idx[slots.rep_id]
    if is_open:
        for name, amount in (("gain", slots.gain), ("loss", slots.loss)):
            faults.compare(f"{rep}: {name}, where a limit ended the run",
                           plan=decimal_money(amount), recomputed=decimal_money(None))
        return
    faults.compare(f"{rep}: price (the same as gain)", plan=decimal_money(slots.price),
                   recomputed=decimal_money(slots.gain))
    if not recomputed.reps.active[rep_idx] and slots.gain != 0:
        faults.add(f"{rep}: an inactive rep has gain 0, not {decimal_money(slots.gain)}")
    free = int(recomputed.reps.free_slots[rep_idx])
    if (slots.loss is None) != (free == 0):
        faults.add(f"{rep}: loss is {decimal_money(slots.loss) or 'blank'} with {free} free slots; "
                   "it stands exactly where there are some")
    if slots.loss is not None and slots.gain is not None and slots.loss < slots.gain:
        faults.add(f"{rep}: loss {decimal_money(slots.loss)} must not be below gain "
                   f"{decimal_money(slots.gain)}")


def _check_marginals(plan: Plan, known: list[Slots], recomputed: Recomputed,
                     faults: Faults) -> None:
    network = _network(plan, recomputed)
    if network is None:
        faults.add("gain and loss cannot be recomputed, because an owner is not allowed")
        return
    try:
        gain, loss = gains(network), losses(network)
    except NotOptimalError:
        faults.add("gain and loss cannot be recomputed, because a better plan exists")
        return
    for slots in known:
        rep_idx = recomputed.reps.idx[slots.rep_id]
        for name, stated, right in (("gain", slots.gain, gain), ("loss", slots.loss, loss)):
            if stated is not None:
                faults.compare(f"rep {slots.rep_id!r}: {name}", plan=decimal_money(stated),
                               recomputed=decimal_money(int(right[rep_idx])))


def _network(plan: Plan, recomputed: Recomputed) -> Network | None:
    """Lay the plan over its usable pairs; None where an owner or a capacity is not allowed."""
    pairs, num_reps = recomputed.pairs, len(recomputed.reps.ids)
    owners = recomputed.owners(plan)
    place: IntArray = np.array([owners.get(lead_id, num_reps) for lead_id in recomputed.routed],
                               dtype=np.int64)
    owned = np.flatnonzero(place[pairs.lead] == pairs.rep)
    taken = np.bincount(pairs.rep[owned], minlength=num_reps)
    left = recomputed.reps.free_slots - taken
    if len(owned) != len(plan.assignments) or (left < 0).any():
        return None
    earned = np.full(len(place), recomputed.reserve, dtype=np.int64)
    earned[pairs.lead[owned]] = pairs.net[owned]
    return Network(pairs=pairs, place=place, earned=earned, left_free=left > 0,
                   reserve=recomputed.reserve)
