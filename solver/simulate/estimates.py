"""Means over worlds, with intervals; of 95 % unless told otherwise."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from solver.models.base import Record

_CONFIDENCE = 0.95


class Estimate(Record):
    """A mean over worlds."""

    mean: float
    half_width: float | None
    """Of the interval around the mean; None for one world, which says nothing of others."""
    num: Annotated[int, Field(ge=1)]
    """Worlds that have the number."""


def estimate(numbers: Sequence[float], confidence: float = _CONFIDENCE) -> Estimate:
    """Return the mean of one number or more, with Student's interval."""
    return estimate_by(numbers, numbers, confidence)


def estimate_by(numbers: Sequence[float], basis: Sequence[float], confidence: float) -> Estimate:
    """Return the mean of one number or more, with its interval.

    Parameters
    ----------
    numbers
        The numbers.
    basis
        Those of them whose deviation, with one degree of freedom fewer, makes the interval; with
        fewer than two there is none.
    confidence
        Between 0 and 1.
    """
    mean, num = statistics.fmean(numbers), len(numbers)
    if len(basis) < 2:
        return Estimate(mean=mean, half_width=None, num=num)
    error = statistics.stdev(basis) / math.sqrt(num)
    return Estimate(mean=mean, half_width=t_quantile(len(basis) - 1, confidence) * error, num=num)


def t_quantile(freedom: int, confidence: float = _CONFIDENCE) -> float:
    """Return the t with that part of Student's distribution between -t and t, by bisection."""
    low, high = 0.0, 1.0
    while _share_within(high, freedom) < confidence:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = ((middle, high) if _share_within(middle, freedom) < confidence
                     else (low, middle))
    return high


def _share_within(t: float, freedom: int) -> float:
    """Return P(-t < T < t) in closed form (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4)."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = 0.0
    for k in range(1 + odd, freedom, 2):
        total += term
        term *= cosine * cosine * k / (k + 1)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
