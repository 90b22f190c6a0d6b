"""Groups of leads that are one, from the pairs that are: union-find, without chains of strangers.

If A is one with B and B with C, the three are one unless A and C speak against it: two colleagues
must not become one because a third record has something of both. So each group has its best lead
stay, and a lead joins it if the two of them are `same`, or if they are at least `possible` and a
lead that has joined is `same` with it. Who cannot join forms groups of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from solver.prepare.match.blocking import Ints
from solver.prepare.match.similarity import Floats

#: (survivors, others) rows to confidences.
Confidences = Callable[[Ints, Ints], Floats]
_Links = dict[int, dict[int, float]]


class UnionFind:
    """Sets of numbers that grow together."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, row: int) -> int:
        """Return the smallest number of the set."""
        root = row
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[row] != root:
            self._parent[row], row = root, self._parent[row]
        return root

    def union(self, row: int, other: int) -> None:
        """Make one set of two."""
        low, high = sorted((self.find(row), self.find(other)))
        self._parent[high] = low


def group_leads(links: Sequence[tuple[int, int, float]], ranks: Sequence[int],
                confidences: Confidences, same: float, possible: float) -> dict[int, int]:
    """Return each lead that goes, with the one that it is merged into.

    Parameters
    ----------
    links
        Pairs of rows that are `same`, with their confidence.
    ranks
        Of each row; of leads that are one the lowest stays.
    confidences
        Scores further pairs, all of one round at once.
    same, possible
        The policy's thresholds.
    """
    neighbours: _Links = defaultdict(dict)
    for left, right, confidence in links:
        neighbours[left][right] = neighbours[right][left] = confidence
    waiting, into = set(neighbours), dict[int, int]()
    while waiting:
        groups = _components(waiting, neighbours, ranks)
        joined = _join(groups, neighbours, confidences, same, possible)
        into |= {row: survivor for survivor, rows in joined.items() for row in rows}
        waiting -= {group[0] for group in groups} | set(into)
    return into


def _components(rows: set[int], neighbours: _Links, ranks: Sequence[int]) -> list[list[int]]:
    """Return the connected sets of two or more, each from its best lead on."""
    order = sorted(rows, key=lambda row: ranks[row])
    place = {row: at for at, row in enumerate(order)}
    sets = UnionFind(len(order))
    for row in order:
        for other in neighbours[row]:
            if other in place:
                sets.union(place[row], place[other])
    found: dict[int, list[int]] = defaultdict(list)
    for row in order:
        found[sets.find(place[row])].append(row)
    return list(found.values())


def _join(groups: list[list[int]], neighbours: _Links, confidences: Confidences, same: float,
          possible: float) -> dict[int, list[int]]:
    """Return who joins the first lead of each group."""
    asked = [(group[0], row) for group in groups for row in group[1:]
             if row not in neighbours[group[0]]]
    left, right = (np.array(side, dtype=np.int64) for side in
                   (zip(*asked, strict=True) if asked else ((), ())))
    direct = dict(zip(asked, confidences(left, right).tolist(), strict=True)) if asked else {}
    joined: dict[int, list[int]] = {}
    for survivor, *rows in groups:
        scores = {row: neighbours[survivor].get(row, direct.get((survivor, row), 0.0))
                  for row in rows}
        members = [row for row in rows if scores[row] >= same]
        others = {row for row in rows if scores[row] >= possible}.difference(members)
        for member in members:  # grows as leads join through it
            through = sorted(others.intersection(neighbours[member]))
            others.difference_update(through)
            members += through
        joined[survivor] = members
    return joined
