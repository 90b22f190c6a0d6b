"""The tables of RESULTS.md on generated days: what each plays, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks.days.plays import FloorRule, Outcome, Play, WorldSpec
from benchmarks.markdown import markdown_table
from solver.generate import DayOptions, Surprise
from solver.simulate import Held, Method, Windows, estimate
from solver.world import Behaviour

SLOTS = (0.5, 0.8, 1.2)
#: Least share of hindsight with refreshed floors, by slots per lead.
LEAST = {0.5: 0.96, 0.8: 0.975, 1.2: 0.985}
_TEN = Windows(leads=10)
_ROUTERS = (Method.FIRST_MATCH, Method.ROUND_ROBIN, Method.WEIGHTED_ROUND_ROBIN,
            Method.MOST_FREE_SLOTS, Method.GREEDY)
_OURS = (Method.OPTIMAL, Method.OPTIMAL_YESTERDAY, Method.OPTIMAL_REFRESHED)
_Outcomes = Mapping[Play, Outcome]


@dataclass(frozen=True, slots=True)
class Table:
    """What is played, and what is printed of it."""

    plays: tuple[Play, ...]
    render: Callable[[_Outcomes], str]
    shortfalls: Callable[[_Outcomes], list[str]] = lambda _: []
    """Sentences on what falls short of issue 3's targets; none where it sets none."""


def targets(seeds: Sequence[int]) -> Table:
    """Share of hindsight: slots per lead, size of windows, method; held leads are lost."""
    columns = [(slots, windows) for slots in SLOTS
               for windows in (_TEN, Windows(leads=250), Windows(leads=500))]
    rows = [(method, {column: _plays(seeds, method, *column) for column in columns})
            for method in (*_ROUTERS, *_OURS)]
    at_once = {(slots, _TEN): _plays(seeds, Method.INSTANT, slots, _TEN) for slots in SLOTS}
    head = ("method", *(f"{slots} slots, windows of {windows.leads}" for slots, windows in columns))
    rows.append((Method.INSTANT, at_once))

    def render(outcomes: _Outcomes) -> str:
        return markdown_table(head, [
            (method, *(_shares(outcomes, cells[column]) if column in cells else ""
                       for column in columns)) for method, cells in rows])

    def shortfalls(outcomes: _Outcomes) -> list[str]:
        means = {(method, column): np.mean([outcomes[play].share for play in plays])
                 for method, cells in rows for column, plays in cells.items()}
        least = {(Method.OPTIMAL_REFRESHED, (slots, windows)): LEAST[slots]
                 for slots, windows in columns}
        least |= {(Method.INSTANT, (slots, _TEN)): float(
            means[Method.OPTIMAL_REFRESHED, (slots, _TEN)]) - 0.01 for slots in SLOTS}
        return [f"{method} at {slots} slots, windows of {windows.leads}: {means[at]:.4f} of "
                f"hindsight, at least {target:.4f} is asked"
                for at, target in least.items() if means[at] < target
                for method, (slots, windows) in [at]]

    return Table(_flat(cells.values() for _, cells in rows), render, shortfalls)


def surprises(seeds: Sequence[int]) -> Table:
    """Refreshed floors against no floors on days that the history knows nothing of."""
    cases = list(product((s for s in Surprise if s is not Surprise.NONE), SLOTS,
                         (_TEN, Windows(leads=250))))
    sets = [[_plays(seeds, method, slots, windows, Held.LOST, {"surprise": surprise})
             for method in (Method.OPTIMAL, Method.OPTIMAL_REFRESHED)]
            for surprise, slots, windows in cases]

    def render(outcomes: _Outcomes) -> str:
        rows = []
        for (surprise, slots, windows), (plain, floors) in zip(cases, sets, strict=True):
            ratios = [outcomes[b].value / outcomes[a].value
                      for a, b in zip(plain, floors, strict=True)]
            rows.append((surprise, slots, windows.leads, _shares(outcomes, plain),
                         _shares(outcomes, floors), f"{np.mean(ratios):.3f}",
                         f"{min(ratios):.3f}"))
        return markdown_table(
            ("surprise", "slots per lead", "window", "no floors", "refreshed floors",
             "refreshed / none, mean", "worst seed"), rows)

    def shortfalls(outcomes: _Outcomes) -> list[str]:
        ratios = [float(np.mean([outcomes[b].value / outcomes[a].value
                                 for a, b in zip(plain, floors, strict=True)]))
                  for plain, floors in sets]
        return [f"{surprise} at {slots} slots, windows of {windows.leads}: {ratio:.4f} of the plan "
                "without floors, at least 0.99 is asked"
                for ratio, (surprise, slots, windows) in zip(ratios, cases, strict=True)
                if ratio < 0.99]

    return Table(_flat(sets), render, shortfalls)


