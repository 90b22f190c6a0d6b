"""Why a lead is held and where it waits."""

from __future__ import annotations

from collections.abc import Collection

from solver.models import Lead, Queue, ReasonCode, Window
from tests.oracle.problem import Problem
from tests.oracle.rich_pairs import place

#: Reason code to the count it must carry.
Counts = dict[ReasonCode, int | None]


def held_reasons(lead: Lead, window: Window, numbers: Problem, left: Collection[str]
                 ) -> tuple[Counts, Queue]:
    """Return the codes with their counts, in order, and the queue of a held lead.

    ``left`` are the reps with a slot that the plan leaves free.
    """
    sorted_out = place(lead, window)
    if sorted_out == "on_hold":
        hold = next(hold for hold in window.holds if hold.lead_id == lead.lead_id)
        return {hold.reason.code: hold.reason.count}, hold.queue
    if sorted_out == "NEEDS_DATA":
        return {ReasonCode.NEEDS_DATA: None}, Queue.NEEDS_DATA
    if sorted_out == "LEGAL_HOLD":
        return {ReasonCode.LEGAL_HOLD: None}, Queue.REVIEW
    if sorted_out == "TOO_OLD":
        return {ReasonCode.TOO_OLD: None}, Queue.MANAGER
    active = [rep for rep in numbers.reps if numbers.active[rep]]
    if not active:
        return {ReasonCode.NO_REPS: None}, Queue.NEXT_WINDOW
    values = [numbers.pairs[lead.lead_id, rep].value for rep in active]
    if numbers.usable_reps(lead.lead_id):
        return {ReasonCode.OUTBID: None}, Queue.NEXT_WINDOW
    above = {rep for rep, value in zip(active, values, strict=True)
             if value is not None and value > numbers.reserve}
    if above:
        code = ReasonCode.OUTBID if above.isdisjoint(left) else ReasonCode.SLOT_KEPT
        return {code: None}, Queue.NEXT_WINDOW
    if any(value is not None for value in values):
        return {ReasonCode.BELOW_RESERVE: None}, Queue.NURTURE
    refused = [numbers.pairs[lead.lead_id, rep].reasons for rep in active]
    counts: Counts = {code: sum(code in reasons for reasons in refused)
                      for code in ReasonCode if any(code in reasons for reasons in refused)}
    away = ReasonCode.AWAY in counts
    return counts, Queue.NEXT_WINDOW if away else Queue.REVIEW
