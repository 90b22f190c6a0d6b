"""Scenarios of a simulated stretch of time: edits of a world instead of a window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial, reduce
from typing import Any

from solver.calendar.zones import zone
from solver.errors import UsageError
from solver.models import Rep, Window
from solver.models.base import MAX_COUNT
from solver.scenarios.applying import edited
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import Campaign, ScaleLeads, ShiftLeads
from solver.scenarios.flows import edited_flow
from solver.scenarios.present import Present, local_day, window_of
from solver.scenarios.rep_edits import AddReps, ChangeCapacity, RemoveReps
from solver.scenarios.reps import new_number
from solver.world import RepChange, World

_OF_LEADS = (ScaleLeads, ShiftLeads, Campaign)


def apply_to_world(world: World, scenario: Scenario, again: Callable[[int], World]) -> World:
    """Return the world in which a scenario's edits are made.

    Parameters
    ----------
    world
        Is not changed.
    scenario
        Checked against :func:`solver.scenarios.present.window_of` it. Edits of reps, territories
        and policy hold from the start on, those with dates on their dates: a hire begins, and a
        ramp rises, at the rep's midnight. Edits of a capacity hold for the numbers to which the
        world's own changes set it, too. Edits of leads change what arrives
        (:func:`solver.scenarios.flows.edited_flow`).
    again
        Draws the world again, independently, for leads that come on top; as of ``edited_flow``.

    Returns
    -------
    World
        Leads and reps that no edit touches keep their times and their luck, which hang on the seed
        and on ids. The history stays: a forecast knows nothing of what the scenario brings. The
        hidden truth is left out, for nobody knows it of leads and reps that are not there.

    Raises
    ------
    UsageError
        If an edited capacity would be below 0 after a change of the world's own, or a campaign is
        like no lead.
    """
    if not scenario.edits:
        return world
    start = _floor_at(world, scenario, world.start)
    return replace(
        world, reps=start.reps, policy=start.policy, truth=None,
        arrivals=edited_flow(world, scenario.edits, again),
        changes=(*_planned(world, scenario.edits), *_hires(world, scenario, start.reps)))


def _planned(world: World, edits: Iterable[Edit]) -> Iterator[RepChange]:
    """Yield the changes of reps who stay, with numbers that are edited as those of the start."""
    present = Present(window_of(world))
    of_reps = [(edit, set(present.reps_of(edit))) for edit in edits
               if isinstance(edit, RemoveReps | ChangeCapacity)]
    for change in world.changes:
        mine = [edit for edit, rep_ids in of_reps if change.rep_id in rep_ids]
        if not any(isinstance(edit, RemoveReps) for edit in mine):
            yield reduce(partial(_with_number, present.reps[change.rep_id]),
                         (edit for edit in mine if isinstance(edit, ChangeCapacity)), change)


def _with_number(rep: Rep, change: RepChange, edit: ChangeCapacity) -> RepChange:
    """Return a change with its number, if it has that one, edited."""
    field = edit.of.value
    now = getattr(change, field)
    if now is None:
        return change
    number = new_number(edit, rep.model_copy(update={field: now}))
    assert number is not None
    if not 0 <= number <= MAX_COUNT:
        raise UsageError(f"the {field} of rep {rep.rep_id!r} changes to {now:,} at "
                         f"{change.at.isoformat()}, and the edit would make it {number:,}, which "
                         f"must be from 0 to {MAX_COUNT:,}; change the edit, or leave the rep out")
    update: dict[str, Any] = {field: number}
    return replace(change, **update)


def _floor_at(world: World, scenario: Scenario, at: datetime) -> Window:
    """Return reps and policy as a scenario makes them at an instant, without leads."""
    edits = tuple(_from_start(world, edit) for edit in scenario.edits
                  if not isinstance(edit, _OF_LEADS))
    window = Window(at=at, leads=(), reps=world.reps, policy=world.policy)
    return edited(Present(window), scenario.model_copy(update={"edits": edits}))


def _from_start(world: World, edit: Edit) -> Edit:
    """Return a hire with its first day named: that of the world's start, where it has none."""
    if not isinstance(edit, AddReps) or edit.starts_on is not None:
        return edit
    like = next(rep for rep in world.reps if rep.rep_id == edit.like)
    day = local_day(edit.changes.get("timezone", like.timezone), world.start)
    return edit.model_copy(update={"starts_on": day})


def _hires(world: World, scenario: Scenario, reps: Iterable[Rep]) -> Iterator[RepChange]:
    """Yield what those who are hired may take from each of their steps on."""
    present = {rep.rep_id for rep in world.reps}
    now = {rep.rep_id: rep for rep in reps if rep.rep_id not in present}
    for at in _step_instants(world, scenario.edits, now.values()):
        for rep in _floor_at(world, scenario, at).reps:
            if rep.rep_id in now:
                before, now[rep.rep_id] = now[rep.rep_id], rep
                if _taken(before) != _taken(rep):
                    yield RepChange(rep.rep_id, at, *_taken(rep))


def _taken(rep: Rep) -> tuple[int, int | None, bool]:
    return rep.capacity, rep.daily_cap, rep.active


def _step_instants(world: World, edits: Iterable[Edit], hired: Iterable[Rep]) -> list[datetime]:
    """Return the midnights, in any zone of a hire, at which a hire begins or its ramp rises."""
    days: set[date] = set()
    for edit in edits:
        if isinstance(edit, AddReps):
            named = _from_start(world, edit)
            assert isinstance(named, AddReps)
            assert named.starts_on is not None
            days.add(named.starts_on)
            days |= {named.starts_on + timedelta(days=step.after_days) for step in named.ramp}
    clocks = {UTC if rep.timezone is None else zone(rep.timezone) for rep in hired}
    instants = {datetime.combine(day, time(), clock).astimezone(UTC)
                for day in days for clock in clocks}
    return sorted(at for at in instants if world.start < at < world.end)
