"""The optimum of a window with other reps, from the optimum of the window as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from operator import attrgetter

import numpy as np

from solver.certify.exchange import NOBODY
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import Problem, build_problem
from solver.models import Floors, StoppedBy, Window
from solver.optimise.canonical import canonical_owners
from solver.planning import Solution
from solver.reoptimise.changes import Changes, changes
from solver.reoptimise.exchange import Exchange
from solver.reoptimise.kernels import GONE

#: What two windows must share.
_BUT_REPS = ("at", "leads", "accounts", "policy", "holds", "previous", "ledger")


def reoptimised(solution: Solution, window: Window, *, floors: AnyFloors = None
                ) -> Solution | None:
    """Return the optimum of a window that differs from a solved one in its reps alone.

    Parameters and errors are those of :meth:`Reoptimiser.solve`; for several windows make one
    :class:`Reoptimiser`.
    """
    return Reoptimiser(solution).solve(window, floors=floors)


class Reoptimiser:
    """Solves windows that differ from a solved one in few reps, each from the same start.

    Parameters
    ----------
    solution
        The optimum of a plain window.
    most_steps
        Shortest paths up to which a window is reoptimised; None: as many as take less time than
        what a cold solve would do besides.
    """

    def __init__(self, solution: Solution, *, most_steps: int | None = None) -> None:
        self._solution = solution
        self._most_steps = _worth_while(solution.problem) if most_steps is None else most_steps

    @cached_property
    def _exchange(self) -> Exchange:
        solution = self._solution
        return Exchange(solution.problem, solution.owner, solution.problem.capacity)

    def solve(self, window: Window, *, floors: AnyFloors = None) -> Solution | None:
        """Return owners and slot prices of a window, equal to those of a cold solve.

        Parameters
        ----------
        window
            The solved window with other reps.
        floors
            As for :func:`solver.solve`; None: reps keep the floors that they have in the solution,
            new ones have none.

        Returns
        -------
        Solution or None
            None where more than the reps differ, or so many pairs that a cold solve is about as
            fast.

        Raises
        ------
        InvalidInputError
            If values are too large for exact sums.
        UsageError
            If a floor is not an integer from 0 to 2**62 or names a rep that is not in the window.
        """
        problem = self.problem(window, floors=floors)
        exchange = None if problem is None else self.exchange(problem)
        if problem is None or exchange is None:
            return None
        prices = exchange.prices(problem)
        return Solution(problem, canonical_owners(problem, prices.gain), prices, StoppedBy.PROOF)

    def problem(self, window: Window, *, floors: AnyFloors = None) -> Problem | None:
        """Put a window with other reps into integers; None where more than the reps differ.

        Parameters and errors are those of :meth:`solve`.
        """
        solved = self._solution.problem
        if not _same_but_for_reps(solved.rows.window, window):
            return None
        floors = _floors_kept(solved, window) if floors is None else floors
        check_floors(window.reps, floors)
        return build_problem(solved.rows.among(window), floors)

    def exchange(self, problem: Problem) -> Exchange | None:
        """Return an optimal plan of a problem made by :meth:`problem`; None: better solve cold.

        Reps whose pairs differ lose all their slots in the old pairs and get those they have now in
        the new ones; leads whose pairs with other reps differ are left out and taken in again.
        """
        old = self._solution.problem
        found = changes(old, problem)
        if self._steps(found, problem) > self._most_steps:
            return None
        before = self._exchange.copy()
        for rep in found.to_empty.tolist():
            before.remove_slots(rep, int(old.capacity[rep]))
        for lead in found.leads.tolist():
            before.take_out(lead)
        position = np.append(found.position, NOBODY)
        slots = np.zeros(len(problem.capacity), dtype=np.int64)
        stays = found.position != GONE
        slots[found.position[stays]] = before.slots[stays]
        after = Exchange(problem, position[before.owner], slots, without=found.leads.tolist())
        for lead in found.leads.tolist():
            after.put_in(lead)
        for rep in np.flatnonzero(problem.capacity != slots).tolist():
            more = int(problem.capacity[rep] - slots[rep])
            if more > 0:
                after.add_slots(rep, more)
            else:
                after.remove_slots(rep, -more)
        return after

    def _steps(self, found: Changes, problem: Problem) -> int:
        """Return the most shortest paths that the changes can take."""
        old = self._solution
        used = np.bincount(old.owner[old.owner >= 0], minlength=old.problem.pairs.num_reps)
        emptied = int(used[found.to_empty].sum())
        stays = found.position != GONE
        before, taken = np.zeros_like(problem.capacity), np.zeros_like(problem.capacity)
        before[found.position[stays]], taken[found.position[stays]] = (
            old.problem.capacity[stays], used[stays])
        before[found.reps] = taken[found.reps] = 0
        changed = np.maximum(problem.capacity - before, taken - problem.capacity)
        return emptied + int(np.maximum(changed, 0).sum()) + 3 * len(found.leads)


def _worth_while(problem: Problem) -> int:
    """Return how many shortest paths take about as long as what a cold solve does besides.

    Measured on windows of 5 to 500 reps and 175 to 9,754 leads: a path takes about 0.8 ns for each
    of 3 R^2 + P + 5 L; reading L leads and the flow of P pairs take 5 us and 0.4 us for each.
    """
    num_leads, num_pairs = problem.pairs.num_leads, len(problem.pairs)
    return (5000 * num_leads + 400 * num_pairs) // (
        3 * problem.pairs.num_reps ** 2 + num_pairs + 5 * num_leads + 1)


def _same_but_for_reps(one: Window, other: Window) -> bool:
    shared = attrgetter(*_BUT_REPS)
    return all(a is b or a == b for a, b in zip(shared(one), shared(other), strict=True))


def _floors_kept(problem: Problem, window: Window) -> Floors | Mapping[str, int]:
    there = {rep.rep_id for rep in window.reps}
    if problem.given is not None:
        kept = tuple(one for one in problem.given.floors if one.rep_id in there)
        return problem.given.model_copy(update={"floors": kept})
    floors = zip(problem.rows.reps.rep_ids, problem.floors.tolist(), strict=True)
    return {rep_id: floor for rep_id, floor in floors if rep_id in there}
