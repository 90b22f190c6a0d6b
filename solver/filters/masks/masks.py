"""Which records of a table match: one array operation per comparison."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import and_, or_

import numpy as np

from solver.filters.language.fields import Kind, Side
from solver.filters.language.tree import (
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Filter,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Span,
    Top,
    fields_of,
)
from solver.filters.language.values import FOLDS, key_holds
from solver.filters.masks.columns import Bools, Column, NumberColumn, Numbers, TextColumn
from solver.filters.masks.tables import LeadTable, RepTable, Table

_ORDERS: dict[Op, Callable[..., Bools]] = {
    Op.EQ: np.equal, Op.LT: np.less, Op.LE: np.less_equal, Op.GT: np.greater,
    Op.GE: np.greater_equal,
}


def lead_mask(parsed: Filter, leads: LeadTable) -> Bools:
    """Return (L,) which leads match.

    Parameters
    ----------
    parsed
        A filter about leads.
    leads
        The leads; ``top`` ranks among them.

    Raises
    ------
    ValueError
        If the filter looks at reps, or the context has not what a derived field needs.
    """
    return mask_of(parsed.root, leads)


def rep_mask(parsed: Filter, reps: RepTable) -> Bools:
    """Return (R,) which reps match.

    Parameters
    ----------
    parsed
        A filter about reps that names no lead.
    reps
        The reps.

    Raises
    ------
    ValueError
        If the filter looks at leads: only :func:`solver.filters.pair_mask` can tell.
    """
    return mask_of(parsed.root, reps)


def mask_of(node: Node, table: Table) -> Bools:
    """Return (N,) which records of a table match a node.

    Raises
    ------
    ValueError
        If the node looks at records of the other side.
    """
    for ref in fields_of(node):
        if (ref.side is Side.REP) is not (table.side is Side.REP):
            raise ValueError(f"{ref.side.value}.{ref.name} cannot be looked at without a "
                             f"{ref.side.value}")
    return _mask(node, table)


def _mask(node: Node, table: Table) -> Bools:
    if isinstance(node, Not):
        return ~_mask(node.part, table)
    if isinstance(node, And):
        return reduce(and_, (_mask(part, table) for part in node.parts))
    if isinstance(node, Or):
        return reduce(or_, (_mask(part, table) for part in node.parts))
    if isinstance(node, Always):
        return np.full(len(table), node.value)
    if isinstance(node, CompareFields):
        return _compare_fields(node, table)
    column = table.column(node.ref)
    if isinstance(node, Blank):
        return column.holds(_is_empty) if isinstance(column, TextColumn) else ~column.known
    if isinstance(node, Top):
        return _top(node, column)
    return _compare(node, column)


def _is_empty(texts: tuple[str, ...]) -> bool:
    return not texts


def _compare(leaf: Compare, column: Column) -> Bools:
    if isinstance(column, TextColumn):
        return column.holds(_text_test(leaf))
    held: Bools = np.zeros(len(column.known), dtype=np.bool_)
    for literal in leaf.literals:
        held |= _number_holds(column.values, leaf.op, literal)
    return held & column.known


def _text_test(leaf: Compare) -> Callable[[tuple[str, ...]], bool]:
    fold, op = FOLDS[leaf.ref.kind], leaf.op
    literals = [folded_literal(leaf, literal) for literal in leaf.literals]
    if op is Op.EQ and all(isinstance(literal, str) for literal in literals):
        wanted = frozenset(literals)
        return lambda texts: any(fold(text) in wanted for text in texts)
    return lambda texts: any(key_holds(fold(text), op, literal)
                             for text in texts for literal in literals)


def folded_literal(leaf: Compare, literal: Literal) -> Literal:
    """Return a literal as the texts of the leaf's field compare with it.

    Parameters
    ----------
    leaf
        A comparison.
    literal
        One of its literals.
    """
    if not isinstance(literal, str):
        return literal
    trimmed = literal if leaf.op in (Op.CONTAINS, Op.STARTS, Op.ENDS) else literal.strip()
    return FOLDS[leaf.ref.kind](trimmed)


def _number_holds(values: Numbers, op: Op, literal: Literal) -> Bools:
    if not isinstance(literal, Span):
        return _ORDERS[op](values, literal)
    if op is Op.EQ:
        return (values >= literal.begin) & (values < literal.end)
    bound = literal.begin if op in (Op.LT, Op.GE) else literal.end
    return values < bound if op in (Op.LT, Op.LE) else values >= bound


def _top(leaf: Top, column: Column) -> Bools:
    """Tell which are in the top n of those known, all that tie with the last included.

    n is the share of those known rounded up, or the number given.
    """
    column = numbers_of(column, Kind.NUMBER)
    known = np.sort(column.values[column.known])
    num = len(known)
    most = min(num, math.ceil(leaf.amount * num) if leaf.is_share else int(leaf.amount))
    if most == 0:
        return np.zeros(len(column.known), dtype=np.bool_)
    above: Bools = column.values >= known[num - most]
    return column.known & above


def numbers_of(column: Column, view: Kind) -> NumberColumn:
    """Return a column read as numbers, flags or instants."""
    return column.read_as(view) if isinstance(column, TextColumn) else column


def _compare_fields(leaf: CompareFields, table: Table) -> Bools:
    left, right = table.column(leaf.left), table.column(leaf.right)
    if leaf.view in FOLDS:
        assert isinstance(left, TextColumn)
        assert isinstance(right, TextColumn)
        return _share_a_text(left, right, leaf.view)
    one, other = numbers_of(left, leaf.view), numbers_of(right, leaf.view)
    return _ORDERS[leaf.op](one.values, other.values) & one.known & other.known


def _share_a_text(left: TextColumn, right: TextColumn, view: Kind) -> Bools:
    """Tell which records hold a text in both columns, once for each two codes that meet."""
    one, other = left.folded(view), right.folded(view)
    meeting, which = np.unique(np.stack([left.codes, right.codes]), axis=1, return_inverse=True)
    shared = np.array([not set(one[a]).isdisjoint(other[b]) for a, b in meeting.T.tolist()],
                      dtype=np.bool_)
    return shared[which.reshape(-1)]


def ordering(op: Op) -> Callable[..., Bools]:
    """Return the array operation of = or an order."""
    return _ORDERS[op]


