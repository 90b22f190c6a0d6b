"""Invariant 3: every figure of a plan, recomputed from the inputs."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.models import Assignment, PairFacts, Plan
from solver.plan_files import decimal_money
from solver.verify.check import Check, Faults
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.rows import Row
from solver.verify.recompute.window import Recomputed
from solver.verify.slots import check_slots
from solver.verify.standings import check_standings

#: Runners-up that a plan names for each owned lead.
RUNNERS_UP = 3
_MONEY = {"value", "floor", "price", "limit_price", "net_value", "runner_up_net_value"}


def check_figures(plan: Plan, recomputed: Recomputed) -> Check:
    """Recompute values, factors, waits, runners-up, slots, prices and the certificate."""
    faults = Faults()
    check_slots(plan, recomputed, faults)
    value = net = 0
    for assignment in plan.assignments:
        rep_idx = recomputed.reps.idx.get(assignment.rep_id)
        lead = recomputed.routed.get(assignment.lead_id)
        if lead is None or rep_idx is None:
            faults.add(f"lead {assignment.lead_id!r} with rep {assignment.rep_id!r}: not a pair "
                       "of this window")
            continue
        row = recomputed.rows.row(lead)
        value += int(row.value[rep_idx])
        net += int(row.value[rep_idx] - recomputed.floors[rep_idx])
        _check_assignment(assignment, row, rep_idx, recomputed, faults)
    _check_certificate(plan, recomputed, value, net, faults)
    check_standings(plan, recomputed, faults)
    return faults.check(
        3, "every figure as recomputed",
        f"{len(plan.assignments):,} values, {len(plan.slots):,} prices and the objective "
        f"{decimal_money(plan.certificate.objective)}")


def _check_certificate(plan: Plan, recomputed: Recomputed, value: int, net: int,
                       faults: Faults) -> None:
    num_held = len(recomputed.routed) - len(recomputed.owners(plan))
    taken = Counter(a.rep_id for a in plan.assignments)
    kept = sum(int(floor) * (int(free) - taken[rep_id]) for rep_id, floor, free in zip(
        recomputed.reps.ids, recomputed.floors, recomputed.reps.free_slots, strict=True))
    for name, stated, expected in (
            ("objective", plan.certificate.objective, net + num_held * recomputed.reserve),
            ("certificate value", plan.certificate.value, value),
            ("certificate value_kept", plan.certificate.value_kept, kept),
            ("certificate moves", plan.certificate.moves, 0),
            ("certificate penalties", plan.certificate.penalties, 0)):
        faults.compare(name, plan=decimal_money(stated), recomputed=decimal_money(expected))
    faults.compare("the number of limits", plan=len(plan.limits), recomputed=0)
    faults.compare("the number of moves", plan=len(plan.moves), recomputed=0)


def _check_assignment(assignment: Assignment, row: Row, rep_idx: int, recomputed: Recomputed,
                      faults: Faults) -> None:
    lead_id = assignment.lead_id
    net = row.value - recomputed.floors
    usable = row.eligible & (row.value > 0) & (net > recomputed.reserve)
    if not usable[rep_idx]:
        faults.add(f"lead {lead_id!r} with rep {assignment.rep_id!r}: not usable, value "
                   f"{decimal_money(int(row.value[rep_idx]))}, floor "
                   f"{decimal_money(int(recomputed.floors[rep_idx]))}, reserve "
                   f"{decimal_money(recomputed.reserve)}")
        return
    expected = _facts(row, rep_idx, recomputed)
    for field in PairFacts.model_fields:
        compare_figure(f"lead {lead_id!r}: {field}", field, getattr(assignment, field),
                 getattr(expected, field), faults)
    usable[rep_idx] = False
    runners_up = tuple(_facts(row, int(idx), recomputed)
                       for idx in _best(net - recomputed.prices, usable))
    compare_runners_up(assignment, runners_up, faults)
    check_why(assignment, (expected, *runners_up[:1]), recomputed, faults)


def _best(net_values: IntArray, usable: BoolArray) -> IntArray:
    """Return the positions of the highest net values, ties by position (by rep_id)."""
    found = np.flatnonzero(usable)
    return found[np.argsort(-net_values[found], kind="stable")[:RUNNERS_UP]]


def _facts(row: Row, rep_idx: int, recomputed: Recomputed) -> PairFacts:
    value, floor = int(row.value[rep_idx]), int(recomputed.floors[rep_idx])
    price = int(recomputed.prices[rep_idx])
    wait = recomputed.reps.at_work[rep_idx].wait_minutes
    return PairFacts(
        rep_id=recomputed.reps.ids[rep_idx], value=value, match=float(row.match[rep_idx]),
        wait_minutes=0 if wait is None else wait, floor=floor, price=price,
        net_value=value - floor - price, factors=recomputed.rows.factors(row, rep_idx))


def compare_runners_up(assignment: Assignment, expected: tuple[PairFacts, ...],
                       faults: Faults) -> None:
    """Compare the runners-up of an owned lead, and the first of them by name and net value."""
    place = f"lead {assignment.lead_id!r}"
    faults.compare(f"{place}: number of runners_up", plan=len(assignment.runners_up),
                   recomputed=len(expected))
    for position, (stated, right) in enumerate(
            zip(assignment.runners_up, expected, strict=False), start=1):
        for field in PairFacts.model_fields:
            compare_figure(f"{place}: runner-up {position}: {field}", field, getattr(stated, field),
                     getattr(right, field), faults)
    first = expected[0] if expected else None
    compare_figure(f"{place}: runner_up_rep_id", "rep_id", assignment.runner_up_rep_id,
             None if first is None else first.rep_id, faults)
    compare_figure(f"{place}: runner_up_net_value", "net_value", assignment.runner_up_net_value,
             None if first is None else first.net_value, faults)


def check_why(assignment: Assignment, told: tuple[PairFacts, ...], recomputed: Recomputed,
              faults: Faults) -> None:
    """Ask of the sentence that it names the lead and, of owner and runner-up, value and net."""
    parts = [assignment.lead_id]
    for facts in told:
        rep = recomputed.window.reps[recomputed.reps.idx[facts.rep_id]]
        parts += [rep.display_name, for_people(facts.value), for_people(facts.net_value)]
    for part in parts:
        if part not in assignment.why:
            faults.add(f"lead {assignment.lead_id!r}: why must name {part!r}")


def for_people(minor: int) -> str:
    """Write minor units as sentences show them."""
    whole, cents = decimal_money(minor).split(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{cents}"


def compare_figure(what: str, field: str, plan: object, recomputed: object, faults: Faults
                   ) -> None:
    """Compare one figure, money as money."""
    if field in _MONEY and isinstance(plan, int) and isinstance(recomputed, int):
        plan, recomputed = decimal_money(plan), decimal_money(recomputed)
    faults.compare(what, plan=plan, recomputed=recomputed)
