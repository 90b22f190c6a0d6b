"""Groups of leads that are one: who joins, and how many comparisons that costs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.prepare.match.blocking import Ints
from solver.prepare.match.groups import group_leads
from solver.prepare.match.similarity import Floats

_SAME, _POSSIBLE = 0.9, 0.7


class _Asked:
    """Confidences by a rule, and how many were asked for."""

    def __init__(self, scores: dict[tuple[int, int], float], other: float) -> None:
        self.pairs: list[tuple[int, int]] = []
        self._scores, self._other = scores, other

    def __call__(self, left: Ints, right: Ints) -> Floats:
        asked = list(zip(left.tolist(), right.tolist(), strict=True))
        self.pairs += asked
        return np.array([self.score(*pair) for pair in asked])

    def score(self, left: int, right: int) -> float:
        """Return the confidence of two rows."""
        return self._scores.get((min(left, right), max(left, right)), self._other)


def _chain(size: int) -> list[tuple[int, int]]:
    return [(row, row + 1) for row in range(size - 1)]


def test_a_long_chain_of_strangers_costs_no_more_than_its_links() -> None:
    """Each is the same as the next alone: pairs form, and only neighbours are compared."""
    links, asked = _chain(5_000), _Asked({}, 0.1)
    into = group_leads(links, range(5_000), asked, _POSSIBLE)
    assert into == {row: row - 1 for row in range(1, 5_000, 2)}
    assert len(asked.pairs) <= 2 * len(links)


def test_a_long_chain_of_one_person_costs_no_more_than_its_links() -> None:
    """All may be one with the first, so all join it, each through the one before."""
    links, asked = _chain(2_000), _Asked({}, _POSSIBLE)
    into = group_leads(links, range(2_000), asked, _POSSIBLE)
    assert into == dict.fromkeys(range(1, 2_000), 0)
    assert len(asked.pairs) <= 2 * len(links)


def test_a_star_is_compared_once() -> None:
    """Leads that only share the crowd's best lead join it without a further look."""
    links = [(0, row) for row in range(1, 3_000)]
    asked = _Asked({}, 0.0)
    assert group_leads(links, range(3_000), asked, _POSSIBLE) == dict.fromkeys(range(1, 3_000), 0)
    assert asked.pairs == []


_PAIRS = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])


@given(st.dictionaries(_PAIRS, st.sampled_from((0.1, _POSSIBLE, _SAME)), max_size=40),
       st.permutations(range(12)))
def test_who_joins_and_who_stays(scores: dict[tuple[int, int], float], ranks: list[int]) -> None:
    """Who goes is `same` with the survivor, or `possible` and the same as a member; no one else.

    Leads are taken from the best on: each forms its group of those that are still free.
    """
    links = [pair for pair, score in scores.items() if score >= _SAME]
    asked = _Asked(scores, 0.1)
    into = group_leads(links, ranks, asked, _POSSIBLE)
    expected: dict[int, int] = {}
    for survivor in sorted(range(12), key=ranks.__getitem__):
        members = [survivor] if survivor not in expected else []
        for member in members:
            joining = [row for row in range(12)
                       if row not in members and row not in expected
                       and ranks[row] > ranks[survivor] and asked.score(member, row) >= _SAME
                       and asked.score(survivor, row) >= _POSSIBLE]
            expected |= dict.fromkeys(joining, survivor)
            members += joining
    assert into == expected
    assert len(asked.pairs) <= 2 * len(links)
