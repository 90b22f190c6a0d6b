"""What the parts of a window are asked: pure functions, each of a part's source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from solver.errors import EngineError
from solver.matrix.source import PairSource, Piece
from solver.prices_first.check_kernels import Answer, check_rows
from solver.prices_first.core_kernels import (
    Rivals,
    merge_rivals,
    merged_rows,
    near_rows,
    rank_takers,
)
from solver.prices_first.rows import joined, kernel_rows, rows_of
from solver.prices_first.shards import THREADS, side_by_side
from solver.prices_first.travelling import OpenLeads, Tight

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]
#: Groups of spans that a part is worked on in.
_GROUPS = 8
#: Entries of the tables of all groups, unless two groups alone have more: 28 bytes each.
_MOST_ENTRIES = 1 << 23
#: Slots of a rep for which takers are looked for.
_MOST_TAKERS = 256


@dataclass(frozen=True, slots=True)
class PartCore:
    """The pairs of a part's leads that can matter."""

    rows: Piece
    settled: _Flags
    """(n,) leads whose only pair is taken for theirs."""
    pairs_scanned: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a pass over all pairs of a part finds."""

    core: PartCore
    """With what joined."""
    tight: Tight | None
    """Where nothing joined: a pass after which there is another one need not keep them."""
    found: Found


@dataclass(frozen=True, slots=True)
class Found:
    """The few numbers of it."""

    worth: int
    """Sum of the leads' best net values, or 0, at the first prices."""
    joined: int
    """Pairs that beat the core."""
    closed_gain: _Ints
    """(R,) the most that a pair of a rep without slots beats its lead's best net value by."""
    pairs_scanned: int


@dataclass(frozen=True, slots=True)
class _Near:
    """What a pass over a group of spans keeps."""

    rows: list[Piece]
    settled: list[_Flags]
    pairs_scanned: int
    taking: Rivals
    leaving: Rivals


def near_core(source: PairSource, price: _Ints, width: int, most: int, rivals: _Ints) -> PartCore:
    """Choose the part's core at prices.

    ``rivals``, (R,), is the number of rivals of each rep, 1 or more; the other parameters are
    those of ``near_rows``.
    """
    wanted = np.where(price < 2**62, rivals, 0)

    def work(spans: Sequence[slice]) -> _Near:
        taking, leaving = no_rivals(wanted), no_rivals(wanted)
        near: list[Piece] = []
        settled: list[_Flags] = []
        scanned = 0
        for span in spans:
            rows = rows_of(source, span)
            ends, reps, values, flags = near_rows(rows, price, width, most, span.start, taking,
                                                  leaving)
            near.append(Piece(ends, reps, values))
            settled.append(flags)
            scanned += int(rows.indptr[-1] - rows.indptr[0])
        return _Near(near, settled, scanned, taking, leaving)

    parts = side_by_side(work, in_groups(source.spans(), 2 * wanted))
    core = PartCore(joined([rows for part in parts for rows in part.rows]),
                    np.concatenate([np.empty(0, np.bool_),
                                    *chain(*(part.settled for part in parts))]),
                    sum(part.pairs_scanned for part in parts))
    if not parts:
        return core
    return _with_rivals(core, [merged_rivals([part.taking for part in parts]),
                               merged_rivals([part.leaving for part in parts])])


def _with_rivals(core: PartCore, tables: Sequence[Rivals]) -> PartCore:
    """Add rivals; the leads that they are of have a choice."""
    some = [table.slack < 2**62 for table in tables]
    lead, rep, surplus = (
        np.concatenate([column[at] for column, at in zip(columns, some, strict=True)])
        for columns in zip(*((table.lead, table.rep, table.surplus) for table in tables),
                           strict=True))
    _, at = np.unique(lead * (int(rep.max(initial=0)) + 1) + rep, return_index=True)
    settled = core.settled.copy()
    settled[lead] = False
    ends = np.concatenate([[0], np.cumsum(np.bincount(lead[at], minlength=len(settled)))])
    return PartCore(merged_rows(kernel_rows(core.rows), ends.astype(np.int64), rep[at],
                                surplus[at]), settled, core.pairs_scanned)


def no_rivals(most: _Ints) -> Rivals:
    """Return a table without entries, with room for (R,) so many of each rep."""
    start = np.concatenate([[0], np.cumsum(most)]).astype(np.int64)
    size = int(start[-1])
    return Rivals(start, np.full(size, 2**62), np.zeros(size, np.int64), np.zeros(size, np.int32),
                  np.zeros(size, np.int64))


def merged_rivals(tables: Sequence[Rivals]) -> Rivals:
    """Merge the tables of leads that follow each other into the first."""
    for table in tables[1:]:
        merge_rivals(tables[0], table)
    return tables[0]


def asking_price(source: PairSource, price: _Ints, slots: _Ints, empty: _Ints) -> _Ints:
    """Return (R,) prices at which reps with empty slots would find takers for them.

    Parameters
    ----------
    source
        The part.
    price, slots
        (R,) prices, and slots of each rep.
    empty
        (R,) slots without a taker.
    """
    # At its price a rep has takers for the slots that are not empty; they come first.
    wanted = np.where(empty > 0, np.minimum(slots, _MOST_TAKERS), 0)

    def work(spans: Sequence[slice]) -> Rivals:
        taking = no_rivals(wanted)
        for span in spans:
            rank_takers(rows_of(source, span), price, span.start, taking)
        return taking

    table = merged_rivals(side_by_side(work, in_groups(source.spans(), wanted)))
    reps = np.flatnonzero(wanted)
    fall = np.full(len(price), 0)
    fall[reps] = table.slack[table.start[reps + 1] - 1]
    asked: _Ints = np.maximum(price - fall, 0)
    return asked


