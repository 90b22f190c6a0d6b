"""Compiled passes over all columns at given prices: what each unit would choose, and its worth.

Floats: the passes steer the search for prices. What is claimed afterwards comes from the exact
bound of the prices that were found.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.program.program import NONE, Ints
from solver.program.sparse_model import Floats

_Places = NDArray[np.int32]


class Market(NamedTuple):
    """Units, columns and limits in arrays; see :class:`solver.program.program.Program`."""

    gain: Ints
    unit: Ints
    rep: _Places
    must: NDArray[np.bool_]
    group: _Places
    members: Ints
    member: Ints
    entry: Ints
    limit: _Places
    use: Ints
    lower: Ints
    upper: Ints
    piece: Ints
    length: Ints
    cost: Ints
    is_bent: NDArray[np.bool_]
    constant: float
    num_reps: int
    size: Floats


@compiled
def column_nets(gain: Ints, indptr: Ints, limit: _Places, use: Ints, price: Floats, net: Floats
                ) -> None:
    """Fill in gain minus what each column pays for its limits."""
    for column in range(len(gain)):
        value = float(gain[column])
        for at in range(indptr[column], indptr[column + 1]):
            value -= use[at] * price[limit[at]]
        net[column] = value


@compiled
def best_columns(unit_indptr: Ints, net: Floats, must: NDArray[np.bool_], group: _Places,
                 chosen: Ints) -> float:
    """Fill in the best column of each unit that stands alone, and return what they bring."""
    total = 0.0
    for unit in range(len(must)):
        if group[unit] != NONE:
            continue
        best = -np.inf if must[unit] else 0.0
        choice = NONE
        for column in range(unit_indptr[unit], unit_indptr[unit + 1]):
            if net[column] > best:
                best = net[column]
                choice = column
        chosen[unit] = choice
        total += best
    return total


@compiled
def best_group_columns(market: Market, net: Floats, worth: Floats, count: Ints, chosen: Ints
                       ) -> float:
    """Fill in the best columns of units in groups, all of one rep per group.

    Parameters
    ----------
    market, net
        The program, and what its columns bring at the prices.
    worth, count
        (R,) room to work in, all 0; left so.
    chosen
        (U,) to be filled in.
    """
    total = 0.0
    for group in range(len(market.member) - 1):
        begin, end = market.member[group], market.member[group + 1]
        wanted = _sum_by_rep(market, net, worth, count, group)
        best = -np.inf if wanted else 0.0
        choice = NONE
        for unit in market.members[begin:end]:
            for column in range(market.unit[unit], market.unit[unit + 1]):
                rep = market.rep[column]
                if count[rep] == wanted and worth[rep] > best:
                    best, choice = worth[rep], rep
        total += best
        for unit in market.members[begin:end]:
            chosen[unit] = NONE
            for column in range(market.unit[unit], market.unit[unit + 1]):
                rep = market.rep[column]
                worth[rep], count[rep] = 0.0, 0
                if rep == choice and (market.must[unit] or net[column] > 0):
                    chosen[unit] = column
    return total


@compiled
def _sum_by_rep(market: Market, net: Floats, worth: Floats, count: Ints, group: int) -> int:
    """Add up what each rep brings for a group, and its members who must; return how many must."""
    wanted = 0
    for unit in market.members[market.member[group]:market.member[group + 1]]:
        wanted += market.must[unit]
        for column in range(market.unit[unit], market.unit[unit + 1]):
            if market.must[unit]:
                worth[market.rep[column]] += net[column]
                count[market.rep[column]] += 1
            elif net[column] > 0:
                worth[market.rep[column]] += net[column]
    return wanted


@compiled
def chosen_use(chosen: Ints, indptr: Ints, limit: _Places, use: Ints, used: Floats) -> None:
    """Fill in the use of each limit by the chosen columns."""
    used[:] = 0.0
    for unit in range(len(chosen)):
        column = chosen[unit]
        if column != NONE:
            for at in range(indptr[column], indptr[column + 1]):
                used[limit[at]] += use[at]


@compiled
def limit_worth(price: Floats, lower: Ints, upper: Ints, piece_indptr: Ints, piece_length: Ints,
                piece_cost: Ints, wanted: Floats) -> float:
    """Fill in the use of each limit that its price makes best, and return what that brings."""
    total = 0.0
    for row in range(len(price)):
        begin, end = piece_indptr[row], piece_indptr[row + 1]
        if begin == end:
            wanted[row] = upper[row] if price[row] > 0 else lower[row]
            total += price[row] * wanted[row]
            continue
        wanted[row] = lower[row]
        total += price[row] * lower[row]
        for piece in range(begin, end):
            if price[row] > piece_cost[piece]:
                wanted[row] += piece_length[piece]
                total += (price[row] - piece_cost[piece]) * piece_length[piece]
    return total


@compiled
def descend(market: Market, start: Floats, incumbent: float, reach: float, steps: int
            ) -> Floats:
    """Return the best prices met in so many steps of the volume algorithm.

    A step aims at the incumbent, or, where that is poor, at ``reach`` times the bound below it.
    """
    count = len(start)
    net, chosen = np.empty(len(market.gain)), np.empty(len(market.must), np.int64)
    worth, served = np.zeros(market.num_reps), np.zeros(market.num_reps, np.int64)
    used, wanted = np.empty(count), np.empty(count)
    size = market.size
    center, price = start.copy(), start.copy()
    direction = np.zeros(count)
    best, factor, since, first = np.inf, 0.3, 0, True
    for _ in range(steps):
        column_nets(market.gain, market.entry, market.limit, market.use, price, net)
        value = best_columns(market.unit, net, market.must, market.group, chosen)
        value += best_group_columns(market, net, worth, served, chosen)
        chosen_use(chosen, market.entry, market.limit, market.use, used)
        value += limit_worth(price, market.lower, market.upper, market.piece, market.length,
                             market.cost, wanted) - market.constant
        slope = wanted - used
        share = 1.0 if first else 0.1
        first = False
        direction = share * slope + (1 - share) * direction
        if value < best:
            if (slope * direction).sum() > 0:
                factor = min(2.0, factor * 1.1)
            best, since = value, 0
            center[:] = price
        else:
            since += 1
            if since % 10 == 0:
                factor = max(1e-3, factor * 0.7)
        norm = (direction * direction / size).sum()
        if norm <= 0:
            break
        step = factor * min(best - incumbent, reach * abs(best)) / norm
        for row in range(count):
            price[row] = center[row] - step * direction[row] / size[row]
            if market.lower[row] == 0 and not market.is_bent[row] and price[row] < 0:
                price[row] = 0.0
    return center
