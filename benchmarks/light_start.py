"""How soon the command line answers: help beside an empty Typer app, a small window beside before.

Each run is a fresh process, in turn with its yardstick. With ``--before``, a small window
(``fairlead route`` of 200 x 25) is routed now and as a revision of the repository does it, which is
checked out into a temporary folder; both have run once before, so that compiled code is there.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.arguments import at_least
from benchmarks.markdown import markdown_table
from solver.generate import generate_window
from solver.writing import render_inputs

_ROOT = Path(__file__).parents[1]
_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
_SMALL, _SEED = (200, 25), 7
_HEAD = ("what", "median, ms", "least, ms", "beside", "median, ms", "ratio, median", "asked")
_MOST_HELP, _MOST_ROUTE = "at most 1.3", "at most 1"
_NO_BEFORE = ("No row for `fairlead route`: it is held beside an earlier revision, which "
              "`--before REV` names.")
_EMPTY = """
import typer
app = typer.Typer()
@app.command()
def nothing() -> None:
    \"\"\"Do nothing.\"\"\"
app()
"""


def seconds_of(command: Sequence[str], root: Path) -> float:
    """Run a command in a fresh process that finds the packages in a folder; return the seconds."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(root)}
    begun = perf_counter()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    seconds = perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return seconds


def in_turn(one: tuple[Sequence[str], Path], other: tuple[Sequence[str], Path], repeats: int
            ) -> tuple[list[float], list[float]]:
    """Run two commands A B A B, after one run of each that does not count."""
    seconds_of(*one), seconds_of(*other)
    found = [(seconds_of(*one), seconds_of(*other)) for _ in range(repeats)]
    return [first for first, _ in found], [second for _, second in found]


def row(names: tuple[str, str], times: tuple[list[float], list[float]], asked: str
        ) -> tuple[str, ...]:
    """Return a row of the table."""
    ratio = median(first / second for first, second in zip(*times, strict=True))
    first, second = times
    return (names[0], f"{1e3 * median(first):.0f}", f"{1e3 * min(first):.0f}", names[1],
            f"{1e3 * median(second):.0f}", f"{ratio:.2f}", asked)


def commit(revision: str) -> str:
    """Read a revision of this repository; return its commit."""
    try:
        done = subprocess.run(["git", "-C", str(_ROOT), "rev-parse", "--verify", "--quiet",  # noqa: S607
                               "--end-of-options", f"{revision}^{{commit}}"],
                              check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise argparse.ArgumentTypeError("git is not installed") from None
    if done.returncode:
        raise argparse.ArgumentTypeError(
            f"{revision!r} is no commit, branch or tag of the repository in {_ROOT}")
    return done.stdout.strip()


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Give a folder with the files of a revision; it is gone afterwards."""
    with TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "-C", str(_ROOT), "archive", revision],  # noqa: S607
                                 check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def route_command(folder: Path) -> list[str]:
    """Write the files of a small window into a folder; return the command that routes them."""
    for name, text in render_inputs(generate_window(*_SMALL, _SEED, _AT)).items():
        (folder / name).write_text(text, encoding="utf-8")
    return [sys.executable, "-m", "api.cli", "route", "--raw", "--at", _AT.isoformat(),
            *(part for name in ("leads.csv", "reps.csv", "policy.yaml")
              for part in (f"--{Path(name).stem}", str(folder / name)))]


def main() -> None:
    """Run what the command line asks for and print the table."""
    asked = _parser().parse_args()
    help_command = [sys.executable, "-c", "from api.cli import main; main()", "--help"]
    empty = [sys.executable, "-c", _EMPTY, "--help"]
    rows = [row(("fairlead --help", "an empty Typer app"),
                in_turn((help_command, _ROOT), (empty, _ROOT), asked.repeats), _MOST_HELP)]
    if asked.before:
        with TemporaryDirectory() as folder, checked_out(asked.before) as before:
            route = route_command(Path(folder))
            rows.append(row(("route 200 × 25", f"at {asked.before[:12]}"),
                            in_turn((route, _ROOT), (route, before), asked.repeats), _MOST_ROUTE))
    print(markdown_table(_HEAD, rows))
    if not asked.before:
        print(f"\n{_NO_BEFORE}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.light_start", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=at_least(1), default=15, metavar="N",
                        help="runs of each command; 15 by default")
    parser.add_argument("--before", type=commit, metavar="REV",
                        help="a revision of this repository to route a small window with; "
                             "without it that row is left out")
    return parser


if __name__ == "__main__":
    main()
