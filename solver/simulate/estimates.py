"""Means over worlds, with intervals of 95 %."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over worlds."""

    mean: float
    half_width: float | None
    """Of the 95 % t-interval around the mean; None for one world, which says nothing of others."""


def estimate(numbers: Sequence[float]) -> Estimate:
    """Return the mean of one number or more, with its interval."""
    if len(numbers) < 2:
        return Estimate(statistics.fmean(numbers), None)
    error = statistics.stdev(numbers) / math.sqrt(len(numbers))
    return Estimate(statistics.fmean(numbers), t_quantile(len(numbers) - 1) * error)


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
