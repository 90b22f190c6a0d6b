"""Invariant 2: no owner whom a rule forbids, and every rule that ties leads together kept."""

from __future__ import annotations

from collections import Counter

from solver.verify.check import Check, Faults
from solver.verify.owners import check_eligible
from solver.verify.recompute.floor.previous import NOBODY
from solver.verify.sales_floor.laid import Laid
from solver.verify.violations import check_violations


def check_kept(laid: Laid) -> Check:
    """Check slots, eligibility, locks, groups, limits and leads that must be placed."""
    faults = Faults()
    _check_slots(laid, faults)
    for assignment in laid.plan.assignments:
        check_eligible(assignment, laid.recomputed, faults)
    _check_open(laid, faults)
    _check_groups(laid, faults)
    _check_placed(laid, faults)
    _check_ends(laid, faults)
    check_violations(laid.plan, laid.recomputed, faults)
    return faults.check(
        2, "within capacity and eligibility",
        f"{len(laid.plan.assignments):,} owners are eligible, their use within slots, "
        f"{len(laid.floor.members):,} groups and {len(laid.floor.limits):,} limits kept")


def _check_slots(laid: Laid, faults: Faults) -> None:
    reps = laid.recomputed.reps
    taken = Counter(a.rep_id for a in laid.plan.assignments)
    for rep_id in sorted(taken.keys() - reps.idx.keys()):
        faults.add(f"rep {rep_id!r} owns {taken[rep_id]} leads but is not in the rep file")
    for rep_id, used, free in zip(reps.ids, laid.owned.slots.tolist(), reps.free_slots.tolist(),
                                  strict=True):
        if used > free:
            faults.add(f"rep {rep_id!r}: {taken[rep_id]} leads use {used} slots with {free} free "
                       "slots")


def _check_open(laid: Laid, faults: Faults) -> None:
    """Check locks, and that each pair brings something or something asks for it."""
    floor, previous = laid.floor, laid.floor.previous
    for lead_idx, rep_idx in enumerate(laid.owned.owner.tolist()):
        if rep_idx == NOBODY:
            continue
        former = int(previous.rep[lead_idx])
        pair = laid.owned.pair.get(lead_idx)
        if previous.locked[lead_idx] and rep_idx != former:
            faults.add(f"{laid.lead(lead_idx)} is locked to {laid.rep(former)}, its owner in the "
                       f"previous plan, but owned by {laid.rep(rep_idx)}")
        elif pair is not None and not laid.choices.kept[pair]:
            gain = sum(int(floor.pairs.gain[at]) for one in floor.together(lead_idx)
                       if (at := floor.pairs.find(one, rep_idx)) is not None)
            faults.add(f"{laid.lead(lead_idx)} with {laid.rep(rep_idx)}: not usable, it brings "
                       f"{gain} minor units against staying without an owner, and no rule asks "
                       "for it")


def _check_groups(laid: Laid, faults: Faults) -> None:
    for name, members in sorted(laid.floor.members.items()):
        owners = {int(laid.owned.owner[one]) for one in members}
        reps = sorted(laid.rep(one) for one in owners - {NOBODY})
        if len(reps) > 1:
            faults.add(f"group {name!r}: its {len(members)} leads go to one rep, but "
                       f"{' and '.join(reps)} own some")
        elif reps and laid.floor.whole and NOBODY in owners:
            left = [laid.lead(one) for one in members if laid.owned.owner[one] == NOBODY]
            faults.add(f"group {name!r}: its {len(members)} leads are owned together or not at "
                       f"all, but {reps[0]} lacks {' and '.join(left)}")


def _check_placed(laid: Laid, faults: Faults) -> None:
    policy = laid.recomputed.window.policy
    for lead_idx, (must, owner) in enumerate(zip(laid.floor.must.tolist(),
                                                 laid.owned.owner.tolist(), strict=True)):
        if must and owner == NOBODY:
            why = (f"is locked to {laid.rep(int(laid.floor.previous.rep[lead_idx]))}"
                   if laid.floor.previous.locked[lead_idx]
                   else f"must be placed by must_place: {policy.must_place}")
            faults.add(f"{laid.lead(lead_idx)} {why}, but has no owner")


def _check_ends(laid: Laid, faults: Faults) -> None:
    for limit, used in zip(laid.floor.limits, laid.owned.limits, strict=True):
        if not limit.hard:
            continue
        if used < limit.lower:
            faults.add(f"limit {limit.name!r}: {used:,} {limit.measure.value} in this window, "
                       f"below its least of {limit.lower:,}")
        if limit.upper is not None and used > limit.upper:
            faults.add(f"limit {limit.name!r}: {used:,} {limit.measure.value} in this window, "
                       f"above its most of {limit.upper:,}")
