"""How often the intervals of simulated quarters cover a known answer.

Run ``python -m benchmarks.quarter_coverage`` from the project's root; it ends with 1 where an
interval of 95 % covers less often than 93 % or more often than 97 %.

The world lasts an hour. Leads of two kinds come as a Poisson process of 24 an hour, each large with
chance 0.4, worth H = 500.00, or small, worth S = 200.00. One rep has c = 20 slots; one window
closes at the end. So the numbers of large and small leads are independent, Poisson with means 9.6
and 14.4 (thinning), and the optimal plan takes large ones first:

    owned(c)  =  min(L + M, c)        with L large and M small leads
    value(c)  =  H min(L, c)  +  S min(M, max(c - L, 0))

whose means are finite sums: terms with L or M at their ends have all the remaining probability. The
rest follows: utilisation is owned / c, held is L + M - owned. A scenario with eight slots more has
c = 28. In one where half as many leads again come, each lead comes once or twice with equal chance,
so that L is A + 2 B with A and B independent and Poisson with half of its mean, and M likewise.
Differences to the base have the differences of these means, whatever the numbers share.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown import markdown_table
from solver.models import Lead, Policy, Rep
from solver.quarter import (
    Fixed,
    HouseRules,
    Measure,
    PoissonWorlds,
    Quarter,
    Replications,
    Sequential,
    play_quarter,
)
from solver.running import Pooled
from solver.scenarios import ChangeCapacity, ScaleLeads, Scenario
from solver.simulate import Method, Windows
from solver.world import World

_Floats = NDArray[np.float64]
_START = datetime(2026, 11, 18, 9, tzinfo=UTC)
_RATE, _LARGE_SHARE, _SLOTS = 24.0, 0.4, 20
#: Minor units.
_LARGE, _SMALL = 50_000, 20_000
_SCENARIOS = (
    Scenario(name="eight slots more", edits=(ChangeCapacity(rep_ids=("ana",), add=8),)),
    Scenario(name="half as many leads again", edits=(ScaleLeads(factor=1.5),)))
_RULES: dict[str, Replications] = {
    "20 replications": Fixed(20),
    # About as wide as what 20 replications give, so that the second stage has work to do.
    "Stein, value difference within 900.00": Sequential(half_width=90_000.0, first=10)}
_LEAST, _MOST = 0.93, 0.97
#: Numbers of leads above have no weight in float64.
_TOP = 200

#: What is estimated: scenario (None: the base), measure, whether the difference to the base.
_Key = tuple[str | None, Measure, bool]


@dataclass(frozen=True, slots=True)
class Means:
    """Known means of one scenario."""

    value: float
    owned: float
    held: float
    utilisation: float

    def of(self, measure: Measure) -> float:
        """Return the mean of a measure."""
        return {Measure.VALUE: self.value, Measure.OWNED: self.owned, Measure.HELD: self.held,
                Measure.UTILISATION: self.utilisation}[measure]


_MEASURES = (Measure.VALUE, Measure.OWNED, Measure.HELD, Measure.UTILISATION)


def known_means(slots: int, *, doubled: bool) -> Means:
    """Return the means of the module's text, by summing over the numbers of leads."""
    large, small = (_chances(_RATE * share, doubled=doubled)
                    for share in (_LARGE_SHARE, 1 - _LARGE_SHARE))
    chance = large[:, None] * small[None, :]
    num_large, num_small = np.ogrid[:len(large), :len(small)]
    own_large = np.minimum(num_large, slots)
    own_small = np.minimum(num_small, np.maximum(slots - num_large, 0))
    owned = float((chance * (own_large + own_small)).sum())
    came = float((chance * (num_large + num_small)).sum())
    value = float((chance * (_LARGE * own_large + _SMALL * own_small)).sum())
    return Means(value=value, owned=owned, held=came - owned, utilisation=owned / slots)


