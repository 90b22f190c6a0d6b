"""What is left for the leads in question: free slots, room below limits and fair shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Limit, Measure
from solver.models.limit import FAIR_PREFIX
from solver.relax.asked import Asked, Ints
from solver.relax.candidates import Candidates
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.limits import WindowLimit
from solver.sales_floor.outcome import limits_used, slots_used
from solver.sales_floor.previous import NOBODY

#: A raise of a limit of worth is this part of its upper end.
_WORTH_STEP = 10


@dataclass(frozen=True, slots=True)
class LimitRoom:
    """One limit, or one part of a limit with ``each``."""

    limit: str
    """Name in the policy."""
    upper: int | None
    """End that the policy sets, in units; None: no upper end."""
    left: int
    """Units below the upper end; negative where the period is overdrawn already."""
    before: int
    """Used in the period before this window."""
    lower: int
    """Units that the leads in question must bring at least."""
    step: int
    """Units by which one step raises the upper end."""


@dataclass(frozen=True, slots=True)
class Room:
    """What owners who stay leave to the leads in question."""

    free: Ints
    """(R,) slots."""
    limits: tuple[LimitRoom, ...]
    """In the order of the candidates' limits."""
    fair: Ints | None
    """(R,) room below hard fair shares; None where there are none."""
    fair_amount: Ints | None
    """(L,) what a lead counts for a share; None where it counts its slots."""


def room_of(floor: SalesFloor, candidates: Candidates, asked: Asked, *, move: bool) -> Room:
    """Take what the owners who stay use off slots, limits and shares.

    Parameters
    ----------
    floor, candidates, asked
        The window, and the leads in question.
    move
        Whether nobody stays.
    """
    owner = np.full_like(asked.owner, NOBODY) if move else asked.owner
    used = dict(zip((limit.name for limit in floor.limits), limits_used(floor, owner),
                    strict=True))
    limits = tuple(_room(_policy_limit(floor.rows.policy.limits, one), one, used[one.name],
                         move=move) for one in candidates.limits)
    fair = {limit.name: limit for limit in floor.limits
            if limit.hard and limit.name.startswith(FAIR_PREFIX) and limit not in candidates.limits}
    names = [f"{FAIR_PREFIX}{rep_id}" for rep_id in floor.rows.reps.rep_ids]
    uppers = [fair[name].upper for name in names if name in fair]
    left = (None if not uppers or None in uppers else np.array(
        [(fair[name].upper or 0) - used[name] for name in names], dtype=np.int64))
    return Room(free=floor.capacity - np.array(slots_used(floor, owner), dtype=np.int64),
                limits=limits, fair=left, fair_amount=_fair_amount(floor))


def _room(policy: Limit, one: WindowLimit, used: int, *, move: bool) -> LimitRoom:
    upper = policy.upper
    if isinstance(upper, str):
        upper = one.upper
    step = 1
    if one.measure is Measure.WORTH and upper is not None:
        step = max(1, -(-upper // _WORTH_STEP))
    return LimitRoom(
        limit=policy.name, upper=upper, before=one.used_before,
        left=0 if upper is None else upper - one.used_before - used,
        lower=one.lower if move else 0, step=step)


def _policy_limit(limits: tuple[Limit, ...], one: WindowLimit) -> Limit:
    """Return the limit of the policy that a window's limit is, or is a part of."""
    fitting = [limit for limit in limits if limit.name == one.name
               or (limit.each is not None and one.name.startswith(f"{limit.name}:"))]
    return max(fitting, key=lambda limit: len(limit.name))


def _fair_amount(floor: SalesFloor) -> Ints | None:
    match floor.rows.policy.fairness.measure:
        case Measure.LEADS:
            return np.ones(floor.rows.num_leads, dtype=np.int64)
        case Measure.WORTH:
            return floor.rows.leads.whole_worth()
        case Measure.SLOTS:
            return None
