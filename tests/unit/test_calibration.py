"""Calibration: measures by hand, curves on known chances, refusals, and the way through JSON."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from solver.errors import UsageError
from solver.models.calibration import Calibration, CalibrationMethod
from solver.models.scoring import ScoreUse, Scoring
from solver.prepare.scoring.calibration import calibrate, probabilities
from solver.prepare.scoring.measures import (
    Flags,
    Floats,
    auc_interval,
    brier,
    calibration_error,
    log_loss,
    reliability,
)


def s_shaped(number: int, seed: int = 3) -> tuple[Floats, Flags, Floats]:
    """Scores, outcomes, and the chances that they were drawn with."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, number).round(1)
    chance = 1 / (1 + np.exp(-(scores - 60) / 15))
    return scores, rng.random(number) < chance, chance


def stepped(number: int) -> tuple[Floats, Flags]:
    rng = np.random.default_rng(5)
    scores = rng.uniform(0, 100, number).round(1)
    return scores, rng.random(number) < np.where(scores > 60, 0.7, 0.1)


def test_auc_by_hand() -> None:
    """Won 3, 2, 2 against lost 2, 1: of six pairs four and two halves are right."""
    auc, low, high = auc_interval(np.array([3.0, 2, 2, 2, 1]),
                                  np.array([True, True, True, False, False]))
    assert auc == pytest.approx((1 + 0.5 + 0.5 + 1 + 1 + 1) / 6)
    # DeLong: of won 1, 3/4, 3/4 (variance 1/48), of lost 2/3, 1 (variance 1/18)
    half = 1.959963985 * (1 / 48 / 3 + 1 / 18 / 2) ** 0.5
    assert low == pytest.approx(auc - half)
    assert high == 1.0


def test_measures_agree_with_scikit_learn() -> None:
    """AUC with ties, Brier score and log loss."""
    scores, won, chance = s_shaped(500)
    assert auc_interval(scores.round(-1), won)[0] == pytest.approx(
        roc_auc_score(won, scores.round(-1)))
    assert brier(chance, won) == pytest.approx(brier_score_loss(won, chance))
    assert log_loss(chance, won) == pytest.approx(sklearn_log_loss(won, chance))


def test_reliability_by_hand() -> None:
    """Two bins of two: 0.1 and 0.2 (one won), 0.6 and 0.8 (both won): ECE (0.35 + 0.3) / 2."""
    bins = reliability(np.array([0.8, 0.1, 0.6, 0.2]), np.array([True, True, True, False]), 2)
    assert [one.count for one in bins] == [2, 2]
    assert [one.predicted for one in bins] == pytest.approx([0.15, 0.7])
    assert [one.observed for one in bins] == [0.5, 1.0]
    assert calibration_error(bins) == pytest.approx(0.325)


def test_equal_chances_share_a_bin() -> None:
    """No bin is empty, and no chance stands in two."""
    bins = reliability(np.array([0.5] * 7 + [0.9]), np.array([True, False] * 4))
    assert [one.count for one in bins] == [7, 1]


def test_an_s_shape_is_found() -> None:
    """The logistic curve wins and lies close to the true chances, where there are any scores."""
    scores, won, _ = s_shaped(6000)
    found = calibrate(scores, won, seed=1)
    assert found.method is CalibrationMethod.LOGISTIC
    for score, true in ((10, 0.0344), (45, 0.2689), (60, 0.5), (90, 0.8808)):
        assert found.probability(score) == pytest.approx(true, abs=0.03)
    assert found.quality is not None
    assert found.quality.ece < 0.03
    assert found.quality.num_leads == 6000
    assert found.quality.base_rate == pytest.approx(won.mean())
    assert found.quality.brier < found.quality.base_rate * (1 - found.quality.base_rate)


def test_steps_are_found() -> None:
    """Where the chance jumps, the isotonic curve wins."""
    scores, won = stepped(3000)
    found = calibrate(scores, won, seed=1)
    assert found.method is CalibrationMethod.ISOTONIC
    assert found.probability(40) == pytest.approx(0.1, abs=0.03)
    assert found.probability(80) == pytest.approx(0.7, abs=0.04)
    forced = calibrate(scores, won, method="logistic", seed=1)
    assert forced.method is CalibrationMethod.LOGISTIC
    assert found.quality is not None
    assert forced.quality is not None
    assert found.quality.brier < forced.quality.brier


