"""The owners that the export itself names, with the rules they break."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.matrix.pairs import Problem
from solver.matrix.refusals import REASON_RULES
from solver.models import Lead, Violation

_Ints = NDArray[np.int64]


def current_owners(problem: Problem) -> tuple[_Ints, tuple[Violation, ...]]:
    """Return (L,) owners named by the export where they may own the lead, and all violations.

    A lead whose owner is unknown, refused by a rule or not worth more than the reserve counts as
    held, and so do a rep's newest leads above its free slots: what is left keeps every rule and can
    be compared.
    """
    owner = np.full(problem.pairs.num_leads, NOBODY, dtype=np.int64)
    violations: list[Violation] = []
    placeholders = frozenset(problem.rows.window.policy.placeholder_owners)
    for i, lead in enumerate(problem.rows.leads.leads):
        if lead.owner_id is None or lead.owner_id in placeholders:
            continue
        broken = _broken_rule(problem, i, lead, lead.owner_id)
        if broken is None:
            owner[i] = problem.rows.reps.index[lead.owner_id]
        else:
            violations.append(broken)
    for lead_at, violation in _above_capacity(problem, owner):
        owner[lead_at] = NOBODY
        violations.append(violation)
    return owner, tuple(sorted(violations, key=lambda v: (v.lead_id, v.code)))


def _broken_rule(problem: Problem, lead_at: int, lead: Lead, owner_id: str) -> Violation | None:
    rep_at = problem.rows.reps.index.get(owner_id)
    if rep_at is None:
        return Violation(lead_id=lead.lead_id, rep_id=owner_id, code="NOT_IN_REP_FILE",
                         detail="the owner is not in the rep file")
    if rep_at in problem.pairs.rep[problem.pairs.of(lead_at)]:
        return None
    bits = int(problem.rows.refused(slice(lead_at, lead_at + 1))[0, rep_at])
    if bits:
        rules = ", ".join(code.value for rule, code in REASON_RULES if bits & rule) or "inactive"
        return Violation(lead_id=lead.lead_id, rep_id=owner_id, code="NOT_ELIGIBLE",
                         detail=f"refused by {rules}")
    return Violation(lead_id=lead.lead_id, rep_id=owner_id, code="NOT_USABLE",
                     detail="worth no more than floor and reserve with this owner")


def _above_capacity(problem: Problem, owner: _Ints) -> list[tuple[int, Violation]]:
    """List the leads above each rep's free slots; the oldest ones count as within."""
    leads, reps = problem.rows.leads.leads, problem.rows.reps
    violations = []
    for rep_at in np.unique(owner[owner >= 0]).tolist():
        own = sorted(np.flatnonzero(owner == rep_at).tolist(),
                     key=lambda i: (leads[i].created_at, leads[i].lead_id))
        slots = int(reps.free_slots[rep_at])
        violations += [
            (i, Violation(
                lead_id=leads[i].lead_id, rep_id=reps.rep_ids[rep_at], code="ABOVE_CAPACITY",
                detail=f"the rep has {slots} free slots and {len(own)} of these leads"))
            for i in own[slots:]]
    return violations
