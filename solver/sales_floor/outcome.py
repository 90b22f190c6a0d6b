"""What a choice makes of a sales floor's limits, moves and objective, in exact integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver.models import Certificate, LimitUse, OwnerChange, ProvenBy
from solver.program.program import Choice
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.limits import WindowLimit
from solver.sales_floor.open_pairs import Ints
from solver.sales_floor.previous import NOBODY
from solver.sales_floor.prices import FloorPrices, exact_parts, rounded


@dataclass(frozen=True, slots=True)
class Used:
    """What a choice of owners takes."""

    slots: list[int]
    """(R,) of the reps."""
    limits: list[int]
    """Of each limit, in the order of ``SalesFloor.limits``."""

    @classmethod
    def by(cls, floor: SalesFloor, owner: Ints) -> Used:
        """Return what (L,) owners take."""
        return cls(slots_used(floor, owner), limits_used(floor, owner))


def certificate(floor: SalesFloor, choice: Choice, owner: Ints, used: Used) -> Certificate:
    """Objective of a choice of owners beside its bounds."""
    pairs = floor.pairs
    at = floor.owned_pairs(owner)
    moved = floor.previous.price * sum(
        int(had) != int(has) for had, has in zip(floor.previous.rep, owner, strict=True)
        if had != NOBODY)
    penalties = sum(penalty(limit, spent) for limit, spent
                    in zip(floor.limits, used.limits, strict=True))
    value = int(pairs.value[at].sum())
    objective = (value - int(pairs.floor[at].sum())
                 + floor.reserve * (pairs.num_leads - len(at)) - moved - penalties)
    price_bound = floor.base + choice.bound
    engine_bound = None if choice.engine_bound is None else floor.base + choice.engine_bound
    by_engine = engine_bound is not None and engine_bound < price_bound
    bound = engine_bound if engine_bound is not None and by_engine else price_bound
    free = [max(0, slots - taken) for slots, taken
            in zip(floor.capacity.tolist(), used.slots, strict=True)]
    return Certificate(
        objective=objective, bound=bound, gap=bound - objective, price_bound=price_bound,
        engine_bound=engine_bound, proven_by=ProvenBy.ENGINE if by_engine else ProvenBy.PRICES,
        value=value, value_kept=sum(a * b for a, b in zip(floor.floors.tolist(), free,
                                                          strict=True)),
        moves=moved, penalties=penalties)


def slots_used(floor: SalesFloor, owner: Ints) -> list[int]:
    """Return (R,) slots that the owners' leads take."""
    used = [0] * floor.program.num_reps
    at = floor.owned_pairs(owner)
    for rep, use in zip(floor.pairs.rep[at].tolist(), floor.pairs.use[at].tolist(), strict=True):
        used[rep] += use
    return used


def limits_used(floor: SalesFloor, owner: Ints) -> list[int]:
    """Return what each limit counts, in the order of ``floor.limits``."""
    owned = owner[floor.pairs.lead] == floor.pairs.rep
    return [int(limit.amount[owned[limit.pairs]].sum()) for limit in floor.limits]


def penalty(limit: WindowLimit, used: int) -> int:
    """Return what a limit costs at a use, minor units."""
    return sum(hinge.slope * max(0, used - hinge.at if hinge.over else hinge.at - used)
               for hinge in limit.hinges)


def limit_uses(floor: SalesFloor, prices: FloorPrices, used: Used, gain: Mapping[int, int]
               ) -> tuple[LimitUse, ...]:
    """Return the rows of a plan's limits; ``gain`` by their position."""
    return tuple(
        LimitUse(name=limit.name, measure=limit.measure, period=limit.period,
                 used_before=limit.used_before, used=spent, lower=limit.lower, upper=limit.upper,
                 price=rounded(parts), price_parts=exact_parts(parts),
                 gain=gain.get(at), penalty=penalty(limit, spent))
        for at, (limit, spent, parts) in enumerate(zip(
            floor.limits, used.limits, prices.limit.tolist(), strict=True)))


def moves(floor: SalesFloor, owner: Ints) -> tuple[OwnerChange, ...]:
    """Return the leads that changed hands, with what they bring before and after."""
    return tuple(_move(floor, lead_at, had, has) for lead_at, (had, has)
                 in enumerate(zip(floor.previous.rep.tolist(), owner.tolist(), strict=True))
                 if had not in (NOBODY, has))


def _move(floor: SalesFloor, lead_at: int, had: int, has: int) -> OwnerChange:
    rep_ids: Sequence[str] = floor.rows.reps.rep_ids
    after = _brings(floor, lead_at, has) if has != NOBODY else floor.reserve
    assert after is not None
    return OwnerChange(
        lead_id=floor.rows.leads.leads[lead_at].lead_id, from_rep_id=rep_ids[had],
        to_rep_id=rep_ids[has] if has != NOBODY else None,
        value_before=_brings(floor, lead_at, had), value_after=after, price=floor.previous.price)


def _brings(floor: SalesFloor, lead_at: int, rep_at: int) -> int | None:
    """Return value less floor of a pair, None where it is not open."""
    pairs = floor.pairs
    at = next((at for at in pairs.of_lead(lead_at) if pairs.rep[at] == rep_at), None)
    if at is None:
        return None
    return int(pairs.value[at] - pairs.floor[at])
