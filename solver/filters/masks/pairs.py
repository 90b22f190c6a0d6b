"""Which reps match together with which leads: leads of the same row share a class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property, reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from solver.filters.language.fields import FieldRef, Side
from solver.filters.language.tree import (
    Always,
    And,
    CompareFields,
    Filter,
    Node,
    Not,
    Op,
    Or,
    fields_of,
)
from solver.filters.language.values import FOLDS
from solver.filters.masks.columns import Bools, TextColumn
from solver.filters.masks.masks import mask_of, numbers_of, ordering
from solver.filters.masks.tables import LeadTable, RepTable

Index = NDArray[np.int64]
#: Takes positions of leads and of reps that broadcast together; gives whether the pairs match.
_Test = Callable[[Index, Index], Bools]
#: Pairs of classes and reps up to which the table is kept, a byte each.
_MAX_TABLE = 1 << 25
#: Pairs worked out at a time.
_BLOCK_PAIRS = 1 << 18


class _Classes:
    """Leads that the filter cannot tell apart, each class with one row of reps.

    Nothing is done in Python for each pair, and at most for each distinct value of a field.
    """

    def __init__(self, root: Node, leads: LeadTable, reps: RepTable) -> None:
        self.num_reps = len(reps)
        self._leads, self._reps = leads, reps
        self._traits: list[NDArray[np.int64]] = []
        self._test = self._compiled(root)
        self.of_lead, self._first = _classes(self._traits, len(leads))

    def __len__(self) -> int:
        return len(self._first)

    @cached_property
    def table(self) -> Bools | None:
        """(classes, R) which reps match a class; None where it would be large."""
        if len(self) * self.num_reps > _MAX_TABLE:
            return None
        table = np.empty((len(self), self.num_reps), dtype=np.bool_)
        for block in self._blocks():
            table[block] = self._rows(self._first[block])
        table.flags.writeable = False
        return table

    def rows(self, classes: Index) -> Bools:
        """Return (B, R) which reps match some classes."""
        return self._rows(self._first[classes]) if self.table is None else self.table[classes]

    def cells(self, classes: Index, rep_idx: Index) -> Bools:
        """Return (N,) whether single reps match single classes."""
        if self.table is not None:
            return self.table[classes, rep_idx]
        return _spread(self._test(self._first[classes], rep_idx), (len(classes),))

    def any_rep(self, among: Bools) -> Bools:
        """Return (classes,) whether any of some reps matches."""
        found = np.zeros(len(self), dtype=np.bool_)
        for block in self._blocks():
            found[block] = self.rows(np.arange(block.start, block.stop))[:, among].any(axis=1)
        return found

    def _blocks(self) -> Iterator[slice]:
        size = max(1, _BLOCK_PAIRS // max(1, self.num_reps))
        for start in range(0, len(self), size):
            yield slice(start, min(start + size, len(self)))

    def _rows(self, lead_idx: Index) -> Bools:
        found = self._test(lead_idx[:, None], np.arange(self.num_reps)[None, :])
        return _spread(found, (len(lead_idx), self.num_reps))

    def _compiled(self, node: Node) -> _Test:
        """Return a test of pairs; what is about one side alone is worked out here and now."""
        sides = {ref.side is Side.REP for ref in fields_of(node)}
        if len(sides) < 2 and not isinstance(node, Always):
            return self._one_sided(node, about_reps=sides == {True})
        if isinstance(node, Not):
            part = self._compiled(node.part)
            return lambda leads, reps: ~part(leads, reps)
        if isinstance(node, And | Or):
            join = and_ if isinstance(node, And) else or_
            parts = [self._compiled(one) for one in node.parts]
            return lambda leads, reps: reduce(join, (part(leads, reps) for part in parts))
        if isinstance(node, CompareFields):
            return self._fields_test(node)
        assert isinstance(node, Always)
        return lambda leads, _: np.full((1,) * leads.ndim, node.value)

    def _one_sided(self, node: Node, about_reps: bool) -> _Test:
        if about_reps:
            matching = mask_of(node, self._reps)
            return lambda _, reps: matching[reps]
        matched = mask_of(node, self._leads)
        self._traits.append(matched.astype(np.int64))
        return lambda leads, _: matched[leads]

    def _fields_test(self, leaf: CompareFields) -> _Test:
        turned = leaf.left.side is Side.REP
        of_lead, of_rep = (leaf.right, leaf.left) if turned else (leaf.left, leaf.right)
        if leaf.view in FOLDS:
            return self._text_test(of_lead, of_rep, leaf)
        one = numbers_of(self._leads.column(of_lead), leaf.view)
        other = numbers_of(self._reps.column(of_rep), leaf.view)
        self._traits.append(np.where(one.known, np.unique(one.values, return_inverse=True)[1] + 1,
                                     0))
        compare = ordering(_TURNED.get(leaf.op, leaf.op) if turned else leaf.op)
        return lambda leads, reps: (compare(one.values[leads], other.values[reps])
                                    & one.known[leads] & other.known[reps])

    def _text_test(self, of_lead: FieldRef, of_rep: FieldRef, leaf: CompareFields) -> _Test:
        """Return a test of whether two fields share a text, by numbers of the shared ones."""
        one, other = self._leads.column(of_lead), self._reps.column(of_rep)
        assert isinstance(one, TextColumn)
        assert isinstance(other, TextColumn)
        on_leads, on_reps = one.folded(leaf.view), other.folded(leaf.view)
        shared = sorted({text for texts in on_leads for text in texts}
                        .intersection(text for texts in on_reps for text in texts))
        number = {text: at + 1 for at, text in enumerate(shared)}
        wanted = _padded([[number[text] for text in texts if text in number]
                          for texts in on_leads])[one.codes]
        self._traits.extend(wanted.T)
        has = np.zeros((len(shared) + 1, len(on_reps)), dtype=np.bool_)
        for code, texts in enumerate(on_reps):
            has[[number[text] for text in texts if text in number], code] = True
        codes = other.codes
        return lambda leads, reps: reduce(
            or_, (has[column[leads], codes[reps]] for column in wanted.T))


class PairMask:
    """Which pairs of L leads and R reps match a filter; whole it is never built.

    Parameters
    ----------
    root
        What must hold.
    leads
        L leads.
    reps
        R reps.
    """

    def __init__(self, root: Node, leads: LeadTable, reps: RepTable) -> None:
        self._classes = _Classes(root, leads, reps)
        self.lead_class = self._classes.of_lead
        """(L,) class of each lead: leads of one class match the same reps."""

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return len(self.lead_class)

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self._classes.num_reps

    def take(self, lead_idx: Index) -> PairMask:
        """Return the mask of some of the leads, in the order given; repeats are allowed.

        Parameters
        ----------
        lead_idx
            (K,) positions of leads.
        """
        taken = copy(self)
        taken.lead_class = self.lead_class[lead_idx]
        return taken

    def block(self, rows: slice | Index) -> Bools:
        """Return (B, R) whether the pairs of some leads with every rep match.

        Parameters
        ----------
        rows
            Positions of B leads.
        """
        return self._classes.rows(self.lead_class[rows])

    def pairs(self, lead_idx: NDArray[np.integer], rep_idx: NDArray[np.integer]) -> Bools:
        """Return (N,) whether single pairs match.

        Parameters
        ----------
        lead_idx
            (N,) positions of leads.
        rep_idx
            (N,) positions of reps.
        """
        return self._classes.cells(self.lead_class[lead_idx], rep_idx.astype(np.int64))

    def any_rep(self, among: Bools | None = None) -> Bools:
        """Return (L,) whether a lead matches with any rep.

        Parameters
        ----------
        among
            (R,) reps that count; None: all.
        """
        counted = np.ones(self.num_reps, dtype=np.bool_) if among is None else among
        return self._classes.any_rep(counted)[self.lead_class]


_TURNED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


def pair_mask(parsed: Filter, leads: LeadTable, reps: RepTable) -> PairMask:
    """Return which pairs match a filter of reps.

    Parameters
    ----------
    parsed
        A filter about reps, whether it names fields of the lead or not.
    leads
        L leads.
    reps
        R reps.

    Raises
    ------
    ValueError
        If the context of the leads has not what a derived field needs.
    """
    return PairMask(parsed.root, leads, reps)


def _spread(found: Bools, shape: tuple[int, ...]) -> Bools:
    return found if found.shape == shape else np.broadcast_to(found, shape).copy()


def _padded(lists: list[list[int]]) -> NDArray[np.int64]:
    """Return lists of numbers as the rows of an array, each sorted and once, 0 behind them."""
    rows = [sorted(set(numbers)) for numbers in lists]
    padded = np.zeros((len(rows), max([1, *map(len, rows)])), dtype=np.int64)
    for row, numbers in enumerate(rows):
        padded[row, :len(numbers)] = numbers
    return padded


def _classes(traits: list[NDArray[np.int64]], num_leads: int) -> tuple[Index, Index]:
    """Return the class of each lead, and the first lead of each class."""
    codes = np.zeros(num_leads, dtype=np.int64)
    for trait in traits:
        codes = np.unique(codes * (int(trait.max(initial=0)) + 1) + trait, return_inverse=True)[1]
    _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    return codes, first
