"""What a choice brings, what it breaks, and what no choice can pass: the exact yardsticks.

Every engine is measured by these three functions, and they share nothing with any engine. The
bound is that of :mod:`solver.program.program` (weak duality, DESIGN section 1), in parts of a minor
unit and rounded down once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.program import (
    NONE,
    PRICE_SCALE,
    Conflict,
    InfeasibleError,
    Ints,
    Limits,
    Program,
)
from solver.program.segments import limit_costs, limit_use, segments

#: Sums of int64 stay below this, else they are made of Python integers.
_SAFE = 2**62
#: Entries of limits above which compiled passes are worth loading.
MANY = 1_000_000
#: int64, or Python integers where int64 could overflow.
_Exact = NDArray[Any]


def objective(program: Program, column: Ints) -> int:
    """Return sum of gain less costs of (U,) chosen columns, ``NONE`` where a unit has none."""
    gained = _exact_sum(program.gain[column[column >= 0]])
    return gained - sum(limit_costs(program.limits, limit_use(program, column)))


@dataclass(frozen=True, slots=True)
class Violations:
    """What a choice breaks; empty where it keeps everything. False if so."""

    limits: tuple[int, ...]
    """Limits whose use is below the lower or above the upper end."""
    unplaced: tuple[int, ...]
    """Units that must take a column and have none."""
    split: tuple[int, ...]
    """Groups whose units have columns of more than one rep."""
    foreign: tuple[int, ...]
    """Units with a column that is not theirs."""

    def __bool__(self) -> bool:
        return bool(self.limits or self.unplaced or self.split or self.foreign)


def violations(program: Program, column: Ints) -> Violations:
    """Return everything that (U,) chosen columns break."""
    limits, has = program.limits, column != NONE
    foreign = has & ((column < program.indptr[:-1]) | (column >= program.indptr[1:]))
    kept = np.where(foreign, NONE, column)
    use = limit_use(program, kept)
    grouped = np.flatnonzero((kept >= 0) & (program.group >= 0))
    group, rep = program.group[grouped], program.rep[kept[grouped]]
    rep_of = np.full(int(program.group.max(initial=NONE)) + 1, NONE, dtype=np.int64)
    rep_of[group] = rep
    return Violations(
        limits=_positions((use < limits.lower) | (use > limits.upper)),
        unplaced=_positions(program.must & ~has),
        split=tuple(sorted({int(at) for at in group[rep_of[group] != rep]})),
        foreign=_positions(foreign))


def bound(program: Program, prices: Ints) -> int:
    """Return what no choice can pass, at (K,) prices in 1/``PRICE_SCALE`` minor units.

    Parameters
    ----------
    program
        The program.
    prices
        (K,) int64, of any sign; the better the prices, the lower the bound.

    Returns
    -------
    int
        Minor units, rounded down, which is still a bound: objectives are whole.

    Raises
    ------
    InfeasibleError
        If there is no choice to bound: a lower end above its upper end, or a unit that must take
        a column and has none (in a group: none of a rep that all such members share).
    """
    net = net_gains(program, prices)
    units = _single_terms(program, net) + _group_terms(program, net)
    return (_limit_terms(program, prices) + units) // PRICE_SCALE


def _limit_terms(program: Program, prices: Ints) -> int:
    """Sum of max over lower <= y <= upper of price y - cost: concave, so its rises are summed."""
    limits = program.limits
    crossed = np.flatnonzero(limits.lower > limits.upper)
    if len(crossed):
        raise InfeasibleError(Conflict((int(crossed[0]),), ()))
    price: list[int] = prices.tolist()
    total: int = sum(p * low for p, low in zip(price, limits.lower.tolist(), strict=True))
    total -= PRICE_SCALE * sum(limit_costs(limits, limits.lower))
    parts = segments(limits)
    for limit, length, slope in zip(parts.limit.tolist(), parts.length.tolist(),
                                    parts.slope.tolist(), strict=True):
        total += max(0, price[limit] - slope * PRICE_SCALE) * length
    return total


def net_gains(program: Program, prices: Ints) -> _Exact:
    """Return (C,) gain less the prices paid, in 1/``PRICE_SCALE``; Python integers if need be."""
    if len(program.limits.column) > MANY:
        net = _paid_in_one_pass(program, prices)
        if net is not None:
            return net
    limits = program.limits
    kind = np.int64 if _in_range(program, prices) else np.object_
    net = program.gain.astype(kind) * PRICE_SCALE
    price = np.repeat(prices.astype(kind), np.diff(limits.indptr))
    paying = np.flatnonzero(price)
    np.subtract.at(net, limits.column[paying], price[paying] * limits.use[paying])
    return net


def _paid_in_one_pass(program: Program, prices: Ints) -> _Exact | None:
    """Return net gains without arrays as long as the entries, None where int64 could overflow."""
    from solver.program.passes import pay  # noqa: PLC0415

    if not (_largest(program.gain) * PRICE_SCALE < _SAFE // 2 and _largest(prices) < _SAFE):
        return None
    limits, net = program.limits, program.gain * PRICE_SCALE
    is_safe = pay(net, limits.indptr, limits.column, limits.use, prices, _SAFE // 2)
    return net if is_safe and _largest(net) * _most_members(program) < _SAFE else None


def _in_range(program: Program, prices: Ints) -> bool:
    """Tell whether no sum of a column's, or a group's, amounts can pass what int64 takes safely.

    What a column pays is at most the dearest use of so many limits as any column has.
    """
    limits = program.limits
    most_limits = int(np.bincount(limits.column).max(initial=0))
    dearest = sorted((abs(price) * use for price, use in zip(
        prices.tolist(), _most_used(limits).tolist(), strict=True)), reverse=True)
    paid = sum(dearest[:most_limits])
    largest: int = (_largest(program.gain) * PRICE_SCALE + paid) * _most_members(program)
    return largest < _SAFE


def _most_used(limits: Limits) -> Ints:
    """Return (K,) what a column takes of each limit at most."""
    starts = limits.indptr[:-1]
    some = starts < limits.indptr[1:]
    most = np.zeros(limits.count, dtype=np.int64)
    if some.any():
        most[some] = np.maximum.reduceat(limits.use, starts[some])
    return most


def _most_members(program: Program) -> int:
    return int(np.bincount(program.group[program.group >= 0]).max(initial=1))


def _largest(amounts: NDArray[Any]) -> int:
    return max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))


def _single_terms(program: Program, net: _Exact) -> int:
    """Sum over units outside groups of their best net gain, 0 where they may stay unowned."""
    alone, starts = program.group < 0, program.indptr[:-1]
    some = starts < program.indptr[1:]
    stuck = np.flatnonzero(alone & program.must & ~some)
    if len(stuck):
        raise InfeasibleError(Conflict((), (int(stuck[0]),)))
    if not some.any():
        return 0
    best = np.maximum.reduceat(net, starts[some])
    best = np.where(program.must[some], best, np.maximum(best, 0))
    return _exact_sum(best[alone[some]])


def _group_terms(program: Program, net: _Exact) -> int:
    """Sum over groups of the best rep's net gain, each member that may stay unowned 0 or more."""
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    grouped = np.flatnonzero(program.group[unit] >= 0)
    num_groups = int(program.group.max(initial=NONE)) + 1
    members = program.group >= 0
    musts = np.bincount(program.group[members & program.must], minlength=num_groups)
    unit = unit[grouped]
    num_reps = int(program.rep.max(initial=0)) + 1
    choice, place = np.unique(program.group[unit] * np.int64(num_reps) + program.rep[grouped],
                              return_inverse=True)
    value = np.zeros(len(choice), dtype=net.dtype)
    np.add.at(value, place, np.where(program.must[unit], net[grouped],
                                     np.maximum(net[grouped], 0)))
    served = np.bincount(place, weights=program.must[unit], minlength=len(choice))
    group = choice // num_reps
    best: list[int | None] = [None if must else 0 for must in musts.tolist()]
    for at in np.flatnonzero(served == musts[group]):
        so_far = best[group[at]]
        best[group[at]] = int(value[at]) if so_far is None else max(so_far, int(value[at]))
    return _sum_of_groups(program, best)


def _sum_of_groups(program: Program, best: list[int | None]) -> int:
    total = 0
    for group, value in enumerate(best):
        if value is None:
            stuck = (program.group == group) & program.must
            raise InfeasibleError(Conflict((), _positions(stuck)))
        total += value
    return total


def _exact_sum(amounts: _Exact) -> int:
    """Sum without overflow: high and low halves of int64 apart."""
    if amounts.dtype == np.object_:
        return sum(int(amount) for amount in amounts)
    return (int((amounts >> 32).sum()) << 32) + int((amounts & (2**32 - 1)).sum())


def _positions(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(at) for at in np.flatnonzero(flags))


def sensible_prices(program: Program, prices: Ints) -> Ints:
    """Return prices of which none is below 0 without a reason; their bound is no larger.

    A limit without a lower end, and without a cost below some use, never asks for more: at a price
    below 0 its own term is 0 as at price 0, and every column that counts for it only looks better.
    """
    limits = program.limits
    wants = limits.lower > 0
    wants[limits.hinge_limit[~limits.hinge_over]] = True
    return np.where(wants, prices, np.maximum(prices, 0))
