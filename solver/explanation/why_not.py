"""Why not rep X: the rule that refuses, or what forcing X would cost and which leads would move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solver.certify.bound import price_bound
from solver.certify.exchange import (
    NOBODY,
    UNREACHABLE,
    distances_from,
    exchange_costs,
    own_surplus,
)
from solver.digests import inputs_of
from solver.errors import UsageError
from solver.explanation.refusal_details import refusal_detail
from solver.explanation.sentences import money, rep_labels
from solver.matrix.pairs import Problem, build_problem
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.matrix.rows import ValueRows
from solver.matrix.triage import missing_fields
from solver.models import Plan, ReasonCode, Window
from solver.models.base import Record

_Ints = NDArray[np.int64]


class Move(Record):
    """One lead that changes hands; None is nobody."""

    lead_id: str
    from_rep_id: str | None
    to_rep_id: str | None


class WhyNot(Record):
    """The answer to "why not X?"."""

    lead_id: str
    rep_id: str
    refused_by: tuple[ReasonCode, ...] = ()
    """Rules that refuse the pair, or that keep the lead out of the window."""
    cost: int | None = None
    """Objective lost by forcing the pair, minor units; None where it cannot be forced, or where no
    plan with it was found in time."""
    cost_at_least: int | None = None
    """Where `cost` is that of the best plan found and not proven: no plan loses less than this."""
    moves: tuple[Move, ...] = ()
    """Which leads move if the pair is forced, the lead itself first."""
    sentence: str


#: Forces an eligible pair, by the positions of lead and rep.
Force = Callable[[ValueRows, Plan, int, int], WhyNot]


def why_not(window: Window, plan: Plan, lead_id: str, rep_id: str, force: Force | None = None
            ) -> WhyNot:
    """Say why a lead did not go to a rep, exactly and without another solve.

    The cost is ``net(L, k) - net(L, X) + dist(X, k)`` without L's own arcs, for lead L of owner k
    and rep X (DESIGN section 5).

    Parameters
    ----------
    window
        The inputs the plan was made from.
    plan
        An optimal plan of that window.
    lead_id, rep_id
        The lead and the rep that is asked about.
    force
        What forces an eligible pair; None: the exchange of a plain window.

    Raises
    ------
    UsageError
        If the plan is not optimal for this window, or the lead or the rep is not in it.
    """
    _check_same_inputs(window, plan)
    for merge in plan.preparation.merged if plan.preparation else ():
        if merge.lead_id == lead_id != merge.into_lead_id:
            answer = why_not(window, plan, merge.into_lead_id, rep_id, force)
            return answer.model_copy(update={"sentence": (
                f"Lead {lead_id} is one with lead {merge.into_lead_id}. {answer.sentence}")})
    rows = ValueRows(window)
    lead = next((lead for lead in window.leads if lead.lead_id == lead_id), None)
    if lead is None or rep_id not in rows.reps.index:
        missing = f"lead {lead_id!r}" if lead is None else f"rep {rep_id!r}"
        raise UsageError(f"{missing} is not in the files")
    lead_at = next((i for i, routed in enumerate(rows.leads.leads) if routed is lead), None)
    if lead_at is None:
        return _outside_window(rows, lead_id, rep_id)
    rep_at = rows.reps.index[rep_id]
    force = force or _exchange(rows, plan)
    bits = int(rows.rows(slice(lead_at, lead_at + 1)).refused[0, rep_at])
    return _refused(rows, lead_at, rep_at, bits) if bits else force(rows, plan, lead_at, rep_at)


def _exchange(rows: ValueRows, plan: Plan) -> Force:
    """Return what forces pairs into a plain window's plan, once it is proven optimal."""
    problem = build_problem(rows, {slot.rep_id: slot.floor for slot in plan.slots})
    forcing = _Forcing(problem, _owners(problem, plan))
    return lambda _rows, _plan, lead_at, rep_at: forcing.answer(lead_at, rep_at)


