"""Looking up open pairs."""

from __future__ import annotations

import numpy as np
import pytest

from solver.sales_floor.open_pairs import OpenPairs

_NOTHING = np.zeros(4, dtype=np.int64)
_PAIRS = OpenPairs(np.array([0, 2, 2, 4]), np.array([0, 0, 2, 2], dtype=np.int32),
                   np.array([0, 2, 1, 2], dtype=np.int32), _NOTHING, _NOTHING, _NOTHING, _NOTHING,
                   4)


def test_pairs_are_found_where_they_stand() -> None:
    """In the order asked."""
    assert _PAIRS.find(np.array([2, 0, 2]), np.array([1, 2, 2])).tolist() == [2, 1, 3]


@pytest.mark.parametrize(("lead", "rep"), [(0, 1), (1, 0), (2, 0), (2, 3)])
def test_a_pair_that_is_not_open_is_no_neighbour_of_it(lead: int, rep: int) -> None:
    """Between others, in an empty row, before and behind all."""
    with pytest.raises(ValueError, match=f"lead {lead} is not open to rep {rep}"):
        _PAIRS.find(np.array([lead]), np.array([rep]))
