"""Which leads are in question, who owns the others, and what stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.digests import digest
from solver.errors import UsageError
from solver.matrix.rows import ValueRows
from solver.models import HeldLead, Plan, ReasonCode, Window
from solver.relax.records import BeyondRules
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.previous import NOBODY

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """The leads of a window that the answer is about, by unit; and the owners that stay."""

    owner: Ints
    """(L,) rep positions in the plan, -1 for held leads."""
    units: tuple[tuple[int, ...], ...]
    """Leads in question, by position; those of a group come together."""
    only: Ints
    """(U,) the one rep whom a unit may have, ``NOBODY`` where all are open."""

    @property
    def leads(self) -> Ints:
        """All leads in question, ascending."""
        return np.array(sorted(lead for unit in self.units for lead in unit), dtype=np.int64)


def asked_of(floor: SalesFloor, plan: Plan, *, move: bool) -> Asked:
    """Find the leads in question: the held ones, and with ``move`` the owned ones too.

    Leads of a group are one unit, whether it is owned whole or as far as it fits: every lead is to
    have an owner. Without ``move``, leads of a group that has an owner can only join it.
    """
    rows = floor.rows
    owner_of = {one.lead_id: rows.reps.index[one.rep_id] for one in plan.assignments}
    owner = np.array([owner_of.get(lead.lead_id, NOBODY) for lead in rows.leads.leads],
                     dtype=np.int64)
    in_question = np.ones(len(owner), dtype=np.bool_) if move else owner == NOBODY
    together: dict[str | int, list[int]] = {}
    for lead in np.flatnonzero(in_question).tolist():
        together.setdefault(floor.groups[lead] or lead, []).append(lead)
    has = {} if move else {name: int(rep) for name, rep in zip(floor.groups, owner, strict=True)
                           if name is not None and rep != NOBODY}
    locked = floor.previous.locked & (floor.previous.rep != NOBODY)
    only = np.full(len(together), NOBODY, dtype=np.int64)
    for at, (name, leads) in enumerate(together.items()):
        stay = [int(floor.previous.rep[lead]) for lead in leads if locked[lead]]
        if isinstance(name, str) and name in has:
            stay.append(has[name])
        if stay:
            only[at] = stay[0]
    return Asked(owner, tuple(map(tuple, together.values())), only)


def check_plan(window: Window, plan: Plan) -> None:
    """Check that a plan is of a window.

    Raises
    ------
    UsageError
        If it was made from other leads, reps or rules.
    """
    for what, records, of_plan in (("leads", window.leads, plan.inputs.leads),
                                   ("reps", window.reps, plan.inputs.reps),
                                   ("accounts", window.accounts, plan.inputs.accounts)):
        if (digest(records) if records else None) != of_plan and (records or of_plan is None
                                                                   or of_plan.count):
            raise UsageError(f"the plan was made from other {what}; name the files that it was "
                             "routed from")
    if window.at != plan.at or window.policy != plan.policy:
        raise UsageError("the plan was made at another instant or under another policy; take both "
                         "from the plan")


def beyond_rules(rows: ValueRows, plan: Plan) -> tuple[BeyondRules, ...]:
    """Return the held leads that were sorted out before any rule about reps was asked."""
    routed = {lead.lead_id for lead in rows.leads.leads}
    return tuple(BeyondRules(lead_id=held.lead_id, held=held, lacks=_lacks(held))
                 for held in plan.held if held.lead_id not in routed)


_LACKS = {
    ReasonCode.NEEDS_DATA: "needs the missing cells",
    ReasonCode.POSSIBLE_DUPLICATE: "needs a person to decide whether it is another lead's twin",
    ReasonCode.EXISTING_CUSTOMER: "belongs to whoever serves the customer",
    ReasonCode.DISQUALIFIED: "needs a score above the threshold, or another scoring",
    ReasonCode.TOO_OLD: "needs the manager, or a larger freshness.max_age_hours",
    ReasonCode.LEGAL_HOLD: "needs the legal hold lifted",
}


def _lacks(held: HeldLead) -> str:
    """Say what the lead lacks: what its first reason asks for, with that reason's detail."""
    reason = held.reasons[0]
    return f"{_LACKS.get(reason.code, 'needs a person')} ({reason.detail})"
