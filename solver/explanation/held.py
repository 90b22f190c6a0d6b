"""Held leads with coded reasons, each with the example that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.collecting import collector_paused
from solver.explanation import sentences
from solver.explanation.pair_facts import Costs, best_reps, pair_facts
from solver.explanation.refused import refused_lead
from solver.explanation.sorted_out import all_held, held_lead
from solver.matrix.pairs import Problem
from solver.models import HeldLead, Queue, Reason, ReasonCode

_Ints = NDArray[np.int64]
#: Leads whose pairs are asked for at a time.
_LEADS = 1 << 10


@collector_paused()
def held_leads(problem: Problem, prices: _Ints, owner: _Ints, outbid: str | None = None,
               labels: Mapping[str, str] | None = None) -> tuple[HeldLead, ...]:
    """Explain every lead without an owner, kept ones excepted, sorted by lead_id.

    Parameters
    ----------
    problem, prices, owner
        The window, (R,) prices and (L,) owners, -1 for held.
    outbid
        Detail of OUTBID for plans that prices do not explain (baselines).
    labels
        What the reps are called, where that is known already.
    """
    labels = sentences.rep_labels(problem.rows.window.reps) if labels is None else labels
    return all_held(problem.rows, _of_window(problem, prices, owner, outbid, labels))


def _of_window(problem: Problem, prices: _Ints, owner: _Ints, outbid: str | None,
               labels: Mapping[str, str]) -> list[HeldLead]:
    held = np.flatnonzero(owner < 0)
    leads, reps = problem.rows.leads.leads, problem.rows.reps
    if not reps.active.any():
        detail = f"none of the {problem.rows.num_reps} reps in the file is active"
        reason = Reason(code=ReasonCode.NO_REPS, detail=detail)
        return [held_lead(leads[i], Queue.NEXT_WINDOW, reason) for i in held.tolist()]
    usable = problem.source.usable[held] > 0
    return (_outbid(problem, prices, held[usable], outbid, labels)
            + _unusable(problem, owner, held[~usable], outbid, labels))


def _outbid(problem: Problem, prices: _Ints, held: _Ints, detail: str | None,
            labels: Mapping[str, str]) -> list[HeldLead]:
    """Leads with a usable pair: their best offer is the example."""
    nobody = np.full(len(held), -1, dtype=np.int64)
    best = [best_reps(problem.source.piece(held[at:at + _LEADS]), prices, nobody[at:at + _LEADS],
                      count=1)[:, 0] for at in range(0, len(held), _LEADS)]
    reps = np.concatenate([nobody[:0], *best])
    offers = pair_facts(problem.rows, held, reps, Costs.of_one_slot(problem, prices, reps))
    return [
        held_lead(problem.rows.leads.leads[i], Queue.NEXT_WINDOW, Reason(
            code=ReasonCode.OUTBID, rep_id=offer.rep_id,
            detail=detail or sentences.outbid(offer, problem.reserve, labels)))
        for i, offer in zip(held.tolist(), offers, strict=True)]


def _slots_left(problem: Problem, owner: _Ints) -> NDArray[np.bool_]:
    assigned = np.bincount(owner[owner >= 0], minlength=len(problem.capacity))
    left: NDArray[np.bool_] = problem.capacity > assigned
    return left


def _unusable(problem: Problem, owner: _Ints, held: _Ints, outbid: str | None,
              labels: Mapping[str, str]) -> list[HeldLead]:
    """Leads without a usable pair, block by block; the reasons of a lead need its whole row."""
    leads: list[HeldLead] = []
    explainer = _RowExplainer(problem, labels, _slots_left(problem, owner), outbid)
    chosen = problem.rows.chosen(held)
    for block in chosen.blocks():
        rows = chosen.rows(block)
        leads += [explainer.explain(rows.refused[nth], rows.value[nth], lead)
                  for nth, lead in enumerate(held[block].tolist())]
    return leads


@dataclass(frozen=True, slots=True)
class _RowExplainer:
    """Explains a lead without usable pairs from its row of the matrix."""

    problem: Problem
    labels: Mapping[str, str]
    has_left: NDArray[np.bool_]
    """(R,) reps with a slot that the plan leaves free."""
    outbid: str | None
    """Detail of OUTBID for plans that prices do not explain."""

    def explain(self, refused: NDArray[np.uint16], value: _Ints, lead_at: int) -> HeldLead:
        lead = self.problem.rows.leads.leads[lead_at]
        eligible = np.flatnonzero(refused == 0)
        worthwhile = eligible[value[eligible] > self.problem.reserve]
        if len(worthwhile):
            return held_lead(lead, Queue.NEXT_WINDOW, self._below_floor(worthwhile, value))
        if len(eligible):
            best = int(eligible[value[eligible].argmax()])
            detail = sentences.below_reserve(self._label(best), int(value[best]),
                                             self.problem.reserve)
            return held_lead(lead, Queue.NURTURE, Reason(
                code=ReasonCode.BELOW_RESERVE, rep_id=self._id(best), detail=detail))
        return refused_lead(self.problem.rows, lead_at, refused, self.labels)

    def _below_floor(self, worthwhile: _Ints, value: _Ints) -> Reason:
        """A slot left free is kept; where none is left, leads above the floor have taken them.

        The example is the rep who comes closest to the floor.
        """
        left, floors = worthwhile[self.has_left[worthwhile]], self.problem.floors
        candidates = left if len(left) else worthwhile
        best = int(candidates[(value[candidates] - floors[candidates]).argmax()])
        amounts = self._label(best), int(value[best]), int(floors[best])
        if len(left):
            return Reason(code=ReasonCode.SLOT_KEPT, rep_id=self._id(best),
                          detail=sentences.slot_kept(*amounts, self.problem.reserve,
                                                     self._by_when(best)))
        return Reason(code=ReasonCode.OUTBID, rep_id=self._id(best),
                      detail=self.outbid or sentences.below_floor(*amounts))

    def _by_when(self, rep_at: int) -> str:
        """Say by when the forecast expects the slot's better lead."""
        given, window = self.problem.given, self.problem.rows.window
        rep = window.reps[rep_at]
        by = None if given is None else next(
            (floor.by for floor in given.floors if floor.rep_id == rep.rep_id), None)
        return sentences.by_when(rep, by, window.at)

    def _id(self, rep_at: int) -> str:
        return self.problem.rows.reps.rep_ids[rep_at]

    def _label(self, rep_at: int) -> str:
        return self.labels[self._id(rep_at)]
