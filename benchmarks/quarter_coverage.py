"""How often the intervals of simulated quarters cover a known answer.

Run ``python -m benchmarks.quarter_coverage`` from the project's root; it ends with 1 where an
interval of 95 % covers less often than 93 % or more often than 97 %. Lost leads are few, in most
worlds none: their levels are in the table to show where intervals of means end, and not held to it.

The world lasts three days, each from noon to noon. Leads of two kinds come as a Poisson process of
24 a day, each large with chance 0.4, worth H = 500.00, or small, worth S = 200.00. One rep may take
c = 26 leads a day; a window closes at the end of each day, and what it leaves is lost. So days are
alike and independent, the numbers of large and small leads of a day are independent, Poisson with
means 9.6 and 14.4 (thinning), and the optimal plan of a day takes large ones first:

    owned(c)  =  min(L + M, c)        with L large and M small leads
    value(c)  =  H min(L, c)  +  S min(M, max(c - L, 0))

whose means are finite sums: terms with L or M above 200 have no weight in float64. A world has
three times that, lost are L + M - owned, and utilisation is owned / (4 c): slots of four dates,
those of the first afternoon unused. A scenario with four slots more has c = 30. In one with a
quarter fewer leads each lead comes with chance 0.75, so that L and M are Poisson with three
quarters of their means. Differences to the base have the differences of these means, whatever the
numbers share.
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
from solver.scenarios import CapacityOf, ChangeCapacity, ScaleLeads, Scenario
from solver.simulate import Held, Method, Windows
from solver.world import World

_Floats = NDArray[np.float64]
_START = datetime(2026, 11, 18, 12, tzinfo=UTC)
_DAYS = 3
_RATE_A_DAY, _LARGE_SHARE, _SLOTS = 24.0, 0.4, 26
#: Minor units.
_LARGE, _SMALL = 50_000, 20_000
_SCENARIOS = (
    Scenario(name="four slots more", edits=(
        ChangeCapacity(rep_ids=("ana",), of=CapacityOf.DAILY_CAP, add=4),)),
    Scenario(name="a quarter fewer leads", edits=(ScaleLeads(factor=0.75),)))
_RULES: dict[str, Replications] = {
    "20 replications": Fixed(20),
    # Less wide than the first stage's, so that the second stage has work to do.
    "Stein, first stage of 10": Sequential(half_width=70_000.0, first=10)}
_LEAST, _MOST = 0.93, 0.97
_TOP = 200

#: What is estimated: scenario (None: the base), measure, whether the difference to the base.
_Key = tuple[str | None, Measure, bool]


@dataclass(frozen=True, slots=True)
class Means:
    """Known means of one scenario."""

    value: float
    owned: float
    lost: float
    utilisation: float

    def of(self, measure: Measure) -> float:
        """Return the mean of a measure."""
        return {Measure.VALUE: self.value, Measure.OWNED: self.owned, Measure.LOST: self.lost,
                Measure.UTILISATION: self.utilisation}[measure]


_MEASURES = (Measure.VALUE, Measure.OWNED, Measure.LOST, Measure.UTILISATION)


def known_means(slots: int, leads_a_day: float) -> Means:
    """Return the means of the module's text, by summing over the numbers of leads."""
    large, small = (_poisson(leads_a_day * share) for share in (_LARGE_SHARE, 1 - _LARGE_SHARE))
    chance = large[:, None] * small[None, :]
    num_large, num_small = np.ogrid[:_TOP, :_TOP]
    own_large = np.minimum(num_large, slots)
    own_small = np.minimum(num_small, np.maximum(slots - num_large, 0))
    owned = _DAYS * float((chance * (own_large + own_small)).sum())
    value = _DAYS * float((chance * (_LARGE * own_large + _SMALL * own_small)).sum())
    return Means(value=value, owned=owned, lost=_DAYS * leads_a_day - owned,
                 utilisation=owned / ((_DAYS + 1) * slots))


