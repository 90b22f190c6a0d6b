"""What a hire and what a training would bring, exactly."""

from __future__ import annotations

import numpy as np

from solver.capacity.curves import adding, points
from solver.capacity.records import CurvePoint, ValueOfHire, ValueOfTraining
from solver.capacity.solved import (
    SolvedWindow,
    check_count,
    check_known,
    check_skill,
    solved_window,
)
from solver.errors import UsageError
from solver.matrix.floors import AnyFloors, check_floors, floors_by_rep
from solver.models import Rep, Window
from solver.names import name_key
from solver.reoptimise import Reoptimiser
from solver.scenarios.present import Present
from solver.solving import solve_exactly


def value_of_hire(window: Window, profile: Rep, slots: int, *, floors: AnyFloors = None,
                  floor: int = 0) -> ValueOfHire:
    """Return what a candidate would bring with each number of slots.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    profile
        The candidate, with an id that no rep of the window has; its loads and capacity play no
        part.
    slots
        The most slots the candidate would have, 1 or more.
    floors
        As for :func:`solver.solve`, of the reps that are there.
    floor
        Of the candidate's slots, minor units. What a scenario with ``add_reps`` brings has that of
        the rep who the candidate is like.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, the id is taken, there is no slot, or the
        floor is none.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_count("the number of slots", slots, least=1)
    if any(rep.rep_id == profile.rep_id for rep in window.reps):
        raise UsageError(f"rep {profile.rep_id!r} is in the window already; give the candidate "
                         "another id")
    check_floors([profile], {profile.rep_id: floor})
    solved = solved_window(window, floors)
    idle = profile.model_copy(update={"active": True, "capacity": 0, "open_leads": 0,
                                      "daily_cap": None, "assigned_today": 0})
    hired = _with_reps(solved, window, (*window.reps, idle),
                       {**floors_by_rep(floors), profile.rep_id: floor})
    at = hired.solution.problem.rows.reps.index[profile.rep_id]
    here = CurvePoint(slots=0, objective=hired.objective, total=hired.total,
                      change=hired.total - solved.total, step=0, rep_id=None)
    return ValueOfHire(rep_id=profile.rep_id, points=(
        here, *points(hired, here, adding(hired, (at,), slots), 1)))


def value_of_training(window: Window, rep_id: str, skill: str, level: float, *,
                      floors: AnyFloors = None) -> ValueOfTraining:
    """Return what a rep would bring at another level of a skill.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    rep_id
        The rep.
    skill, level
        The skill, by its name as names compare, and the level, 0 to 1. The rep may be without it
        now, but a lead, a rep or a rule of the window must name it.
    floors
        As for :func:`solver.solve`.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, the rep or the skill is unknown or the level
        is not from 0 to 1.
    InvalidInputError
        If values are too large for exact sums.
    """
    if not 0 <= level <= 1:
        raise UsageError(f"level {level} of skill {skill!r} must be from 0 to 1")
    check_known(rep_id, [rep.rep_id for rep in window.reps])
    check_skill(skill, Present(window).skills)
    solved = solved_window(window, floors)
    at = solved.solution.problem.rows.reps.index[rep_id]
    rep = window.reps[at]
    spelt = next((name for name in rep.skills if name_key(name) == name_key(skill)), skill)
    trained = rep.model_copy(update={"skills": {**rep.skills, spelt: level}})
    after = _with_reps(solved, window, (*window.reps[:at], trained, *window.reps[at + 1:]),
                       floors)
    return ValueOfTraining(
        rep_id=rep_id, skill=spelt, level_before=rep.skills.get(spelt, 0.0), level=level,
        change=after.total - solved.total, leads_before=_owned(solved, at),
        leads=_owned(after, at))


def _with_reps(solved: SolvedWindow, window: Window, reps: tuple[Rep, ...], floors: AnyFloors
               ) -> SolvedWindow:
    """Solve the window with other reps, from the plan that is there where that is faster."""
    edited = window.model_copy(
        update={"reps": tuple(sorted(reps, key=lambda rep: rep.rep_id))})
    solution = Reoptimiser(solved.solution).solve(edited, floors=floors)
    return SolvedWindow(solution or solve_exactly(edited, floors=floors))


def _owned(solved: SolvedWindow, rep: int) -> int:
    return int(np.count_nonzero(solved.solution.owner == rep))
