"""The oracle against two other ways to the same numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from scipy.optimize import linear_sum_assignment

from solver.models import Window
from tests import oracle
from tests.property.strategies import degenerate_windows, windows_with_floors

Case = tuple[Window, dict[str, int]]


def _by_repeated_slots(numbers: oracle.Problem) -> int:
    columns = [rep for rep in numbers.reps for _ in range(numbers.slots[rep])]
    gains = np.zeros((len(numbers.leads), len(columns) + len(numbers.leads)))
    for row, lead in enumerate(numbers.leads):
        for column, rep in enumerate(columns):
            if numbers.usable(lead, rep):
                gains[row, column] = numbers.net(lead, rep) - numbers.reserve
    rows, chosen = linear_sum_assignment(gains, maximize=True)
    return int(gains[rows, chosen].sum()) + numbers.reserve * len(numbers.leads)


@settings(max_examples=150)
@given(windows_with_floors())
def test_best_equals_linear_assignment_on_repeated_slots(case: Case) -> None:
    """Trying all plans finds what SciPy finds with one column per slot."""
    numbers = oracle.problem(*case)
    assert oracle.best(numbers) == _by_repeated_slots(numbers)


@settings(max_examples=40)
@given(degenerate_windows())
def test_best_rank_is_the_largest_over_every_plan(window: Window) -> None:
    """Remembering states loses no plan: the best rank is that of a plan, and no plan has more."""
    numbers = oracle.problem(window)
    if len(numbers.leads) > 5:
        return
    ranks = [oracle.rank(numbers, owners) for owners in oracle.every_plan(numbers)]
    assert oracle.best_rank(numbers) == max(ranks)
    assert oracle.best(numbers) == max(ranks).objective
