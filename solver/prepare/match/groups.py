"""Groups of leads that are one, from the pairs that are: union-find, without chains of strangers.

If A is one with B and B with C, the three are one unless A and C speak against it: two colleagues
must not become one because a third record has something of both. So each group has its best lead
stay, and a lead joins it if the two of them are `same`, or if they are at least `possible` and a
lead that has joined is `same` with it. Who cannot join forms groups of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Sequence, Set
from itertools import islice

import numpy as np

from solver.prepare.match.blocking import Ints
from solver.prepare.match.similarity import Floats

#: (survivors, others) rows to confidences.
Confidences = Callable[[Ints, Ints], Floats]
_Links = dict[int, list[int]]
#: (survivor, other) rows.
_Asked = list[tuple[int, int]]
_Growing = Generator[_Asked, list[float], None]


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


def group_leads(links: Sequence[tuple[int, int]], ranks: Sequence[int],
                confidences: Confidences, possible: float,
                staying: Set[int] = frozenset()) -> dict[int, int]:
    """Return each lead that goes, with the one that it is merged into.

    Parameters
    ----------
    links
        Pairs of rows that are `same`.
    ranks
        Of each row; of leads that are one the lowest stays.
    confidences
        Scores further pairs, of many groups at once: at most two for each link.
    possible
        The policy's threshold.
    staying
        Rows that go into no other, of the lowest ranks.
    """
    neighbours: _Links = defaultdict(list)
    for left, right in links:
        neighbours[left].append(right)
        neighbours[right].append(left)
    into: dict[int, int] = {}
    growing = [_grow(rows, neighbours, possible, into, staying)
               for rows in _components(neighbours, ranks)]
    asking = [(one, asked) for one in growing if (asked := next(one, None))]
    while asking:
        left, right = np.array([pair for _, asked in asking for pair in asked], dtype=np.int64).T
        scores = iter(confidences(left, right).tolist())
        answers = [(one, list(islice(scores, len(asked)))) for one, asked in asking]
        asking = [(one, asked) for one, answer in answers if (asked := _next(one, answer))]
    return into


def _components(neighbours: _Links, ranks: Sequence[int]) -> list[list[int]]:
    """Return the connected sets, each from its best lead on."""
    order = sorted(neighbours, key=ranks.__getitem__)
    place = {row: at for at, row in enumerate(order)}
    sets = UnionFind(len(order))
    for row in order:
        for other in neighbours[row]:
            sets.union(place[row], place[other])
    found: dict[int, list[int]] = defaultdict(list)
    for row in order:
        found[sets.find(place[row])].append(row)
    return list(found.values())


def _grow(order: list[int], neighbours: _Links, possible: float, into: dict[int, int],
          staying: Set[int]) -> _Growing:
    """Form the groups of one connected set, the best lead's first; yield pairs to be scored.

    Only who is `same` with a lead that has joined is asked about, so that a long chain costs no
    more than its links.
    """
    free = set(order) - staying
    for survivor in order:
        if survivor not in free and survivor not in staying:
            continue
        free.discard(survivor)
        asked: set[int] = set()
        joining = [row for row in neighbours[survivor] if row in free]
        while joining:
            free.difference_update(joining)
            into.update(dict.fromkeys(joining, survivor))
            others = sorted({row for joined in joining for row in neighbours[joined]
                             if row in free and row not in asked})
            asked.update(others)
            scores = (yield [(survivor, row) for row in others]) if others else []
            joining = [row for row, score in zip(others, scores, strict=True)
                       if score >= possible]


def _next(growing: _Growing, scores: list[float]) -> _Asked | None:
    try:
        return growing.send(scores)
    except StopIteration:
        return None
