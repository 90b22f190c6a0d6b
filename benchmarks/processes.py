"""Pieces of work in processes of their own, so that each peak memory is its own.

The parent starts a module, watches its time and its resident memory and reads lines of JSON. An
empty one says that the timed part begins, from which on the limit of seconds counts, a second one
that it is over; what is not empty is the end. Before and after the timed part a limit of its own
holds, which is generous. Memory is read from ``/proc``, which Linux has; elsewhere only the peak of
the whole process is known.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

_ROOT = Path(__file__).parents[1]
_STATUS = "/proc/{}/status"
_LOOK_SECONDS = 0.05
#: For what lies before the timed part (imports, a first run that compiles, the input) and after it
#: (repeats of what is quick, checks).
_START_SECONDS, _END_SECONDS = 300.0, 300.0
_PARTS = ("starting", "solving", "checking")
#: How often who asked for it hears that the work goes on.
_HEARD_SECONDS = 10.0
#: Runs of what is quick: so many, or as many as take about so long.
_MOST_RUNS, _RUNS_SECONDS = 9, 2.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a piece of work may take."""

    seconds: float
    """Of the timed part alone; its repeats are not in it."""
    num_bytes: int
    """Resident memory of the whole process, inputs and imports included."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a piece of work ended."""

    message: dict[str, Any] | None
    """What it handed back; None where it did not come to its end."""
    why: str = ""
    """What ended it, where it was not itself."""


def run_apart(module: str, arguments: Sequence[str], limits: Limits,
              heard: Callable[[str], None] = lambda _: None) -> Ended:
    """Run ``python -m module arguments`` within limits; nothing is left running.

    ``heard`` gets a line of text at each part of the work, and from time to time within it.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)})
    try:
        return _watched(child, limits, heard)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _watched(child: subprocess.Popen[bytes], limits: Limits, heard: Callable[[str], None]
             ) -> Ended:
    """Read the lines; stop at a limit."""
    allowed = (_START_SECONDS, limits.seconds, _END_SECONDS)
    part, begun, lines, told = 0, time.monotonic(), _Lines(child), -_HEARD_SECONDS
    while True:
        line = lines.next(_LOOK_SECONDS)
        if line == "":
            return Ended(None, f"ended with code {child.wait()}")
        if line is not None and (message := json.loads(line)):
            return Ended(message)
        if line is not None:
            part, begun, told = part + 1, time.monotonic(), -_HEARD_SECONDS
        resident, seconds = resident_bytes(child.pid, "VmRSS"), time.monotonic() - begun
        if resident > limits.num_bytes:
            return Ended(None, f"passed {gigabytes(limits.num_bytes)}")
        if seconds > allowed[part]:
            where = "" if part == 1 else f" of {_PARTS[part]}"
            return Ended(None, f"over {allowed[part]:,g} s{where}")
        if seconds - told >= _HEARD_SECONDS:
            heard(f"{_PARTS[part]}, {seconds:,.0f} s, {gigabytes(resident)}")
            told = seconds


class _Lines:
    """Lines of a child's output, waited for with a limit."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        self._file = child.stdout.fileno()
        self._held = b""

    def next(self, seconds: float) -> str | None:
        """Return a line; "" at the end of the output, None where there is none in time."""
        while b"\n" not in self._held:
            if not select.select([self._file], [], [], seconds)[0]:
                return None
            got = os.read(self._file, 1 << 16)
            if not got:
                return ""
            self._held += got
        line, _, self._held = self._held.partition(b"\n")
        return line.decode()


class Parent:
    """The way back to the parent; whatever else is printed goes to the standard error."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def turn(self) -> None:
        """Say that the timed part begins, or that it is over."""
        self.tell({})

    def tell(self, message: Mapping[str, Any]) -> None:
        """Hand one line of JSON back."""
        self._file.write(json.dumps(message) + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True)
class Taken:
    """What a piece of work took."""

    seconds: float
    cpu_seconds: float
    """Of all threads."""
    base_bytes: int
    """Resident before it began: imports and inputs."""
    peak_bytes: int
    """Largest resident memory while it ran, base included."""

    @property
    def own_bytes(self) -> int:
        """Peak above the base."""
        return max(0, self.peak_bytes - self.base_bytes)


def timed(work: Callable[[], _T]) -> tuple[_T, Taken]:
    """Run a piece of work once; return what it gave and what it took."""
    base = resident_bytes("self", "VmRSS")
    _forget_peak()
    used, begun = _cpu_seconds(), time.perf_counter()
    given = work()
    seconds, cpu = time.perf_counter() - begun, _cpu_seconds() - used
    peak = resident_bytes("self", "VmHWM")
    if not peak:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return given, Taken(seconds, cpu, base, peak)


def timed_often(work: Callable[[], _T], turn: Callable[[], None]) -> tuple[_T, Taken, int]:
    """Run a piece of work, and again if it is quick.

    Parameters
    ----------
    work
        What is timed.
    turn
        Called before and after the first run, which alone the limit of seconds is about.

    Returns
    -------
    tuple
        What the first run gave; what it took, with the median seconds of all runs; runs.
    """
    gc.collect()
    turn()
    given, first = timed(work)
    turn()
    again = min(_MOST_RUNS, int(_RUNS_SECONDS / max(first.seconds, 1e-9))) - 1
    times = [first.seconds, *(timed(work)[1].seconds for _ in range(again))]
    return given, replace(first, seconds=median(times)), len(times)


def resident_bytes(process: int | str, field: str) -> int:
    """Return a field of a process' status, in bytes; 0 where it cannot be read."""
    try:
        text = Path(_STATUS.format(process)).read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines()
                 if line.startswith(f"{field}:")), 0)


def free_bytes() -> int:
    """Return the memory that is there for the taking."""
    pages: int = os.sysconf("SC_AVPHYS_PAGES")
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return pages * os.sysconf("SC_PAGE_SIZE")
    return next(int(line.split()[1]) * 1024 for line in text.splitlines()
                if line.startswith("MemAvailable:"))


def gigabytes(num_bytes: float) -> str:
    """Return an amount of memory as text."""
    if num_bytes >= 1e9:
        return f"{num_bytes / 1e9:,.3g} GB"
    return f"{num_bytes / 1e6:.{1 if num_bytes < 1e7 else 0}f} MB"


def _forget_peak() -> None:
    """Let the peak begin anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
