"""Compiled passes of the auction: lists of candidates, and bids from the lists."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import Piece

_Ints = NDArray[np.int64]
#: Owner of a lead that holds no bid.
NONE = -1


class Lists(NamedTuple):
    """The best pairs of each of n leads when it was last looked at; prices only rise from there."""

    rep: NDArray[np.int32]
    """(n, K)"""
    surplus: _Ints
    """(n, K) minor units."""
    listed: NDArray[np.int32]
    """(n,) pairs in the list."""
    rest: _Ints
    """(n,) no pair outside the list has a higher net value than this; 0 where none has any."""


class Bids(NamedTuple):
    """Who holds which slot; each rep's bids are a skew heap whose nodes are leads."""

    price: _Ints
    """(R,) the lowest bid of a full rep, else where it started."""
    room: _Ints
    """(R,) slots without a bid."""
    root: _Ints
    """(R,) the lead with the lowest bid."""
    owner: _Ints
    """(n,) rep."""
    bid: _Ints
    """(n,) what the lead pays at most."""
    left: _Ints
    """(n,) heap."""
    right: _Ints
    """(n,) heap."""


@compiled
def list_rows(rows: Piece, at_row: _Ints, price: _Ints, leads: _Ints, lists: Lists) -> None:
    """Fill in the lists of leads: row ``at_row[n]`` of the pairs is lead ``leads[n]``.

    Pairs whose net value is not above 0 are left out for good; a rep without slots has a price
    that is above every surplus.
    """
    indptr, rep, surplus = rows
    most = lists.rep.shape[1]
    net = np.empty(most, np.int64)
    for place_of in range(len(leads)):
        lead, row = leads[place_of], at_row[place_of]
        reps, values = lists.rep[lead], lists.surplus[lead]
        count, rest = 0, 0
        for at in range(indptr[row], indptr[row + 1]):
            worth = surplus[at] - price[rep[at]]
            if worth <= rest:
                continue
            place = count
            if count == most:
                place -= 1
                if worth <= net[place]:
                    rest = worth
                    continue
                rest = net[place]
            else:
                count += 1
            while place > 0 and net[place - 1] < worth:
                net[place], reps[place] = net[place - 1], reps[place - 1]
                values[place] = values[place - 1]
                place -= 1
            net[place], reps[place], values[place] = worth, rep[at], surplus[at]
        lists.listed[lead], lists.rest[lead] = count, rest


@compiled
def best_net(rows: Piece, at_row: _Ints, price: _Ints, leads: _Ints, best: _Ints) -> None:
    """Fill in the best net value of each lead, below 0 too; -2**62 where it has no pair."""
    for place in range(len(leads)):
        row, top = at_row[place], np.int64(-2**62)
        for at in range(rows.indptr[row], rows.indptr[row + 1]):
            top = max(top, rows.surplus[at] - price[rows.rep[at]])
        best[leads[place]] = top


@compiled
def lower_level(price: _Ints, lists: Lists, bids: Bids, by: int) -> None:
    """Lower all prices and bids alike, but not below 0; heaps and lists stay what they are."""
    for rep in range(len(price)):
        if price[rep] < 2**62:
            price[rep] = max(price[rep] - by, 0)
    for lead in range(len(bids.bid)):
        bids.bid[lead] = max(bids.bid[lead] - by, 0)
        lists.rest[lead] += by


@compiled
def _merged(one: int, other: int, bids: Bids) -> int:
    """Merge two skew heaps from the top (Sleator and Tarjan, 1986); return the root."""
    if one == NONE:
        return other
    if other == NONE:
        return one
    if bids.bid[other] < bids.bid[one]:
        one, other = other, one
    root, last = one, one
    one, bids.right[root] = bids.right[root], bids.left[root]
    while one >= 0 and other >= 0:
        if bids.bid[other] < bids.bid[one]:
            one, other = other, one
        bids.left[last] = one
        last = one
        one, bids.right[last] = bids.right[last], bids.left[last]
    bids.left[last] = other if one == NONE else one
    return root


@compiled
def _best_two(lists: Lists, lead: int, price: _Ints) -> tuple[int, int, int]:
    """Return a lead's best and second best net value, and the best rep, -1 where it lists none."""
    best, second, chosen = np.int64(-1), lists.rest[lead], -1
    for place in range(lists.listed[lead]):
        rep = lists.rep[lead, place]
        net = lists.surplus[lead, place] - price[rep]
        if net > best:
            second = max(second, best)
            best, chosen = net, rep
        elif net > second:
            second = net
    return int(best), int(second), int(chosen)


@compiled
def bid_in_turn(queue: _Ints, waiting: int, lists: Lists, bids: Bids, eps: int,
                most: int) -> tuple[int, int, int]:
    """Let the first ``waiting`` leads of a queue bid, and whoever they drive out.

    Each offers its best rep what the slot costs, plus what the best rep is better than the second
    best or being held, plus eps (Bertsekas and Castanon, 1989).

    Parameters
    ----------
    queue
        (n + 1,) leads that hold no bid; afterwards, first the leads whose lists no longer name
        their best pair, then those that would bid still.
    waiting
        Number of leads in the queue.
    lists, bids
        As described there; changed in place.
    eps
        Least rise of a price, minor units, 1 or more.
    most
        Bids after which to stop.

    Returns
    -------
    tuple[int, int, int]
        Bids made, leads with lists that ran dry, leads that would bid still.
    """
    dry = np.empty(len(queue), np.int64)
    size, first, num_dry, made = len(queue), 0, 0, 0
    while waiting and made < most:
        lead = queue[first]
        first = first + 1 if first + 1 < size else 0
        waiting -= 1
        best, second, chosen = _best_two(lists, lead, bids.price)
        if best < lists.rest[lead] and lists.rest[lead] > 0:
            dry[num_dry] = lead
            num_dry += 1
            continue
        if best <= 0:
            continue
        made += 1
        bids.bid[lead] = bids.price[chosen] + best - second + eps
        bids.left[lead], bids.right[lead] = NONE, NONE
        bids.owner[lead] = chosen
        root = _merged(bids.root[chosen], lead, bids)
        if bids.room[chosen] > 0:
            bids.room[chosen] -= 1
        else:
            bids.owner[root] = NONE
            last = first + waiting
            queue[last if last < size else last - size] = root
            waiting += 1
            root = _merged(bids.left[root], bids.right[root], bids)
        bids.root[chosen] = root
        if bids.room[chosen] == 0:
            bids.price[chosen] = bids.bid[root]
    still = np.empty(waiting, np.int64)
    for at in range(waiting):
        still[at] = queue[(first + at) % size]
    queue[:num_dry] = dry[:num_dry]
    queue[num_dry:num_dry + waiting] = still
    return made, num_dry, waiting
