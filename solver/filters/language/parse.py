"""From the text of a filter to its tree, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.exceptions import UnexpectedInput

from solver.filters.language.build import Builder
from solver.filters.language.errors import FilterError, closest, quoted
from solver.filters.language.tree import About, Filter

#: Characters of a filter, and parentheses within each other, that are taken for meant.
_LONGEST, _DEEPEST = 20_000, 32
_COMPARISON = ("a comparison (=, !=, <, <=, >, >=, in, not in, between, contains, starts with, "
               "ends with, has, is blank)")
#: What the reader knows each token as, in the order in which messages list them.
_SPOKEN = {
    "NAME": "a field", "STRING": "a value (text in quotes, a number, a date, true or false)",
    "COMPARISON": _COMPARISON, "CONTAINS": _COMPARISON, "_IN": "in", "_TOP": "top",
    "_BLANK": "blank", "NOT": "not", "_WITH": "with", "NUMBER": "a number", "_AND": "and",
    "_OR": "or", "LPAR": "(", "COMMA": "a comma", "RPAR": ")", "DOT": "a dot", "$END": "the end",
}
_WORDS = {
    "_AND": "and", "_OR": "or", "NOT": "not", "_IN": "in", "_IS": "is", "_TOP": "top",
    "_BETWEEN": "between", "_BLANK": "blank", "CONTAINS": "contains", "STARTS": "starts with",
    "ENDS": "ends with", "HAS": "has", "_WITH": "with",
}
#: What other languages write, and what is written here.
_ELSEWHERE = {
    "like": 'contains "text", starts with "text"', "ilike": 'contains "text"',
    "includes": 'in ("a", "b")', "excludes": 'not in ("a", "b")', "equals": '= "text"',
    "begins": "starts with", "startswith": "starts with", "endswith": "ends with",
    "xor": "and, or and not", "known": "is not blank", "unknown": "is blank",
}
_SIGNS = {
    "&": "and", "|": "or", "!": "not", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
    "«": '"', "»": '"', "≤": "<=", "≥": ">=", "≠": "!=", ";": "a comma in lists",
    '"': 'a second " at the end of the text', "'": "a second ' at the end of the text",
    "`": "a second ` at the end of the name", "[": "a ] at the end of the name",
}


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = files(__package__).joinpath("filter.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer="basic", maybe_placeholders=False)


@lru_cache(maxsize=1024)
def parse_filter(text: str, about: About = About.LEAD, with_leads: bool = True) -> Filter:
    """Read a filter.

    Parameters
    ----------
    text
        As in ``country = "DE" and employees >= 50``.
    about
        The record that it is about: what a bare field name means.
    with_leads
        Whether a filter of reps may also name fields of the lead, as in
        ``country = lead.country``.

    Returns
    -------
    Filter
        The tree, frozen; equal texts give the same object.

    Raises
    ------
    FilterError
        If the text is no filter, with the place, what could stand there and a suggestion.
    """
    if len(text) > _LONGEST:
        raise FilterError(text, _LONGEST, f"a filter has at most {_LONGEST:,} characters; put long "
                          "lists into a column of the file")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    _check_depth(text, tree)
    return Filter(text, about, Builder(text, about, with_leads).build(tree))


def _check_depth(text: str, tree: Tree[Token]) -> None:
    layer, depth = [tree], 0
    while layer:
        depth += 1
        layer = [child for one in layer for child in one.children if isinstance(child, Tree)]
    # Each parenthesis brings at most two nodes on the way down: "or" in "and" in "not".
    if depth > 4 * _DEEPEST:
        raise FilterError(text, 0, f"parentheses may stand {_DEEPEST} deep; this goes deeper")


def _explained(text: str, error: UnexpectedInput) -> FilterError:
    if isinstance(error, UnexpectedCharacters):
        return _bad_character(text, error.pos_in_stream or 0)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _bad_token(text, error.token, error.accepts or error.expected)
    if not text.strip():
        return FilterError(text, 0, 'the filter is empty; write true for "all"', ("a field",))
    expected = error.expected if isinstance(error, UnexpectedToken | UnexpectedEOF) else ()
    return FilterError(text, len(text), "the filter ends too early", _spoken(expected))


def _bad_character(text: str, position: int) -> FilterError:
    sign = text[position]
    return FilterError(text, position, f"{sign!r} has no place here", (), _SIGNS.get(sign))


def _bad_token(text: str, token: Token, expected: Iterable[str]) -> FilterError:
    position, word, wanted = token.start_pos or 0, str(token), frozenset(expected)
    return FilterError(text, position, f"{quoted(word)} has no place here", _spoken(wanted),
                       _meant(text[:position], token.type, word, wanted))


def _meant(before: str, kind: str, word: str, wanted: frozenset[str]) -> str | None:
    """Return what was probably meant by a word that has no place."""
    if kind == "COMMA" and before.rstrip()[-1:].isdigit():
        return "a number without commas (1000 or 1k)"
    if kind == "STRING" and "LPAR" in wanted:
        return f"({word})"
    if kind == "NAME" and "STRING" in wanted:
        return ("= between two fields" if word.casefold() in ("lead", "rep", "account") else
                f'"{word}", in quotes')
    if kind == "_BLANK" and "STRING" in wanted:
        return "is not blank" if before.rstrip().endswith(("!=", "<>")) else "is blank"
    if kind in _WORDS and "NAME" in wanted:
        return f"`{word}`, in backticks, if a column has this name"
    near = [_WORDS[name] for name in _WORDS if name in wanted]
    return _ELSEWHERE.get(word.casefold()) or (closest(word, near) if kind == "NAME" else None)


def _spoken(expected: Iterable[str]) -> tuple[str, ...]:
    wanted = set(expected)
    if "COMPARISON" in wanted:
        return (_COMPARISON,)
    if "STRING" in wanted:
        wanted.discard("NUMBER")
    return tuple(dict.fromkeys(said for name, said in _SPOKEN.items() if name in wanted))
