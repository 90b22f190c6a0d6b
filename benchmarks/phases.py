"""The phases from files to an explained plan, each to be run alone, with its answer checked."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bare_flow import BareFlow, bare_flow
from solver.certify.exchange import SlotPrices, slot_prices
from solver.errors import InputWarning
from solver.explanation.assignments import assignments
from solver.explanation.held import held_leads
from solver.matrix.pairs import Problem, build_problem
from solver.matrix.rows import ValueRows
from solver.models import Assignment, Certificate, HeldLead, Plan, StoppedBy, Window
from solver.optimise.canonical import canonical_owners
from solver.optimise.flow import optimal_owners
from solver.planning import Solution, certify
from solver.reading import load
from solver.solving import optimise, runs_prices_first, solve, solve_exactly
from solver.verify import verify_plan
from solver.writing import render_inputs

_Owners = NDArray[np.int64]
_Bits = list[NDArray[np.uint16]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A window with the answer of every phase, so that each phase can be run without the others."""

    window: Window
    folder: Path
    """Where the window's files are."""
    rows: ValueRows
    refused: _Bits
    """Bits of every block of leads."""
    problem: Problem
    bare: BareFlow
    first_owner: _Owners
    prices: SlotPrices
    owner: _Owners
    """Of the canonical plan."""

    @property
    def solution(self) -> Solution:
        """A solution without cached hashes."""
        return Solution(self.problem, self.owner, self.prices, StoppedBy.PROOF)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: how to run it, and whether what it gave is right."""

    name: str
    run: Callable[[Prepared], object]
    is_right: Callable[[Prepared, Any], bool]
    largest_ratio: float | None = None
    """Target: time over that of the bare flow, at the sizes above the smallest."""
    per_lead: bool = False
    """Reported in microseconds per lead of the window, instead of as a ratio."""


def prepare(window: Window, folder: Path) -> Prepared:
    """Write the window's files into a folder and work out the answer of every phase."""
    for name, text in render_inputs(window).items():
        (folder / name).write_text(text, encoding="utf-8")
    rows = ValueRows(window)
    problem = build_problem(rows)
    first_owner = optimal_owners(problem)
    prices = slot_prices(problem, first_owner)
    return Prepared(window, folder, rows, _refused(rows), problem, bare_flow(problem), first_owner,
                    prices, canonical_owners(problem, prices.gain))


class _RefusalsKnown(ValueRows):
    """Rows whose eligibility is worked out already, so that it counts in its own phase only."""

    def __init__(self, case: Prepared) -> None:
        self.__dict__.update(vars(case.rows))
        self._refused = {block.start: bits for block, bits
                         in zip(case.rows.blocks(), case.refused, strict=True)}

    def refused(self, block: slice) -> NDArray[np.uint16]:
        return self._refused[block.start]


def _refused(rows: ValueRows) -> _Bits:
    return [rows.refused(block) for block in rows.blocks()]


def _read(case: Prepared) -> Window:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load(case.folder / "leads.csv", case.folder / "reps.csv", at=case.window.at,
                    policy=case.folder / "policy.yaml", raw=True)


def _eligibility(case: Prepared) -> _Bits:
    return _refused(ValueRows(case.window))


def _same_bits(case: Prepared, bits: _Bits) -> bool:
    return all(map(np.array_equal, case.refused, bits))


def _value(case: Prepared) -> Problem:
    return build_problem(_RefusalsKnown(case))


def _same_pairs(case: Prepared, problem: Problem) -> bool:
    return all(np.array_equal(getattr(case.problem.pairs, name), getattr(problem.pairs, name))
               for name in ("lead", "rep", "value", "surplus"))


def _optimise(case: Prepared) -> _Owners:
    if runs_prices_first(case.problem):
        return optimise(case.problem).owner
    optimal_owners(case.problem)
    return canonical_owners(case.problem, case.prices.gain)


def _certify(case: Prepared) -> Certificate:
    return certify(case.solution, case.owner)


def _proven(case: Prepared, certificate: Certificate) -> bool:
    return certificate.gap == 0 and certificate.objective == case.bare.solve()


def _same_prices(case: Prepared, prices: SlotPrices) -> bool:
    return (np.array_equal(case.prices.gain, prices.gain)
            and case.prices.loss == prices.loss)


def _together(case: Prepared) -> Certificate:
    solution = solve_exactly(case.window)
    return certify(solution, solution.owner)


def _explain(case: Prepared) -> tuple[tuple[Assignment, ...], tuple[HeldLead, ...]]:
    return (assignments(case.problem, case.prices.gain, case.owner),
            held_leads(case.problem, case.prices.gain, case.owner))


def _all_explained(case: Prepared, explained: tuple[tuple[Assignment, ...], tuple[HeldLead, ...]]
                   ) -> bool:
    ids = sorted(lead.lead_id for group in explained for lead in group)
    kept = {lead.lead_id for lead in case.rows.triage.kept}
    return ids == [lead.lead_id for lead in case.window.leads if lead.lead_id not in kept]


def _plan(case: Prepared) -> Plan:
    return solve(case.window)


def _verified(case: Prepared, plan: Plan) -> bool:
    return all(check.passed for check in verify_plan(case.window, plan))


#: The phases in the data's order; ``together`` runs eligibility to prices in one go, and ``solve``
#: is the library's entry point, with explanations and hashes.
PHASES: tuple[Phase, ...] = (
    Phase("read", _read, lambda case, window: window == case.window),
    Phase("eligibility", _eligibility, _same_bits),
    Phase("value", _value, _same_pairs),
    Phase("optimise", _optimise, lambda case, owner: np.array_equal(owner, case.owner)),
    Phase("certify", _certify, _proven, largest_ratio=0.1),
    Phase("prices", lambda case: slot_prices(case.problem, case.first_owner), _same_prices),
    Phase("together", _together, _proven, largest_ratio=2.5),
    Phase("explain", _explain, _all_explained, per_lead=True),
    Phase("solve", _plan, _verified),
)