def coverage(repetitions: int, seed: int, jobs: int) -> dict[str, dict[_Key, list[bool]]]:
    """Return for each rule and estimate whether the interval covered, by repetition."""
    answers = known_answers()
    make = partial(ProcessPoolExecutor, jobs, multiprocessing.get_context("spawn"))
    covered: dict[str, dict[_Key, list[bool]]] = {}
    with Pooled(make) as runner:
        for nth, (name, rule) in enumerate(_RULES.items()):
            seeds = range(seed + nth * repetitions, seed + (nth + 1) * repetitions)
            hits: defaultdict[_Key, list[bool]] = defaultdict(list)
            for quarter in runner.run(play, rule, seeds):
                for key, (mean, half_width) in estimates(quarter):
                    hits[key].append(abs(mean - answers[key]) <= half_width)
            covered[name] = hits
    return covered


def play(rule: Replications, seed: int) -> Quarter:
    """Play the scenarios through worlds of one seed."""
    base = World(start=_START, end=_START + timedelta(days=_DAYS),
                 reps=(Rep(rep_id="ana", capacity=1_000, daily_cap=_SLOTS),), arrivals=(),
                 history=(), seed=0, policy=Policy.model_validate({"match": {"unknown": 1.0}}))
    pool = tuple(Lead(lead_id=f"kind {nth}", created_at=_START, score=100.0,
                      deal_value=worth / 100)
                 for nth, worth in enumerate((_LARGE, _LARGE, _SMALL, _SMALL, _SMALL)))
    return play_quarter(
        PoissonWorlds(base, pool, _RATE_A_DAY / 24, seed), _SCENARIOS, replications=rule,
        rules=HouseRules(method=Method.OPTIMAL, windows=Windows(minutes=1_440), held=Held.LOST))


def estimates(quarter: Quarter) -> Iterator[tuple[_Key, tuple[float, float]]]:
    """Yield what is estimated, with the estimate and the half width of its interval."""
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


def known_answers() -> dict[_Key, float]:
    """Return the known means of all that is estimated."""
    base = known_means(_SLOTS, _RATE_A_DAY)
    edited = {_SCENARIOS[0].name: known_means(_SLOTS + 4, _RATE_A_DAY),
              _SCENARIOS[1].name: known_means(_SLOTS, 0.75 * _RATE_A_DAY)}
    answers: dict[_Key, float] = {(None, measure, False): base.of(measure)
                                  for measure in _MEASURES}
    for name, means in edited.items():
        for measure in _MEASURES:
            answers[name, measure, False] = means.of(measure)
            answers[name, measure, True] = means.of(measure) - base.of(measure)
    return answers


def _poisson(mean: float) -> _Floats:
    return np.array([math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
                     for k in range(_TOP)])


def main() -> None:
    """Play, print the table, end with 1 where coverage is not as claimed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quarter_coverage",
                                     description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1_000,
                        help="quarters simulated; 1000 by default")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the first quarter; 1 by default")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    covered = coverage(arguments.repetitions, arguments.seed, arguments.jobs)
    answers, rows, missed = known_answers(), [], []
    for key, answer in answers.items():
        name, measure, is_difference = key
        shares = [float(np.mean(covered[rule][key])) for rule in _RULES]
        what = f"{measure}{' less that of the base' if is_difference else ''}"
        rows.append((name or "base", what, f"{answer:,.4f}", *(f"{one:.3f}" for one in shares)))
        missed += [f"{name or 'base'}, {what}, {rule}: {share:.3f}"
                   for rule, share in zip(_RULES, shares, strict=True)
                   if not _LEAST <= share <= _MOST and (measure is not Measure.LOST
                                                        or is_difference)]
    print(markdown_table(("scenario", "measure", "known mean", *_RULES), rows))
    if missed:
        parser.exit(1, "".join(f"missed: {one}\n" for one in missed))


if __name__ == "__main__":
    main()
