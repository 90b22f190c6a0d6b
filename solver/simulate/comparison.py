"""All methods on all worlds: means, shares of the ceiling, paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from solver.errors import UsageError
from solver.simulate.estimates import Estimate, estimate
from solver.simulate.foresight import Foresight
from solver.simulate.hindsight import Ceiling, ceiling
from solver.simulate.methods import Held, Method, Windows
from solver.simulate.play import run
from solver.simulate.records import Run
from solver.world import World


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method made of all worlds; tuples are in the order of the worlds."""

    method: Method
    values: tuple[int, ...]
    """Sum of the values of owned leads, by world, minor units."""
    shares: tuple[float | None, ...]
    """Of the ceiling, by world; None where that is 0."""
    true_values: tuple[float, ...] | None
    """By world, in the policy's currency; None unless all worlds have a hidden truth."""
    value: Estimate
    """Minor units."""
    share: Estimate | None
    """Of the ceiling; None where no world has anything to win."""
    worst_share: float | None
    """Of the ceiling, in the worst world."""
    difference: Estimate
    """Value less that of the base in the same world, minor units."""
    true_value: Estimate | None
    """In the policy's currency."""
    true_difference: Estimate | None
    """True value less that of the base in the same world, in the policy's currency."""
    won: Estimate | None
    """Deal values won by the luck of the draw, in the policy's currency."""
    owned: Estimate
    """Leads."""
    held_at_end: Estimate
    """Leads."""
    lost: Estimate
    """Leads."""
    mean_wait_minutes: Estimate | None
    """Over the worlds in which a lead got an owner; None: there is none."""
    p95_wait_minutes: Estimate | None
    """Likewise."""
    utilisation: Estimate | None
    """Over the worlds with slots; None: there is none."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """Methods compared on the same worlds."""

    num_worlds: int
    windows: Windows
    held: Held
    base: Method
    """What differences are paired to."""
    ceilings: tuple[Ceiling, ...]
    """By world."""
    results: tuple[MethodResult, ...]
    """In the order in which the methods were named."""

    def result(self, method: Method) -> MethodResult:
        """Return the result of a method that was compared.

        Raises
        ------
        UsageError
            If it was not.
        """
        for result in self.results:
            if result.method is method:
                return result
        raise UsageError(f"method {method.value!r} was not simulated; name it in methods")


def simulate(worlds: Sequence[World], methods: Sequence[Method], *, windows: Windows, held: Held,
             base: Method = Method.OPTIMAL, executor: Executor | None = None) -> Simulation:
    """Play methods through worlds and compare them.

    Parameters
    ----------
    worlds
        One or more, each an independent draw; every method meets the same luck in each.
    methods
        One or more, in the order of the results.
    windows, held
        House rules, as for :func:`run`.
    base
        What differences are paired to; played even if it is not named.
    executor
        Plays worlds side by side, a process each for instance; None: one after the other. The
        results are the same.

    Returns
    -------
    Simulation
        Numbers only; the offers of a run are those of :func:`run`.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    UsageError
        If there is no world or no method, or a world cannot be played.
    """
    if not worlds or not methods:
        raise UsageError(f"there are {len(worlds)} worlds and {len(methods)} methods to simulate; "
                         "give 1 or more of each")
    play = partial(_play_world, methods=tuple(dict.fromkeys((*methods, base))), windows=windows,
                   held=held)
    played = list(map(play, worlds) if executor is None else executor.map(play, worlds))
    ceilings = tuple(top for top, _ in played)
    base_runs = [runs[base] for _, runs in played]
    return Simulation(
        num_worlds=len(worlds), windows=windows, held=held, base=base, ceilings=ceilings,
        results=tuple(_result(method, [runs[method] for _, runs in played], base_runs, ceilings)
                      for method in dict.fromkeys(methods)))


def _play_world(world: World, methods: Sequence[Method], windows: Windows, held: Held
                ) -> tuple[Ceiling, dict[Method, Run]]:
    """Play all methods through one world; the offers stay behind."""
    foresight = Foresight(world)
    return ceiling(world), {
        method: replace(run(world, method, windows=windows, held=held, foresight=foresight),
                        offers=())
        for method in methods}


def _result(method: Method, runs: Sequence[Run], base: Sequence[Run],
            ceilings: Sequence[Ceiling]) -> MethodResult:
    """Put the runs of one method beside those of the base."""
    shares = tuple(one.value / top.value if top.value else None
                   for one, top in zip(runs, ceilings, strict=True))
    true_values = _known([one.true_value for one in runs])
    base_true_values = _known([one.true_value for one in base])
    return MethodResult(
        method=method, values=tuple(one.value for one in runs), shares=shares,
        true_values=true_values,
        value=estimate([one.value for one in runs]),
        share=_mean(shares), worst_share=min(_there(shares), default=None),
        difference=estimate([one.value - other.value
                             for one, other in zip(runs, base, strict=True)]),
        true_value=_mean(true_values or ()),
        true_difference=_mean([one - other for one, other in zip(
            true_values or (), base_true_values or (), strict=True)]),
        won=_mean(_known([one.won for one in runs]) or ()),
        owned=estimate([one.owned for one in runs]),
        held_at_end=estimate([one.held_at_end for one in runs]),
        lost=estimate([one.lost for one in runs]),
        mean_wait_minutes=_mean([one.mean_wait_minutes for one in runs]),
        p95_wait_minutes=_mean([one.p95_wait_minutes for one in runs]),
        utilisation=_mean([one.utilisation for one in runs]))


def _there(numbers: Sequence[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _known(numbers: Sequence[float | None]) -> tuple[float, ...] | None:
    """Return numbers if all of them are there."""
    there = _there(numbers)
    return tuple(there) if len(there) == len(numbers) else None


def _mean(numbers: Sequence[float | None]) -> Estimate | None:
    """Estimate from the numbers that are there."""
    there = _there(numbers)
    return estimate(there) if there else None
