"""The fairest amounts that all reps can have together, by augmenting paths, without an engine.

What reps can have together is a polymatroid (flows from leads to reps), on which serving a queue
in order, each place as far as it can be, is optimal: J. Edmonds (1970); A. Federgruen and
H. Groenevelt (1986). Whoever cannot get more once never can, so a search that fails closes all
reps that it saw.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from solver.verify.recompute.arrays import IntArray


@dataclass(frozen=True)
class Offer:
    """The leads of a window and who may have them, lead after lead."""

    starts: IntArray
    """Shape (leads + 1,), where each lead's pairs begin."""
    rep: IntArray
    """Shape (pairs,)."""
    slots: IntArray
    """Shape (pairs,), slots of the rep that the pair takes."""
    amount: IntArray
    """Shape (pairs,), what it counts in the measure of fairness."""
    capacity: IntArray
    """Shape (reps,), free slots."""


def most_amounts(offer: Offer) -> list[int]:
    """Return the most each rep could get alone: best for its slots first, the last one divided."""
    most: list[int] = []
    for rep_idx, capacity in enumerate(offer.capacity.tolist()):
        own = np.flatnonzero(offer.rep == rep_idx)
        own = own[np.argsort(-(offer.amount[own] / offer.slots[own]), kind="stable")]
        total, free = 0, capacity
        for amount, slots in zip(offer.amount[own].tolist(), offer.slots[own].tolist(),
                                 strict=True):
            if slots > free:
                total += amount * free // slots
                break
            total, free = total + amount, free - slots
        most.append(total)
    return most


class Spread:
    """Hands out the leads' amounts to reps, moving earlier ones along where that makes room.

    Parameters
    ----------
    offer
        Leads with the same reps count as one source; a lead gives the least that it counts.
    """

    def __init__(self, offer: Offer) -> None:
        self._left: list[int] = []
        self._serves: list[dict[int, int]] = []
        self._sources: list[list[int]] = [[] for _ in offer.capacity]
        self._closed: set[int] = set()
        known: dict[bytes, int] = {}
        for first, last in zip(offer.starts[:-1].tolist(), offer.starts[1:].tolist(), strict=True):
            if first == last:
                continue
            reps = offer.rep[first:last]
            at = known.setdefault(reps.tobytes(), len(self._left))
            if at == len(self._left):
                self._left.append(0)
                self._serves.append({})
                for rep_idx in reps.tolist():
                    self._sources[rep_idx].append(at)
            self._left[at] += int(offer.amount[first:last].min())

    def give(self, rep_idx: int, wanted: int) -> int:
        """Give a rep as much of what is wanted as can be; return how much that was."""
        given = 0
        while given < wanted and rep_idx not in self._closed:
            found = self._path(rep_idx)
            if found is None:
                break
            given += self._push(found, wanted - given)
        return given

    def _path(self, rep_idx: int) -> list[tuple[int, int]] | None:
        """Return (rep, source) from the rep to a source with something left; else close."""
        via: dict[int, tuple[int, int] | None] = {rep_idx: None}
        seen: set[int] = set()
        queue = deque([rep_idx])
        while queue:
            rep = queue.popleft()
            for source in self._sources[rep]:
                if self._left[source]:
                    return _traced(via, rep, source)
                if source not in seen:
                    seen.add(source)
                    for other, amount in self._serves[source].items():
                        if amount and other not in via:
                            via[other] = rep, source
                            queue.append(other)
        self._closed.update(via)
        return None

    def _push(self, path: list[tuple[int, int]], wanted: int) -> int:
        """Let each source of a path serve its rep, and give up the rep behind it."""
        moved = [self._serves[source][behind] for (_, source), (behind, _) in pairwise(path)]
        amount = min([wanted, self._left[path[-1][1]], *moved])
        for (rep, source), (behind, _) in pairwise(path):
            self._serves[source][behind] -= amount
            self._serves[source][rep] = self._serves[source].get(rep, 0) + amount
        rep, source = path[-1]
        self._left[source] -= amount
        self._serves[source][rep] = self._serves[source].get(rep, 0) + amount
        return amount


def _traced(via: dict[int, tuple[int, int] | None], rep: int, source: int
            ) -> list[tuple[int, int]]:
    path = [(rep, source)]
    while (step := via[path[-1][0]]) is not None:
        path.append(step)
    return path[::-1]


def fairest_amounts(offer: Offer, queue: Sequence[Sequence[int]], turn: Sequence[int],
                    most: Sequence[int], block: int) -> list[int]:
    """Return what each rep gets if all that can goes out, in the order of a queue.

    Parameters
    ----------
    offer
        Leads and who may have them.
    queue
        By rep, the places of its first, second, ... block; smaller ones go first.
    turn
        By rep, who goes first among equal places.
    most
        By rep, the most it can get.
    block
        Units that are one place.
    """
    order = sorted((place, turn[rep], rep, n) for rep, places in enumerate(queue)
                   for n, place in enumerate(places))
    spread, amounts = Spread(offer), [0] * len(most)
    for _, _, rep, n in order:
        amounts[rep] += spread.give(rep, min(block, most[rep] - n * block))
    return amounts
