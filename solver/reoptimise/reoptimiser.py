"""The optimum of a window with other reps, from the optimum of the window as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from solver.certify.exchange import NOBODY
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import Problem, build_problem
from solver.models import Floors, Window
from solver.optimise.canonical import canonical_owners
from solver.planning import Solution
from solver.reoptimise.changes import Changes, changes
from solver.reoptimise.exchange import Exchange
from solver.reoptimise.kernels import GONE

#: Share of the leads beyond which a cold solve is about as fast.
LARGEST_SHARE = 0.25


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
    largest_share
        Share of the leads up to which leads are placed anew one by one.
    """

    def __init__(self, solution: Solution, *, largest_share: float = LARGEST_SHARE) -> None:
        self._solution, self._share = solution, largest_share

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
        return Solution(problem, canonical_owners(problem, prices.gain), prices)

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
        if self._placed_anew(found, problem) > self._share * problem.pairs.num_leads:
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

    def _placed_anew(self, found: Changes, problem: Problem) -> int:
        """Return about how many leads the changes make move."""
        owner = self._solution.owner
        emptied = int(np.isin(owner, found.to_empty).sum())
        filled = int(np.minimum(problem.capacity[found.reps], problem.pairs.num_leads).sum())
        return len(found.leads) + max(emptied, filled)


def _same_but_for_reps(one: Window, other: Window) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in (
        "at", "leads", "accounts", "policy", "holds", "previous", "ledger"))


def _floors_kept(problem: Problem, window: Window) -> Floors | Mapping[str, int]:
    there = {rep.rep_id for rep in window.reps}
    if problem.given is not None:
        kept = tuple(one for one in problem.given.floors if one.rep_id in there)
        return problem.given.model_copy(update={"floors": kept})
    floors = zip(problem.rows.reps.rep_ids, problem.floors.tolist(), strict=True)
    return {rep_id: floor for rep_id, floor in floors if rep_id in there}