def waiting(seeds: Sequence[int]) -> Table:
    """Freshness of 24 hours: held leads return until they are two days old, or are lost."""
    busy = {"options": DayOptions(days=3, calendars=True, history_days=29), "num_leads": 300,
            "num_reps": 20, "behaviour": Behaviour(reject=0.05, time_out=0.05)}
    worlds: dict[str, tuple[dict[str, Any], Windows]] = {
        "one day, windows of 10": ({}, _TEN),
        "three days with calendars, 15 minutes": (busy, Windows(minutes=15))}
    methods = (*_ROUTERS, *_OURS, Method.INSTANT)
    cases = [(name, held, slots) for name in worlds for held in Held for slots in SLOTS]
    ages = {"half_life_hours": 24.0, "max_age_hours": 48.0}
    sets = {(method, (name, held, slots)): _plays(seeds, method, slots, worlds[name][1], held,
                                                  {**ages, **worlds[name][0]})
            for method in methods for name, held, slots in cases}

    def render(outcomes: _Outcomes) -> str:
        return "\n\n".join(
            f"{name}, held leads {held}:\n\n" + markdown_table(
                ("method", *(f"{slots} slots, share | wait, minutes | paired to optimal, %"
                             for slots in SLOTS)),
                [(method, *(_with_wait(outcomes, sets[method, (name, held, slots)],
                                       sets[Method.OPTIMAL, (name, held, slots)])
                            for slots in SLOTS)) for method in methods])
            for name in worlds for held in Held)

    return Table(_flat([sets.values()]), render)


def reopening(seeds: Sequence[int]) -> Table:
    """Slots that come free when leads close, all taken at the start of two days."""
    cases = list(product((6.0, 16.0, 48.0), (0.5, 1.0)))
    methods = (Method.GREEDY, *_OURS, Method.INSTANT)
    sets = {(case, method): _plays(seeds, method, case[1], _TEN, spec={
        "num_leads": 300, "num_reps": 15, "options": DayOptions(days=2), "open_load": True,
        "behaviour": Behaviour(open_hours=case[0])}) for case in cases for method in methods}

    def render(outcomes: _Outcomes) -> str:
        return markdown_table(
            ("hours a lead stays open", "slots per lead", *methods),
            [(f"{hours:g}", slots, *(_shares(outcomes, sets[(hours, slots), method])
                                     for method in methods)) for hours, slots in cases])

    return Table(_flat([sets.values()]), render)


def noise(seeds: Sequence[int]) -> Table:
    """True value by how much of the score and the fit is noise, over that of round robin."""
    levels = (0.0, 0.25, 0.5, 0.75, 1.0)
    views: dict[str, list[dict[str, Any]]] = {
        "calibrated": [{"noise": level} for level in levels],
        "taken at face value": [{"noise": level, "options": DayOptions(calibrated=False)}
                                for level in levels],
        "score and fit held constant": [{"noise": 1.0, "constant": True}]}
    methods = (Method.ROUND_ROBIN, Method.GREEDY, Method.OPTIMAL, Method.OPTIMAL_REFRESHED)
    sets = {(name, n, method): _plays(seeds, method, 0.8, _TEN, Held.LOST, spec)
            for name, specs in views.items() for n, spec in enumerate(specs) for method in methods}

    def render(outcomes: _Outcomes) -> str:
        rows = []
        for name, specs in views.items():
            for n, spec in enumerate(specs):
                base = sets[name, n, Method.ROUND_ROBIN]
                rows.append((name, spec["noise"] if "constant" not in spec else "",
                             *(_advantage(outcomes, sets[name, n, method], base)
                               for method in methods[1:])))
        return markdown_table(("view", "noise", *(f"{method}, % above round robin"
                                                  for method in methods[1:])), rows)

    return Table(_flat([sets.values()]), render)


