"""How many replications are played, and the intervals that go with it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from solver.errors import UsageError
from solver.quarter.records import Measure
from solver.simulate.estimates import Estimate, estimate_by, t_quantile

Numbers = Sequence[float | None]


class Target(StrEnum):
    """Which intervals a sequential rule makes as narrow as is asked."""

    DIFFERENCE = "difference"
    """Of each scenario to the base; without scenarios as ``level``."""
    LEVEL = "level"
    """Of the base and of each scenario."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """So many replications.

    Intervals are Student's: with n numbers of mean m and deviation s,
    ``m +- t(n - 1) s / sqrt(n)``.

    Raises
    ------
    UsageError
        If the number is below 2, or the confidence not between 0 and 1.
    """

    number: int
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.number < 2:
            raise UsageError(f"{self.number} replications have no interval; give 2 or more")
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Sequential:
    """As many replications as a wanted precision needs: Stein's two stages.

    Raises
    ------
    UsageError
        If a number is out of range.

    Notes
    -----
    A first stage of n0 replications gives the deviation s of what is to be known. Then
    ``n = max(n0, ceil((t(n0 - 1) s / half_width)^2))`` are played, and the interval is
    ``mean of all n +- t(n0 - 1) s / sqrt(n)``, no wider than was asked. Because s, and so n, says
    nothing about the mean of normal numbers, it covers as often as it claims, whatever the variance
    (C. Stein, A two-sample test for a linear hypothesis whose power is independent of the variance,
    Annals of Mathematical Statistics 16, 1945). To stop as soon as the interval of all numbers so
    far is narrow enough covers less often: it stops where s happens to be small. With several
    targets n is the largest that any needs; the first stage alone decides it, so that nothing
    changes.
    """

    half_width: float
    """In the unit of the measure, above 0; of the value in minor units."""
    measure: Measure = Measure.VALUE
    target: Target = Target.DIFFERENCE
    confidence: float = 0.95
    first: int = 10
    """Replications of the first stage, 2 or more; few make n, and the interval, uncertain."""
    most: int = 1_000
    """At which it ends, however wide the interval is then."""

    def __post_init__(self) -> None:
        if not 0 < self.half_width < math.inf:
            raise UsageError(f"half_width {self.half_width:g} must be above 0, in the unit of "
                             f"{self.measure}")
        if not 2 <= self.first <= self.most:
            raise UsageError(f"a first stage of {self.first} replications and at most {self.most} "
                             "in all do not fit; give 2 or more, and no fewer in all")
        _check_confidence(self.confidence)

    def total(self, first_stages: Sequence[Numbers]) -> int:
        """Return how many replications the targets need, by the numbers of their first stage.

        Raises
        ------
        UsageError
            If the measure is missing from all but one of a target's replications.
        """
        return min(self.most, max((self._needed(numbers) for numbers in first_stages),
                                  default=self.first))

    def _needed(self, numbers: Numbers) -> int:
        known = there(numbers)
        if len(known) < 2:
            raise UsageError(f"{self.measure} is there in {len(known)} of the first "
                             f"{len(numbers)} replications: too few to go by; name another measure")
        wide = t_quantile(len(known) - 1, self.confidence) * statistics.stdev(known)
        return max(self.first, math.ceil((wide / self.half_width) ** 2))


Replications = Fixed | Sequential


def interval(numbers: Numbers, rule: Replications) -> Estimate | None:
    """Return the mean of the numbers that are there, with the rule's interval; None: none is.

    Where the first stage of a sequential rule saw no difference and later replications did, its
    deviation says nothing, and the interval is Student's over all of them.
    """
    known = there(numbers)
    if not known:
        return None
    basis = there(numbers[:rule.first]) if isinstance(rule, Sequential) else known
    if len(set(basis)) < 2 < len(known):
        basis = known
    return estimate_by(known, basis, rule.confidence)


def there(numbers: Numbers) -> list[float]:
    """Return the numbers that are there."""
    return [number for number in numbers if number is not None]


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise UsageError(f"confidence {confidence:g} must be between 0 and 1, such as 0.95")
