"""Invariant 5: why each held lead is held where rules tie leads together; the chain of RULES.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Lead, Queue, ReasonCode
from solver.verify.check import Check
from solver.verify.reasons import Expected, check_held, refused_by_all
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.floor.limits import WindowLimit
from solver.verify.recompute.floor.previous import NOBODY
from solver.verify.recompute.floor.prices import in_range
from solver.verify.sales_floor.laid import Laid


@dataclass(frozen=True)
class _Offers:
    """What every rep would bring for a lead and all that go with it; arrays of shape (reps,)."""

    leads: tuple[int, ...]
    open: BoolArray
    """Who may have all of them."""
    value: IntArray
    use: IntArray
    floor: IntArray
    reserve: int
    """What they are worth without an owner."""
    most: IntArray
    """Slots of a rep with nothing else to do."""
    left: IntArray
    """Free slots after it."""

    @property
    def usable(self) -> BoolArray:
        """Who brings more than leaving them all."""
        usable: BoolArray = self.open & (self.value - self.floor > self.reserve)
        return usable


def check_floor_reasons(laid: Laid) -> Check:
    """Recompute codes, counts, queue and examples of each held lead."""
    return check_held(laid.plan, laid.recomputed, lambda lead: _expected(lead, laid))


def _expected(lead: Lead, laid: Laid) -> tuple[Expected, ...]:
    reps = laid.recomputed.reps
    if not reps.active.any():
        return (Expected(ReasonCode.NO_REPS),)
    lead_idx = laid.recomputed.lead_idx[lead.lead_id]
    own = laid.floor.pairs.of_lead(lead_idx)
    if own.start == own.stop:
        return refused_by_all(lead, laid.recomputed)
    offers = _offers(laid.floor.together(lead_idx), laid)
    if not offers.open.any():
        return (Expected(ReasonCode.GROUP, queue=Queue.REVIEW, says=(
            f"{len(offers.leads)} leads", str(laid.floor.groups[lead_idx]))),)
    if not offers.usable.any():
        return (_too_little(offers),)
    if not (offers.usable & (offers.most >= offers.use)).any():
        return (Expected(ReasonCode.GROUP_TOO_LARGE, examples=offers.usable,
                         counts=(offers.use, offers.most)),)
    return (_elsewhere(lead_idx, offers, laid) or _limited(lead_idx, offers, laid)
            or _outbid(offers, laid),)


def _too_little(offers: _Offers) -> Expected:
    """Nobody brings enough: against nurturing, or against a better lead later."""
    above = offers.open & (offers.value > offers.reserve)
    if not above.any():
        return Expected(ReasonCode.BELOW_RESERVE, examples=offers.open, amounts=offers.value)
    kept = above & (offers.left >= offers.use)
    if kept.any():
        return Expected(ReasonCode.SLOT_KEPT, examples=kept, amounts=offers.floor)
    return Expected(ReasonCode.OUTBID, examples=above, amounts=offers.floor)


def _owner_of_others(lead_idx: int, laid: Laid) -> int:
    """Return who has other leads of a group whose members may be left out."""
    name = laid.floor.groups[lead_idx]
    if laid.floor.whole or name is None:
        return NOBODY
    owners = [int(laid.owned.owner[one]) for one in laid.floor.members[name]]
    return next((one for one in owners if one != NOBODY), NOBODY)


def _elsewhere(lead_idx: int, offers: _Offers, laid: Laid) -> Expected | None:
    """Another rep has the other leads of the group, and cannot take this one."""
    owner = _owner_of_others(lead_idx, laid)
    if owner == NOBODY or (offers.usable & (offers.left >= offers.use))[owner]:
        return None
    example = np.zeros_like(offers.open)
    example[owner] = True
    return Expected(ReasonCode.GROUP, examples=example, queue=Queue.NEXT_WINDOW,
                    says=(str(laid.floor.groups[lead_idx]),))


def _limited(lead_idx: int, offers: _Offers, laid: Laid) -> Expected | None:
    """A limit stands against the best usable rep with room; of a group, against its owner."""
    room = offers.usable & (offers.left >= offers.use)
    owner = _owner_of_others(lead_idx, laid)
    if not room.any():
        return None
    brings = np.where(room, offers.value - offers.floor, np.iinfo(np.int64).min)
    best = int(brings.argmax()) if owner == NOBODY else owner
    costs = [limit.cost_of_more(used, _counted(limit, offers.leads, best, laid))
             for limit, used in zip(laid.floor.limits, laid.owned.limits, strict=True)]
    if max(costs, default=0) <= 0:
        return None
    at = costs.index(max(costs))
    example = np.zeros_like(offers.open)
    example[best] = True
    return Expected(ReasonCode.LIMIT, examples=example, names_rep=False,
                    says=(laid.floor.limits[at].name, f"{laid.owned.limits[at]:,}"))


def _counted(limit: WindowLimit, leads: tuple[int, ...], rep_idx: int, laid: Laid) -> int:
    found = (laid.floor.pairs.find(one, rep_idx) for one in leads)
    return sum(limit.counts(at) for at in found if at is not None)


def _outbid(offers: _Offers, laid: Laid) -> Expected:
    """The best offer at the prices of the plan comes closest."""
    net = np.full(len(offers.open), np.iinfo(np.int64).min)
    for rep_idx in np.flatnonzero(offers.usable).tolist():
        net[rep_idx] = in_range(sum(
            int(laid.prices.net[at]) for one in offers.leads
            if (at := laid.floor.pairs.find(one, rep_idx)) is not None))
    return Expected(ReasonCode.OUTBID, examples=offers.usable & (net == net.max()), amounts=net)


def _offers(leads: tuple[int, ...], laid: Laid) -> _Offers:
    pairs, reps = laid.floor.pairs, laid.recomputed.reps
    num_reps = len(reps.ids)
    value, use, floor, times = (np.zeros(num_reps, dtype=np.int64) for _ in range(4))
    for lead_idx in leads:
        own = pairs.of_lead(lead_idx)
        rep = pairs.rep[own]
        value[rep] += pairs.value[own]
        use[rep] += pairs.use[own]
        floor[rep] += pairs.floor[own]
        times[rep] += 1
    return _Offers(leads=leads, open=times == len(leads), value=value, use=use, floor=floor,
                   reserve=laid.floor.reserve * len(leads), most=np.array([
                       rep.capacity if rep.daily_cap is None else min(rep.capacity, rep.daily_cap)
                       for rep in laid.recomputed.window.reps], dtype=np.int64),
                   left=reps.free_slots - laid.owned.slots)
