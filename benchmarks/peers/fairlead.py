"""Fairlead: prices first, then the pairs that can matter; owners, exact prices and the proof.

From the arrays to the canonical plan with gain and loss of every slot and the bound over all pairs.
"""

from __future__ import annotations

from dataclasses import asdict

from benchmarks.array_windows.solving import solved
from benchmarks.array_windows.window import ArrayWindow
from benchmarks.peers.found import Found, Proof


def solve(window: ArrayWindow, seconds: float) -> Found:  # noqa: ARG001 - ends by itself
    """Solve a window."""
    optimum = solved(window.pairs(), window.capacity)
    return Found(optimum.owner, Proof.SHOWN, optimum.bound, asdict(optimum.effort))