def _check_same_inputs(window: Window, plan: Plan) -> None:
    made_from = plan.inputs
    given = inputs_of(window, leads=made_from.window_leads, eligible=made_from.eligible_pairs,
                      usable=made_from.usable_pairs)
    if plan.at != window.at or made_from != given:
        raise UsageError("the plan was made from other leads, reps, accounts, policy, ledger, "
                         "earlier plan or instant than these; route them again")


def _owners(problem: Problem, plan: Plan) -> _Ints:
    """Return (L,) owners of the plan, once its prices have proven them optimal."""
    index = problem.rows.reps.index
    owner_of = {a.lead_id: index.get(a.rep_id, NOBODY) for a in plan.assignments}
    owner = np.array([owner_of.get(lead.lead_id, NOBODY) for lead in problem.rows.leads.leads],
                     dtype=np.int64)
    assigned = np.bincount(owner[owner >= 0], minlength=len(problem.capacity))
    surplus = own_surplus(problem.pairs, owner)
    prices = np.array([slot.price for slot in plan.slots], dtype=np.int64)
    objective = int(surplus.sum()) + problem.reserve * len(owner)
    optimal = (len(prices) == len(assigned) and (prices >= 0).all()
               and (surplus[owner >= 0] > 0).all() and (assigned <= problem.capacity).all()
               and price_bound(problem, prices) == objective)
    if not optimal:
        raise UsageError("the plan is not proven to be the best for these files, so it cannot say "
                         "what another choice would cost; `fairlead verify` says what is wrong")
    return owner


def _outside_window(rows: ValueRows, lead_id: str, rep_id: str) -> WhyNot:
    for lead in rows.triage.kept:
        if lead.lead_id == lead_id:
            return WhyNot(lead_id=lead_id, rep_id=rep_id, sentence=(
                f"Lead {lead_id} is kept by its owner {lead.owner_id}; the policy routes only "
                "leads without an owner."))
    for hold in rows.window.holds:
        if hold.lead_id == lead_id:
            return WhyNot(lead_id=lead_id, rep_id=rep_id, refused_by=(hold.reason.code,),
                          sentence=f"Lead {lead_id} is not routed: {hold.reason.detail}.")
    for lead in rows.triage.needs_data:
        if lead.lead_id == lead_id:
            return WhyNot(lead_id=lead_id, rep_id=rep_id, refused_by=(ReasonCode.NEEDS_DATA,),
                          sentence=f"Lead {lead_id} has no value yet; blank: "
                                   f"{', '.join(missing_fields(lead))}.")
    if any(lead.lead_id == lead_id for lead in rows.triage.legal_hold):
        return WhyNot(lead_id=lead_id, rep_id=rep_id, refused_by=(ReasonCode.LEGAL_HOLD,),
                      sentence=f"Lead {lead_id} is not routed: it matches the policy's "
                               "precedence.legal_hold.")
    return WhyNot(lead_id=lead_id, rep_id=rep_id, refused_by=(ReasonCode.TOO_OLD,),
                  sentence=f"Lead {lead_id} is past the policy's max_age_hours.")


def _refused(rows: ValueRows, lead_at: int, rep_at: int, bits: int) -> WhyNot:
    lead_id, rep_id = rows.leads.leads[lead_at].lead_id, rows.reps.rep_ids[rep_at]
    codes = tuple(code for rule, code in REASON_RULES if bits & rule)
    details = [refusal_detail(rows, code, lead_at, rep_at) for code in codes]
    if bits & Refusal.INACTIVE:
        details.insert(0, "is inactive")
    return WhyNot(lead_id=lead_id, rep_id=rep_id, refused_by=codes, sentence=(
        f"Lead {lead_id} may not go to {rep_labels(rows.window.reps)[rep_id]}, who "
        f"{'; who '.join(details)}."))


