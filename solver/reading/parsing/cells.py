"""One cell of text to one value: numbers, flags, lists, weights."""

from __future__ import annotations

import re
from collections.abc import Callable

from solver.models.issue import IssueCode
from solver.names import name_key

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"([+-]?)0*(\d+?)(?:\.0*)?", re.ASCII)
_MOST_DIGITS = 18
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Convert = Callable[[str], str]


class CellError(Exception):
    """A cell that cannot be read; the place is added by who knows it.

    Parameters
    ----------
    code
        Kind of the problem.
    rule
        What must hold.
    remedy
        What to do.
    """

    def __init__(self, code: IssueCode, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.code, self.rule, self.remedy = code, rule, remedy


def parse_number(text: str) -> float:
    """Return a decimal number; no thousands separators, no currency, no NaN, no infinity."""
    if _NUMBER.fullmatch(text) is None:
        raise CellError(IssueCode.NOT_A_NUMBER, "must be a decimal number such as 1250.5",
                        "Write it without separators and signs of currency, or name them under "
                        "remove in a mapping")
    return float(text) + 0.0  # no negative zero


def parse_whole(text: str) -> int:
    """Return a whole number; ``10.0`` is 10."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        code = IssueCode.NOT_AN_INTEGER if _NUMBER.fullmatch(text) else IssueCode.NOT_A_NUMBER
        raise CellError(code, "must be a whole number", "Write it in digits alone, such as 10")
    if len(match[2]) > _MOST_DIGITS:
        raise CellError(IssueCode.OUT_OF_RANGE, f"must not have more than {_MOST_DIGITS} digits",
                        "Correct the number")
    return int(match[1] + match[2])


def parse_flag(text: str) -> bool:
    """Return true/yes/1 or false/no/0, in any case, as a flag."""
    flag = _FLAGS.get(text.casefold())
    if flag is None:
        raise CellError(IssueCode.NOT_A_FLAG, "must be true or false (or yes, no, 1, 0)",
                        "Write true or false, or convert it under values in a mapping")
    return flag


def split_items(text: str, separator: str = ";") -> list[str]:
    """Return the trimmed items of a list; empty ones are skipped."""
    return [item for part in text.split(separator) if (item := part.strip())]


def parse_names(text: str, convert: Convert = str, separator: str = ";") -> tuple[str, ...]:
    """Return the names of a list; each may stand there once, in any case."""
    return _distinct(text, convert, separator, name_key)


def parse_ids(text: str, convert: Convert = str, separator: str = ";") -> tuple[str, ...]:
    """Return the ids of a list, exact; each may stand there once."""
    return _distinct(text, convert, separator, str)


def parse_items(text: str, convert: Convert = str, separator: str = ";") -> tuple[str, ...]:
    """Return the items of a list as they stand."""
    return tuple(filter(None, map(convert, split_items(text, separator))))


def parse_weights(text: str, convert: Convert = str, separator: str = ";") -> dict[str, float]:
    """Return name to number from ``name:0.8;other:0.5``; a bare name has 1.

    A name may hold a colon itself: the last one separates.
    """
    weights: dict[str, float] = {}
    seen: dict[str, str] = {}
    for item in split_items(text, separator):
        name, colon, number = item.rpartition(":")
        name, number = (name.strip(), number.strip()) if colon else (item, "1")
        if not name or _NUMBER.fullmatch(number) is None:
            raise CellError(IssueCode.BAD_LIST,
                            f"{item[:80]!r} must be a name and a number, as in name:0.8",
                            "Write name:number, several separated by semicolons")
        name = convert(name)
        if not name:
            continue
        _note(seen, name, name_key(name))
        weights[name] = float(number) + 0.0
    return weights


def _distinct(
    text: str, convert: Convert, separator: str, key: Callable[[str], str]
) -> tuple[str, ...]:
    items = parse_items(text, convert, separator)
    seen: dict[str, str] = {}
    for item in items:
        _note(seen, item, key(item))
    return items


def _note(seen: dict[str, str], name: str, key: str) -> None:
    if key in seen:
        also = "" if seen[key] == name else f" (also as {seen[key][:80]!r})"
        raise CellError(IssueCode.NAME_TWICE, f"{name[:80]!r} stands twice in the cell{also}",
                        "Leave one of them out")
    seen[key] = name
