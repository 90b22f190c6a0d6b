"""One peer on one window, in this process; ``python -m benchmarks.peers.child PEER FILE SECONDS``.

The peer first solves a small window, so that imports and compiled code are there. Then it gets the
arrays of the window and gives owners; what it took is between the two. What is quick is repeated,
and the median stands for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.array_windows.shapes import USUAL
from benchmarks.array_windows.window import ArrayWindow, load_window, surplus_of
from benchmarks.peers.found import Found, PeerFailedError, Proof
from benchmarks.peers.registry import INSTALL, PEERS
from benchmarks.processes import Parent, timed_often

#: The first window, and what a peer with a time limit of its own gets for it.
_SMALL, _SMALL_SECONDS = (200, 20), 60.0


def main() -> None:
    """Run the peer that the command line names, and tell the parent."""
    parent = Parent()
    name, path, seconds = sys.argv[1:]
    try:
        solve = PEERS[name].load()
    except ModuleNotFoundError as error:
        parent.tell({"failed": INSTALL if PEERS[name].extra else str(error)})
        return
    try:
        solve(USUAL.draw(*_SMALL), _SMALL_SECONDS)
        window = load_window(Path(path))
        parent.tell(measured(lambda: solve(window, float(seconds)), window, parent.turn))
    except PeerFailedError as error:
        parent.tell({"failed": str(error)})


def measured(solve: Callable[[], Found], window: ArrayWindow, turn: Callable[[], None]
             ) -> dict[str, Any]:
    """Solve a window, more than once if it is quick; return times, memory and what was found."""
    found, taken, runs = timed_often(solve, turn)
    surplus = surplus_of(window.pairs(), window.capacity, found.owner)
    proof = found.proof
    if found.bound is not None:
        proof = Proof.SHOWN if found.bound == surplus else Proof.GAP
    return {**asdict(taken), "runs": runs, "surplus": surplus, "bound": found.bound,
            "proof": proof, "counted": found.counted or {}}


if __name__ == "__main__":
    main()
