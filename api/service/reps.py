"""Reps: put by the CRM, paused, on time off; what changes reaches windows, caches and deadlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from api.service.context import Actor, Context
from api.service.errors import Problem, RefusedError, UnknownError
from api.service.happenings import Happening, tell
from api.service.putting import Outcome, Put
from api.store.control import bump_floor, read_control
from api.store.database import Writing
from api.store.leads import lock_leads
from api.store.ownerships import open_of, set_deadlines
from api.store.reps import (
    RepRow,
    add_missing_reps,
    get_rep,
    get_reps,
    lock_reps,
    page_of_reps,
    update_rep,
    update_reps,
)
from solver.hand_off import deadlines
from solver.models import Rep
from solver.prepare.normalise.records import apply, normalise_rep

#: What a service level counts by.
_CALENDAR = ("timezone", "working_hours", "time_off", "holidays")


def list_reps(context: Context, after: str | None, most: int, team: str | None = None
              ) -> list[RepRow]:
    """Return reps by id, those who left too."""
    with context.database.read() as tx:
        return page_of_reps(tx, after, most, team)


def the_rep(context: Context, rep_id: str) -> RepRow:
    """Return a rep.

    Raises
    ------
    UnknownError
        There is none with this id.
    """
    with context.database.read() as tx:
        return _known(get_rep(tx, rep_id), rep_id)


def put_reps(context: Context, actor: Actor, reps: Sequence[Rep]) -> list[Put]:
    """Store reps as the CRM has them, new ones and known ones; nobody stands twice.

    Pauses stay, and who left stays gone. Their loads stay too: a capacity below what a rep owns
    leaves no slot free, and takes nothing away.
    """
    now = context.now
    records = {rep.rep_id: apply(rep, normalise_rep(rep)) for rep in reps}
    with context.database.write() as tx:
        known = _lock(tx, records)
        added = add_missing_reps(tx, [_new(rep, now) for rep_id, rep in sorted(records.items())
                                      if rep_id not in known])
        known |= lock_reps(tx, records.keys() - known.keys() - added)
        changed = _change(tx, [(known[rep_id], rep) for rep_id, rep in records.items()
                               if rep_id in known], now)
        _told(tx, [Happening("rep.put", now, actor.actor_id, rep_id=rep_id,
                             detail={"outcome": Outcome.CREATED.value})
                   for rep_id in records if rep_id in added]
              + [Happening("rep.put", now, actor.actor_id, rep_id=rep_id,
                           detail={"outcome": Outcome.UPDATED.value, "changed": list(fields)})
                 for rep_id, fields in changed.items()])
    return [Put(rep.rep_id, Outcome.CREATED if rep.rep_id in added else
                Outcome.UPDATED if rep.rep_id in changed else Outcome.UNCHANGED) for rep in reps]


def pause(context: Context, actor: Actor, rep_id: str, until: datetime, reason: str | None
          ) -> RepRow:
    """Give a rep no new leads before an instant; the open ones stay.

    Raises
    ------
    UnknownError
        There is no such rep.
    RefusedError
        The instant has passed.
    """
    now = context.now
    if until <= now:
        raise RefusedError(
            f"until is {until.isoformat()}, and it is {now.isoformat()}; a pause ends later",
            problems=[Problem(pointer="/until", code="past", detail="must lie in the future",
                              offending=until.isoformat())])
    happened = Happening("rep.paused", now, actor.actor_id, rep_id=rep_id,
                         detail={"until": until.isoformat()})
    return _set(context, happened, lambda _: {"paused_until": until, "pause_reason": reason})


def resume(context: Context, actor: Actor, rep_id: str) -> RepRow:
    """Give a rep new leads again, who was paused or had left; nothing happens to others.

    Raises
    ------
    UnknownError
        There is no such rep.
    """
    def back(row: RepRow) -> dict[str, Any]:
        if row.left_at is None and row.paused_until is None:
            return {}
        return {"left_at": None, "paused_until": None, "pause_reason": None}

    return _set(context, Happening("rep.resumed", context.now, actor.actor_id, rep_id=rep_id), back)


def add_time_off(context: Context, actor: Actor, rep_id: str, period: str) -> RepRow:
    """Note that a rep is away; once is enough.

    Raises
    ------
    UnknownError
        There is no such rep.
    RefusedError
        It is no period, or one of local dates and the rep has no time zone.
    """
    def longer(time_off: tuple[str, ...]) -> tuple[str, ...]:
        return time_off if period in time_off else (*time_off, period)

    return _set_time_off(context, actor, rep_id, longer)


def drop_time_off(context: Context, actor: Actor, rep_id: str, period: str) -> RepRow:
    """Note that a rep is not away after all.

    Raises
    ------
    UnknownError
        There is no such rep, or it has no such time off.
    """
    def shorter(time_off: tuple[str, ...]) -> tuple[str, ...]:
        if period not in time_off:
            raise UnknownError(f"rep {rep_id!r} has no time off {period!r}; it has "
                               f"{', '.join(map(repr, time_off)) or 'none'}")
        return tuple(one for one in time_off if one != period)

    return _set_time_off(context, actor, rep_id, shorter)


def _set_time_off(context: Context, actor: Actor, rep_id: str,
                  change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> RepRow:
    now = context.now
    with context.database.write() as tx:
        lock_leads(tx, [one.lead_id for one in open_of(tx, [rep_id])])
        row = _known(lock_reps(tx, [rep_id]).get(rep_id), rep_id)
        values = {**row.stored.model_dump(), "time_off": change(row.stored.time_off)}
        try:
            changed = _change(tx, [(row, Rep.model_validate(values))], now)
        except ValidationError as error:
            one = error.errors(include_url=False)[0]
            raise RefusedError(f"time off of rep {rep_id!r}: {one['msg']}", problems=[
                Problem(pointer="/period", code=one["type"], detail=one["msg"])]) from None
        _told(tx, [Happening("rep.put", now, actor.actor_id, rep_id=rep_id,
                             detail={"outcome": Outcome.UPDATED.value, "changed": list(fields)})
                   for fields in changed.values()])
        return _known(get_rep(tx, rep_id), rep_id)


def _lock(tx: Writing, records: Mapping[str, Rep]) -> dict[str, RepRow]:
    """Lock reps, and before them the open leads of those whose calendar is about to change."""
    away = [rep_id for rep_id, row in get_reps(tx, records).items()
            if _calendar_changes(row.stored, records[rep_id])]
    lock_leads(tx, [one.lead_id for one in open_of(tx, away)])
    return lock_reps(tx, records)


def _change(tx: Writing, pairs: Sequence[tuple[RepRow, Rep]], now: datetime
            ) -> dict[str, tuple[str, ...]]:
    """Store records of locked reps that differ; return rep_id to the names of fields that do."""
    changed = {row.rep_id: fields for row, rep in pairs if (fields := _differing(row.stored, rep))}
    update_reps(tx, [{**_columns(rep, now), "revision": row.revision + 1}
                     for row, rep in pairs if row.rep_id in changed])
    _set_deadlines(tx, {row.rep_id: rep for row, rep in pairs
                        if _calendar_changes(row.stored, rep)})
    return changed


def _set_deadlines(tx: Writing, reps: Mapping[str, Rep]) -> None:
    """Count the service level of open leads by their owners' new calendars."""
    if not reps:
        return
    policy = read_control(tx).policy
    due = [(one.id, deadlines(reps[one.rep_id], one.started_at, policy))
           for one in open_of(tx, reps)]
    set_deadlines(tx, [(number, by.accept_by, by.contact_by, by.work_by) for number, by in due])


