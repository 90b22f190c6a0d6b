"""Invariant 3: every figure of a plan with rules beyond capacity, from the inputs."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.models import Assignment, PairFacts
from solver.plan_files import decimal_money
from solver.verify.check import Check, Faults
from solver.verify.figures import (
    RUNNERS_UP,
    check_why,
    compare_figure,
    compare_runners_up,
    for_people,
)
from solver.verify.recompute.floor.previous import NOBODY
from solver.verify.recompute.floor.prices import in_range
from solver.verify.recompute.rows import Row
from solver.verify.sales_floor.laid import Laid
from solver.verify.sales_floor.rows import check_rows
from solver.verify.standings import check_standings


def check_floor_figures(laid: Laid) -> Check:
    """Recompute pairs, runners-up, slots, limits, moves and the certificate."""
    faults = Faults()
    check_rows(laid, faults)
    for assignment in laid.plan.assignments:
        _check_assignment(assignment, laid, faults)
    _check_certificate(laid, faults)
    check_standings(laid.plan, laid.recomputed, faults)
    return faults.check(
        3, "every figure as recomputed",
        f"{len(laid.plan.assignments):,} values, {len(laid.plan.slots):,} slots, "
        f"{len(laid.plan.limits):,} limits, {len(laid.plan.moves):,} moves and the objective "
        f"{decimal_money(laid.plan.certificate.objective)}")


def _check_certificate(laid: Laid, faults: Faults) -> None:
    floor, pairs = laid.floor, laid.floor.pairs
    owned = list(laid.owned.pair.values())
    value = sum(int(pairs.value[at]) for at in owned)
    floors = sum(int(pairs.floor[at]) for at in owned)
    moves = floor.previous.price * len(laid.movers)
    penalties = sum(limit.cost(used) for limit, used
                    in zip(floor.limits, laid.owned.limits, strict=True))
    kept = sum(one * max(0, free - used) for one, free, used in zip(
        floor.floors.tolist(), laid.recomputed.reps.free_slots.tolist(),
        laid.owned.slots.tolist(), strict=True))
    reserves = floor.reserve * (len(floor.groups) - len(owned))
    stated = laid.plan.certificate
    for name, plan, expected in (
            ("objective", stated.objective, value - floors + reserves - moves - penalties),
            ("certificate value", stated.value, value),
            ("certificate value_kept", stated.value_kept, kept),
            ("certificate moves", stated.moves, moves),
            ("certificate penalties", stated.penalties, penalties)):
        faults.compare(name, plan=decimal_money(plan), recomputed=decimal_money(expected))


def _check_assignment(assignment: Assignment, laid: Laid, faults: Faults) -> None:
    recomputed = laid.recomputed
    lead_idx = recomputed.lead_idx.get(assignment.lead_id)
    pair = None if lead_idx is None else laid.owned.pair.get(lead_idx)
    if lead_idx is None or pair is None:
        faults.add(f"lead {assignment.lead_id!r} with rep {assignment.rep_id!r}: not a pair that "
                   "is open in this window")
        return
    row = recomputed.rows.row(recomputed.routed[assignment.lead_id])
    expected = _facts(row, pair, laid)
    for field in PairFacts.model_fields:
        compare_figure(f"lead {assignment.lead_id!r}: {field}", field, getattr(assignment, field),
                       getattr(expected, field), faults)
    runners_up = tuple(_facts(row, at, laid) for at in _best(lead_idx, pair, laid))
    compare_runners_up(assignment, runners_up, faults)
    check_why(assignment, (expected, *runners_up[:1]), recomputed, faults)
    _check_rules_told(assignment, lead_idx, pair, laid, faults)


def _best(lead_idx: int, owner: int, laid: Laid) -> list[int]:
    """Return the usable pairs with the highest net values but the owner's, ties by rep_id."""
    pairs, own = laid.floor.pairs, laid.floor.pairs.of_lead(lead_idx)
    usable = own.start + np.flatnonzero(
        pairs.value[own] - pairs.floor[own] > laid.floor.reserve)
    usable = usable[usable != owner]
    order = np.argsort(-laid.prices.net[usable], kind="stable")[:RUNNERS_UP]
    return [int(at) for at in usable[order]]


def _facts(row: Row, pair: int, laid: Laid) -> PairFacts:
    pairs, recomputed = laid.floor.pairs, laid.recomputed
    rep_idx = int(pairs.rep[pair])
    wait = recomputed.reps.at_work[rep_idx].wait_minutes
    return PairFacts(
        rep_id=recomputed.reps.ids[rep_idx], value=int(pairs.value[pair]),
        match=float(row.match[rep_idx]), wait_minutes=0 if wait is None else wait,
        use=int(pairs.use[pair]), floor=int(pairs.floor[pair]),
        price=in_range(int(laid.prices.of_slots[pair])),
        limit_price=in_range(int(laid.prices.of_limits[pair])),
        net_value=in_range(int(laid.prices.net[pair])),
        factors=recomputed.rows.factors(row, rep_idx))


def _check_rules_told(assignment: Assignment, lead_idx: int, pair: int, laid: Laid,
                      faults: Faults) -> None:
    """Ask of the sentence that it names the dearest limit, the group, and where the lead was."""
    floor, parts = laid.floor, []
    if laid.prices.of_limits[pair] and (dearest := laid.prices.dearest(pair)) is not None:
        parts.append(dearest)
    name = floor.groups[lead_idx]
    if name is not None and _owned_members(name, laid) > 1:
        parts.append(name)
    former = int(floor.previous.rep[lead_idx])
    if former not in (NOBODY, int(laid.owned.owner[lead_idx])):
        parts += [laid.recomputed.label(laid.recomputed.reps.ids[former]),
                  for_people(floor.previous.price)]
    for part in parts:
        if part not in assignment.why:
            faults.add(f"lead {assignment.lead_id!r}: why must name {part!r}")


def _owned_members(name: str, laid: Laid) -> int:
    owners = Counter(int(laid.owned.owner[one]) for one in laid.floor.members[name])
    return sum(times for owner, times in owners.items() if owner != NOBODY)
