"""What a past lead stands for: how many leads like it are expected at each instant it recurs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.horizon.history import DAY, WEEK, History, day_kinds
from solver.models import ForecastBasis

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]

#: Weeks after which a week of the history counts half.
_HALF_LIFE_WEEKS = 8.0
#: Leads that a trend or a season must stand against before it is believed.
SCEPTICISM = 20.0
_TREND = 2 * WEEK
_YEAR = 52 * WEEK


def recurrence_weights(history: History) -> _Floats:
    """Return (H,) leads expected per recurrence of each past lead, by the history's basis."""
    match history.basis:
        case ForecastBasis.HOUR_OF_WEEK:
            weights = _weekly(history.created, history.end, history.first_midnight)
            return weights * _trend(history, weights)[history.segment] * _season(history)
        case ForecastBasis.HOUR_OF_DAY:
            return _daily(history)
        case ForecastBasis.STEADY:
            return np.full(len(history.leads), 1 / (history.end - history.begin))
        case ForecastBasis.NONE:
            return np.zeros(len(history.leads))


def _weekly(created: _Ints, end: int, begin: int) -> _Floats:
    """Each of the whole weeks before the end counts; recent ones more; their weights sum to 1."""
    weeks = (end - begin) // WEEK
    ago = (end - 1 - created) // WEEK
    decay = 0.5 ** (np.arange(weeks) / _HALF_LIFE_WEEKS)
    share = np.append(decay / decay.sum(), 0.0)
    weights: _Floats = share[np.clip(np.where(ago < 0, weeks, ago), 0, weeks)]
    return weights


def _trend(history: History, weights: _Floats) -> _Floats:
    """Return, by segment, what came in the last two weeks against what the weights expect."""
    num_segments = len(history.segments)
    recent = history.created >= history.end - _TREND
    seen = np.bincount(history.segment[recent], minlength=num_segments)
    expected = np.bincount(history.segment, weights=weights, minlength=num_segments)
    return (SCEPTICISM + seen) / (SCEPTICISM + expected * (_TREND / WEEK))


def _season(history: History) -> float:
    """Return by how much the same forecast, made a year ago, fell short of the weeks around it."""
    then = history.end - _YEAR
    if then - 4 * WEEK < history.first_midnight:
        return 1.0
    expected = _weekly(history.created, then, history.first_midnight)[history.created < then].sum()
    around = np.abs(history.created - then) < WEEK
    return float((SCEPTICISM + around.sum()) / (SCEPTICISM + 2 * expected))


def _daily(history: History) -> _Floats:
    """Return 1 / days of the lead's own kind, working day or weekend, that saw its time of day.

    The first day counts from its midnight; the last one may end early.
    """
    weekend = day_kinds(days_seen(history))
    own_kind = day_kinds(history.created // DAY)
    num_days = np.where(own_kind, np.count_nonzero(weekend), np.count_nonzero(~weekend))
    last_day = (history.end - 1) // DAY
    unseen = history.created % DAY >= history.end - last_day * DAY
    weights: _Floats = 1.0 / (num_days - (unseen & (own_kind == weekend[-1])))
    return weights


def days_seen(history: History) -> _Ints:
    """Return the days of a history that has leads, counted from 1970."""
    return np.arange(history.begin // DAY, (history.end - 1) // DAY + 1)