def test_figures_are_of_leads_left_out() -> None:
    """An isotonic curve of scores that say little looks better on its own leads than it is."""
    rng = np.random.default_rng(8)
    scores = rng.uniform(0, 100, 400)
    won = rng.random(400) < 0.35 + scores / 400
    found = calibrate(scores, won, method="isotonic", seed=1)
    assert found.quality is not None
    assert brier(probabilities(found, scores), won) < found.quality.brier


def test_the_seed_decides_and_the_data_stay_as_they_are() -> None:
    """Same seed, same bytes."""
    scores, won, _ = s_shaped(400)
    before = scores.copy()
    first, second = (calibrate(scores, won, seed=4).model_dump_json() for _ in range(2))
    assert first == second
    assert (scores == before).all()


def test_leads_that_are_told_apart_without_error() -> None:
    """Both curves are found, from nearly 0 to nearly 1."""
    scores = np.arange(200) / 2.0
    for found in (calibrate(scores, scores > 50, method="isotonic", seed=1),
                  calibrate(scores, scores > 50, method="logistic", seed=1)):
        assert found.quality is not None
        assert found.quality.auc == found.quality.auc_high == 1.0
        assert found.probability(20) < 0.01
        assert found.probability(80) > 0.99


def test_one_by_one_and_together() -> None:
    """Beyond the points the curve is level; between them straight."""
    curve = Calibration(points=((10, 0.1), (20, 0.3), (60, 0.5)))
    scores = [0, 10, 15, 20, 40, 60, 100]
    chances = [0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5]
    assert [curve.probability(score) for score in scores] == pytest.approx(chances)
    assert probabilities(curve, scores).tolist() == pytest.approx(chances)


def test_a_calibration_goes_through_json_and_into_a_policy() -> None:
    """What was fitted stands inline in the scoring section and gives the same chances."""
    scores, won = stepped(600)
    found = calibrate(scores, won, seed=1)
    assert Calibration.model_validate_json(found.model_dump_json(), strict=True) == found
    rules = Scoring(use=ScoreUse.PROBABILITY, calibration=found)
    again = Scoring.model_validate_json(rules.model_dump_json(), strict=True).calibration
    assert again is not None
    assert again.probability(33.3) == found.probability(33.3)


@pytest.mark.parametrize(("scores", "won", "rule"), [
    ([50.0] * 199, [True] * 100 + [False] * 99, "199 leads with 100 won are too few"),
    ([50.0] * 400, [True] * 49 + [False] * 351, "400 leads with 49 won are too few"),
    ([50.0] * 400, [False] * 49 + [True] * 351, "400 leads with 351 won are too few"),
    ([50.0] * 400, [True, False] * 200, "does not rank: its AUC is 0.500"),
    (list(range(100)) * 4, [True, False] * 200, "does not rank"),
    ([*range(100)] * 2, ([True] * 50 + [False] * 50) * 2, "lost leads above won ones"),
    ([50.0], [True, False], "not 2 outcomes of 1 scores"),
    ([101.0] * 200, [True, False] * 100, "score 101 cannot be calibrated"),
    ([float("nan")] * 200, [True, False] * 100, "score nan cannot be calibrated"),
])
def test_refusals(scores: list[float], won: list[bool], rule: str) -> None:
    """Too thin, no ranking, wrong way round, no scores: a reason and what to do."""
    with pytest.raises(UsageError, match=rule):
        calibrate(scores, won, seed=1)


@pytest.mark.parametrize("folds", [1, 51])
def test_folds_out_of_range(folds: int) -> None:
    """One part leaves nothing to learn from; too many leave a part without won leads."""
    scores, won = stepped(300)
    with pytest.raises(UsageError, match=f"folds {folds} must be 2 to 50"):
        calibrate(scores, won, folds=folds, seed=1)
