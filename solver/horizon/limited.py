"""The plan ahead under limits of days, weeks and months: a linear program and its prices.

Limits of teams and segments cross the refill epochs of reps, so that no single flow holds both; the
linear relaxation does, and its duals are what floors are (DESIGN section 1). The leads' surplus is
maximised over the columns and chains of :mod:`solver.horizon.ahead`, with one row more per limit.

Duals are not unique where a plan fits its ends exactly. Two of them are taken: with all ends a
little wider, what one unit more would win; with all a little narrower, what one fewer would lose;
both are optimal duals of the program itself, and so is their midpoint.

Few pairs matter: the program begins with each lead's best, and those that beat what their lead has
at the duals found join, until none does. The duals are then optimal over all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from solver.errors import EngineError
from solver.horizon.ahead import AheadPairs
from solver.horizon.slots import SlotsAhead

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Bools = NDArray[np.bool_]
#: Part of a unit by which ends are moved to choose between duals; above the engine's tolerance,
#: below what any row can be short of a whole number.
_NUDGE = 1e-3
#: Pairs of each lead to begin with, and to join at once.
_FIRST, _MORE = 8, 4
#: So many pairs are taken whole: beginning with fewer would not be faster.
_WHOLE = 10_000
#: Minor units by which a pair must beat its lead's best to join; far below a price's own meaning.
_BEATS = 1e-4


@dataclass(frozen=True, slots=True)
class LimitAhead:
    """``lower <= sum of amount <= upper`` over some pairs ahead, at a price or at any."""

    pairs: _Ints
    """(N,) positions in the pairs."""
    amount: _Ints
    """(N,) above 0."""
    lower: float
    """0 or more."""
    upper: float
    """``inf``: no end."""
    slope: float
    """Minor units per unit short of lower or beyond upper; ``inf``: as much as it takes."""


@dataclass(frozen=True, slots=True)
class LimitedWorth:
    """What one plan ahead says, minor units."""

    slot: _Floats
    """(R,) a slot of each rep now, what limits cost apart."""
    limit: _Floats
    """(K,) one unit of each limit; below 0 where its lower end asks for more."""
    objective: float


def limited_worth(slots: SlotsAhead, pairs: AheadPairs, limits: Sequence[LimitAhead]
                  ) -> LimitedWorth:
    """Price slots and limits in one plan ahead.

    Raises
    ------
    EngineError
        If the engine does not report an optimum; there always is one, for every end can be passed
        at a price above the largest surplus.
    """
    kept = _first(pairs)
    while True:
        few = _among(kept, limits)
        model = _model(slots, _taken(pairs, kept), few)
        objectives, duals = zip(*(_duals(model, sign * _NUDGE) for sign in (1, -1)), strict=True)
        more = _beating(pairs, limits, model, duals, kept)
        if not len(more):
            return _worth(slots, model, duals, sum(objectives) / 2)
        kept[more] = True


def _worth(slots: SlotsAhead, model: _Model, duals: Sequence[_Floats], objective: float
           ) -> LimitedWorth:
    """Return midpoints; of reps without a slot now what one would win."""
    wide, narrow = duals
    now = slots.first[:-1]
    slot = [dual[model.daily[now]] + dual[model.chain[now]] for dual in (wide, (wide + narrow) / 2)]
    has_slot = (slots.daily[now] > 0) & (slots.refill[now] > 0)
    return LimitedWorth(slot=np.maximum(np.where(has_slot, slot[1], slot[0]), 0.0),
                        limit=((wide + narrow) / 2)[model.limit], objective=objective)


def _first(pairs: AheadPairs) -> _Bools:
    """Return which pairs to begin with."""
    kept = np.ones(len(pairs.lead), dtype=np.bool_)
    if len(kept) > _WHOLE:
        kept[:] = False
        kept[_best(pairs.lead, pairs.surplus, np.arange(len(kept)), _FIRST)] = True
    return kept


def _best(lead: _Ints, net: NDArray[np.int64 | np.float64], among: _Ints, count: int) -> _Ints:
    """Return up to so many positions for each lead, the largest net first."""
    order = among[np.lexsort((-net[among], lead[among]))]
    start = np.flatnonzero(np.diff(lead[order], prepend=-1) > 0)
    size = np.diff(np.append(start, len(order)))
    return order[np.arange(len(order)) - np.repeat(start, size) < count]


def _beating(pairs: AheadPairs, limits: Sequence[LimitAhead], model: _Model,
             duals: Sequence[_Floats], kept: _Bools) -> _Ints:
    """Return pairs left out that would bring more than their lead has, at either of the duals."""
    found = []
    for dual in duals:
        net = pairs.surplus - dual[pairs.lead] - (dual[model.daily] + dual[model.chain])[
            pairs.column]
        for at, one in zip(model.limit.tolist(), limits, strict=True):
            net[one.pairs] -= dual[at] * one.amount
        found.append(_best(pairs.lead, net, np.flatnonzero((net > _BEATS) & ~kept), _MORE))
    return np.unique(np.concatenate(found))


def _taken(pairs: AheadPairs, kept: _Bools) -> AheadPairs:
    return AheadPairs(pairs.num_leads, pairs.lead[kept], pairs.column[kept], pairs.surplus[kept])


def _among(kept: _Bools, limits: Sequence[LimitAhead]) -> list[LimitAhead]:
    """Return the limits over the pairs that are kept."""
    place = np.cumsum(kept) - 1
    return [replace(one, pairs=place[one.pairs[kept[one.pairs]]],
                    amount=one.amount[kept[one.pairs]]) for one in limits]


@dataclass(frozen=True, slots=True)
class _Model:
    proto: model_pb2.ModelProto
    low: _Floats
    high: _Floats
    nudged: NDArray[np.bool_]
    """Rows whose ends are moved: all but those of leads."""
    daily: _Ints
    """(C,) rows of the daily caps."""
    chain: _Ints
    """(C,) rows of the open load."""
    limit: _Ints
    """(K,) rows of the limits."""


def _model(slots: SlotsAhead, pairs: AheadPairs, limits: Sequence[LimitAhead]) -> _Model:
    """Variables: pairs, what each chain passes to the one before, short of and beyond limits."""
    num_pairs, num_columns, num_limits = len(pairs.lead), len(slots.start), len(limits)
    later = np.setdiff1d(np.arange(num_columns), slots.first[:-1])
    carry = num_pairs + np.arange(len(later))
    under = num_pairs + len(later) + np.arange(num_limits)
    over = under + num_limits
    daily = pairs.num_leads + np.arange(num_columns)
    chain, limit = daily + num_columns, daily[-1:].sum() + 1 + num_columns + np.arange(num_limits)
    at = np.arange(num_pairs)
    row = np.concatenate([
        pairs.lead, daily[pairs.column], chain[pairs.column], chain[later], chain[later - 1],
        *(np.full(len(one.pairs), n) for n, one in zip(limit.tolist(), limits, strict=True)),
        limit, limit])
    variable = np.concatenate([at, at, at, carry, carry, *(one.pairs for one in limits), under,
                               over])
    value = np.concatenate([
        np.ones(3 * num_pairs), np.full(len(later), -1.0), np.ones(len(later)),
        *(one.amount.astype(np.float64) for one in limits), np.ones(num_limits),
        np.full(num_limits, -1.0)])
    slope = np.minimum([one.slope for one in limits], 1.0 + float(pairs.surplus.max(initial=0)))
    objective = np.concatenate([pairs.surplus, np.zeros(len(later)), -slope, -slope])
    most = float(pairs.num_leads + 1)
    high = np.concatenate([np.ones(pairs.num_leads), np.minimum(slots.daily, most),
                           np.minimum(slots.refill, most), [one.upper for one in limits]])
    low = np.full(len(high), -np.inf)
    # A limit that asks for nothing has no lower end: at 0 it would bear a price below 0.
    low[limit] = [one.lower if one.lower > 0 else -np.inf for one in limits]
    proto = _proto(objective, row, variable, value)
    return _Model(proto, low, high, np.arange(len(high)) >= pairs.num_leads, daily, chain,
                  limit)


def _proto(objective: _Floats, row: _Ints, variable: _Ints, value: _Floats
           ) -> model_pb2.ModelProto:
    """Return the model in MathOpt's form, without its rows' ends."""
    proto, size = model_pb2.ModelProto(), len(objective)
    proto.variables.ids.extend(range(size))
    proto.variables.lower_bounds.extend([0.0] * size)
    proto.variables.upper_bounds.extend([float("inf")] * size)
    proto.variables.integers.extend([False] * size)
    proto.objective.maximize = True
    costly = np.flatnonzero(objective)
    proto.objective.linear_coefficients.ids.extend(costly.tolist())
    proto.objective.linear_coefficients.values.extend(objective[costly].tolist())
    order = np.lexsort((variable, row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(variable[order].tolist())
    matrix.coefficients.extend(value[order].tolist())
    return proto


def _duals(model: _Model, nudge: float) -> tuple[float, _Floats]:
    """Return the objective and (rows,) duals with all ends moved."""
    proto = model_pb2.ModelProto()
    proto.CopyFrom(model.proto)
    move = np.where(model.nudged, nudge, 0.0)
    rows = proto.linear_constraints
    rows.ids.extend(range(len(model.high)))
    rows.lower_bounds.extend(np.where(model.low > 0, model.low + move, model.low).tolist())
    rows.upper_bounds.extend(np.maximum(model.high + move, 0.0).tolist())
    built = mathopt.Model.from_model_proto(proto)
    result = mathopt.solve(built, mathopt.SolverType.GLOP)
    if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
        raise EngineError(f"the plan ahead under limits ended with {result.termination}")
    duals = result.dual_values(list(built.linear_constraints()))
    return result.objective_value(), np.array(duals)
