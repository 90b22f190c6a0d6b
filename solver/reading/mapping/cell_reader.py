"""How one column's cells are read, under the rule that a mapping gives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from solver.models.issue import IssueCode
from solver.names import name_key
from solver.reading.columns import LISTS, Column, Kind
from solver.reading.mapping.rules import FieldRule, Scalar
from solver.reading.parsing.cells import (
    CellError,
    parse_flag,
    parse_ids,
    parse_items,
    parse_names,
    parse_number,
    parse_weights,
    parse_whole,
)
from solver.reading.parsing.times import parse_instant

Value = str | float | int | bool | datetime | tuple[str, ...] | dict[str, float]
Read = Callable[[str], Value | None]

_LONGEST_RULE = 300
_LIST_PARSERS: dict[Kind, Callable[..., Value]] = {
    Kind.NAMES: parse_names,
    Kind.IDS: parse_ids,
    Kind.ITEMS: parse_items,
    Kind.WEIGHTS: parse_weights,
}


def cell_reader(column: Column, rule: FieldRule, timezone: ZoneInfo | None) -> Read:
    """Return the function from a cell's text to its value; None is blank.

    The function raises :class:`CellError` for a text that the column does not take.
    """
    if column.kind in LISTS:
        return _list_reader(column, rule)
    read = _plain_reader(column, rule, timezone)
    if not rule.values:
        return read
    canonical = _plain_reader(column, FieldRule(), timezone)
    values = {name_key(old): scalar_text(new) for old, new in rule.values.items()}

    def read_converted(text: str) -> Value | None:
        new = values.get(name_key(text))
        if new is None:
            return read(text)
        return canonical(new) if new else None

    return read_converted


def read_scalar(column: Column, scalar: Scalar, timezone: ZoneInfo | None) -> Value | None:
    """Return the value of a constant, a default or a converted value.

    Raises
    ------
    CellError
        The column does not take it; NEEDS_QUOTES where YAML did not read it as text.
    """
    allowed = {Kind.NUMBER: int | float, Kind.WHOLE: int | float, Kind.FLAG: bool}
    unquoted = not isinstance(scalar, str)
    is_flag = isinstance(scalar, bool)
    takes = allowed.get(column.kind)
    if unquoted and (takes is None or not isinstance(scalar, takes)
                     or is_flag != (column.kind is Kind.FLAG)):
        kind = "a boolean" if is_flag else "a number"
        raise CellError(IssueCode.NEEDS_QUOTES, f"YAML reads this as {kind}, and "
                        f"{column.name} does not hold one", "Put it in quotes")
    text = scalar_text(scalar)
    return cell_reader(column, FieldRule(), timezone)(text) if text else None


def scalar_text(scalar: Scalar) -> str:
    """Return a YAML scalar as the text of a cell."""
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar).strip()


def _plain_reader(column: Column, rule: FieldRule, timezone: ZoneInfo | None) -> Read:
    if column.kind is Kind.INSTANT:
        return lambda text: parse_instant(text, rule.date_formats, timezone)
    if column.kind is Kind.FLAG:
        return parse_flag
    if column.kind is Kind.TEXT:
        return lambda text: _checked(column, text)
    return _number_reader(column, rule)


def _number_reader(column: Column, rule: FieldRule) -> Read:
    drop = str.maketrans("", "", rule.remove)
    whole = column.kind is Kind.WHOLE

    def read(text: str) -> Value | None:
        text = text.translate(drop).strip()
        if not text:
            return None
        if rule.multiply is None:
            return parse_whole(text) if whole else parse_number(text)
        product = parse_number(text) * rule.multiply
        return parse_whole(f"{product:.6f}") if whole else product

    return read


def _list_reader(column: Column, rule: FieldRule) -> Read:
    values = {name_key(old): scalar_text(new) for old, new in rule.values.items()}
    parse = _LIST_PARSERS[column.kind]

    def convert(item: str) -> str:
        new = values.get(name_key(item), item)
        return _checked(column, new) if new else new

    return lambda text: parse(text, convert, rule.separator) or None


def _checked(column: Column, text: str) -> str:
    if column.grammar is None:
        return text
    try:
        return column.grammar(text)
    except ValueError as error:
        rule = str(error).rstrip(".")
        shown = rule if len(rule) <= _LONGEST_RULE else f"{rule[:_LONGEST_RULE]}..."
        raise CellError(column.grammar_code, shown, column.remedy) from None
