"""All peers on one window, in turn and again, each run in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import EXACT, Proof
from benchmarks.peers.registry import FLOW, INSTALL, Peer, Size
from benchmarks.processes import Ended, Limits, free_bytes, gigabytes, run_apart

#: Sums below this are exact in float64.
_FLOAT_SUM = 2**53


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a peer."""

    seconds: float
    cpu_seconds: float
    base_bytes: int
    peak_bytes: int
    surplus: int
    bound: int | None
    proof: Proof
    counted: dict[str, int]

    @property
    def own_bytes(self) -> int:
        """Peak above what imports and inputs took."""
        return max(0, self.peak_bytes - self.base_bytes)


@dataclass(slots=True)
class Row:
    """All runs of a peer on a window."""

    peer: Peer
    runs: list[Run | None]
    """By round; None where it was not run again."""
    why: str = ""
    """Why there is no run, or no further one."""

    @property
    def done(self) -> list[Run]:
        """The runs that came to their end."""
        return [run for run in self.runs if run is not None]

    @property
    def seconds(self) -> float:
        """Median."""
        return median(run.seconds for run in self.done)

    def ratio(self, other: Row) -> float | None:
        """Return the median over the rounds of the time over that of another in the same round."""
        ratios = [run.seconds / base.seconds
                  for run, base in zip(self.runs, other.runs, strict=False)
                  if run is not None and base is not None]
        return median(ratios) if ratios else None


class DifferentAnswersError(AssertionError):
    """Exact peers that found different objectives."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How to run."""

    repeats: int
    limits: Limits
    once_after: float
    """What took longer than these seconds is not repeated."""


def run_all(window: ArrayWindow, folder: Path, peers: Sequence[Peer], asked: Asked) -> list[Row]:
    """Run every peer, one after the other, as often as is asked: A B C A B C.

    Raises
    ------
    DifferentAnswersError
        If two exact peers differ, by a cent or more.
    """
    path = folder / "window.npz"
    window.save(path)
    size = Size.of(window)
    rows = [Row(peer, [], _refusal(peer, size, asked.limits)) for peer in peers]
    for turn in range(asked.repeats):
        for row in rows:
            if row.why or (turn and row.seconds > asked.once_after):
                row.runs.append(None)
                continue
            print(f"  {turn + 1}: {row.peer.name}", end=" ", file=sys.stderr, flush=True)
            _add(row, run_apart("benchmarks.peers.child", [
                row.peer.name, str(path), str(asked.limits.seconds)], asked.limits))
            print(row.why or f"{row.runs[-1].seconds:.3g} s" if row.runs[-1] else row.why,
                  file=sys.stderr, flush=True)
    path.unlink()
    check_answers(rows, window)
    return rows


def _refusal(peer: Peer, size: Size, limits: Limits) -> str:
    """Say why a peer need not be tried, if there is a reason."""
    needs, there = peer.needs(size), min(limits.num_bytes, free_bytes())
    return f"needs about {gigabytes(needs)}" if needs > there else ""


def _add(row: Row, ended: Ended) -> None:
    message = ended.message
    if message is None or "failed" in message:
        row.why = ended.why if message is None else message["failed"]
        row.runs.append(None)
        return
    row.runs.append(Run(
        message["seconds"], message["cpu_seconds"], message["base_bytes"], message["peak_bytes"],
        message["surplus"], message["bound"], Proof(message["proof"]), message["counted"]))


def check_answers(rows: Sequence[Row], window: ArrayWindow) -> None:
    """Hold the objectives of exact peers against each other, and all against them.

    Raises
    ------
    DifferentAnswersError
        Naming the peers and what they found.
    """
    largest_sum = int(window.surplus.max(initial=0)) * window.num_leads
    exact = {proof for proof in EXACT if proof is not Proof.FLOATS or largest_sum < _FLOAT_SUM}
    found = {(row.peer.name, run.surplus) for row in rows for run in row.done
             if run.proof in exact}
    if len({surplus for _, surplus in found}) > 1:
        raise DifferentAnswersError(f"exact peers differ: {sorted(found)}")
    best = max((surplus for _, surplus in found), default=None)
    above = [(row.peer.name, run.surplus) for row in rows for run in row.done
             if best is not None and run.surplus > best]
    if above:
        raise DifferentAnswersError(f"{above} are above the optimum {best}")


def flow_of(rows: Sequence[Row]) -> Row | None:
    """Return the row of the min-cost flow, if it was run."""
    return next((row for row in rows if row.peer.name == FLOW and row.done), None)


def is_missing(row: Row) -> bool:
    """Say whether the peer's library is not installed."""
    return row.why == INSTALL
