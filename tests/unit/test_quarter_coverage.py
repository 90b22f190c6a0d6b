"""The benchmark of coverage: its known answers are those of the worlds that it plays."""

from __future__ import annotations

from benchmarks.quarter_coverage import estimates, known_answers, known_means, play
from solver.quarter import Fixed


def test_known_answers_are_those_of_many_worlds() -> None:
    """Every mean of 120 worlds is within one and a half times its interval of 95 %."""
    answers = known_answers()
    found = dict(estimates(play(Fixed(120), seed=5)))
    assert found.keys() == answers.keys()
    for key, (mean, half_width) in found.items():
        assert half_width > 0
        assert abs(mean - answers[key]) < 1.5 * half_width, key


def test_with_slots_enough_every_lead_is_owned() -> None:
    """The sums' limits: 24 leads a day at their mean worth, none lost."""
    means = known_means(150, 24.0)
    assert abs(means.owned - 72) < 1e-9
    assert abs(means.lost) < 1e-9
    assert abs(means.value - 72 * (0.4 * 50_000 + 0.6 * 20_000)) < 1e-4
