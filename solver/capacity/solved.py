"""A plain window, solved once, as every question about its slots starts from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from solver.certify.exchange import own_surplus
from solver.errors import UsageError
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.matrix.triage import triage
from solver.models import Window
from solver.names import name_key
from solver.planning import Solution
from solver.reoptimise import Exchange
from solver.sales_floor.plain import is_plain, rules_beyond_capacity
from solver.scenarios.found import did_you_mean
from solver.solving import optimise

#: Limits that a message names.
_SHOWN = 3


@dataclass(frozen=True)
class SolvedWindow:
    """A solved window whose slots can be asked about."""

    solution: Solution

    @property
    def rep_ids(self) -> tuple[str, ...]:
        """All reps, sorted."""
        return self.solution.problem.rows.reps.rep_ids

    @property
    def floors(self) -> list[int]:
        """Floors of all reps."""
        floors: list[int] = self.solution.problem.floors.tolist()
        return floors

    @property
    def objective(self) -> int:
        """What the plan of the window brings."""
        problem = self.solution.problem
        surplus = int(own_surplus(problem.pairs, self.solution.owner).sum())
        return surplus + problem.reserve * problem.pairs.num_leads

    @property
    def total(self) -> int:
        """The objective and the floors of all free slots."""
        slots: list[int] = self.solution.problem.rows.reps.free_slots.tolist()
        return self.objective + sum(floor * free for floor, free in
                                    zip(self.floors, slots, strict=True))

    def exchange(self) -> Exchange:
        """Return the plan, to be changed, with every free slot of the reps."""
        problem = self.solution.problem
        return Exchange(problem, self.solution.owner, problem.rows.reps.free_slots)

    def positions(self, rep_ids: Collection[str] | None) -> list[int]:
        """Return the positions of reps who may have slots, ascending; None: of all active ones.

        Raises
        ------
        UsageError
            If a rep is unknown or not active, or none is left.
        """
        reps = self.solution.problem.rows.reps
        if rep_ids is None:
            found = np.flatnonzero(reps.active).tolist()
        else:
            found = sorted({self._position(rep_id) for rep_id in rep_ids})
        if not found:
            raise UsageError("no rep to ask about: name at least one active rep")
        return found

    def _position(self, rep_id: str) -> int:
        reps = self.solution.problem.rows.reps
        check_known(rep_id, self.rep_ids)
        at = reps.index[rep_id]
        if not reps.active[at]:
            raise UsageError(f"rep {rep_id!r} is not active and can have no slot; make it active, "
                             "or leave it out")
        return at


def solved_window(window: Window, floors: AnyFloors = None) -> SolvedWindow:
    """Solve a plain window.

    Parameters
    ----------
    window
        The window.
    floors
        As for :func:`solver.solve`.

    Raises
    ------
    UsageError
        If the window is not plain, or the floors are those of other reps.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_floors(window.reps, floors)
    check_plain(window)
    return SolvedWindow(optimise(build_problem(ValueRows(window), floors)))


def check_plain(window: Window) -> None:
    """Refuse a window with more rules than capacities, before it is solved.

    Raises
    ------
    UsageError
        Naming the rules.
    """
    if not is_plain(window, triage(window).routed):
        raise UsageError(
            f"this window has {rules_named(window)}; what slots more or fewer are worth is exact "
            "without another solve only where each lead takes one slot and capacities are the only "
            "limits: compare scenarios with other capacities instead, or leave these rules out")


def rules_named(window: Window) -> str:
    """Return what a window has beyond capacities, limits and groups by their names."""
    policy = window.policy
    limits = ", ".join(repr(limit.name) for limit in policy.limits[:_SHOWN])
    more = len(policy.limits) - _SHOWN
    names = {"limits": f"limits ({limits}{f' and {more:,} more' if more > 0 else ''})",
             "groups": f"groups by {policy.groups.by.value}"}
    found = [names.get(key, key) for key in rules_beyond_capacity(policy)]
    found += ["a plan before it"] if window.previous else []
    return ", ".join(found) or "leads that take more than one slot"


def check_known(rep_id: str, known: Collection[str]) -> None:
    """Refuse a rep that is not in the window.

    Raises
    ------
    UsageError
        Naming the closest ids.
    """
    if rep_id not in known:
        close = get_close_matches(rep_id, known, n=2)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise UsageError(f"rep {rep_id!r} is not in the window{hint}")


def check_skill(skill: str, known: Collection[str]) -> None:
    """Refuse a skill that nothing in the window names: to have it would change nothing.

    Raises
    ------
    UsageError
        Naming the closest, or some of those that are named.
    """
    if name_key(skill) not in set(map(name_key, known)):
        raise UsageError(f"no lead, rep or rule of the window names the skill {skill!r}. "
                         f"{did_you_mean(skill, known)}")


def check_count(name: str, count: int, least: int = 0) -> None:
    """Refuse a count that is too small.

    Raises
    ------
    UsageError
        Naming it.
    """
    if count < least:
        raise UsageError(f"{name} is {count}; it must be {least} or more")
