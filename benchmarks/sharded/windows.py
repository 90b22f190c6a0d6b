"""The window that is spread: drawn from a seed, so that a few numbers make a part of it."""

from __future__ import annotations

import numpy as np

from benchmarks.array_windows.factored import FactoredWindow, draw_factored
from solver.matrix.factored import FactoredPairs
from solver.matrix.parts import even_parts, factors_of
from solver.matrix.source import PairSource
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import Shards
from solver.prices_first.transportation import Optimum, Transportation


def drawn_part(num_leads: int, num_reps: int, first: int, last: int) -> FactoredPairs:
    """Draw a window, and return the pairs of some of its leads; workers find it by name."""
    return FactoredPairs(factors_of(draw_factored(num_leads, num_reps).factors,
                                    slice(first, last)))


def nothing(_: PairSource) -> None:
    """Answer without any work: what a question costs on the way."""


def parts_here(window: FactoredWindow, num_parts: int) -> list[FactoredPairs]:
    """Cut a window into parts in this process."""
    return [FactoredPairs(factors_of(window.factors, leads))
            for leads in even_parts(window.factors.num_leads, num_parts)]


def solve_spread(shards: Shards, window: FactoredWindow) -> Optimum:
    """Solve a window, its leads in the order in which they came in.

    Raises
    ------
    AssertionError
        If the optimum is not proven.
    """
    found = prices_first(Transportation(
        shards, window.capacity, np.zeros_like(window.capacity), np.arange(shards.num_leads)))
    assert found.bound == found.objective, "the optimum is not proven"
    return found


def same_bytes(one: Optimum, other: Optimum) -> bool:
    """Say whether two solves give the same owners, prices and bound, to the last bit."""
    return all(ours.tobytes() == theirs.tobytes() for ours, theirs in (
        (one.owner, other.owner), (one.gain, other.gain), (one.loss, other.loss))) and (
        one.objective, one.bound) == (other.objective, other.bound)
