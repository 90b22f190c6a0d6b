"""Rates of rare events: how often by when, and how far a small record may be believed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
_STRENGTHS = np.geomspace(0.5, 5_000.0, 81)


def cumulative_hazard(days: npt.NDArray[np.int64], happened: npt.NDArray[np.bool_],
                      rate: Floats) -> Floats:
    """Return the expected number of events per unit of rate from day 0 to each day.

    The estimator of Breslow (1974); that of Nelson and Aalen where every rate is 1. A record that
    ends without the event counts as at risk until its last day, so that young records lower no
    rate.

    Parameters
    ----------
    days
        Day of the event, or last day seen; shape (records,), 0 or more.
    happened
        Whether the event happened on that day; shape (records,).
    rate
        Each record's rate relative to the others'; shape (records,), above 0.

    Returns
    -------
    ndarray
        Shape (last day + 1,); entry ``t`` covers days 0 to ``t``.
    """
    num_days = int(days.max(initial=0)) + 1
    events = np.bincount(days[happened], minlength=num_days)
    ending = np.bincount(days, weights=rate, minlength=num_days)
    at_risk = ending[::-1].cumsum()[::-1]
    return np.cumsum(np.divide(events, at_risk, out=np.zeros(num_days), where=at_risk > 0))


def prior_strength(observed: Floats, expected: Floats) -> float:
    """Return how many expected events a group needs before half of its own record is believed.

    Counts are taken as Poisson around ``expected`` times a ratio drawn from a gamma distribution of
    mean 1 and shape ``a``; the ``a`` of largest marginal (negative binomial) likelihood on a fixed
    grid is returned: empirical Bayes after Clayton and Kaldor (1987). The top of the grid means
    that the groups do not differ by more than chance.

    Parameters
    ----------
    observed
        Events of each group; shape (groups,).
    expected
        Events expected of each group if all were alike; shape (groups,), 0 or more.
    """
    a = _STRENGTHS[:, None]
    likelihood = (gammaln(observed + a) - gammaln(a) + a * np.log(a)
                  - (observed + a) * np.log(expected + a)).sum(axis=1)
    return float(_STRENGTHS[int(np.argmax(likelihood))])


def shrunken_ratios(observed: Floats, expected: Floats) -> Floats:
    """Return observed over expected of each group, drawn towards 1 where the record is small.

    Parameters
    ----------
    observed
        Events of each group; shape (groups,).
    expected
        Events expected of each group if all were alike; shape (groups,), 0 or more.
    """
    strength = prior_strength(observed, expected)
    return (observed + strength) / (expected + strength)


def shrunken_median(values: Floats, overall: float, strength: float) -> float:
    """Return the median of a group's values, drawn towards the overall median.

    Parameters
    ----------
    values
        The group's values; shape (values,), may be empty.
    overall
        Median of all values.
    strength
        How many values the overall median counts for.
    """
    if not values.size:
        return overall
    weight = values.size / (values.size + strength)
    return weight * float(np.median(values)) + (1 - weight) * overall