def coverage(repetitions: int, seed: int, jobs: int) -> dict[str, dict[_Key, list[bool]]]:
    """Return for each rule and estimate whether the interval covered, by repetition."""
    answers = _answers()
    make = partial(ProcessPoolExecutor, jobs, multiprocessing.get_context("spawn"))
    covered: dict[str, dict[_Key, list[bool]]] = {}
    with Pooled(make) as runner:
        for nth, (name, rule) in enumerate(_RULES.items()):
            seeds = range(seed + nth * repetitions, seed + (nth + 1) * repetitions)
            hits: defaultdict[_Key, list[bool]] = defaultdict(list)
            for quarter in runner.run(_play, rule, seeds):
                for key, (mean, half_width) in _estimates(quarter):
                    hits[key].append(abs(mean - answers[key]) <= half_width)
            covered[name] = hits
    return covered


def _play(rule: Replications, seed: int) -> Quarter:
    base = World(start=_START, end=_START + timedelta(hours=1),
                 reps=(Rep(rep_id="ana", capacity=_SLOTS),), arrivals=(), history=(), seed=0,
                 policy=Policy.model_validate({"match": {"unknown": 1.0}}))
    pool = tuple(Lead(lead_id=f"kind {nth}", created_at=_START, score=100.0,
                      deal_value=worth / 100)
                 for nth, worth in enumerate((_LARGE, _LARGE, _SMALL, _SMALL, _SMALL)))
    return play_quarter(PoissonWorlds(base, pool, _RATE, seed), _SCENARIOS, replications=rule,
                        rules=HouseRules(method=Method.OPTIMAL, windows=Windows(minutes=120)))


def _estimates(quarter: Quarter) -> Iterator[tuple[_Key, tuple[float, float]]]:
    for result in (quarter.base, *quarter.results):
        name = None if result.scenario is None else result.scenario.name
        for measure in _MEASURES:
            one = result.measures[measure]
            for estimated, is_difference in ((one.level, False), (one.difference, True)):
                if is_difference and name is None:
                    continue
                assert estimated is not None
                assert estimated.half_width is not None
                yield (name, measure, is_difference), (estimated.mean, estimated.half_width)


def _answers() -> dict[_Key, float]:
    base = known_means(_SLOTS, doubled=False)
    edited = {_SCENARIOS[0].name: known_means(_SLOTS + 8, doubled=False),
              _SCENARIOS[1].name: known_means(_SLOTS, doubled=True)}
    answers: dict[_Key, float] = {(None, measure, False): base.of(measure)
                                  for measure in _MEASURES}
    for name, means in edited.items():
        for measure in _MEASURES:
            answers[name, measure, False] = means.of(measure)
            answers[name, measure, True] = means.of(measure) - base.of(measure)
    return answers


def _chances(mean: float, *, doubled: bool) -> _Floats:
    """Return the chance of each number of leads; doubled: each comes once or twice."""
    if not doubled:
        return _poisson(mean, _TOP)
    twice = np.zeros(_TOP)
    twice[::2] = _poisson(mean / 2, _TOP // 2)
    return np.convolve(_poisson(mean / 2, _TOP), twice)


def _poisson(mean: float, size: int) -> _Floats:
    return np.array([math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
                     for k in range(size)])


def main() -> None:
    """Play, print the table, end with 1 where coverage is not as claimed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    covered = coverage(arguments.repetitions, arguments.seed, arguments.jobs)
    answers, rows, missed = _answers(), [], []
    for key, answer in answers.items():
        name, measure, is_difference = key
        shares = [float(np.mean(covered[rule][key])) for rule in _RULES]
        what = f"{measure}{' less that of the base' if is_difference else ''}"
        rows.append((name or "base", what, f"{answer:,.4f}", *(f"{one:.3f}" for one in shares)))
        missed += [f"{name or 'base'}, {what}, {rule}: {share:.3f}"
                   for rule, share in zip(_RULES, shares, strict=True)
                   if not _LEAST <= share <= _MOST]
    print(markdown_table(("scenario", "measure", "known mean", *_RULES), rows))
    if missed:
        parser.exit(1, "".join(f"missed: {one}\n" for one in missed))


if __name__ == "__main__":
    main()
