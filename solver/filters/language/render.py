"""From the tree of a filter back to text that reads as the same tree."""

from __future__ import annotations

from solver.filters.language.naming import spell
from solver.filters.language.tree import (
    About,
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Filter,
    Leaf,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Span,
    Top,
)


def render(parsed: Filter | Node, about: About | None = None) -> str:
    """Return a filter, or a part of its tree, as text.

    Parameters
    ----------
    parsed
        A filter or a node.
    about
        The record whose fields stand without a prefix; None: that of the filter, or none.
    """
    if isinstance(parsed, Filter):
        return _render(parsed.root, parsed.about if about is None else about)
    return _render(parsed, about)


def _render(node: Node, about: About | None) -> str:
    if isinstance(node, Or):
        return " or ".join(_inside(part, about, (And, Or)) for part in node.parts)
    if isinstance(node, And):
        return " and ".join(_inside(part, about, (And, Or)) for part in node.parts)
    if isinstance(node, Not):
        if isinstance(node.part, And | Or | Not):
            return f"not ({_render(node.part, about)})"
        return _leaf(node.part, about, negated=True)
    return _leaf(node, about, negated=False)


def _inside(node: Node, about: About | None, wrapped: tuple[type, ...]) -> str:
    text = _render(node, about)
    return f"({text})" if isinstance(node, wrapped) else text


def _leaf(leaf: Leaf, about: About | None, negated: bool) -> str:
    no = "not " if negated else ""
    if isinstance(leaf, Always):
        return f"{no}{str(leaf.value).lower()}"
    if isinstance(leaf, Blank):
        return f"{spell(leaf.ref, about)} is {no}blank"
    if isinstance(leaf, Top):
        amount = (f"{_number(float(leaf.amount * 100))} %" if leaf.is_share else str(leaf.amount))
        return f"{spell(leaf.ref, about)} {no}in top {amount}"
    if isinstance(leaf, CompareFields):
        sign = "!=" if negated and leaf.op is Op.EQ else leaf.op.value
        right = spell(leaf.right, None if leaf.right.is_attribute else about)
        text = f"{spell(leaf.left, about)} {sign} {right}"
        return f"not {text}" if negated and leaf.op is not Op.EQ else text
    return _compare(leaf, about, negated)


def _compare(leaf: Compare, about: About | None, negated: bool) -> str:
    name, values = spell(leaf.ref, about), ", ".join(map(_literal, leaf.literals))
    no = "not " if negated else ""
    if leaf.op is Op.EQ:
        if len(leaf.literals) > 1:
            return f"{name} {no}in ({values})"
        return f"{name} {'!=' if negated else '='} {values}"
    if leaf.op.value.isalpha() or " " in leaf.op.value:
        listed = f"({values})" if len(leaf.literals) > 1 else values
        return f"{name} {no}{leaf.op.value} {listed}"
    return f"{no}{name} {leaf.op.value} {values}"


def _literal(literal: Literal) -> str:
    if isinstance(literal, bool):
        return str(literal).lower()
    if isinstance(literal, str):
        return f'"{literal.replace(chr(34), chr(34) * 2)}"'
    return literal.text if isinstance(literal, Span) else _number(literal)


def _number(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