class _Forcing:
    """Forces single pairs into an optimal plan."""

    def __init__(self, problem: Problem, owner: _Ints) -> None:
        self.problem = problem
        self.owner = owner
        self.rows = problem.rows
        self.labels = rep_labels(self.rows.window.reps)
        self.nobody = problem.pairs.num_reps

    def answer(self, lead_at: int, rep_at: int) -> WhyNot:
        lead_id, rep_id = self.rows.leads.leads[lead_at].lead_id, self.rows.reps.rep_ids[rep_at]
        label = self.labels[rep_id]
        if self.owner[lead_at] == rep_at:
            return WhyNot(lead_id=lead_id, rep_id=rep_id, cost=0,
                          sentence=f"Lead {lead_id} is {label}'s already.")
        value = int(self.rows.rows(slice(lead_at, lead_at + 1)).value[0, rep_at])
        forced = self._force(lead_at, rep_at, value)
        if forced is None:
            return WhyNot(lead_id=lead_id, rep_id=rep_id, sentence=(
                f"Lead {lead_id} cannot go to {label}, who has no slot in this window."))
        cost, moves = forced
        return WhyNot(lead_id=lead_id, rep_id=rep_id, cost=cost, moves=tuple(moves),
                      sentence=self._sentence(value, cost, moves))

    def _force(self, lead_at: int, rep_at: int, value: int) -> tuple[int, list[Move]] | None:
        """Return cost and moves of forcing the pair; None where the rep has no slot."""
        problem = self.problem
        start = int(self.owner[lead_at]) if self.owner[lead_at] >= 0 else self.nobody
        costs = exchange_costs(problem, self.owner, without_lead=lead_at)
        if problem.capacity[rep_at] == 0:
            return None
        paths = distances_from(costs, rep_at)
        if paths.distance[start] >= UNREACHABLE:
            return None
        own = int(own_surplus(problem.pairs, self.owner)[lead_at])
        there = value - int(problem.floors[rep_at]) - problem.reserve
        nodes = [start]
        while nodes[-1] != rep_at:
            nodes.append(int(paths.previous[nodes[-1]]))
        nodes.reverse()
        moves = [self._move(lead_at, start, rep_at)]
        for a, b in pairwise(nodes):
            mover = self._mover(lead_at, a, b, int(costs[a, b]))
            moves += [self._move(mover, a, b)] if mover is not None else []
        return own - there + int(paths.distance[start]), moves

    def _mover(self, forced_lead: int, a: int, b: int, cost: int) -> int | None:
        """Return the lead that moves along an arc; None where an empty slot takes the step."""
        pairs = self.problem.pairs
        owner = np.where(self.owner < 0, self.nobody, self.owner)
        own = own_surplus(pairs, self.owner)
        if b == self.nobody:
            if np.count_nonzero(self.owner == a) < self.problem.capacity[a]:
                return None
            candidates = np.flatnonzero((owner == a) & (own == cost))
            return int(candidates[candidates != forced_lead][0])
        if a == self.nobody and cost == 0:
            return None
        hit = ((pairs.rep == b) & (owner[pairs.lead] == a) & (pairs.lead != forced_lead)
               & (own[pairs.lead] - pairs.surplus == cost))
        return int(pairs.lead[np.flatnonzero(hit)[0]])

    def _move(self, lead_at: int, a: int, b: int) -> Move:
        return Move(lead_id=self.rows.leads.leads[lead_at].lead_id, from_rep_id=self._rep_id(a),
                    to_rep_id=self._rep_id(b))

    def _rep_id(self, node: int) -> str | None:
        return None if node == self.nobody else self.rows.reps.rep_ids[node]

    def _sentence(self, value: int, cost: int, moves: Sequence[Move]) -> str:
        first, *others = moves
        label = self.labels[first.to_rep_id or ""]
        moved = "; ".join(f"{move.lead_id} from {self._name(move.from_rep_id)} to "
                          f"{self._name(move.to_rep_id)}" for move in others)
        lead = (f"held lead {first.lead_id}" if first.from_rep_id is None
                else f"lead {first.lead_id} from {self._name(first.from_rep_id)}")
        return (f"Forcing {lead} onto {label}, value {money(value)} there, would cost "
                f"{money(cost)} in total and move {moved or 'no other lead'}.")

    def _name(self, rep_id: str | None) -> str:
        return "nobody" if rep_id is None else self.labels[rep_id]
