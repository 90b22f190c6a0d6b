"""The command line as tests run it: inside this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from api.cli import app
from api.cli.listed import BY_NAME
from solver.models import Window
from solver.writing import render_inputs

ROOT = Path(__file__).parent.parent
#: The instant at which tests route, a Wednesday.
AT = "2026-11-18T15:00:00Z"
#: The committed sample.
SAMPLE = Path(str(files("api") / "sample"))
#: Variables that change what a terminal shows.
TERMINAL_VARIABLES = ("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR", "PY_COLORS",
                      "TERMINAL_WIDTH")


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> list[str]:
        """Lines on stderr, but for progress."""
        return [line for line in self.stderr.splitlines()
                if not line.startswith(("read ", "solved: "))]


def fairlead(*arguments: object) -> Run:
    """Run a command inside this process; an exception that it does not expect fails the test."""
    result = CliRunner().invoke(app, list(map(str, arguments)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def fairlead_process(*arguments: object, env: Mapping[str, str] | None = None) -> Run:
    """Run a command as a process, warnings being errors."""
    return python_process("-W", "error", "-m", "api.cli", *arguments, env=env)


def python_process(*arguments: object, env: Mapping[str, str] | None = None) -> Run:
    """Run the interpreter of the tests, with no terminal behind it."""
    plain = {name: value for name, value in os.environ.items() if name not in TERMINAL_VARIABLES}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, check=False,
        encoding="utf-8", timeout=120, env={**plain, "PYTHONIOENCODING": "utf-8", **(env or {})})
    return Run(done.returncode, done.stdout, done.stderr)


def commands() -> dict[str, Any]:
    """Return every command and every group of commands by what a user types, as `keys create`."""
    found: dict[str, Any] = {}
    waiting = [(name, listed.load()) for name, listed in BY_NAME.items()]
    while waiting:
        name, command = waiting.pop()
        found[name] = command
        waiting += [(f"{name} {below}", one)
                    for below, one in getattr(command, "commands", {}).items()]
    return found


def reading(folder: Path) -> list[object]:
    """Return the READING options for the canonical files of a folder."""
    flags: list[object] = []
    for name in ("leads.csv", "reps.csv", "accounts.csv", "policy.yaml"):
        if (folder / name).exists():
            flags += [f"--{name.partition('.')[0]}", folder / name]
    return flags


def write_inputs(folder: Path, window: Window) -> Path:
    """Write the input files of a window and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_inputs(window).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
