"""Held leads of a sales floor with coded reasons, each with the example that shows it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from solver.explanation import sentences
from solver.explanation.refused import refused_lead
from solver.explanation.sentences import money
from solver.explanation.sorted_out import all_held, held_lead
from solver.models import HeldLead, Queue, Reason, ReasonCode
from solver.models.limit import FAIR_PREFIX
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.limits import WindowLimit
from solver.sales_floor.offers import Offers, offers_of
from solver.sales_floor.open_pairs import Ints
from solver.sales_floor.outcome import Used, penalty
from solver.sales_floor.prices import FloorPrices, rounded


def floor_held(floor: SalesFloor, prices: FloorPrices, owner: Ints, labels: Mapping[str, str],
               used: Used, gain: Mapping[int, int]) -> tuple[HeldLead, ...]:
    """Explain every lead without an owner, kept ones excepted, sorted by lead_id.

    Parameters
    ----------
    floor, prices, owner
        The window, its prices and (L,) owners, -1 for held.
    labels
        What the reps are called.
    used
        What the owners take.
    gain
        What one unit more of limits that are used up would bring, by their position.
    """
    held = np.flatnonzero(owner < 0)
    rows = floor.rows
    if not rows.reps.active.any():
        detail = f"none of the {rows.num_reps} reps in the file is active"
        reason = Reason(code=ReasonCode.NO_REPS, detail=detail)
        explained = [held_lead(rows.leads.leads[i], Queue.NEXT_WINDOW, reason)
                     for i in held.tolist()]
    else:
        explainer = _Explainer(floor, prices, owner, labels, used, gain)
        explained = [explainer.explain(i) for i in held.tolist()]
    return all_held(rows, [lead.model_copy(update={"group": floor.groups[i]})
                           for i, lead in zip(held.tolist(), explained, strict=True)])


class _Explainer:
    """Asks for each lead, in the order of RULES.md, what kept it from an owner."""

    def __init__(self, floor: SalesFloor, prices: FloorPrices, owner: Ints,
                 labels: Mapping[str, str], used: Used, gain: Mapping[int, int]) -> None:
        self._floor, self._prices, self._labels, self._gain = floor, prices, labels, gain
        self._left = floor.capacity - np.array(used.slots, dtype=np.int64)
        self._used = used.limits
        self._most = np.array([rep.most_slots for rep in floor.rows.window.reps], dtype=np.int64)
        self._group_owner = {
            name: rep for name, rep in zip(floor.groups, owner.tolist(), strict=True)
            if name is not None and rep >= 0}

    def explain(self, lead_at: int) -> HeldLead:
        floor = self._floor
        lead = floor.rows.leads.leads[lead_at]
        if not len(floor.pairs.of_lead(lead_at)):
            bits = floor.rows.refused(slice(lead_at, lead_at + 1))[0]
            return refused_lead(floor.rows, lead_at, bits, self._labels)
        offers = offers_of(floor, lead_at, self._prices.net)
        if not len(offers.rep):
            return held_lead(lead, Queue.REVIEW, self._no_rep_for_all(lead_at))
        reason = self._too_little(offers)
        if reason is None:
            usable = offers.take(offers.net > 0)
            reason = (self._too_large(usable) or self._limited(lead_at, usable)
                      or self._outbid(usable))
        return held_lead(lead, _QUEUES.get(reason.code, Queue.NEXT_WINDOW), reason)

    def _no_rep_for_all(self, lead_at: int) -> Reason:
        name = self._floor.groups[lead_at]
        members = sum(other == name for other in self._floor.groups)
        return Reason(code=ReasonCode.GROUP, detail=(
            f"the {members} leads of {name} stay together, and no rep may have all of them"))

    def _too_little(self, offers: Offers) -> Reason | None:
        """Say that nobody brings enough: against nurturing, or against a better lead later."""
        if (offers.net > 0).any():
            return None
        above = offers.take(offers.value > offers.reserve)
        if not len(above.rep):
            best = int(offers.value.argmax())
            return self._reason(ReasonCode.BELOW_RESERVE, int(offers.rep[best]),
                                sentences.below_reserve(self._label(int(offers.rep[best])),
                                                        int(offers.value[best]), offers.reserve))
        left = above.take(self._left[above.rep] >= above.use)
        asked = left if len(left.rep) else above
        best = int((asked.value - asked.floor).argmax())
        rep = int(asked.rep[best])
        amounts = self._label(rep), int(asked.value[best]), int(asked.floor[best])
        if len(left.rep):
            kept = sentences.slot_kept(*amounts, offers.reserve, "later")
            if self._floor.given is not None and self._floor.given.limits:
                kept += ", the floors of limits that it counts for included"
            return self._reason(ReasonCode.SLOT_KEPT, rep, kept)
        return self._reason(ReasonCode.OUTBID, rep, sentences.below_floor(*amounts))

    def _too_large(self, usable: Offers) -> Reason | None:
        most = self._most[usable.rep]
        if (most >= usable.use).any():
            return None
        best = int((most - usable.use).argmax())
        return self._reason(ReasonCode.GROUP_TOO_LARGE, int(usable.rep[best]), (
            f"it takes {int(usable.use[best])} slots of {self._label(int(usable.rep[best]))}, who "
            f"has {int(most[best])} in all; nobody who may have it could ever take it"))

    def _limited(self, lead_at: int, usable: Offers) -> Reason | None:
        """Name what stands against the best rep who has slots left, or who has the group."""
        owner = self._group_owner.get(self._floor.groups[lead_at] or "")
        room = usable.take(self._left[usable.rep] >= usable.use)
        if owner is not None and owner not in room.rep:
            return self._reason(ReasonCode.GROUP, owner, (
                f"leads of {self._floor.groups[lead_at]} stay together, and {self._label(owner)}, "
                "who has others of them, cannot take it"))
        if not len(room.rep):
            return None
        best = int((room.value - room.floor).argmax())
        rep = int(room.rep[best]) if owner is None else owner
        against = [(cost, at, more) for at, more in self._counts(lead_at, rep).items()
                   if (cost := _costs(self._floor.limits[at], self._used[at], more)) > 0]
        if not against:
            return None
        cost, at, more = max(against, key=lambda one: (one[0], -one[1]))
        detail = self._at_its_end(at, self._floor.limits[at], self._used[at], more)
        if len(against) > 1 and cost < math.inf:
            detail += (f"; with {len(against) - 1} more "
                       f"{'limits' if len(against) > 2 else 'limit'} "
                       f"{money(int(sum(one[0] for one in against)))} in all")
        return self._reason(ReasonCode.LIMIT, rep, detail)

    def _counts(self, lead_at: int, rep_at: int) -> dict[int, int]:
        """Return what a lead and those of its whole group would count for limits with a rep."""
        floor = self._floor
        leads = floor.leads_of_unit(int(floor.unit_of_lead[lead_at]))
        return floor.counts_of(np.concatenate(
            [floor.pairs.find(np.array([lead]), np.array([rep_at])) for lead in leads]))

    def _at_its_end(self, at: int, limit: WindowLimit, used: int, more: int) -> str:
        price = self._gain.get(at, rounded(int(self._prices.limit[at])))
        about = "" if at in self._gain else "about "
        worth = f"; the next one is worth {about}{money(price)}" if price > 0 else ""
        name = limit.name
        if name.startswith(FAIR_PREFIX):
            name = f"{self._labels[name.removeprefix(FAIR_PREFIX)]}'s fair share ({name})"
        before = (f" ({limit.used_before:,} were used of the {limit.period.value} before)"
                  if limit.used_before else "")
        if limit.hard:
            return (f"{name} was at {used:,} of {limit.upper:,} {limit.measure.value}{before}"
                    f"{worth}")
        return (f"{name} stood at {used:,} {limit.measure.value}{before}, and "
                f"{'one' if more == 1 else f'{more:,}'} more would cost "
                f"{money(penalty(limit, used + more) - penalty(limit, used))}")

    def _outbid(self, usable: Offers) -> Reason:
        """Name the best offer at the prices of the plan."""
        best = int(usable.priced.argmax())
        rep = int(usable.rep[best])
        return self._reason(ReasonCode.OUTBID, rep, (
            f"{self._label(rep)} comes closest: value {money(int(usable.value[best]))}, net "
            f"{money(int(usable.priced[best]))} at the prices of this plan; left to nurture "
            f"{'they are' if usable.members > 1 else 'the lead is'} worth "
            f"{money(usable.reserve)}"))

    def _reason(self, code: ReasonCode, rep_at: int, detail: str) -> Reason:
        return Reason(code=code, rep_id=self._floor.rows.reps.rep_ids[rep_at], detail=detail)

    def _label(self, rep_at: int) -> str:
        return self._labels[self._floor.rows.reps.rep_ids[rep_at]]


_QUEUES = {ReasonCode.BELOW_RESERVE: Queue.NURTURE, ReasonCode.GROUP_TOO_LARGE: Queue.REVIEW}


def _costs(limit: WindowLimit, used: int, more: int) -> float:
    """Return what counting more costs, minor units; without end where it is forbidden."""
    if limit.hard:
        return math.inf if limit.upper is not None and used + more > limit.upper else 0
    return penalty(limit, used + more) - penalty(limit, used)
