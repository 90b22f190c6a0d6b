"""From owners and prices to a plan: certificate, reasons, slots, what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.certify.bound import price_bound
from solver.certify.exchange import SlotPrices
from solver.certify.owned import owned_surplus
from solver.digests import inputs_of
from solver.explanation.assignments import assignments
from solver.explanation.held import held_leads
from solver.matrix.pairs import Problem
from solver.models import (
    Certificate,
    Engine,
    Inputs,
    KeptLead,
    Outcome,
    Plan,
    Slots,
    StoppedBy,
)
from solver.versions import versions

_Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Solution:
    """The optimum of one window, or the best that was found, before it is put into words."""

    problem: Problem
    owner: _Ints
    """(L,) rep positions, -1 for held leads."""
    prices: SlotPrices
    """Where no proof ended the run: prices that bound the plan, exact for no slot."""
    stopped_by: StoppedBy
    """Proof, or the limit that ended the run."""

    @cached_property
    def inputs(self) -> Inputs:
        """What the window was made from; hashed once for all plans of the window."""
        source = self.problem.source
        return inputs_of(self.problem.rows.window, leads=source.num_leads,
                         eligible=source.num_eligible, usable=len(source))


def make_plan(solution: Solution, owner: _Ints, *, engine: Engine, engine_reason: str,
              stopped_by: StoppedBy, outbid: str | None = None) -> Plan:
    """Certify and explain a choice of owners with the optimal prices.

    Parameters
    ----------
    solution
        The window's optimum; its prices go into the plan.
    owner
        (L,) rep positions of the plan, -1 for held leads.
    engine, engine_reason, stopped_by
        What made the plan, why that engine, what ended the run.
    outbid
        Detail of OUTBID where prices do not explain the plan (baselines).
    """
    problem, prices = solution.problem, solution.prices.gain
    window = problem.rows.window
    certificate = certify(solution, owner)
    return Plan(
        at=window.at, policy=window.policy, inputs=solution.inputs,
        outcome=Outcome.OPTIMAL if certificate.gap == 0 else Outcome.FEASIBLE,
        stopped_by=stopped_by, engine=engine, engine_reason=engine_reason,
        certificate=certificate,
        assignments=assignments(problem, prices, owner),
        held=held_leads(problem, prices, owner, outbid),
        kept=tuple(KeptLead(lead_id=lead.lead_id, owner_id=lead.owner_id or "")
                   for lead in problem.rows.triage.kept),
        slots=_slots(solution, owner), preparation=window.preparation, floors=problem.given,
        versions=versions())


def certify(solution: Solution, owner: _Ints) -> Certificate:
    """Objective of a choice of owners beside the bound from the optimal prices."""
    problem = solution.problem
    owned = owner >= 0
    surplus = int(owned_surplus(problem, owner).sum())
    objective = surplus + problem.reserve * problem.source.num_leads
    floors_paid = int(problem.floors[owner[owned]].sum())
    assigned = np.bincount(owner[owned], minlength=len(problem.floors))
    free = np.maximum(problem.rows.reps.free_slots - assigned, 0)
    bound = price_bound(problem, solution.prices.gain)
    return Certificate(
        objective=objective, bound=bound, gap=bound - objective, price_bound=bound,
        value=surplus + floors_paid + problem.reserve * int(owned.sum()),
        value_kept=sum(floor * slots for floor, slots in zip(  # may pass 64 bits
            problem.floors.tolist(), free.tolist(), strict=True)))


def _slots(solution: Solution, owner: _Ints) -> tuple[Slots, ...]:
    problem, prices = solution.problem, solution.prices
    reps = problem.rows.reps
    assigned = np.bincount(owner[owner >= 0], minlength=len(reps.rep_ids))
    columns = (reps.free_slots, assigned, problem.floors, prices.gain)
    exact = solution.stopped_by is StoppedBy.PROOF
    return tuple(
        Slots(rep_id=rep_id, free_slots=free, assigned=taken, used=taken, floor=floor, price=gain,
              gain=gain if exact else None, loss=loss if exact else None)
        for rep_id, free, taken, floor, gain, loss
        in zip(reps.rep_ids, *(column.tolist() for column in columns), prices.loss, strict=True))
