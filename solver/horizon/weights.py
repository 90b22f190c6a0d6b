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
            weights = _weekly(history.created, history.end, history.begin)
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
    if then - 4 * WEEK < history.begin:
        return 1.0
    expected = _weekly(history.created, then, history.begin)[history.created < then].sum()
    around = np.abs(history.created - then) < WEEK
    return float((SCEPTICISM + around.sum()) / (SCEPTICISM + 2 * expected))


def _daily(history: History) -> _Floats:
    """Return 1 / days seen, of the lead's own kind of day: working day or weekend."""
    whole = (history.end - history.begin) // DAY
    begin = history.end - whole * DAY
    within = history.created >= begin
    hours_seen = np.arange(begin, history.end, DAY // 24)
    weekend = day_kinds(hours_seen // DAY)
    own_kind = day_kinds(history.created // DAY)
    days = np.where(own_kind, np.count_nonzero(weekend), np.count_nonzero(~weekend)) / 24
    return np.where(within & (days > 0), 1 / np.maximum(days, 1 / 24), 0.0)
