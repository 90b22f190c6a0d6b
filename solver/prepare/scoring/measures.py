"""How well scores rank leads and how far predicted chances can be trusted; numpy alone."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from solver.models.calibration import ReliabilityBin

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
#: Half width of a 95 % interval in standard errors.
_Z = 1.959963984540054
_BINS = 10
#: No chance counts as quite 0 or 1 in the log loss.
_LEAST = 1e-6


def auc_interval(scores: Floats, won: Flags) -> tuple[float, float, float]:
    """Return the area under the ROC curve and its 95 % interval.

    The chance that a won lead scores above a lost one, a tie counting half; variance of DeLong,
    DeLong and Clarke-Pearson (1988) by midranks (Sun and Xu 2014).

    Parameters
    ----------
    scores
        Shape (leads,).
    won
        Shape (leads,); two or more of either kind.
    """
    ranks = _midranks(scores)
    above, below = scores[won], scores[~won]
    num_won, num_lost = above.size, below.size
    lost_beaten = (ranks[won] - _midranks(above)) / num_lost
    won_above = 1 - (ranks[~won] - _midranks(below)) / num_won
    auc = float(lost_beaten.mean())
    variance = lost_beaten.var(ddof=1) / num_won + won_above.var(ddof=1) / num_lost
    half = _Z * math.sqrt(variance)
    return auc, max(0.0, auc - half), min(1.0, auc + half)


def _midranks(values: Floats) -> Floats:
    """Return ranks from 1; those of equal values are their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks: Floats = (last - (counts - 1) / 2)[place]
    return ranks


def brier(predicted: Floats, won: Flags) -> float:
    """Return the mean squared error of predicted chances, shape (leads,)."""
    return float(np.mean((predicted - won) ** 2))


def log_loss(predicted: Floats, won: Flags) -> float:
    """Return the mean negative log likelihood of predicted chances, shape (leads,), in nats."""
    chance = np.clip(predicted, _LEAST, 1 - _LEAST)
    return float(-np.mean(np.where(won, np.log(chance), np.log1p(-chance))))


def reliability(predicted: Floats, won: Flags, bins: int = _BINS) -> tuple[ReliabilityBin, ...]:
    """Return bins of about as many leads each, by rising predicted chance.

    Parameters
    ----------
    predicted
        Chances, shape (leads,); equal ones share a bin.
    won
        Shape (leads,).
    bins
        Most bins.
    """
    edges = np.unique(np.quantile(predicted, np.arange(1, bins) / bins, method="inverted_cdf"))
    place = np.searchsorted(edges, predicted, side="left")
    inside = (place == number for number in range(edges.size + 1))
    return tuple(ReliabilityBin(count=int(one.sum()), predicted=float(predicted[one].mean()),
                                observed=float(won[one].mean()))
                 for one in inside if one.any())


def calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Return the mean distance of predicted and observed over the leads of all bins (ECE)."""
    total = sum(one.count for one in bins)
    return math.fsum(one.count * abs(one.predicted - one.observed) for one in bins) / total
