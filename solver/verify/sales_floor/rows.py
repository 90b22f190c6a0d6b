"""The rows of slots, limits and moves of a plan, recomputed."""

from __future__ import annotations

from collections import Counter

from solver.models import Engine, LimitUse, Slots
from solver.plan_files import decimal_money
from solver.verify.check import Faults
from solver.verify.recompute.floor.bound import PARTS
from solver.verify.recompute.floor.limits import WindowLimit
from solver.verify.recompute.floor.previous import NOBODY
from solver.verify.recompute.floor.prices import parts_of, rounded
from solver.verify.recompute.window import is_slot_money
from solver.verify.sales_floor.laid import Laid
from solver.verify.slots import check_given_floors, name_rows


def check_rows(laid: Laid, faults: Faults) -> None:
    """Check a row for each rep and each limit, and one for each lead that changed hands."""
    stated_ids = [slots.rep_id for slots in laid.plan.slots]
    reps = laid.recomputed.reps
    if stated_ids != list(reps.ids):
        name_rows(stated_ids, reps.ids, faults)
    known = [slots for slots in laid.plan.slots if slots.rep_id in reps.idx]
    taken = Counter(a.rep_id for a in laid.plan.assignments)
    for slots in known:
        _check_slots(slots, taken[slots.rep_id], laid, faults)
    if laid.plan.floors is not None:
        check_given_floors(laid.plan.floors, known, faults)
    _check_limits(laid, faults)
    _check_moves(laid, faults)


def _check_slots(slots: Slots, assigned: int, laid: Laid, faults: Faults) -> None:
    reps = laid.recomputed.reps
    rep_idx, rep = reps.idx[slots.rep_id], f"rep {slots.rep_id!r}"
    free = int(reps.free_slots[rep_idx])
    faults.compare(f"{rep}: free_slots", plan=slots.free_slots, recomputed=free)
    faults.compare(f"{rep}: assigned", plan=slots.assigned, recomputed=assigned)
    faults.compare(f"{rep}: used", plan=slots.used, recomputed=int(laid.owned.slots[rep_idx]))
    if not is_slot_money(slots.floor):
        faults.add(f"{rep}: floor {decimal_money(slots.floor)} must be 0 or more and in range")
    if slots.floor != laid.floor.floors[rep_idx]:
        faults.add(f"{rep}: floor {decimal_money(slots.floor)} is out of range")
    _check_price(rep, slots, faults)
    if parts_of(slots) and not (laid.choices.rep == rep_idx).any():
        faults.add(f"{rep}: price {decimal_money(slots.price)}, but no lead could use a slot")
    if parts_of(slots) < 0:
        faults.add(f"{rep}: price {decimal_money(slots.price)} must be 0 or more: a rep need not "
                   "use all slots")
    if laid.plan.engine is Engine.MIN_COST_FLOW:
        _check_marginals(rep, slots, free, faults)
    else:
        faults.compare(f"{rep}: gain, where no flow ran", plan=slots.gain, recomputed=None)
        faults.compare(f"{rep}: loss, where no flow ran", plan=slots.loss, recomputed=None)


def _check_price(row: str, stated: Slots | LimitUse, faults: Faults) -> None:
    """Check that a price is its parts rounded, and parts stand only where it is not exact."""
    if stated.price_parts is not None and stated.price_parts % PARTS == 0:
        faults.add(f"{row}: price_parts stand only where the price is no whole minor unit, not "
                   f"{stated.price_parts}")
    faults.compare(f"{row}: price", plan=decimal_money(stated.price),
                   recomputed=decimal_money(rounded(parts_of(stated))))


def _check_marginals(rep: str, slots: Slots, free: int, faults: Faults) -> None:
    """Check what prices that prove a plan say of one slot more and one fewer.

    One more cannot bring more than the price, and one fewer cannot lose less, by the bound itself.
    """
    if slots.gain is None:
        faults.add(f"{rep}: gain must stand where a flow ran")
    elif not 0 <= slots.gain * PARTS <= parts_of(slots):
        faults.add(f"{rep}: gain {decimal_money(slots.gain)} must be between 0 and the price "
                   f"{decimal_money(slots.price)}")
    if slots.loss is None:
        if slots.used < free:
            faults.add(f"{rep}: loss is blank, but {slots.used} of {free} free slots are used, so "
                       "one fewer leaves a plan")
    elif free == 0:
        faults.add(f"{rep}: loss {decimal_money(slots.loss)} stands, but there is no free slot")
    elif slots.loss < 0 or (slots.used == free and slots.loss * PARTS < parts_of(slots)):
        faults.add(f"{rep}: loss {decimal_money(slots.loss)} must not be below the price "
                   f"{decimal_money(slots.price)}")


