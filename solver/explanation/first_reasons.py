"""The first reason of every lead without an owner, as a code, without words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Problem
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.matrix.rows import Rows
from solver.models import ReasonCode

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


def first_reasons(problem: Problem, owner: _Ints) -> dict[str, ReasonCode]:
    """Return lead_id to code: of all leads without an owner but kept ones, sorted-out ones too.

    These are the codes that :func:`solver.explanation.held.held_leads` explains.

    Parameters
    ----------
    problem
        The window in integers.
    owner
        (L,) rep positions, -1 for held leads.
    """
    window, triage = problem.rows.window, problem.rows.triage
    found = {hold.lead_id: hold.reason.code for hold in window.holds}
    reasons = {lead.lead_id: found[lead.lead_id] for lead in triage.on_hold}
    for code, leads in ((ReasonCode.NEEDS_DATA, triage.needs_data),
                        (ReasonCode.LEGAL_HOLD, triage.legal_hold),
                        (ReasonCode.TOO_OLD, triage.too_old)):
        reasons |= {lead.lead_id: code for lead in leads}
    leads = problem.rows.leads.leads
    return reasons | {leads[at].lead_id: code for at, code in _of_window(problem, owner)}


def _of_window(problem: Problem, owner: _Ints) -> Iterator[tuple[int, ReasonCode]]:
    held = np.flatnonzero(owner < 0)
    if not problem.rows.reps.active.any():
        yield from ((at, ReasonCode.NO_REPS) for at in held.tolist())
        return
    usable = problem.source.usable[held] > 0
    yield from ((at, ReasonCode.OUTBID) for at in held[usable].tolist())
    rest = held[~usable]
    has_left = problem.capacity > np.bincount(owner[owner >= 0], minlength=len(problem.capacity))
    chosen = problem.rows.chosen(rest)
    for block in chosen.blocks():
        yield from _unusable(problem, chosen.rows(block), rest[block], has_left)


def _unusable(problem: Problem, rows: Rows, held: _Ints, has_left: _Flags
              ) -> Iterator[tuple[int, ReasonCode]]:
    """Yield the reasons of leads of one block that have no usable pair."""
    refused, value = rows.refused, rows.value
    eligible = refused == 0
    worthwhile = eligible & (value > problem.reserve)
    kept = (worthwhile & has_left).any(axis=1)
    may_have, brings = eligible.any(axis=1), worthwhile.any(axis=1)
    active = problem.rows.reps.active
    rules = np.bitwise_or.reduce(refused[:, active] & ~np.uint16(Refusal.INACTIVE), axis=1)
    for row, at in enumerate(held.tolist()):
        if brings[row]:
            yield at, ReasonCode.SLOT_KEPT if kept[row] else ReasonCode.OUTBID
        elif may_have[row]:
            yield at, ReasonCode.BELOW_RESERVE
        else:
            yield at, next(code for rule, code in REASON_RULES if int(rules[row]) & int(rule))