def in_groups(spans: Sequence[slice], entries: _Ints) -> list[Sequence[slice]]:
    """Put spans into a few groups of neighbours: each has tables of its own, (R,) entries by rep.

    How many groups there are changes no answer.
    """
    groups = max(THREADS, min(_GROUPS, _MOST_ENTRIES // max(1, int(entries.sum()))))
    size = max(1, -(-len(spans) // groups))
    return [spans[at:at + size] for at in range(0, len(spans), size)]


def reopened(_: PairSource, core: PartCore, reps: _Flags) -> PartCore:
    """Give the settled leads of some reps their choice back."""
    settled = core.settled.copy()
    at = np.flatnonzero(settled)
    settled[at[reps[core.rows.rep[core.rows.indptr[at]]]]] = False
    return PartCore(core.rows, settled, 0)


def open_leads(source: PairSource, core: PartCore) -> OpenLeads:
    """Return the part's leads with a choice."""
    rows, settled = core.rows, np.flatnonzero(core.settled)
    counts = np.diff(rows.indptr)
    is_open = ~core.settled & (counts > 0)
    only = rows.indptr[settled]
    least = np.full(source.num_reps, 2**62)
    np.minimum.at(least, rows.rep[only], rows.surplus[only])
    keep = np.repeat(is_open, counts)
    lead = np.flatnonzero(is_open)
    return OpenLeads(
        lead, Piece(np.concatenate([[0], np.cumsum(counts[lead])]).astype(np.int64),
                   rows.rep[keep], rows.surplus[keep]),
        np.bincount(rows.rep[only], minlength=source.num_reps), least,
        int(rows.surplus[only].sum()))


def settled_owners(_: PairSource, core: PartCore) -> _Ints:
    """Return (n,) the rep of each settled lead, -1 for the others."""
    owner = np.full(len(core.settled), -1, dtype=np.int64)
    at = np.flatnonzero(core.settled)
    owner[at] = core.rows.rep[core.rows.indptr[at]]
    return owner


@dataclass(frozen=True, slots=True)
class _Look:
    """What a pass over a span finds."""

    rows: Piece
    settled: _Flags
    joined: int
    pairs_scanned: int
    answer: Answer


def check(source: PairSource, core: PartCore, prices: tuple[_Ints, _Ints], closed: _Flags,
          most: int) -> Checked:
    """Look over all pairs of the part for any that beat the core at either of two price vectors.

    Parameters are those of ``check_rows``, but that prices of reps without slots have no meaning.
    """
    gain, loss = (np.where(closed, 2**62, price) for price in prices)

    def work(span: slice) -> _Look:
        rows = rows_of(source, span)
        old = kernel_rows(Piece(core.rows.indptr[span.start:span.stop + 1], core.rows.rep,
                               core.rows.surplus))
        answer = check_rows(rows, old, gain, loss, closed, most)
        settled = core.settled[span] & (np.diff(answer.ends) == 0)
        grown = merged_rows(old, answer.ends, answer.rep, answer.surplus) if len(
            answer.rep) else old
        return _Look(grown, settled, len(answer.rep), int(rows.indptr[-1] - rows.indptr[0]),
                     answer)

    looks = side_by_side(work, source.spans())
    closed_gain = np.zeros(source.num_reps, np.int64)
    for look in looks:
        np.maximum(closed_gain, look.answer.closed_gain, out=closed_gain)
    scanned = sum(look.pairs_scanned for look in looks)
    joining = sum(look.joined for look in looks)
    settled = np.concatenate([np.empty(0, np.bool_), *(look.settled for look in looks)])
    return Checked(
        PartCore(joined([look.rows for look in looks]), settled, scanned),
        None if joining else _tight(looks),
        Found(sum(int(look.answer.by_gain) for look in looks), joining, closed_gain, scanned))


def _tight(looks: Sequence[_Look]) -> Tight:
    counts = [np.diff(look.answer.tight_ends) for look in looks]
    return Tight(
        np.concatenate([np.empty(0, np.int64), *counts]).astype(np.int32),
        np.concatenate([np.empty(0, np.int32), *(look.answer.tight_rep for look in looks)]),
        np.concatenate([np.empty(0, np.bool_), *(look.answer.indifferent for look in looks)]))


def core_of(_: PairSource, checked: Checked) -> PartCore:
    """Return the core with what joined."""
    return checked.core


def found_of(_: PairSource, checked: Checked) -> Found:
    """Return the numbers."""
    return checked.found


def tight_of(_: PairSource, checked: Checked) -> Tight:
    """Return the pairs of zero reduced cost; only a pass that nothing joined has them."""
    if checked.tight is None:
        raise EngineError("pairs joined the core: what is tight would change")
    return checked.tight


def scanned_of(_: PairSource, core: PartCore) -> int:
    """Return the number of pairs looked at for a core."""
    return core.pairs_scanned
