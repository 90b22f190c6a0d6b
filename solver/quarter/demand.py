"""Leads that come to each team, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from solver.errors import UsageError
from solver.matrix.moments import micros
from solver.matrix.rows import ValueRows
from solver.models import Rep, Window
from solver.models.base import MAX_COUNT
from solver.models.policy import UnknownHours
from solver.world import World

_Ints = NDArray[np.int64]
_HOUR = timedelta(hours=1)
_HOUR_MICROS = micros(_HOUR)
_MINUTE_MICROS = micros(timedelta(minutes=1))
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Demand:
    """The leads of one replication, by team and hour; hours are whole hours of UTC."""

    early: _Ints
    """(T, K) leads of a team and hour whose time is up in the earlier of the two hours possible."""
    late: _Ints
    """(T, K) those whose time is up in the next hour."""
    nobody: int
    """Leads without an owner that no rep may have: refused by all, held by the policy's legal hold,
    or without a value."""


def teams_of(world: World) -> tuple[str | None, ...]:
    """Return the teams of active reps, sorted, reps without a team first."""
    names = {rep.team for rep in world.reps if rep.active}
    named = sorted(name for name in names if name is not None)
    return (None, *named) if None in names else tuple(named)


def hours_of_week(world: World, clock: tzinfo) -> _Ints:
    """Return (K,) the hour of the week of each hour that the world touches, Monday 0:00 is 0.

    Raises
    ------
    UsageError
        If the zone is off UTC by a part of an hour.
    """
    first = _first_hour(world)
    num_hours = -(-(world.end - first) // _HOUR)
    local = [(first + n * _HOUR).astimezone(clock) for n in range(num_hours)]
    if any(at.minute or at.second for at in local):
        raise UsageError(f"the hours of {clock} do not begin with those of UTC; give a zone whose "
                         "offset is whole hours, such as UTC")
    return np.array([24 * at.weekday() + at.hour for at in local], dtype=np.int64)


def demand_of(world: World, within_minutes: float) -> Demand:
    """Count the leads of a world by team and hour.

    Parameters
    ----------
    world
        A lead belongs to the team of the rep with whom it would be worth the most if everybody were
        at work and had a free slot; equal reps in the order of rep_id.
    within_minutes
        Time until a lead must have an owner: it is up in the hour of the lead's arrival plus the
        whole hours of it, or in the one after.

    Notes
    -----
    Each lead is looked at as it is when it comes: its age, for filters too, is 0.
    """
    team, arrived, num_held = _team_of_leads(world)
    first = _first_hour(world)
    num_hours = -(-(world.end - first) // _HOUR)
    _, rest = whole_hours_and_rest(within_minutes)
    hour, minute = np.divmod(arrived, _HOUR_MICROS)
    is_early = minute + rest < _HOUR_MICROS
    shape = (len(teams_of(world)), num_hours)
    early, late = (_counts(shape, team, hour, part & (team != _NOBODY))
                   for part in (is_early, ~is_early))
    return Demand(early=early, late=late, nobody=num_held + int((team == _NOBODY).sum()))


def whole_hours_and_rest(minutes: float) -> tuple[int, int]:
    """Return minutes, to the microsecond, as whole hours and the microseconds that are left."""
    return divmod(round(minutes * _MINUTE_MICROS), _HOUR_MICROS)


def _counts(shape: tuple[int, int], team: _Ints, hour: _Ints, mine: NDArray[np.bool_]) -> _Ints:
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (team[mine], hour[mine]), 1)
    return counts


def _first_hour(world: World) -> datetime:
    return world.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _team_of_leads(world: World) -> tuple[_Ints, _Ints, int]:
    """Return team and arrival, in microseconds after the first hour's begin, of routed leads.

    And how many leads without an owner are not routed. At the world's start no lead is older than
    0: none has come yet.
    """
    policy = world.policy.model_copy(update={"response": world.policy.response.model_copy(
        update={"unknown_hours": UnknownHours.WORKS})})
    rows = ValueRows(Window(at=world.start, leads=world.arrivals,
                            reps=tuple(map(_free, world.reps)), policy=policy))
    position = {name: at for at, name in enumerate(teams_of(world))}
    team_of_rep = np.array([position[rep.team] if rep.active else _NOBODY for rep in world.reps],
                           dtype=np.int64)
    teams = [np.empty(0, dtype=np.int64)]
    for block in rows.blocks():
        part = rows.rows(block)
        value = np.where(part.refused == 0, part.value, -1)
        best = value.argmax(axis=1)
        found = value[np.arange(len(best)), best] >= 0
        teams.append(np.where(found, team_of_rep[best], _NOBODY))
    first = _first_hour(world)
    arrived = np.array([micros((lead.created_at or first) - first)
                        for lead in rows.leads.leads], dtype=np.int64)
    held = rows.triage.legal_hold + rows.triage.needs_data
    return np.concatenate(teams), arrived, len(held)


def _free(rep: Rep) -> Rep:
    """Return a rep who is always at work and has slots enough."""
    return rep.model_copy(update={
        "working_hours": (), "time_off": (), "holidays": (), "capacity": MAX_COUNT,
        "open_leads": 0, "daily_cap": None, "assigned_today": 0})
