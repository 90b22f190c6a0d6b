"""Calibration: from scores and outcomes to the chance of winning, or why it cannot be had.

Isotonic and logistic curves compete on leads that were left out in turn; the one of the lower Brier
score is fitted again on all. Every figure of the quality is of leads left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from solver.errors import UsageError
from solver.models.calibration import Calibration, CalibrationMethod, CalibrationQuality
from solver.prepare.scoring.measures import (
    Flags,
    Floats,
    auc_interval,
    brier,
    calibration_error,
    log_loss,
    reliability,
)

#: Fewest leads with an outcome, and fewest won and lost ones, that a calibration rests on.
MIN_LEADS, MIN_EACH = 200, 50
_DECIMALS = 6
#: The logistic curve is written down at so many quantiles of the scores and as many even steps.
_KNOTS = 51
#: Inverse of the penalty on the slope; scores are brought to 0 to 1 before.
_C = 1e4
_Curve = list[tuple[float, float]]


def calibrate(
    scores: Sequence[float] | Floats, outcomes: Sequence[bool] | Flags, *,
    method: Literal["auto", "isotonic", "logistic"] = "auto", folds: int = 5, seed: int,
) -> Calibration:
    """Learn the chance of winning from scores of leads whose outcome is known.

    Parameters
    ----------
    scores
        Score of each lead, 0 to 100, made without knowing its outcome.
    outcomes
        Whether each lead was won.
    method
        Curve to fit; ``auto``: the one of the lower Brier score on leads left out.
    folds
        Parts of the leads that are left out in turn, 2 to 50.
    seed
        Seed of the draw of the parts.

    Raises
    ------
    UsageError
        If the data are too thin, or the score does not rank won leads above lost ones.
    """
    x, won = np.asarray(scores, dtype=np.float64), np.asarray(outcomes, dtype=np.bool_)
    _refuse_bad(x, won, folds)
    auc, low, high = auc_interval(x, won)
    _refuse_useless(auc, low, high)
    methods = [CalibrationMethod.LOGISTIC, CalibrationMethod.ISOTONIC]
    if method != "auto":
        methods = [CalibrationMethod(method)]
    left_out = {one: _out_of_fold(_FITS[one], x, won, folds, seed) for one in methods}
    best = min(methods, key=lambda one: brier(left_out[one], won))
    predicted = left_out[best]
    bins = reliability(predicted, won)
    quality = CalibrationQuality(
        num_leads=x.size, num_won=int(won.sum()), base_rate=float(won.mean()),
        auc=auc, auc_low=low, auc_high=high, brier=brier(predicted, won),
        log_loss=log_loss(predicted, won), ece=calibration_error(bins), reliability=bins)
    return Calibration(method=best, points=tuple(_tidy(_FITS[best](x, won))), quality=quality)


def probabilities(calibration: Calibration, scores: Sequence[float] | Floats) -> Floats:
    """Return the chance of each score, shape (leads,); one by one: ``calibration.probability``.

    Parameters
    ----------
    calibration
        The curve.
    scores
        Shape (leads,), 0 to 100.
    """
    x, y = zip(*calibration.points, strict=True)
    chances: Floats = np.interp(np.asarray(scores, dtype=np.float64), x, y)
    return chances


def _refuse_bad(scores: Floats, won: Flags, folds: int) -> None:
    if scores.shape != won.shape or scores.ndim != 1:
        raise UsageError(f"a calibration needs one outcome per score, not {won.size} outcomes of "
                         f"{scores.size} scores")
    outside = scores[~((scores >= 0) & (scores <= 100))]
    if outside.size:
        raise UsageError(f"the score {outside[0]:g} cannot be calibrated: scores are 0 to 100")
    if not 2 <= folds <= MIN_EACH:
        raise UsageError(f"folds {folds} must be 2 to {MIN_EACH}: each part is predicted by the "
                         "others and needs won and lost leads")
    num_won = int(won.sum())
    if scores.size < MIN_LEADS or min(num_won, scores.size - num_won) < MIN_EACH:
        raise UsageError(
            f"{scores.size:,} leads with {num_won:,} won are too few to calibrate a score: "
            f"{MIN_LEADS} leads with {MIN_EACH} won and {MIN_EACH} lost are needed. Add outcomes, "
            "or set use: points")


def _refuse_useless(auc: float, low: float, high: float) -> None:
    interval = f"its AUC is {auc:.3f} ({low:.3f} to {high:.3f})"
    if high < 0.5:
        raise UsageError(f"the score ranks lost leads above won ones: {interval}. Check the signs "
                         "of the points")
    if low <= 0.5:
        raise UsageError(f"the score does not rank: {interval}, which chance alone would give. "
                         "Change the rules of the points, or set use: given")


def _isotonic(scores: Floats, won: Flags) -> _Curve:
    fit = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(
        scores, won.astype(np.float64))
    return list(zip(fit.X_thresholds_.tolist(), fit.y_thresholds_.tolist(), strict=True))


def _logistic(scores: Floats, won: Flags) -> _Curve:
    fit = LogisticRegression(C=_C, max_iter=1000).fit(scores[:, None] / 100, won)
    even = np.linspace(0.0, 1.0, _KNOTS)
    knots = np.unique(np.concatenate([100 * even, np.quantile(scores, even)]).round(_DECIMALS))
    chance = fit.predict_proba(knots[:, None] / 100)[:, 1]
    # A slope that falls, as one fold may have by chance, is no ranking: then all are alike.
    rising = chance if fit.coef_[0, 0] > 0 else np.full(knots.size, won.mean())
    return list(zip(knots.tolist(), rising.tolist(), strict=True))


_FITS: dict[CalibrationMethod, Callable[[Floats, Flags], _Curve]] = {
    CalibrationMethod.ISOTONIC: _isotonic, CalibrationMethod.LOGISTIC: _logistic}


def _out_of_fold(fit: Callable[[Floats, Flags], _Curve], scores: Floats, won: Flags, folds: int,
                 seed: int) -> Floats:
    """Return each lead's chance by a curve fitted without it, shape (leads,)."""
    predicted = np.empty(scores.size)
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for learnt, judged in parts.split(scores[:, None], won):
        x, y = zip(*fit(scores[learnt], won[learnt]), strict=True)
        predicted[judged] = np.interp(scores[judged], x, y)
    return predicted


def _tidy(curve: _Curve) -> _Curve:
    """Round a curve, and leave out points of scores that rounding made equal."""
    rounded = {round(score, _DECIMALS) + 0.0: round(chance, _DECIMALS) for score, chance in curve}
    return sorted(rounded.items())
