"""Scenarios from a file or a text, YAML or JSON: what is none is named with its place."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from pathlib import Path as FilePath
from typing import Any, get_args

from pydantic import BaseModel, JsonValue

from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode, Window
from solver.models.base import Record, Text
from solver.reading.parsing.source import read_files
from solver.reading.parsing.strict_yaml import (
    MAX_YAML_BYTES,
    Document,
    Path,
    parse_yaml,
    plain_document,
)
from solver.reading.validation import validate
from solver.scenarios.checking import misfits
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.found import close_to, did_you_mean
from solver.scenarios.present import Present

#: Name of scenarios that are given as text, in messages.
_FILE = "scenarios"
#: A number in brackets, or a key, of the place of an issue.
_KEYS = re.compile(r"\[(\d+)\]|([^.\[]+)")
_PLACE = re.compile(r"^(?:scenarios\.)?(\d+)(?:\.edits\.(\d+))?(?=\.|$)")
_WRITE_SCENARIOS = "Write a list of entries with name and edits"
#: Kind of edit to its model.
EDITS: dict[str, type[BaseModel]] = {
    model.model_fields["edit"].default: model for model in get_args(get_args(Edit)[0])}


class _Head(Record):
    """A scenario whose edits have not been looked at."""

    name: Text
    note: Text | None = None
    edits: tuple[dict[str, JsonValue], ...]


def read_scenarios(source: str | os.PathLike[str], window: Window | None = None
                   ) -> tuple[Scenario, ...]:
    """Read scenarios: a list, alone or under ``scenarios``.

    Parameters
    ----------
    source
        A file, or the text itself: a text of several lines, or one that begins with a brace or a
        bracket, is no name of a file.
    window
        The window that they must fit, as :func:`solver.scenarios.check_scenarios` says; what does
        not is named with its row, beside what is not written as scenarios are. None: whether they
        fit is not looked at.

    Returns
    -------
    tuple
        The scenarios in their order.

    Raises
    ------
    UsageError
        If the file cannot be read.
    InvalidInputError
        If they are not written as scenarios are, or do not fit the window; every misfit is an
        issue with its place. A scenario that is not well written is not held against the window.
    """
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith(("{", "["))):
        data, file = source.encode(errors="surrogatepass"), _FILE
    else:
        file = FilePath(source).name
        data = read_files({"scenarios": os.fspath(source)})["scenarios"]
    document, issues = _parse(data, file)
    if document is not None and not issues:
        scenarios, issues = scenarios_in(document, window)
        if not issues:
            return scenarios
    raise InvalidInputError(issues)


def scenarios_in(document: Document, window: Window | None = None
                 ) -> tuple[tuple[Scenario, ...], list[Issue]]:
    """Return the scenarios of a document; none of them where there are issues.

    Parameters
    ----------
    document
        A list of scenarios, or a mapping with one under ``scenarios``.
    window
        As for :func:`read_scenarios`.
    """
    document = Document(document.file, _with_dates_as_text(document, document.data, ()),
                        document.places)
    base, rows, issues = _rows(document)
    found: dict[int, Scenario] = {}
    by_row: list[tuple[int, Issue]] = []
    for at, row in enumerate(rows):
        scenario, wrong = _scenario(document, (*base, at))
        name = row.get("name") if isinstance(row, dict) else None
        by_row += [(at, _placed(issue, name)) for issue in wrong]
        found |= {} if scenario is None else {at: scenario}
    if window is not None and found:
        by_row += [_with_row(document, base, issue)
                   for issue in misfits(Present(window), found, document.file)]
    issues += [issue for _, issue in sorted(by_row, key=itemgetter(0))]
    return (() if issues else tuple(found.values())), issues


def _with_row(document: Document, base: Path, issue: Issue) -> tuple[int, Issue]:
    """Return the position of the scenario that an issue is of, and the issue with its row."""
    _, *keys = _KEYS.findall(issue.column or "")
    path = (*base, *(int(number) if number else key for number, key in keys))
    _, place = document.place(path)
    return int(path[len(base)]), issue.model_copy(
        update={"row": None if place is None else place.line})


def _parse(data: bytes, file: str) -> tuple[Document | None, list[Issue]]:
    """Read JSON as JSON; whatever is none as YAML, which says what is wrong and where."""
    if data.lstrip()[:1] in (b"{", b"[") and len(data) <= MAX_YAML_BYTES:
        try:
            return plain_document(file, json.loads(
                data, object_pairs_hook=_each_once, parse_constant=_refuse)), []
        except (ValueError, RecursionError):
            pass
    return parse_yaml(data, file)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def _with_dates_as_text(document: Document, value: object, path: Path) -> object:
    """Return plain data in which what YAML reads as a date is text, as it was written."""
    if isinstance(value, dict):
        return {key: _with_dates_as_text(document, inner, (*path, key))
                for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_dates_as_text(document, inner, (*path, at))
                for at, inner in enumerate(value)]
    return document.places[path].text if isinstance(value, date) else value


def _rows(document: Document) -> tuple[Path, list[object], list[Issue]]:
    """Return the path to the list of scenarios, the list, and what is wrong around it."""
    data = document.data
    base: Path = ("scenarios",) if isinstance(data, dict) and "scenarios" in data else ()
    rows = data["scenarios"] if isinstance(data, dict) and base else data
    others = [key for key in data if key != "scenarios" and (base or close_to(
        str(key), ["scenarios"]))] if isinstance(data, dict) else []
    issues = [document.issue(IssueCode.UNKNOWN_KEY, (key,), f"there is no key {key!r} here",
                             did_you_mean(str(key), ["scenarios"])) for key in others]
    if isinstance(rows, list) and rows:
        return base, rows, issues
    if isinstance(rows, list):
        issues.append(document.issue(IssueCode.BAD_SCENARIO, base, "the list of scenarios is empty",
                                     _WRITE_SCENARIOS))
    elif base or not issues:
        issues.append(document.issue(
            IssueCode.BAD_SCENARIO, base, "scenarios are a list, alone or under the key "
            "'scenarios'", _WRITE_SCENARIOS))
    return base, [], issues


def _scenario(document: Document, base: Path) -> tuple[Scenario | None, list[Issue]]:
    head, issues = validate(_Head, document, IssueCode.BAD_SCENARIO, base)
    if head is None:
        return None, issues
    edits: list[Any] = []
    for at, raw in enumerate(head.edits):
        edit, misfits = _edit(document, raw, (*base, "edits", at))
        issues += misfits
        edits += () if edit is None else (edit,)
    if issues:
        return None, issues
    return Scenario(name=head.name, note=head.note, edits=tuple(edits)), []


def _edit(document: Document, raw: dict[str, JsonValue], path: Path
          ) -> tuple[BaseModel | None, list[Issue]]:
    kind = raw.get("edit")
    model = EDITS.get(kind) if isinstance(kind, str) else None
    if model is not None:
        return validate(model, document, IssueCode.BAD_SCENARIO, path)
    if kind is None:
        return None, [document.issue(
            IssueCode.BAD_SCENARIO, path, "an edit says under 'edit' of which kind it is",
            f"Write edit: with one of {_listed(EDITS)}")]
    return None, [document.issue(
        IssueCode.BAD_SCENARIO, (*path, "edit"), f"there is no edit {str(kind)!r}",
        did_you_mean(str(kind), EDITS) if isinstance(kind, str)
        else f"Use one of: {_listed(EDITS)}")]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _placed(issue: Issue, name: object) -> Issue:
    """Return an issue with its place as ``scenarios[2].edits[0].key``, and the scenario's name."""
    def bracketed(found: re.Match[str]) -> str:
        edit = "" if found[2] is None else f".edits[{found[2]}]"
        return f"scenarios[{found[1]}]{edit}"
    column = None if issue.column is None else _PLACE.sub(bracketed, issue.column)
    return issue.model_copy(update={"column": column,
                                    "record_id": name if isinstance(name, str) else None})
