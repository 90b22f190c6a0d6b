"""Held leads with coded reasons, each with the example that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.explanation import sentences
from solver.explanation.pair_facts import best_pairs, pair_facts
from solver.explanation.refusal_details import refusal_detail
from solver.matrix.pairs import Problem
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.matrix.rows import Rows
from solver.matrix.triage import hours_between, missing_fields
from solver.models import HeldLead, Lead, Queue, Reason, ReasonCode, Window

_Ints = NDArray[np.int64]


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
    window = problem.rows.window
    holds = {hold.lead_id: hold for hold in window.holds}
    sorted_out = [_held(lead, holds[lead.lead_id].queue, holds[lead.lead_id].reason)
                  for lead in problem.rows.triage.on_hold]
    sorted_out += [_needs_data(lead) for lead in problem.rows.triage.needs_data]
    sorted_out += [_too_old(lead, window) for lead in problem.rows.triage.too_old]
    return tuple(sorted(sorted_out + _of_window(problem, prices, owner, outbid, labels),
                        key=lambda lead: lead.lead_id))


def _needs_data(lead: Lead) -> HeldLead:
    detail = f"blank: {', '.join(missing_fields(lead))}"
    return _held(lead, Queue.NEEDS_DATA, Reason(code=ReasonCode.NEEDS_DATA, detail=detail))


def _too_old(lead: Lead, window: Window) -> HeldLead:
    limit = window.policy.freshness.max_age_hours
    age = hours_between(lead.created_at or window.at, window.at)
    detail = f"{age:,.1f} hours old; max_age_hours is {limit:g}"
    return _held(lead, Queue.MANAGER, Reason(code=ReasonCode.TOO_OLD, detail=detail))


def _held(lead: Lead, queue: Queue, *reasons: Reason) -> HeldLead:
    return HeldLead(lead_id=lead.lead_id, queue=queue, reasons=reasons, assumed=lead.assumed)


def _of_window(problem: Problem, prices: _Ints, owner: _Ints, outbid: str | None,
               labels: Mapping[str, str]) -> list[HeldLead]:
    held = np.flatnonzero(owner < 0)
    leads, reps = problem.rows.leads.leads, problem.rows.reps
    if not reps.active.any():
        detail = f"none of the {problem.rows.num_reps} reps in the file is active"
        reason = Reason(code=ReasonCode.NO_REPS, detail=detail)
        return [_held(leads[i], Queue.NEXT_WINDOW, reason) for i in held.tolist()]
    usable = np.diff(problem.pairs.indptr)[held] > 0
    return (_outbid(problem, prices, held[usable], outbid, labels)
            + _unusable(problem, owner, held[~usable], outbid, labels))


def _outbid(problem: Problem, prices: _Ints, held: _Ints, detail: str | None,
            labels: Mapping[str, str]) -> list[HeldLead]:
    """Leads with a usable pair: their best offer is the example."""
    pairs = problem.pairs
    nobody = np.full(pairs.num_leads, -1, dtype=np.int64)
    best = best_pairs(pairs, prices, nobody, count=1)[0][held]
    offers = pair_facts(problem, prices, held, pairs.rep[best].astype(np.int64))
    return [
        _held(problem.rows.leads.leads[i], Queue.NEXT_WINDOW, Reason(
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
    for block in problem.rows.blocks():
        first, last = np.searchsorted(held, (block.start, block.stop))
        if first < last:
            rows = problem.rows.rows(block)
            leads += [explainer.explain(rows, i) for i in held[first:last].tolist()]
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

    def explain(self, rows: Rows, lead_at: int) -> HeldLead:
        refused, value = rows.refused[lead_at - rows.start], rows.value[lead_at - rows.start]
        lead = self.problem.rows.leads.leads[lead_at]
        eligible = np.flatnonzero(refused == 0)
        worthwhile = eligible[value[eligible] > self.problem.reserve]
        if len(worthwhile):
            return _held(lead, Queue.NEXT_WINDOW, self._below_floor(worthwhile, value))
        if len(eligible):
            best = int(eligible[value[eligible].argmax()])
            detail = sentences.below_reserve(self._label(best), int(value[best]),
                                             self.problem.reserve)
            return _held(lead, Queue.NURTURE, Reason(
                code=ReasonCode.BELOW_RESERVE, rep_id=self._id(best), detail=detail))
        reasons = self._refusals(refused, lead_at)
        away = any(reason.code is ReasonCode.AWAY for reason in reasons)
        return _held(lead, Queue.NEXT_WINDOW if away else Queue.REVIEW, *reasons)

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

    def _refusals(self, refused: NDArray[np.uint16], lead_at: int) -> Sequence[Reason]:
        """One reason per rule; the example is the active rep whom the fewest rules refuse."""
        rows = self.problem.rows
        active = np.flatnonzero(rows.reps.active)
        bits = refused[active] & ~np.uint16(Refusal.INACTIVE)
        num_rules = np.bitwise_count(bits)
        reasons = []
        for rule, code in REASON_RULES:
            hit = np.flatnonzero(bits & np.uint16(rule))
            if len(hit):
                example = int(active[hit[num_rules[hit].argmin()]])
                detail = (f"refuses {len(hit)} of {len(active)} active reps; for example "
                          f"{self._label(example)} "
                          f"{refusal_detail(rows, code, lead_at, example)}")
                reasons.append(Reason(code=code, count=len(hit), rep_id=self._id(example),
                                      detail=detail))
        return reasons

    def _id(self, rep_at: int) -> str:
        return self.problem.rows.reps.rep_ids[rep_at]

    def _label(self, rep_at: int) -> str:
        return self.labels[self._id(rep_at)]
