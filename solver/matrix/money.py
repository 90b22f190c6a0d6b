"""The one place where money becomes integers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode
from solver.models.money import MAX_SUM as MAX_SUM  # noqa: PLC0414 - others know it from here
from solver.models.money import MINOR_PER_UNIT


def to_minor_units(money: NDArray[np.float64], scale: int = MINOR_PER_UNIT,
                   name: Callable[..., str] = lambda *_: "a value") -> NDArray[np.int64]:
    """Round money to int64 minor units, ties to even.

    Parameters
    ----------
    money
        Any shape, in major units, 0 or more.
    scale
        Minor units in one major unit.
    name
        Names the amount at a position, for the error.

    Raises
    ------
    InvalidInputError
        If an amount is not finite or exceeds 2**62 minor units; the largest is named.
    """
    scaled = np.rint(money * scale)
    if not scaled.max(initial=0.0) <= MAX_SUM:
        at = np.unravel_index(scaled.argmax(), scaled.shape)
        raise value_range_error(float(money[at]), name(*map(int, at)))
    return scaled.astype(np.int64)


def check_sum_range(largest: int, num_leads: int, what: str) -> None:
    """Refuse amounts whose sum over all leads could pass 2**62 minor units.

    Raises
    ------
    InvalidInputError
        Naming the largest amount.
    """
    if num_leads * largest > MAX_SUM:
        raise value_range_error(largest / MINOR_PER_UNIT, what)


def engine_takes(largest: int, num_nodes: int) -> bool:
    """Say whether the min-cost flow takes costs up to this amount.

    Measured by bisection with OR-Tools 9.15: the limit is 2**63 / (2 n + 6) on a chain of n nodes
    and between 2**63 / (2.7 n) and 2**63 / (4.8 n) on lead-rep graphs; 5 n + 10 is below all.
    """
    return largest * (5 * num_nodes + 10) < 2**63


def check_engine_range(largest: int, num_nodes: int, what: str) -> None:
    """Refuse amounts beyond the min-cost flow's cost limit, which grows with its nodes.

    Raises
    ------
    InvalidInputError
        Naming the largest amount.
    """
    if not engine_takes(largest, num_nodes):
        raise value_range_error(largest / MINOR_PER_UNIT, what)


def value_range_error(amount: float, what: str) -> InvalidInputError:
    """Make the error for an amount that exact integer sums cannot hold."""
    return InvalidInputError([Issue(
        code=IssueCode.VALUE_RANGE, file="window", offending=f"{amount:,.2f}",
        rule=f"{what} must be small enough that sums over all leads stay exact in 64 bits",
        remedy="Lower the policy's exponents, the deal values or the reps' performance, "
               "or route fewer leads at once")])
