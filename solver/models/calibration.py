"""A calibration: what score goes with what chance of winning, and how far it can be trusted."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from solver.models.base import Record

Probability = Annotated[float, Field(ge=0, le=1)]
_Score = Annotated[float, Field(ge=0, le=100)]


class CalibrationMethod(StrEnum):
    """What the curve from score to chance is."""

    ISOTONIC = "isotonic"
    """Steps that never fall, as the data has them."""
    LOGISTIC = "logistic"
    """One S-shaped curve of two numbers."""
    GIVEN = "given"
    """Written by hand."""


class ReliabilityBin(Record):
    """Leads of about the same predicted chance, and how many of them were won."""

    count: Annotated[int, Field(ge=1)]
    """Leads in the bin."""
    predicted: Probability
    """Mean predicted chance."""
    observed: Probability
    """Share that was won."""


class CalibrationQuality(Record):
    """How well the calibrated score predicts leads that it was not fitted on."""

    num_leads: Annotated[int, Field(ge=1)]
    """Leads with a known outcome."""
    num_won: Annotated[int, Field(ge=0)]
    """How many of them were won."""
    base_rate: Probability
    """Share that was won."""
    auc: Probability
    """Chance that a won lead scores above a lost one; a tie counts half."""
    auc_low: Probability
    """Lower end of its 95 % interval."""
    auc_high: Probability
    """Upper end of its 95 % interval."""
    brier: Probability
    """Mean squared error of the chance; what always saying the base rate gives is
    ``base_rate * (1 - base_rate)``."""
    log_loss: Annotated[float, Field(ge=0)]
    """Mean negative log likelihood, in nats."""
    ece: Probability
    """Expected calibration error: mean distance of predicted and observed over the bins."""
    reliability: tuple[ReliabilityBin, ...]
    """Bins by predicted chance, rising."""


class Calibration(Record):
    """Score to chance of winning, linear between the points and level beyond them."""

    method: CalibrationMethod = CalibrationMethod.GIVEN
    """How the points were found."""
    points: Annotated[tuple[tuple[_Score, Probability], ...], Field(min_length=1)]
    """Pairs of score (0 to 100, rising) and chance (0 to 1, never falling)."""
    quality: CalibrationQuality | None = None
    """Measured when it was fitted, on leads left out in turn; None: written by hand."""

    @model_validator(mode="after")
    def _check_rising(self) -> Self:
        for (low, chance), (high, next_chance) in pairwise(self.points):
            if high <= low:
                raise ValueError(f"points: the score {high:g} must be above {low:g}, which stands "
                                 "before it")
            if next_chance < chance:
                raise ValueError(f"points: the chance {next_chance:g} at score {high:g} must not "
                                 f"be below {chance:g} at score {low:g}")
        return self

    def probability(self, score: float) -> float:
        """Return the chance of winning a lead of this score."""
        after = bisect_right(self.points, score, key=lambda point: point[0])
        if after == 0 or after == len(self.points):
            return self.points[max(after - 1, 0)][1]
        (low, chance), (high, next_chance) = self.points[after - 1], self.points[after]
        return chance + (next_chance - chance) * ((score - low) / (high - low))