def _check_limits(laid: Laid, faults: Faults) -> None:
    names = [limit.name for limit in laid.floor.limits]
    stated = {row.name: row for row in laid.plan.limits}
    if [row.name for row in laid.plan.limits] != names:
        faults.compare("the names of the limits", plan=[row.name for row in laid.plan.limits],
                       recomputed=names)
    for limit, used in zip(laid.floor.limits, laid.owned.limits, strict=True):
        if limit.name in stated:
            _check_limit(stated[limit.name], limit, used, faults)
            _check_gain(stated[limit.name], limit, used, laid.plan.engine, faults)
            if not laid.choices.kept[limit.pairs].any():
                _check_idle(stated[limit.name], limit, faults)


def _check_gain(stated: LimitUse, limit: WindowLimit, used: int, engine: Engine, faults: Faults
                ) -> None:
    """Check the gain of a hard upper end: by the bound, one unit more cannot bring its price."""
    full = limit.hard and limit.upper is not None and used >= limit.upper
    if stated.gain and not (full and engine is Engine.MIN_COST_FLOW):
        faults.add(f"limit {limit.name!r}: gain {decimal_money(stated.gain)} stands only where a "
                   "flow ran and a hard upper end is used up")
    elif stated.gain is not None and not 0 <= stated.gain * PARTS <= max(0, parts_of(stated)):
        faults.add(f"limit {limit.name!r}: gain {decimal_money(stated.gain)} must be between 0 and "
                   f"the price {decimal_money(stated.price)}")


def _check_idle(stated: LimitUse, limit: WindowLimit, faults: Faults) -> None:
    """Check the price of a limit that no lead could count for: at most what a unit would save."""
    saved = max(0, limit.cost(0) - limit.cost(1))
    if not -saved * PARTS <= parts_of(stated) <= 0:
        faults.add(f"limit {limit.name!r}: price {decimal_money(stated.price)}, but no lead could "
                   "count for it")


def _check_limit(stated: LimitUse, limit: WindowLimit, used: int, faults: Faults) -> None:
    row = f"limit {limit.name!r}"
    for field, expected in (("measure", limit.measure.value), ("period", limit.period.value),
                            ("used_before", limit.used_before), ("used", used),
                            ("lower", limit.lower), ("upper", limit.upper)):
        faults.compare(f"{row}: {field}", plan=getattr(stated, field), recomputed=expected)
    faults.compare(f"{row}: penalty", plan=decimal_money(stated.penalty),
                   recomputed=decimal_money(limit.cost(used)))
    _check_price(row, stated, faults)


def _check_moves(laid: Laid, faults: Faults) -> None:
    expected = {laid.lead_ids[lead_idx]: lead_idx for lead_idx in laid.movers}
    stated = [move.lead_id for move in laid.plan.moves]
    if stated != list(expected):
        faults.compare("the leads that changed hands", plan=stated, recomputed=list(expected))
    ids, pairs = laid.recomputed.reps.ids, laid.floor.pairs
    for move in laid.plan.moves:
        lead_idx = expected.get(move.lead_id)
        if lead_idx is None:
            continue
        had, has = int(laid.floor.previous.rep[lead_idx]), int(laid.owned.owner[lead_idx])
        before, after = pairs.find(lead_idx, had), laid.owned.pair.get(lead_idx)
        brings = None if before is None else int(pairs.value[before] - pairs.floor[before])
        brings_now = (laid.floor.reserve if after is None
                      else int(pairs.value[after] - pairs.floor[after]))
        for field, right in (("from_rep_id", ids[had]),
                             ("to_rep_id", None if has == NOBODY else ids[has]),
                             ("value_before", brings), ("value_after", brings_now),
                             ("price", laid.floor.previous.price)):
            faults.compare(f"move of lead {move.lead_id!r}: {field}", plan=getattr(move, field),
                           recomputed=right)
