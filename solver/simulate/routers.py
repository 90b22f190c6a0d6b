"""How each method decides on the leads before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solver.baselines.rules import (
    first_match,
    greedy,
    most_free_slots,
    take_turns,
    weighted_round_robin,
)
from solver.instant import RoutingState
from solver.matrix.pairs import Problem
from solver.models import Lead, Window
from solver.simulate.foresight import Foresight, KeptFloors, Scene
from solver.simulate.methods import Method
from solver.solving import prepare, solve_exactly
from solver.world import World

_Ints = NDArray[np.int64]
_Rule = Callable[[Problem], _Ints]
#: Rules that keep nothing from window to window.
_RULES: dict[Method, _Rule] = {
    Method.FIRST_MATCH: first_match,
    Method.WEIGHTED_ROUND_ROBIN: weighted_round_robin,
    Method.MOST_FREE_SLOTS: most_free_slots,
    Method.GREEDY: greedy,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A lead for a rep."""

    lead_id: str
    rep_idx: int
    value: int
    """Of the pair, minor units."""
    response: float
    """What the wait for the rep's next working time leaves of the value, 0 to 1."""


class Router(Protocol):
    """Decides in one run; keeps what must last from decision to decision."""

    def route(self, leads: Sequence[Lead], scene: Scene) -> list[Choice]:
        """Choose reps for some of the leads that wait; one that is not named is held."""


@dataclass(frozen=True, slots=True)
class Routers:
    """Who decides in a run of one method."""

    window: Router
    """Decides when a window closes."""
    arrival: Router | None = None
    """Decides on each lead as it arrives; None: leads wait for their window."""
    floors: KeptFloors | None = None
    """The floors that both go by."""


def make_routers(world: World, method: Method, foresight: Foresight) -> Routers:
    """Return routers for a run that begins."""
    if method in _RULES:
        return Routers(_ByRule(world, _RULES[method]))
    if method is Method.ROUND_ROBIN:
        return Routers(_ByRule(world, _in_turn()))
    if method is Method.OPTIMAL:
        return Routers(_ByPlan(world, None))
    floors = KeptFloors(foresight, refresh=method is not Method.OPTIMAL_YESTERDAY)
    arrival = _AtOnce(world, floors) if method is Method.INSTANT else None
    return Routers(_ByPlan(world, floors), arrival, floors)


class _ByRule:
    """Windows, lead by lead, by a rule of today's routers."""

    def __init__(self, world: World, rule: _Rule) -> None:
        self._world, self._rule = world, rule

    def route(self, leads: Sequence[Lead], scene: Scene) -> list[Choice]:
        if not _any_slot(scene):
            return []
        problem = prepare(_window(self._world, leads, scene))
        return _choices(problem, self._rule(problem))


class _ByPlan:
    """Windows, solved exactly."""

    def __init__(self, world: World, floors: KeptFloors | None) -> None:
        self._world, self._floors = world, floors

    def route(self, leads: Sequence[Lead], scene: Scene) -> list[Choice]:
        floors = None if self._floors is None else self._floors.current(scene)
        if not _any_slot(scene):
            return []
        solution = solve_exactly(_window(self._world, leads, scene), floors=floors)
        return _choices(solution.problem, solution.owner)


class _AtOnce:
    """One lead at a time, without a solver."""

    def __init__(self, world: World, floors: KeptFloors) -> None:
        self._floors = floors
        self._state = RoutingState(world.reps, at=world.start, policy=world.policy)

    def route(self, leads: Sequence[Lead], scene: Scene) -> list[Choice]:
        lead, = leads
        self._state.set_floors(self._floors.current(scene))
        if scene.at != self._state.at:
            self._state.move_to(scene.at)
        self._state.set_loads(scene.reps)
        problem, owner = self._state.decide(lead)
        return _choices(problem, np.full(problem.pairs.num_leads, owner, dtype=np.int64))


def _in_turn() -> _Rule:
    pointer = 0

    def rule(problem: Problem) -> _Ints:
        nonlocal pointer
        owner, pointer = take_turns(problem, pointer)
        return owner

    return rule


def _any_slot(scene: Scene) -> bool:
    """Tell whether any lead can have an owner: if not, there is nothing to work out."""
    return any(rep.free_slots for rep in scene.reps)


def _window(world: World, leads: Sequence[Lead], scene: Scene) -> Window:
    return Window(at=scene.at, leads=tuple(leads), reps=scene.reps, policy=world.policy)


def _choices(problem: Problem, owner: _Ints) -> list[Choice]:
    """List the owned leads of a window, in the order of their ids."""
    pairs, leads = problem.pairs, problem.rows.leads.leads
    response = problem.rows.reps.response
    return [
        Choice(leads[lead].lead_id, rep, value, float(response[rep]))
        for lead, rep, value in zip(
            *(column[pairs.rep == owner[pairs.lead]].tolist()
              for column in (pairs.lead, pairs.rep, pairs.value)), strict=True)]
