"""Leads that no rep may have: one reason for each rule that refuses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solver.explanation.refusal_details import refusal_detail
from solver.explanation.sorted_out import held_lead
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.matrix.rows import ValueRows
from solver.models import HeldLead, Queue, Reason, ReasonCode


def refused_lead(rows: ValueRows, lead_at: int, refused: NDArray[np.uint16],
                 labels: Mapping[str, str]) -> HeldLead:
    """Return the row of a lead that every rep is refused for.

    Parameters
    ----------
    rows
        The window.
    lead_at
        Position of the lead.
    refused
        (R,) its bits.
    labels
        What the reps are called.
    """
    reasons = refusals(rows, lead_at, refused, labels)
    away = any(reason.code is ReasonCode.AWAY for reason in reasons)
    return held_lead(rows.leads.leads[lead_at], Queue.NEXT_WINDOW if away else Queue.REVIEW,
                     *reasons)


def refusals(rows: ValueRows, lead_at: int, refused: NDArray[np.uint16],
             labels: Mapping[str, str]) -> list[Reason]:
    """Return one reason per rule; the example is the active rep whom the fewest rules refuse."""
    active = np.flatnonzero(rows.reps.active)
    bits = refused[active] & ~np.uint16(Refusal.INACTIVE)
    num_rules = np.bitwise_count(bits)
    reasons = []
    for rule, code in REASON_RULES:
        hit = np.flatnonzero(bits & np.uint16(rule))
        if len(hit):
            example = int(active[hit[num_rules[hit].argmin()]])
            rep_id = rows.reps.rep_ids[example]
            detail = (f"refuses {len(hit)} of {len(active)} active reps; for example "
                      f"{labels[rep_id]} {refusal_detail(rows, code, lead_at, example)}")
            reasons.append(Reason(code=code, count=len(hit), rep_id=rep_id, detail=detail))
    return reasons
