"""The README of the service names every endpoint, setting and code, and nothing that is not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from pydantic import SecretStr

import api
from api.http.problems import _HTTP_CODES
from api.service.owning import Refusal
from api.settings import Settings
from solver.errors import FairleadError
from tests.command_line import ROOT
from tests.service.operations import operations

_TEXT = (ROOT / "api" / "README.md").read_text(encoding="utf-8")
#: Codes of what Starlette itself refuses, by status.
#: Of reps to whom a lead is not given by hand.
_OF_REFUSALS = {one.value.lower() for one in (Refusal.UNKNOWN_REP, Refusal.NOT_AT_WORK,
                                              Refusal.NO_SLOT)}
_OF_STARLETTE = {*_HTTP_CODES.values(), "not_found", "method_not_allowed"}


def _table(heading: str) -> list[list[str]]:
    """Return the cells of the rows of the first table under a heading."""
    found = re.search(rf"^#+ {heading}$.*?^\|---.*?\n((?:\|[^\n]*\n)+)", _TEXT, re.M | re.S)
    assert found, heading
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in found[1].splitlines()]


def test_every_endpoint_is_explained() -> None:
    """A row begins with each method and path, and no row with one that does not exist."""
    rows = re.findall(r"^\| `(GET|POST|PUT|PATCH|DELETE)(?:` \| `| )(/[^`?\s]+)[^`]*`", _TEXT, re.M)
    assert sorted(rows) == sorted((one.method, one.path) for one in operations())


def test_every_setting_is_explained() -> None:
    """The table lists exactly the settings, with what holds where they are not set."""
    found = {row[0].strip("`"): row[1].strip("`") for row in _table("Settings")}
    assert found == {f"FAIRLEAD_{name.upper()}": _shown(field.default)
                     for name, field in Settings.model_fields.items()}


def test_every_code_of_a_problem_is_explained() -> None:
    """The table lists exactly the codes that the service can answer with."""
    listed = [code for row in _table("Problems") for code in re.findall(r"`(\w+)`", row[0])]
    assert sorted(listed) == sorted({*_codes_of_classes(), *_codes_in_source(),
                                      *_OF_REFUSALS, *_OF_STARLETTE})


def _shown(default: object) -> str:
    match default:
        case None:
            return ""
        case SecretStr():
            return default.get_secret_value()
        case bool() | tuple():
            return json.dumps(default, separators=(",", ":"))
        case float():
            return f"{default:g}"
    return str(default)


def _codes_of_classes(kind: type[FairleadError] = FairleadError) -> Iterator[str]:
    """Return the codes of all errors that the library and the service raise on purpose."""
    if kind is FairleadError:
        for package in walk_packages(api.__path__, "api."):
            if "migrations" not in package.name and "__main__" not in package.name:
                import_module(package.name)
    yield kind.code
    for below in kind.__subclasses__():
        yield from _codes_of_classes(below)


def _codes_in_source() -> Iterator[str]:
    """Return the codes that are written where an error is raised or a problem answered."""
    for file in Path(api.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _codes_of_call(node)


def _codes_of_call(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func).rpartition(".")[2]
    given = [one.value for one in call.keywords if one.arg == "code"]
    if name == "problem":
        given += call.args[3:4]
    elif not name.endswith("Error"):
        return
    for one in given:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
