"""Which column of the file fills each canonical column; what is left is an attribute."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.models.issue import Issue, IssueCode
from solver.names import name_key
from solver.reading.columns import FILE_KINDS, FileKind
from solver.reading.mapping.rules import FieldRule
from solver.reading.parsing.table import Table


@dataclass
class Sources:
    """Headers by canonical column, and the headers that nothing consumes."""

    headers: dict[str, str] = field(default_factory=dict)
    attributes: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def find_sources(
    table: Table, kind: FileKind, rules: Mapping[str, FieldRule], demanded: Mapping[str, FieldRule]
) -> Sources:
    """Match the header of a file with the canonical columns.

    Parameters
    ----------
    table
        The file.
    kind
        What it holds.
    rules
        Rules by canonical column, from preset and mapping.
    demanded
        Rules of the mapping alone: a column that they name must be in the file.
    """
    sources = Sources()
    for name, rule in rules.items():
        header = next(filter(None, map(table.header, rule.column)), None)
        if header is not None:
            sources.headers[name] = header
        elif name in demanded and demanded[name].column:
            sources.issues.append(_absent(table, name, demanded[name].column))
    consumed = set(sources.headers.values())
    for name in FILE_KINDS[kind.use].columns:
        header = table.header(name)
        if header is None:
            continue
        fixed = name in rules and rules[name].constant is not None
        open_name = name in kind.columns and name not in sources.headers and not fixed
        if open_name and header not in consumed:
            sources.headers[name] = header
        consumed.add(header)  # a canonical name that a rule replaces is no attribute
    sources.attributes = sorted(header for header in table.columns if header not in consumed)
    sources.issues += _missing(table, kind, rules, sources)
    return sources


def _missing(
    table: Table, kind: FileKind, rules: Mapping[str, FieldRule], sources: Sources
) -> list[Issue]:
    if not table.columns:
        return []  # a file without a header has its own issue
    reported = {issue.column for issue in sources.issues}
    return [
        _absent(table, column.name, rules.get(column.name, FieldRule()).column)
        for column in kind.columns.values()
        if column.needed and column.name not in sources.headers and column.name not in reported
        and not _supplied(rules.get(column.name))
    ]


def _supplied(rule: FieldRule | None) -> bool:
    return rule is not None and (
        rule.constant is not None or rule.default is not None or bool(rule.defaults))


def _absent(table: Table, name: str, wanted: tuple[str, ...]) -> Issue:
    headers = {name_key(header): header for header in table.columns}
    close = next(
        (headers[found[0]] for key in map(name_key, (*wanted, name))
         if (found := difflib.get_close_matches(key, headers, n=1, cutoff=0.6))), None)
    hint = f"Maybe it is {close!r}: rename it" if close else "Add it"
    also = f" (as {' or '.join(map(repr, wanted))})" if wanted else ""
    return Issue(
        code=IssueCode.MISSING_COLUMN, file=table.file, row=1, column=name,
        rule=f"the column is missing{also}",
        remedy=f"{hint}, or give its name, a constant or a default in a mapping file")