def _set(context: Context, happened: Happening, change: Callable[[RepRow], Mapping[str, Any]]
         ) -> RepRow:
    """Change columns of one rep, if there is anything to change."""
    rep_id = str(happened.rep_id)
    with context.database.write() as tx:
        row = _known(lock_reps(tx, [rep_id]).get(rep_id), rep_id)
        if values := change(row):
            update_rep(tx, rep_id, revision=row.revision + 1, updated_at=happened.at, **values)
            _told(tx, [happened])
        return _known(get_rep(tx, rep_id), rep_id)


def _told(tx: Writing, happenings: Sequence[Happening]) -> None:
    if happenings:
        tell(tx, happenings)
        bump_floor(tx)


def _new(rep: Rep, now: datetime) -> dict[str, Any]:
    return {**_columns(rep, now), "revision": 1}


def _columns(rep: Rep, now: datetime) -> dict[str, Any]:
    return {"rep_id": rep.rep_id, "record": rep.model_dump_json(), "active": rep.active,
            "capacity": rep.capacity, "open_elsewhere": rep.open_leads,
            "daily_cap": rep.daily_cap, "timezone": rep.timezone, "name": rep.name,
            "team": rep.team, "updated_at": now}


def _differing(before: Rep, after: Rep) -> tuple[str, ...]:
    return tuple(name for name in Rep.model_fields if getattr(before, name) != getattr(after, name))


def _calendar_changes(before: Rep, after: Rep) -> bool:
    return any(name in _CALENDAR for name in _differing(before, after))


def _known(row: RepRow | None, rep_id: str) -> RepRow:
    if row is None:
        raise UnknownError(f"there is no rep {rep_id!r}; put it first")
    return row
