"""Which comparisons make sense for what a field holds."""

from __future__ import annotations

from solver.filters.language.errors import Place
from solver.filters.language.fields import FieldRef, Kind
from solver.filters.language.naming import spell
from solver.filters.language.tree import ORDERS, TEXT_TESTS, Literal, Op, Span
from solver.filters.language.values import FOLDS, read_number, read_span, words_of

_TEXTS = frozenset({Kind.TEXT, Kind.ID, Kind.POSTAL})
_HOLDS = {Kind.TEXT: "text", Kind.ID: "an id, which is text", Kind.POSTAL: "text",
          Kind.NUMBER: "a number", Kind.MOMENT: "an instant", Kind.FLAG: "true or false",
          Kind.ATTRIBUTE: "text"}
_LIKE = {Kind.NUMBER: "50, without quotes", Kind.MOMENT: "2026-01-31", Kind.FLAG: "true"}


def fit_literal(ref: FieldRef, op: Op, literal: Literal, place: Place) -> Literal:
    """Return a literal as a field compares with it.

    Parameters
    ----------
    ref
        The field.
    op
        The comparison.
    literal
        What it is compared with.
    place
        Where the literal stands, for messages.

    Raises
    ------
    FilterError
        If the field holds something else, or the comparison makes no sense for it.
    """
    kind = ref.kind
    _check_op(ref, op, place)
    if isinstance(literal, str):
        _check_text(kind, op, literal, place)
    if kind in _TEXTS and not isinstance(literal, str):
        shown = literal.text if isinstance(literal, Span) else f"{literal:g}"
        raise place.error(f"{spell(ref)} holds {_HOLDS[kind]}; text stands in quotes",
                          f'"{shown}"')
    if op in TEXT_TESTS and not isinstance(literal, str):
        raise place.error(f"{op.value} looks for text, which stands in quotes")
    if isinstance(literal, bool) and op is not Op.EQ:
        raise place.error("true and false have no order; compare them with = or !=")
    if kind is Kind.ATTRIBUTE:
        return _fit_attribute(op, literal, place)
    if kind is Kind.MOMENT and isinstance(literal, str):
        literal = read_span(literal) or literal
    if not _fits(kind, literal):
        raise place.error(f"{spell(ref)} holds {_HOLDS[kind]}, as in {_LIKE[kind]}")
    return literal


def _fits(kind: Kind, literal: Literal) -> bool:
    if kind is Kind.NUMBER:
        return isinstance(literal, float)
    if kind is Kind.MOMENT:
        return isinstance(literal, Span)
    return isinstance(literal, bool) if kind is Kind.FLAG else isinstance(literal, str)


def _check_op(ref: FieldRef, op: Op, place: Place) -> None:
    kind, many = ref.kind, ref.field.many
    if op in TEXT_TESTS and kind not in (*_TEXTS, Kind.ATTRIBUTE):
        raise place.error(f"{spell(ref)} holds {_HOLDS[kind]}, in which {op.value} finds nothing; "
                          "compare it with =" + ("" if kind is Kind.FLAG else ", < or >"))
    if op in ORDERS and (many or kind is Kind.FLAG):
        what = "a list" if many else _HOLDS[kind]
        raise place.error(f"{spell(ref)} holds {what}, which has no order; compare it with = or in")


def _check_text(kind: Kind, op: Op, literal: str, place: Place) -> None:
    fold = FOLDS.get(kind, FOLDS[Kind.TEXT])
    if not literal.strip() or not fold(literal):
        raise place.error("the text is blank; nothing compares with it", "is blank")
    if op is Op.HAS and not words_of(fold(literal)).strip():
        raise place.error(f"{literal!r} has no word to look for", "contains")


def _fit_attribute(op: Op, literal: Literal, place: Place) -> Literal:
    if op not in ORDERS or not isinstance(literal, str):
        return literal
    if read_number(literal.strip().casefold()) is not None:
        raise place.error("text has the order of its characters, in which 9 comes after 10; write "
                          "numbers without quotes", literal.strip())
    return read_span(literal.strip()) or literal


def common_view(left: FieldRef, op: Op, right: FieldRef, place: Place) -> Kind:
    """Return what two fields are read as to be compared with each other.

    Parameters
    ----------
    left
        One field.
    op
        The comparison.
    right
        The other field.
    place
        Where the second stands, for messages.

    Raises
    ------
    FilterError
        If they hold different things, or have no order.
    """
    if op in TEXT_TESTS:
        raise place.error(f"{op.value} looks for text in quotes; two fields are compared with =, "
                          "where any member of a list may match", f"{spell(left)} = {spell(right)}")
    kinds = {left.kind, right.kind} - {Kind.ATTRIBUTE}
    if op in ORDERS:
        _check_op(left, op, place)
        _check_op(right, op, place)
        if kinds & _TEXTS:
            raise place.error(f"{op.value} between two fields needs numbers or instants")
    if not kinds:
        return Kind.NUMBER if op in ORDERS else Kind.TEXT
    if kinds <= _TEXTS:
        return min(kinds, key=(Kind.ID, Kind.POSTAL, Kind.TEXT).index)
    if len(kinds) > 1:
        raise place.error(f"{spell(left)} holds {_HOLDS[left.kind]} and {spell(right)} "
                          f"{_HOLDS[right.kind]}; they cannot be compared")
    return kinds.pop()
