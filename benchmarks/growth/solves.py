"""What one solve of the growth took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.growth.one import FACTORED, STORED
from benchmarks.processes import Limits, run_apart


class NotProvenError(AssertionError):
    """A solve that did not end with a proof, or told another objective than its owners bring."""


@dataclass(frozen=True, slots=True)
class Solve:
    """A window of the growth, solved to its proof in a process of its own."""

    num_leads: int
    num_reps: int
    num_usable: int
    is_stored: bool
    seconds: float
    cpu_seconds: float
    imports_bytes: int
    """Resident with imports and compiled code alone."""
    base_bytes: int
    """Resident with the window as well."""
    peak_bytes: int
    """Largest resident memory during the solve."""
    surplus: int
    counted: Mapping[str, int]

    @property
    def num_cells(self) -> int:
        """Pairs of a lead and a rep, usable or not."""
        return self.num_leads * self.num_reps

    @property
    def own_bytes(self) -> int:
        """Peak above imports: the window and what solving it takes."""
        return max(0, self.peak_bytes - self.imports_bytes)

    @property
    def nanoseconds(self) -> float:
        """Time by cell."""
        return self.seconds / self.num_cells * 1e9


def solve_apart(num_leads: int, num_reps: int, source: str, limits: Limits,
                heard: Callable[[str], None] = lambda _: None) -> Solve | str:
    """Solve a window in a process of its own; return why it did not end, if it did not.

    Raises
    ------
    NotProvenError
        If the gap is not 0, or the objective not what the owners bring.
    """
    ended = run_apart("benchmarks.growth.one", [str(num_leads), str(num_reps), source], limits,
                      heard)
    return ended.why if ended.message is None else solve_of(ended.message)


def solve_of(message: Mapping[str, Any]) -> Solve:
    """Read what the process has told, once it is proven."""
    name = f"{message['num_leads']}x{message['num_reps']}"
    if not message["surplus"] == message["objective"] == message["bound"]:
        raise NotProvenError(f"{name}: owners bring {message['surplus']}, the objective is "
                             f"{message['objective']} and the bound {message['bound']}")
    return Solve(
        message["num_leads"], message["num_reps"], message["num_usable"],
        message["source"] == STORED, message["seconds"], message["cpu_seconds"],
        message["imports_bytes"], message["base_bytes"], message["peak_bytes"], message["surplus"],
        message["counted"])


__all__ = ["FACTORED", "STORED", "NotProvenError", "Solve", "solve_apart", "solve_of"]
