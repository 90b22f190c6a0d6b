"""One rule of a mapping against what its column holds."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from solver.models.issue import Issue, IssueCode
from solver.reading.columns import LISTS, NUMERIC, Column, FileKind, Kind
from solver.reading.mapping.cell_reader import read_scalar
from solver.reading.mapping.rules import FieldRule, Scalar
from solver.reading.model_errors import value_problem
from solver.reading.parsing.cells import CellError
from solver.reading.parsing.strict_yaml import Document, Path
from solver.reading.parsing.times import date_form_problem
from solver.reading.validation import did_you_mean

#: Keys of a rule that make sense for some kinds of column only.
_ONLY_FOR = {
    "multiply": (NUMERIC, "numbers"),
    "remove": (NUMERIC, "numbers"),
    "date_formats": (frozenset({Kind.INSTANT}), "instants"),
    "separator": (LISTS, "lists"),
}
_COMPARABLE = LISTS | {Kind.TEXT}


def check_rule(
    kind: FileKind, name: str, rule: FieldRule, document: Document, timezone: ZoneInfo | None
) -> list[Issue]:
    """Return what is wrong with the rule of one canonical column."""
    column = kind.columns[name]
    path: Path = (kind.use, name)
    issues = [document.issue(IssueCode.BAD_MAPPING, (*path, *where), what, remedy)
              for where, what, remedy in _misuses(kind, column, rule)]
    for where, scalar in _scalars(rule):
        if problem := _scalar_problem(kind, column, scalar, timezone):
            code, what, remedy = problem
            issues.append(document.issue(code, (*path, *where), what, remedy))
    return issues


def _misuses(
    kind: FileKind, column: Column, rule: FieldRule
) -> Iterator[tuple[Path, str, str]]:
    """Yield where, what is wrong and the remedy."""
    if rule.constant is not None and (rule.column or rule.default is not None or rule.defaults):
        yield (), "a constant leaves nothing for a column or a default", "Keep one of them"
    supplied = {"constant", "default", "defaults"} & rule.model_fields_set
    if column.name == kind.id_column and supplied:
        yield (), f"{column.name} must come from the file", "Name its column"
    for key, (kinds, what) in _ONLY_FOR.items():
        if key in rule.model_fields_set and column.kind not in kinds:
            yield (key,), f"{key} is for {what}, and {column.name} holds none", "Take it out"
    for i, form in enumerate(rule.date_formats if column.kind is Kind.INSTANT else ()):
        if problem := date_form_problem(form):
            yield ("date_formats", i), problem, "Write a form such as %m/%d/%Y %I:%M %p"
    yield from _segment_misuses(kind, rule)


def _segment_misuses(kind: FileKind, rule: FieldRule) -> Iterator[tuple[Path, str, str]]:
    for i, segment in enumerate(rule.defaults):
        for other in segment.when:
            where = ("defaults", i, "when", other)
            if other not in kind.columns:
                yield (where, f"there is no canonical column {other!r} of {kind.use}",
                       did_you_mean(other, kind.columns))
            elif kind.columns[other].kind not in _COMPARABLE:
                yield (where, f"{other} holds neither text nor a list of names",
                       "Use a column that does")


def _scalars(rule: FieldRule) -> Iterator[tuple[Path, Scalar]]:
    for key in ("constant", "default"):
        scalar = getattr(rule, key)
        if scalar is not None:
            yield (key,), scalar
    for i, segment in enumerate(rule.defaults):
        yield ("defaults", i, "value"), segment.value
    for old, new in rule.values.items():
        yield ("values", old), new


def _scalar_problem(
    kind: FileKind, column: Column, scalar: Scalar, timezone: ZoneInfo | None
) -> tuple[IssueCode, str, str] | None:
    try:
        value = read_scalar(column, scalar, timezone)
    except CellError as error:
        return error.code, error.rule, error.remedy
    if value is None:
        return None
    rule = value_problem(kind, column.name, value)
    return None if rule is None else (IssueCode.OUT_OF_RANGE, rule, column.remedy)
