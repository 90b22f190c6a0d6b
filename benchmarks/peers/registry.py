"""The peers: what each is called, where it is, and what memory it will need."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import Found


@dataclass(frozen=True, slots=True)
class Size:
    """What the memory of a peer depends on."""

    num_leads: int
    num_reps: int
    num_pairs: int
    num_slots: int

    @classmethod
    def of(cls, window: ArrayWindow) -> Size:
        """Return the size of a window."""
        return cls(window.num_leads, window.num_reps, window.num_pairs, window.num_slots)


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to solve a window."""

    name: str
    label: str
    module: str
    """Within this package; its ``solve(window, seconds)`` returns a :class:`Found`."""
    needs: Callable[[Size], float]
    """Bytes above the inputs, from the sizes of its own arrays or as measured; for refusing runs
    that cannot end well."""
    extra: bool = False
    """Whether it comes with the extra ``peers``."""

    def load(self) -> Callable[[ArrayWindow, float], Found]:
        """Import the peer.

        Raises
        ------
        ModuleNotFoundError
            If its library is not installed.
        """
        solve: Callable[[ArrayWindow, float], Found] = importlib.import_module(
            f"benchmarks.peers.{self.module}").solve
        return solve


def _dense_slots(size: Size) -> float:
    return 8.0 * size.num_leads * (size.num_slots + size.num_reps)


def _square_slots(size: Size) -> float:
    return _dense_slots(size) + 8.0 * max(size.num_leads, size.num_slots) ** 2


FLOW = "min-cost-flow"
FAIRLEAD = "fairlead"

PEERS: dict[str, Peer] = {peer.name: peer for peer in (
    Peer(FLOW, "OR-Tools min-cost flow", "min_cost_flow", lambda size: 100.0 * size.num_pairs),
    Peer(FAIRLEAD, "Fairlead, prices first", "fairlead", lambda size: 16.0 * size.num_pairs),
    Peer("cp-sat", "OR-Tools CP-SAT, two threads", "cp_sat",
         lambda size: 1_500.0 * size.num_pairs),
    Peer("linear-assignment", "OR-Tools linear assignment", "linear_assignment",
         lambda size: 120.0 * size.num_pairs * size.num_slots / size.num_reps),
    Peer("scipy", "SciPy linear_sum_assignment", "scipy_assignment", _dense_slots),
    Peer("lapx", "lapx lapjv", "lapx_assignment", _square_slots, extra=True),
    Peer("pot", "POT ot.emd, dense", "pot_emd",
         lambda size: 40.0 * size.num_leads * (size.num_reps + 1), extra=True),
    Peer("pot-sparse", "POT ot.emd, sparse", "pot_sparse",
         lambda size: 150.0 * size.num_pairs, extra=True),
    Peer("pdlp", "OR-Tools PDLP, rounded", "pdlp", lambda size: 250.0 * size.num_pairs),
    Peer("greedy", "greedy by value", "greedy", lambda size: 32.0 * size.num_pairs),
)}

INSTALL = "not installed: pip install 'fairlead[peers]'"
