"""Whether one lead, one rep or a pair matches a filter: node by node, value by value."""

from __future__ import annotations

import math
from collections.abc import Sequence

from solver.filters.language.fields import Kind
from solver.filters.language.tree import (
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Leaf,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Span,
    Top,
)
from solver.filters.language.values import FOLDS, read_flag, read_moment, read_number, words_of
from solver.models import Lead, Rep
from solver.names import name_key
from solver.verify.recompute.filters.fields import Fields

_PARTS = (Op.CONTAINS, Op.STARTS, Op.ENDS)


class Evaluator:
    """Asks filters.

    Parameters
    ----------
    fields
        Reads fields.
    ranked
        The leads among which ``top`` ranks.
    """

    def __init__(self, fields: Fields, ranked: Sequence[Lead]) -> None:
        self._fields, self._ranked = fields, ranked
        self._least: dict[Top, float | None] = {}

    def matches(self, node: Node, lead: Lead | None, rep: Rep | None) -> bool:
        """Say whether a node holds."""
        if isinstance(node, Not):
            return not self.matches(node.part, lead, rep)
        if isinstance(node, And):
            return all(self.matches(part, lead, rep) for part in node.parts)
        if isinstance(node, Or):
            return any(self.matches(part, lead, rep) for part in node.parts)
        return self._leaf(node, lead, rep)

    def _leaf(self, leaf: Leaf, lead: Lead | None, rep: Rep | None) -> bool:
        if isinstance(leaf, Always):
            return leaf.value
        if isinstance(leaf, CompareFields):
            one, other = (_read_as(self._fields.held(ref, lead, rep), leaf.view)
                          for ref in (leaf.left, leaf.right))
            return any(_stands(a, leaf.op, b) for a in one for b in other)
        held = self._fields.held(leaf.ref, lead, rep)
        if isinstance(leaf, Blank):
            return not held
        if isinstance(leaf, Top):
            least = self._least_of(leaf)
            return least is not None and any(number >= least for number in _numbers(held))
        return any(_compares(value, leaf, literal) for value in held for literal in leaf.literals)

    def _least_of(self, leaf: Top) -> float | None:
        """Return the number of the last lead that is in the top; None where none is."""
        if leaf not in self._least:
            known = sorted((number for lead in self._ranked
                            for number in _numbers(self._fields.held(leaf.ref, lead, None))),
                           reverse=True)
            most = math.ceil(leaf.amount * len(known)) if leaf.is_share else int(leaf.amount)
            most = min(most, len(known))
            self._least[leaf] = known[most - 1] if most else None
        return self._least[leaf]


def _numbers(held: Sequence[str | float]) -> list[float]:
    return [float(number) for number in _read_as(held, Kind.NUMBER)]


def _compares(value: str | float, leaf: Compare, literal: Literal) -> bool:
    if isinstance(literal, str):
        fold = FOLDS[leaf.ref.kind]
        wanted = fold(literal if leaf.op in _PARTS else literal.strip())
        return isinstance(value, str) and _text_stands(fold(value), leaf.op, wanted)
    if not isinstance(value, str) and not isinstance(literal, Span):
        return _stands(value, leaf.op, float(literal))
    view = (Kind.FLAG if isinstance(literal, bool) else Kind.MOMENT if isinstance(literal, Span)
            else Kind.NUMBER)
    return any(_lies(read, leaf.op, literal) if isinstance(literal, Span)
               else _stands(read, leaf.op, float(literal)) for read in _read_as((value,), view))


def _text_stands(key: str, op: Op, wanted: str) -> bool:
    if op is Op.CONTAINS:
        return wanted in key
    if op is Op.STARTS:
        return key.startswith(wanted)
    if op is Op.ENDS:
        return key.endswith(wanted)
    if op is Op.HAS:
        return words_of(wanted) in words_of(key)
    return _stands(key, op, wanted)


def _lies(moment: str | float, op: Op, span: Span) -> bool:
    """Say whether an instant lies in a date or an instant, before or after it."""
    if isinstance(moment, str):
        return False
    before, after = moment < span.begin, moment >= span.end
    return {Op.EQ: not before and not after, Op.LT: before, Op.LE: not after, Op.GT: after,
            Op.GE: not before}[op]


def _stands(one: str | float, op: Op, other: str | float) -> bool:
    if isinstance(one, str) is not isinstance(other, str):
        return False
    if op is Op.EQ:
        return one == other
    if op is Op.LT:
        return one < other  # type: ignore[operator]
    if op is Op.LE:
        return one <= other  # type: ignore[operator]
    return one > other if op is Op.GT else one >= other  # type: ignore[operator]


def _read_as(held: Sequence[str | float], view: Kind) -> list[str | float]:
    """Return what a field holds, read as texts, numbers, flags or instants; what is none drops."""
    if view in FOLDS:
        return [FOLDS[view](value) for value in held if isinstance(value, str)]
    read = {Kind.NUMBER: read_number, Kind.FLAG: read_flag, Kind.MOMENT: read_moment}[view]
    found = [read(name_key(value)) if isinstance(value, str) else value for value in held]
    return [number if isinstance(number, int) and view is Kind.MOMENT else float(number)
            for number in found if number is not None]
