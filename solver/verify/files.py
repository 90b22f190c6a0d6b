"""The files of a plan against each other: the CSV files say what plan.json says."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from pydantic import ValidationError

from solver.models import Plan, Window
from solver.plan_files import LEDGER_FILE, PLAN_FILES, parse_plan, render_plan
from solver.verify.check import Check, Faults
from solver.verify.plan import unchecked, verify_plan

_PLAN_JSON = "plan.json"
_NAME = "files say the same"


def verify_files(files: Mapping[str, bytes], window: Window) -> tuple[Check, ...]:
    """Check the files of a plan against each other and against the window.

    Parameters
    ----------
    files
        Name to bytes of every file in the plan's folder.
    window
        The inputs, read with the plan's own instant and policy.

    Returns
    -------
    tuple[Check, ...]
        Those of :func:`verify_plan`, then the files.
    """
    faults = Faults()
    plan = _read_plan(files.get(_PLAN_JSON), faults)
    rendered = {} if plan is None else render_plan(plan)
    _check_names(files, [*rendered] or [*PLAN_FILES], faults)
    if plan is None:
        checks = unchecked(f"{_PLAN_JSON} cannot be read")
    else:
        _compare_files(files, rendered, faults)
        checks = verify_plan(window, plan)
    return (*checks, faults.check(None, _NAME, f"{', '.join(rendered)} hold the same plan"))


def _check_names(files: Mapping[str, bytes], expected: Sequence[str], faults: Faults) -> None:
    for name in expected:
        if name not in files:
            faults.add(f"{name} is missing")
    for name in sorted(files.keys() - {*expected, LEDGER_FILE}):
        faults.add(f"{name} is no file of a plan")


def _read_plan(data: bytes | None, faults: Faults) -> Plan | None:
    if data is None:
        return None
    try:
        return parse_plan(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        faults.add(f"{_PLAN_JSON}{', ' if where else ''}{where}: {first['msg']}")
        return None


def _compare_files(files: Mapping[str, bytes], rendered: Mapping[str, bytes],
                   faults: Faults) -> None:
    for name, expected in rendered.items():
        found = files.get(name)
        if found is None or found == expected:
            continue
        if name == _PLAN_JSON:
            _compare_json(found, expected, faults)
        else:
            _compare_csv(name, found, expected, faults)


def _compare_json(found: bytes, expected: bytes, faults: Faults) -> None:
    """Compare as values: spaces may differ, a key twice or a number as text may not."""
    try:
        document = json.loads(found, object_pairs_hook=_unique_keys)
    except ValueError as error:
        faults.add(f"{_PLAN_JSON}: {error}")
        return
    right = dict(_leaves(json.loads(expected), ""))
    leaves = dict(_leaves(document, ""))
    for place in sorted(leaves.keys() | right.keys()):
        if leaves.get(place) != right.get(place):
            faults.add(f"{_PLAN_JSON}{place} is {leaves.get(place, 'missing')}; as a plan it is "
                       f"{right.get(place, 'no value')}")


def _leaves(document: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the JSON text of every value that holds no others."""
    if isinstance(document, dict) and document:
        for key, value in document.items():
            yield from _leaves(value, f"{place}/{key}")
    elif isinstance(document, list) and document:
        for position, value in enumerate(document):
            yield from _leaves(value, f"{place}/{position}")
    else:
        yield place, json.dumps(document)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"key {twice!r} stands twice in one object")
    return document


def _compare_csv(name: str, found: bytes, expected: bytes, faults: Faults) -> None:
    try:
        rows, right = _rows(found), _rows(expected)
    except (UnicodeDecodeError, csv.Error) as error:
        faults.add(f"{name}: {error}")
        return
    header = right[0]
    for number, (row, right_row) in enumerate(zip_longest(rows, right), start=1):
        if row is None:
            faults.add(f"{name} row {number} is missing: {_shown(right_row)} in {_PLAN_JSON}")
        elif right_row is None:
            faults.add(f"{name} row {number} is not in {_PLAN_JSON}: {_shown(row)}")
        elif row != right_row:
            _compare_cells(f"{name} row {number}", header, row, right_row, faults)


def _compare_cells(place: str, header: list[str], row: list[str], right: list[str],
                   faults: Faults) -> None:
    if len(row) != len(right):
        faults.add(f"{place} has {len(row)} cells, not {len(right)}")
        return
    for column, cell, right_cell in zip(header, row, right, strict=True):
        if cell != right_cell:
            faults.add(f"{place} column {column}: {cell!r}, but {right_cell!r} in {_PLAN_JSON}")


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def _shown(row: list[str]) -> str:
    return repr(",".join(row[:2]))
