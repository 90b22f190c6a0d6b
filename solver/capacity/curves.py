"""Value against capacity: what a window brings with more and with fewer slots of some reps.

The largest objective, as a function of the slots of all reps, is M-natural-concave: it is the value
of an assignment (Murota, Discrete Convex Analysis, 2003, chapters 6 and 9; for sets, the valuated
matroids of Dress and Wenzel 1992). So is the total, which adds floor times slots. Of such a
function the best n slots more are the best n - 1 and one more, whichever is the best then, also
where only some reps may get any; and the same holds for fewer. Each step is one shortest path.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from operator import add
from typing import NamedTuple

from solver.capacity.records import CurvePoint, ValueCurve
from solver.capacity.solved import SolvedWindow, check_count, solved_window
from solver.matrix.floors import AnyFloors
from solver.models import Window


class Step(NamedTuple):
    """One slot more or fewer."""

    rep: int
    """Position of the rep."""
    objective: int
    """Change of the objective."""
    total: int
    """Change of the total."""


def value_curve(window: Window, reps: Collection[str], *, fewer: int, more: int,
                floors: AnyFloors = None) -> ValueCurve:
    """Return what a window brings with each number of slots of a set of reps.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    reps
        The set: a team, a territory, one rep.
    fewer, more
        How many slots fewer and more than now, 0 or more; there are no fewer than 0 slots. Each
        slot more goes to whom it brings the most with, each slot fewer is taken from whom it costs
        the least with.
    floors
        As for :func:`solver.solve`.

    Returns
    -------
    ValueCurve
        Exact at every step; on either side of now each slot is worth no more than the one before.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, a rep is unknown or not active, or a count is
        below 0.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_count("fewer", fewer)
    check_count("more", more)
    solved = solved_window(window, floors)
    members = solved.positions(reps)
    slots = int(solved.solution.problem.rows.reps.free_slots[members].sum())
    here = CurvePoint(slots=slots, objective=solved.objective, total=solved.total,
                      change=0, step=0, rep_id=None)
    down = points(solved, here, removing(solved, members, fewer), -1)
    up = points(solved, here, adding(solved, members, more), 1)
    return ValueCurve(rep_ids=tuple(solved.rep_ids[at] for at in members), slots=slots,
                      points=(*reversed(tuple(down)), here, *up))


def points(solved: SolvedWindow, here: CurvePoint, steps: Iterator[Step], sign: int
           ) -> Iterator[CurvePoint]:
    """Yield the points that steps lead to, one slot more or fewer each."""
    point = here
    for step in steps:
        point = CurvePoint(
            slots=point.slots + sign, objective=point.objective + step.objective,
            total=point.total + step.total, change=point.change + step.total, step=step.total,
            rep_id=solved.rep_ids[step.rep])
        yield point


def adding(solved: SolvedWindow, members: Sequence[int], count: int) -> Iterator[Step]:
    """Yield the best slots to add among some reps, one after the other; of equals the first."""
    exchange, floors = solved.exchange(), solved.floors
    for _ in range(count):
        totals = list(map(add, floors, exchange.gains().tolist()))
        rep = max(members, key=totals.__getitem__)
        yield Step(rep, exchange.add_slot(rep), totals[rep])


def removing(solved: SolvedWindow, members: Sequence[int], count: int) -> Iterator[Step]:
    """Yield the cheapest slots to take from some reps, one after the other, while there are any."""
    exchange, floors = solved.exchange(), solved.floors
    for _ in range(count):
        slots = exchange.slots
        left = [at for at in members if slots[at] > 0]
        if not left:
            return
        totals = list(map(add, floors, exchange.losses().tolist()))
        rep = min(left, key=totals.__getitem__)
        yield Step(rep, -exchange.remove_slot(rep), -totals[rep])