def thin(seeds: Sequence[int]) -> Table:
    """Refreshed floors on small teams, by what a sample's floor is taken to be."""
    teams = ((24, 4), (60, 8), (200, 20), (1_000, 50))
    cases = [(team, slots) for team in teams for slots in (0.3, 0.6, 1.0)]
    methods = [(Method.OPTIMAL, FloorRule.MIDPOINT),
               *((Method.OPTIMAL_REFRESHED, rule) for rule in FloorRule)]
    sets = {(case, method, rule): [
        replace(play, floor_rule=rule) for play in _plays(
            seeds, method, case[1], Windows(leads=1 if case[0][0] < 1_000 else 10),
            spec={"num_leads": case[0][0], "num_reps": case[0][1]})]
        for case in cases for method, rule in methods}

    def render(outcomes: _Outcomes) -> str:
        return markdown_table(
            ("leads a day × reps", "slots per lead", "no floors", *FloorRule),
            [(f"{leads:,} × {reps}", slots, *(_shares(outcomes, sets[((leads, reps), slots), *one])
                                              for one in methods))
             for (leads, reps), slots in cases])

    return Table(_flat([sets.values()]), render)


TABLES: Mapping[str, Callable[[Sequence[int]], Table]] = {
    "targets": targets, "surprises": surprises, "waiting": waiting,
    "reopening": reopening, "noise": noise, "thin": thin}


def _plays(seeds: Sequence[int], method: Method, slots: float, windows: Windows,
           held: Held = Held.LOST, spec: Mapping[str, Any] = MappingProxyType({})) -> list[Play]:
    """One play for each seed; ``spec`` holds further fields of the world."""
    return [Play(WorldSpec(seed=seed, slots_per_lead=slots, **spec), method, windows, held)
            for seed in seeds]


def _flat(nested: Iterable[Iterable[Iterable[Play]]]) -> tuple[Play, ...]:
    return tuple(play for some in nested for plays in some for play in plays)


def _shares(outcomes: _Outcomes, plays: Sequence[Play]) -> str:
    """Mean share of hindsight, and the worst seed's."""
    shares = [outcomes[play].share for play in plays]
    return f"{np.mean(shares):.3f} ({min(shares):.3f})"


def _with_wait(outcomes: _Outcomes, plays: Sequence[Play], base: Sequence[Play]) -> str:
    waits = [wait for play in plays if (wait := outcomes[play].mean_wait_minutes) is not None]
    ratios = [outcomes[own].value / outcomes[other].value - 1
              for own, other in zip(plays, base, strict=True)]
    return f"{_shares(outcomes, plays)} | {np.mean(waits):,.0f} | {_percent(ratios)}"


def _advantage(outcomes: _Outcomes, plays: Sequence[Play], base: Sequence[Play]) -> str:
    """True value over that of the base, seed by seed."""
    return _percent([(outcomes[own].true_value or 0.0) / (outcomes[other].true_value or 1.0) - 1
                     for own, other in zip(plays, base, strict=True)])


def _percent(ratios: Sequence[float]) -> str:
    """Mean in per cent with the half width of its 95 % interval."""
    mean = estimate([100 * ratio for ratio in ratios])
    return f"{mean.mean:+.1f}" + ("" if mean.half_width is None else f" ± {mean.half_width:.1f}")
