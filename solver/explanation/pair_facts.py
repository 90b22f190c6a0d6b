"""The facts of chosen pairs: value, costs, net value and every factor of the value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pair_values import pair_values
from solver.matrix.pairs import Problem
from solver.matrix.rows import ValueRows
from solver.matrix.source import Piece
from solver.models import Factors, PairFacts

_Ints = NDArray[np.int64]
#: Net value of pairs that do not count.
NOT_USABLE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Costs:
    """What N pairs cost, in minor units."""

    use: _Ints
    """(N,) slots."""
    floor: _Ints
    """(N,) floors of all slots."""
    price: _Ints
    """(N,) prices of all slots."""
    limit_price: _Ints
    """(N,) prices of the other limits that the pair counts for."""

    @classmethod
    def of_one_slot(cls, problem: Problem, prices: _Ints, rep: _Ints) -> Costs:
        """Return the costs of pairs that take one slot, at (R,) prices."""
        return cls(np.ones_like(rep), problem.floors[rep], prices[rep], np.zeros_like(rep))


def pair_facts(rows: ValueRows, lead: _Ints, rep: _Ints, costs: Costs) -> list[PairFacts]:
    """Return the facts of pairs (lead[n], rep[n])."""
    reps, worth, found = rows.reps, rows.leads.worth, pair_values(rows, lead, rep)
    columns = (lead, rep, found.value, found.match, found.skill_fit, found.territory_fit,
               found.preference, costs.use, costs.floor, costs.price, costs.limit_price)
    return [
        PairFacts(
            rep_id=reps.rep_ids[j], value=value, match=match, wait_minutes=reps.wait[j], use=use,
            floor=floor, price=price, limit_price=limit_price,
            net_value=value - floor - price - limit_price,
            factors=Factors(worth=float(worth[i]), skill_fit=skill, territory_fit=territory,
                            performance=float(reps.performance[j]),
                            response=float(reps.response[j]), preference=preferred))
        for i, j, value, match, skill, territory, preferred, use, floor, price, limit_price
        in zip(*(column.tolist() for column in columns), strict=True)]


class _Rows(Protocol):
    """Pairs by lead."""

    @property
    def indptr(self) -> _Ints:
        """(L + 1,) lead i has the pairs ``indptr[i]:indptr[i + 1]``."""

    @property
    def lead(self) -> NDArray[np.int32]:
        """(P,) position of the lead, ascending."""

    @property
    def rep(self) -> NDArray[np.int32]:
        """(P,) position of the rep, ascending within a lead."""

    @property
    def num_leads(self) -> int:
        """Leads, L."""


@dataclass(frozen=True, slots=True)
class PieceRows:
    """A piece as rows of its own, from lead and pair 0 on."""

    indptr: _Ints
    lead: NDArray[np.int32]
    rep: NDArray[np.int32]
    surplus: _Ints

    @classmethod
    def of(cls, piece: Piece) -> PieceRows:
        """Return the rows of a piece."""
        own = slice(int(piece.indptr[0]), int(piece.indptr[-1]))
        lead = np.repeat(np.arange(len(piece.indptr) - 1, dtype=np.int32), np.diff(piece.indptr))
        return cls(piece.indptr - own.start, lead, piece.rep[own], piece.surplus[own])

    @property
    def num_leads(self) -> int:
        """Leads of the piece."""
        return len(self.indptr) - 1


def best_reps(piece: Piece, prices: _Ints, but: _Ints, count: int) -> _Ints:
    """Return (n, count) the reps of each lead of a piece with the next highest net values.

    Parameters
    ----------
    piece, prices
        Usable pairs and (R,) prices.
    but
        (n,) rep positions that do not count (the owner), -1 for none.
    count
        How many ranks; -1 where there is none.
    """
    rows = PieceRows.of(piece)
    ranks = np.stack(best_pairs(rows, rows.surplus - prices[rows.rep], but, count), axis=1)
    if not len(rows.rep):
        return ranks
    return np.where(ranks < 0, np.int64(-1), rows.rep[ranks])


def best_pairs(pairs: _Rows, net_value: _Ints, but: _Ints, count: int) -> Sequence[_Ints]:
    """Return, for each rank, the pair of each lead with the next highest net value.

    Parameters
    ----------
    pairs, net_value
        The pairs and their (P,) net values; ``NOT_USABLE`` where a pair does not count.
    but
        (L,) rep positions that do not count (the owner), -1 for none.
    count
        How many ranks.

    Returns
    -------
    sequence of ndarray
        ``count`` arrays (L,) of positions in ``pairs``, -1 where there is none; ties go to the rep
        with the smaller id.
    """
    net = net_value.copy()
    net[pairs.rep == but[pairs.lead]] = NOT_USABLE
    starts = pairs.indptr[:-1]
    some = np.flatnonzero(starts < pairs.indptr[1:])
    ranks = []
    for _ in range(count):
        chosen = np.full(pairs.num_leads, -1, dtype=np.int64)
        if len(some):
            best = np.full(pairs.num_leads, NOT_USABLE)
            best[some] = np.maximum.reduceat(net, starts[some])
            winners = np.flatnonzero((net == best[pairs.lead]) & (net != NOT_USABLE))
            # The last of equals stays, so they are written backwards.
            chosen[pairs.lead[winners[::-1]]] = winners[::-1]
            net[chosen[chosen >= 0]] = NOT_USABLE
        ranks.append(chosen)
    return ranks
