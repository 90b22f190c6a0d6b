"""Invariant 5: why each held lead is held, recomputed by the rules of reasons and queues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from solver.models import (
    Engine,
    HeldLead,
    Hold,
    Lead,
    Plan,
    Queue,
    Reason,
    ReasonCode,
    StoppedBy,
)
from solver.verify.check import Check, Faults
from solver.verify.figures import for_people
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.layers import REFUSES
from solver.verify.recompute.window import Recomputed

_QUEUES = {
    ReasonCode.NEEDS_DATA: Queue.NEEDS_DATA,
    ReasonCode.TOO_OLD: Queue.MANAGER,
    ReasonCode.LEGAL_HOLD: Queue.REVIEW,
    ReasonCode.NO_REPS: Queue.NEXT_WINDOW,
    ReasonCode.OUTBID: Queue.NEXT_WINDOW,
    ReasonCode.LIMIT: Queue.NEXT_WINDOW,
    ReasonCode.SLOT_KEPT: Queue.NEXT_WINDOW,
    ReasonCode.BELOW_RESERVE: Queue.NURTURE,
    ReasonCode.AWAY: Queue.NEXT_WINDOW,
}


#: Engines whose plans the window's prices explain.
_PRICED = (Engine.MIN_COST_FLOW, Engine.NONE_NEEDED)


@dataclass(frozen=True)
class Expected:
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
    counts: tuple[IntArray, ...] = ()
    """By rep, numbers that the detail must name."""
    queue: Queue | None = None
    """Where the lead waits; None: as the code says."""
    any_of: Callable[[int], tuple[str, ...]] | None = None
    """By rep, of which the detail must name one."""
    unused: BoolArray | None = None
    """Reps with a slot left who could have the lead; then the lead must not be held at all."""


def check_reasons(plan: Plan, recomputed: Recomputed) -> Check:
    """Recompute codes, counts, queue and examples of each held lead of a plain window."""
    left = _slots_left(plan, recomputed)
    priced = plan.engine in _PRICED and plan.stopped_by is StoppedBy.PROOF
    fills = plan.engine in _PRICED and not priced

    def of_routed(lead: Lead) -> tuple[Expected, ...]:
        expected = _expected(lead, recomputed, left, priced=priced)
        if not fills or expected[0].code is not ReasonCode.OUTBID:
            return expected
        unused = left & _usable(lead, recomputed)
        return (replace(expected[0], unused=unused if unused.any() else None),)
    return check_held(plan, recomputed, of_routed)


def _usable(lead: Lead, recomputed: Recomputed) -> BoolArray:
    row, reserve = recomputed.rows.row(lead), recomputed.reserve
    usable: BoolArray = (row.eligible & (row.value > reserve)
                         & (row.value - recomputed.floors > reserve))
    return usable


def check_held(plan: Plan, recomputed: Recomputed,
               of_routed: Callable[[Lead], tuple[Expected, ...]]) -> Check:
    """Compare the reasons of every held lead.

    Parameters
    ----------
    plan, recomputed
        The plan and its window.
    of_routed
        The reasons of a routed lead without an owner.
    """
    faults = Faults()
    leads = {lead.lead_id: lead for lead in recomputed.window.leads}
    for held in plan.held:
        early = recomputed.triage.held.get(held.lead_id)
        lead = recomputed.routed.get(held.lead_id)
        if isinstance(early, Hold):
            faults.compare(f"lead {held.lead_id!r}: queue", plan=held.queue, recomputed=early.queue)
            faults.compare(f"lead {held.lead_id!r}: reasons", plan=held.reasons,
                           recomputed=(early.reason,))
        elif early is not None:
            says = _says_early(early, leads[held.lead_id], recomputed)
            compare_reasons(held, (Expected(early, says=says),), recomputed, faults)
        elif lead is not None:
            compare_reasons(held, of_routed(lead), recomputed, faults)
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
    if code is ReasonCode.LEGAL_HOLD:
        return (str(recomputed.window.policy.precedence.legal_hold),)
    return (f"{recomputed.window.policy.freshness.max_age_hours:g}",)


def _expected(lead: Lead, recomputed: Recomputed, left: BoolArray, *, priced: bool
              ) -> tuple[Expected, ...]:
    """Return the reasons of a routed lead without an owner; DESIGN's chain, the first that fits.

    Where prices explain the plan, the example of OUTBID is the best offer, with its net value.
    """
    reps, row, reserve = recomputed.reps, recomputed.rows.row(lead), recomputed.reserve
    if not reps.active.any():
        return (Expected(ReasonCode.NO_REPS),)
    above = row.eligible & (row.value > reserve)
    usable = _usable(lead, recomputed)
    if usable.any():
        if not priced:
            return (Expected(ReasonCode.OUTBID, examples=usable, names_rep=False),)
        net = row.value - recomputed.floors - recomputed.prices
        best = usable & (net == net[usable].max())
        return (Expected(ReasonCode.OUTBID, examples=best, amounts=net),)
    if above.any():
        kept = above & left
        if kept.any():
            return (Expected(ReasonCode.SLOT_KEPT, amounts=recomputed.floors, examples=kept),)
        return (Expected(ReasonCode.OUTBID, examples=above, names_rep=priced,
                          amounts=recomputed.floors if priced else None),)
    if row.eligible.any():
        return (Expected(ReasonCode.BELOW_RESERVE, examples=row.eligible, amounts=row.value),)
    return refused_by_all(lead, recomputed)


def refused_by_all(lead: Lead, recomputed: Recomputed) -> tuple[Expected, ...]:
    """Return the reasons of a lead that nobody may have: one for each rule that refuses.

    RULE names a rule that refuses the example, a layer of the precedence the rep whom it names.
    """
    row, active = recomputed.rows.row(lead), recomputed.reps.active
    found = ((code, refused & active) for code, refused in row.refused.items())
    return tuple(_refusal(code, hit, lead, recomputed) for code, hit in found if hit.any())


def _refusal(code: ReasonCode, hit: BoolArray, lead: Lead, recomputed: Recomputed) -> Expected:
    count = int(np.count_nonzero(hit))
    says: tuple[str, ...] = (f"{count} of {np.count_nonzero(recomputed.reps.active)} active",)
    owner = recomputed.rows.decision(lead).owner
    if code in REFUSES.values() and owner is not None:
        says += (recomputed.label(recomputed.reps.ids[owner]),)
    return Expected(code, count=count, examples=hit, says=says, any_of=None if (
        code is not ReasonCode.RULE) else partial(recomputed.rows.rules_against, lead))


def compare_reasons(held: HeldLead, expected: tuple[Expected, ...], recomputed: Recomputed,
                    faults: Faults) -> None:
    """Compare codes, counts, queue, examples and details of a held lead."""
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
    if expected[0].unused is not None:
        rep_id = recomputed.reps.ids[int(np.flatnonzero(expected[0].unused)[0])]
        faults.add(f"{lead} is held, but rep {rep_id!r} could have it and has a slot left")
    faults.compare(f"{lead}: queue", plan=held.queue.value,
                   recomputed=(expected[0].queue or _queue([one.code for one in expected])).value)
    for reason, right in zip(held.reasons, expected, strict=True):
        faults.compare(f"{lead}: {reason.code.value}: count", plan=reason.count,
                       recomputed=right.count)
        _check_example(f"{lead}: {reason.code.value}", reason, right, recomputed, faults)


def _check_example(place: str, reason: Reason, right: Expected, recomputed: Recomputed,
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
    _check_named(place, reason, right, rep_idx, recomputed, faults)


def _check_named(place: str, reason: Reason, right: Expected, rep_idx: int,
                 recomputed: Recomputed, faults: Faults) -> None:
    """Ask of the detail that it names the rep of the example, and the figures of that rep."""
    if right.names_rep:
        _must_name(place, recomputed.window.reps[rep_idx].display_name, reason, faults)
    if right.amounts is not None:
        _must_name(place, for_people(int(right.amounts[rep_idx])), reason, faults)
    if right.any_of is not None:
        names = right.any_of(rep_idx)
        if not any(name in reason.detail for name in names):
            faults.add(f"{place}: detail must name {' or '.join(map(repr, names))}")
    for counts in right.counts:
        _must_name(place, f"{int(counts[rep_idx]):,}", reason, faults)


def _must_name(place: str, part: str, reason: Reason, faults: Faults) -> None:
    if part not in reason.detail:
        faults.add(f"{place}: detail must name {part!r}")


def _queue(codes: list[ReasonCode]) -> Queue:
    if ReasonCode.AWAY in codes:
        return Queue.NEXT_WINDOW
    return _QUEUES.get(codes[0], Queue.REVIEW)
