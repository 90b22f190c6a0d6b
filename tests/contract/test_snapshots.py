"""Snapshots of what the command line teaches: its help, and the schema of each record.

A difference fails; ``FAIRLEAD_REGOLD=1`` writes the snapshots anew, to be read before a commit.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from api.cli.options import SchemaName
from tests.command_line import ROOT, commands, fairlead, fairlead_process

_GOLDEN = ROOT / "tests" / "golden"
_PLAIN = {"COLUMNS": "100", "TERMINAL_WIDTH": "100"}
_COMMANDS = sorted(commands())


def _compare(path: Path, text: str) -> None:
    if os.environ.get("FAIRLEAD_REGOLD") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no snapshot {path.name}: run the test with FAIRLEAD_REGOLD=1"
    assert text == path.read_text(encoding="utf-8")


def _file_of(command: str) -> str:
    return command.replace(" ", "-")


@pytest.mark.parametrize("command", ["fairlead", *_COMMANDS])
def test_help_is_the_committed_snapshot(command: str) -> None:
    """What a newcomer reads changes only on purpose."""
    arguments = ["--help"] if command == "fairlead" else [*command.split(), "--help"]
    run = fairlead_process(*arguments, env=_PLAIN)
    assert (run.code, run.stderr) == (0, "")
    lines = "\n".join(line.rstrip() for line in run.stdout.strip("\n").splitlines())
    _compare(_GOLDEN / "help" / f"{_file_of(command)}.txt", f"{lines}\n")


@pytest.mark.parametrize("name", list(SchemaName), ids=str)
def test_schema_is_the_committed_snapshot(name: SchemaName) -> None:
    """The form of every record changes only on purpose."""
    run = fairlead("schema", name)
    assert (run.code, run.stderr) == (0, "")
    assert json.loads(run.stdout)["type"] == "object"
    _compare(_GOLDEN / "schemas" / f"{name}.json", run.stdout)


def test_no_snapshot_is_left_over() -> None:
    """Every snapshot belongs to a command or a record that exists."""
    assert {path.stem for path in (_GOLDEN / "help").iterdir()} == {
        "fairlead", *map(_file_of, _COMMANDS)}
    assert {path.stem for path in (_GOLDEN / "schemas").iterdir()} == set(SchemaName)
