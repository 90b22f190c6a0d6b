"""Invariant 5: why each held lead is held, recomputed by the rules of reasons and queues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Engine, HeldLead, Hold, Lead, Plan, Queue, Reason, ReasonCode
from solver.verify.check import Check, Faults
from solver.verify.figures import for_people
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.window import Recomputed

_QUEUES = {
    ReasonCode.NEEDS_DATA: Queue.NEEDS_DATA,
    ReasonCode.TOO_OLD: Queue.MANAGER,
    ReasonCode.NO_REPS: Queue.NEXT_WINDOW,
    ReasonCode.OUTBID: Queue.NEXT_WINDOW,
    ReasonCode.SLOT_KEPT: Queue.NEXT_WINDOW,
    ReasonCode.BELOW_RESERVE: Queue.NURTURE,
    ReasonCode.AWAY: Queue.NEXT_WINDOW,
}


#: Engines whose plans the window's prices explain.
_PRICED = (Engine.MIN_COST_FLOW, Engine.NONE_NEEDED)


@dataclass(frozen=True)
class _Expected:
    """One reason as the rules give it."""

    code: ReasonCode
    count: int | None = None
    examples: BoolArray | None = None
    """Reps who show it; None where the reason is not about reps."""
    says: tuple[str, ...] = ()
    """What the detail must name besides the rep of the example."""
    names_rep: bool = True
    """Whether the detail must name the rep of the example."""
    amounts: IntArray | None = None
    """By rep, an amount that the detail must name, minor units."""


def check_reasons(plan: Plan, recomputed: Recomputed) -> Check:
    """Recompute codes, counts, queue and examples of each held lead."""
    faults = Faults()
    leads = {lead.lead_id: lead for lead in recomputed.window.leads}
    left = _slots_left(plan, recomputed)
    for held in plan.held:
        early = recomputed.triage.held.get(held.lead_id)
        lead = recomputed.routed.get(held.lead_id)
        if isinstance(early, Hold):
            faults.compare(f"lead {held.lead_id!r}: queue", plan=held.queue, recomputed=early.queue)
            faults.compare(f"lead {held.lead_id!r}: reasons", plan=held.reasons,
                           recomputed=(early.reason,))
        elif early is not None:
            says = _says_early(early, leads[held.lead_id], recomputed)
            _compare(held, (_Expected(early, says=says),), recomputed, faults)
        elif lead is not None:
            _compare(held, _expected(lead, recomputed, left, priced=plan.engine in _PRICED),
                     recomputed, faults)
        else:
            faults.add(f"lead {held.lead_id!r} is held, but is no lead that can be")
    return faults.check(5, "a reason for every held lead",
                        f"{len(plan.held):,} held leads, "
                        f"{sum(len(held.reasons) for held in plan.held):,} reasons")


def _slots_left(plan: Plan, recomputed: Recomputed) -> BoolArray:
    """Return (R,) reps with a slot that the plan leaves free."""
    taken = np.zeros(len(recomputed.reps.ids), dtype=np.int64)
    for rep_idx in recomputed.owners(plan).values():
        taken[rep_idx] += 1
    left: BoolArray = recomputed.reps.free_slots > taken
    return left


def _says_early(code: ReasonCode, lead: Lead, recomputed: Recomputed) -> tuple[str, ...]:
    """Return what the detail of a lead outside the window must name."""
    if code is ReasonCode.NEEDS_DATA:
        return tuple(name for name in ("created_at", "deal_value", "score")
                     if getattr(lead, name) is None)
    return (f"{recomputed.window.policy.freshness.max_age_hours:g}",)


def _expected(lead: Lead, recomputed: Recomputed, left: BoolArray, *, priced: bool
              ) -> tuple[_Expected, ...]:
    """Return the reasons of a routed lead without an owner; DESIGN's chain, the first that fits.

    Where prices explain the plan, the example of OUTBID is the best offer, with its net value.
    """
    reps, row, reserve = recomputed.reps, recomputed.rows.row(lead), recomputed.reserve
    if not reps.active.any():
        return (_Expected(ReasonCode.NO_REPS),)
    above = row.eligible & (row.value > reserve)
    usable = above & (row.value - recomputed.floors > reserve)
    if usable.any():
        if not priced:
            return (_Expected(ReasonCode.OUTBID, examples=usable, names_rep=False),)
        net = row.value - recomputed.floors - recomputed.prices
        best = usable & (net == net[usable].max())
        return (_Expected(ReasonCode.OUTBID, examples=best, amounts=net),)
    if above.any():
        kept = above & left
        if kept.any():
            return (_Expected(ReasonCode.SLOT_KEPT, amounts=recomputed.floors, examples=kept),)
        return (_Expected(ReasonCode.OUTBID, examples=above, names_rep=priced,
                          amounts=recomputed.floors if priced else None),)
    if row.eligible.any():
        return (_Expected(ReasonCode.BELOW_RESERVE, examples=row.eligible, amounts=row.value),)
    return tuple(
        _Expected(code, count=int(np.count_nonzero(refused & reps.active)),
                  examples=refused & reps.active,
                  says=(f"{np.count_nonzero(refused & reps.active)} of "
                        f"{np.count_nonzero(reps.active)} active",))
        for code, refused in row.refused.items() if (refused & reps.active).any())


def _compare(held: HeldLead, expected: tuple[_Expected, ...], recomputed: Recomputed,
             faults: Faults) -> None:
    lead = f"lead {held.lead_id!r}"
    codes = [reason.code.value for reason in held.reasons]
    right_codes = [reason.code.value for reason in expected]
    if not codes:
        faults.add(f"{lead} is held without a reason; recomputed: {', '.join(right_codes)}")
        return
    if codes != right_codes:
        faults.compare(f"{lead}: reasons", plan=", ".join(codes),
                       recomputed=", ".join(right_codes))
        return
    faults.compare(f"{lead}: queue", plan=held.queue.value,
                   recomputed=_queue([reason.code for reason in expected]).value)
    for reason, right in zip(held.reasons, expected, strict=True):
        faults.compare(f"{lead}: {reason.code.value}: count", plan=reason.count,
                       recomputed=right.count)
        _check_example(f"{lead}: {reason.code.value}", reason, right, recomputed, faults)


def _check_example(place: str, reason: Reason, right: _Expected, recomputed: Recomputed,
                   faults: Faults) -> None:
    if not reason.detail.strip():
        faults.add(f"{place}: detail is blank")
    for part in right.says:
        _must_name(place, part, reason, faults)
    if right.examples is None:
        if reason.rep_id is not None:
            faults.add(f"{place}: names rep {reason.rep_id!r}, but the reason is not about a rep")
        return
    rep_idx = None if reason.rep_id is None else recomputed.reps.idx.get(reason.rep_id)
    if rep_idx is None or not right.examples[rep_idx]:
        first = recomputed.reps.ids[int(np.flatnonzero(right.examples)[0])]
        faults.add(f"{place}: rep {reason.rep_id!r} is no example of it; rep {first!r} would be")
        return
    if right.names_rep:
        _must_name(place, recomputed.window.reps[rep_idx].display_name, reason, faults)
    if right.amounts is not None:
        _must_name(place, for_people(int(right.amounts[rep_idx])), reason, faults)


def _must_name(place: str, part: str, reason: Reason, faults: Faults) -> None:
    if part not in reason.detail:
        faults.add(f"{place}: detail must name {part!r}")


def _queue(codes: list[ReasonCode]) -> Queue:
    if ReasonCode.AWAY in codes:
        return Queue.NEXT_WINDOW
    return _QUEUES.get(codes[0], Queue.REVIEW)
