"""A plan of a realistic window, solved, written, and then tampered with in its files."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest

from solver.generate import generate_window
from solver.models import Engine, Plan, Window
from solver.plan_files import PLAN_FILES, render_plan
from solver.solving import compare, solve
from solver.verify import Check, verify_files, verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
Path = tuple[str | int, ...]
#: What no recomputation can know, or may be as well another: prose, versions, the floors that were
#: given, the example among several.
FREE = {"engine_reason", "versions", "detail", "floor", "reasons/rep_id", "why"}
#: ``loss`` is the optimum's: a plan that is not optimal has no paths to recompute it from.
FREE_BELOW_OPTIMUM = {*FREE, "loss"}


@lru_cache
def _window(num_leads: int = 60, num_reps: int = 8) -> Window:
    return generate_window(num_leads, num_reps, 3, AT)


@lru_cache
def _plan() -> Plan:
    return solve(_window())


def _files() -> dict[str, bytes]:
    return render_plan(_plan())


def _faults(checks: tuple[Check, ...]) -> list[str]:
    return [fault for check in checks for fault in check.faults]


def _verify_json(document: object, **rewritten: bytes) -> tuple[Check, ...]:
    """Verify tampered JSON beside CSV files that were rewritten to say the same."""
    plan = Plan.model_validate_json(json.dumps(document))
    return verify_files({**render_plan(plan), **rewritten}, _window())


def _document() -> Any:
    return json.loads(_files()["plan.json"])


def test_an_honest_plan_passes_in_memory_and_in_files() -> None:
    """Every check passes, and the files add one check to those of the plan."""
    checks = verify_files(_files(), _window())
    assert _faults(checks) == []
    assert all(check.passed and check.detail for check in checks)
    assert checks[:-1] == verify_plan(_window(), _plan())


def test_floors_and_baselines_pass_the_same_checker() -> None:
    """Plans with floors, and every baseline beside them, keep all invariants."""
    floors = {rep.rep_id: 50_000 * (n % 3) for n, rep in enumerate(_window().reps)}
    best, baselines = compare(_window(), floors=floors)
    for plan in (best, *baselines.values()):
        assert _faults(verify_plan(_window(), plan)) == [], plan.engine


def test_one_owner_changed_fails() -> None:
    """Another rep as owner breaks eligibility, capacity or the figures."""
    document = _document()
    first = document["assignments"][0]
    first["rep_id"] = next(s["rep_id"] for s in document["slots"]
                           if s["rep_id"] != first["rep_id"])
    assert _faults(_verify_json(document))


def test_one_price_changed_fails() -> None:
    """A price and its gain raised by one minor unit, and the net values with them, fail."""
    document = _document()
    slot = next(s for s in document["slots"] if s["assigned"])
    slot["price"] += 1
    slot["gain"] += 1
    for row in document["assignments"]:
        for facts in (row, *row["runners_up"]):
            if facts["rep_id"] == slot["rep_id"]:
                facts["price"] += 1
                facts["net_value"] -= 1
    assert any(f"rep {slot['rep_id']!r}: gain is" in fault
               for fault in _faults(_verify_json(document)))


def test_one_capacity_exceeded_fails() -> None:
    """A rep who owns one lead more than its slots is named with both numbers."""
    document = _document()
    full = next(s for s in document["slots"] if s["assigned"] == s["free_slots"] > 0)
    moved = next(a for a in document["assignments"] if a["rep_id"] != full["rep_id"])
    moved["rep_id"] = full["rep_id"]
    expected = (f"rep {full['rep_id']!r} owns {full['free_slots'] + 1} leads with "
                f"{full['free_slots']} free slots")
    assert expected in _faults(_verify_json(document))


@pytest.mark.parametrize("name", [n for n in PLAN_FILES if n.endswith(".csv")])
def test_one_cell_changed_fails_and_is_named(name: str) -> None:
    """Any cell of any CSV file that differs from plan.json is named by row and column."""
    rows = list(csv.reader(io.StringIO(_files()[name].decode(), newline="")))
    assert len(rows) > 1, "the window must fill the file"
    for number, column in enumerate(rows[0]):
        changed = copy.deepcopy(rows)
        changed[1][number] += "0"
        buffer = io.StringIO()
        csv.writer(buffer).writerows(changed)
        faults = _faults(verify_files({**_files(), name: buffer.getvalue().encode()}, _window()))
        assert faults == [f"{name} row 2 column {column}: {changed[1][number]!r}, but "
                          f"{rows[1][number]!r} in plan.json"]


FILE_FAULTS: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str]] = {
    "file missing": (lambda f: {n: f[n] for n in f if n != "kept.csv"}, "kept.csv is missing"),
    "file too many": (lambda f: {**f, "notes.txt": b""}, "notes.txt is no file of a plan"),
    "no plan": (lambda f: {n: f[n] for n in f if n != "plan.json"}, "plan.json is missing"),
    "not JSON": (lambda f: {**f, "plan.json": b"{"}, "plan.json: Invalid JSON"),
    "not UTF-8": (lambda f: {**f, "plan.json": b"\xff"}, "plan.json: Invalid JSON"),
    "unknown key": (lambda f: {**f, "plan.json": f["plan.json"].replace(
        b'"stopped_by"', b'"stopped": 1, "stopped_by"')}, "plan.json, stopped: Extra inputs"),
    "key twice": (lambda f: {**f, "plan.json": f["plan.json"].replace(
        b'"stopped_by"', b'"engine": "greedy", "stopped_by"')},
        "plan.json: key 'engine' stands twice in one object"),
    "number as text": (lambda f: {**f, "plan.json": f["plan.json"].replace(
        b'"gap": 0', b'"gap": "0"')}, 'plan.json/certificate/gap is "0"; as a plan it is 0'),
    "row dropped": (lambda f: {**f, "slots.csv": f["slots.csv"][:f["slots.csv"].rindex(
        b"\n", 0, -1) + 1]}, "slots.csv row 9 is missing"),
    "row added": (lambda f: {**f, "kept.csv": f["kept.csv"] + b"x,y\n"},
                  "is not in plan.json: 'x,y'"),
    "CSV not UTF-8": (lambda f: {**f, "held.csv": b"\xff"}, "held.csv: 'utf-8' codec"),
    "quote left open": (lambda f: {**f, "held.csv": b'"'}, "held.csv: unexpected end of data"),
}


@pytest.mark.parametrize("name", FILE_FAULTS)
def test_a_damaged_folder_fails_with_its_fault(name: str) -> None:
    """Missing, extra and unreadable files are failed checks, never a crash."""
    damage, expected = FILE_FAULTS[name]
    checks = verify_files(damage(_files()), _window())
    assert not checks[-1].passed
    assert any(expected in fault for fault in checks[-1].faults), checks[-1].faults
    assert [check.number for check in checks] == [1, 2, 3, 4, 5, None, None]


def test_other_line_ends_and_spaces_are_the_same_plan() -> None:
    """A spreadsheet's line ends and a pretty-printer's spaces change nothing that counts."""
    files = {name: data.replace(b"\n", b"\r\n") for name, data in _files().items()}
    files["plan.json"] = json.dumps(_document()).encode()
    assert _faults(verify_files(files, _window())) == []


def _places(document: object, path: Path = ()) -> Iterator[Path]:
    keys: Any = (document.keys() if isinstance(document, dict)
                 else range(len(document)) if isinstance(document, list) else ())
    for key in keys:
        yield (*path, key)
        yield from _places(document[key], (*path, key))  # type: ignore[index]


def _tampered(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, -value - 1, 10**30]
    if isinstance(value, float):
        return [value + 1e-9, 0.0]
    if isinstance(value, str):
        return [f"{value}x", "OUTBID"]
    if isinstance(value, list) and value:
        return [value[1:], [*value, value[0]]]
    return [0, "x"] if value is None else []


def _names(path: Path) -> set[str]:
    names = [key for key in path if isinstance(key, str)]
    return {*names, "/".join(names[-2:])}


@pytest.mark.parametrize("engine", [None, Engine.CURRENT])
def test_whatever_is_changed_in_a_plan_is_found(engine: Engine | None) -> None:
    """Each value and each list of plan.json, changed alone, fails a check and raises nothing."""
    window = _window(14, 3)
    best, baselines = compare(window)
    plan = best if engine is None else baselines[engine]
    free = FREE if plan.certificate.gap == 0 else FREE_BELOW_OPTIMUM
    original = json.loads(render_plan(plan)["plan.json"])
    for path in _places(original):
        *parents, last = path
        document = copy.deepcopy(original)
        inner = document
        for key in parents:
            inner = inner[key]
        for value in _tampered(inner[last]):
            inner[last] = value
            try:
                tampered = Plan.model_validate_json(json.dumps(document))
            except ValueError:
                continue
            passed = all(check.passed for check in verify_plan(window, tampered))
            assert not passed or tampered == plan or free & _names(path), (path, value)
