"""What edits make of reps, one rep at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from solver.models import Rep
from solver.names import name_key
from solver.scenarios.amounts import scaled
from solver.scenarios.rep_edits import AddReps, ChangeCapacity, RampUpStep


def hired(edit: AddReps, like: Rep, rep_id: str, day: date, first_day: date) -> Rep:
    """Return a new rep as it stands on a day.

    Parameters
    ----------
    edit
        The hire.
    like
        The rep whom it is made like.
    rep_id
        Its id.
    day
        The day, in the new rep's zone.
    first_day
        Its first day.

    Raises
    ------
    pydantic.ValidationError
        If the fields do not go together.
    """
    full = fully_ramped(edit, like, rep_id, first_day)
    if day < first_day:
        return full.model_copy(update={"active": False})
    return at_share(full, share_on(edit.ramp, (day - first_day).days))


def fully_ramped(edit: AddReps, like: Rep, rep_id: str, first_day: date) -> Rep:
    """Return a new rep at its full capacity, with nothing on hand; errors are those of `hired`."""
    name = None if like.name is None else f"{like.name} {rep_id.removeprefix(like.rep_id)}"
    fields: dict[str, Any] = {
        **like.model_dump(), "name": name, "email": None, **edit.changes, "rep_id": rep_id,
        "open_leads": 0, "assigned_today": 0, "active": True, "started_on": first_day}
    fields["skills"] = _with_names(like.skills, edit.changes.get("skills", {}))
    fields["attributes"] = {**like.attributes, **edit.changes.get("attributes", {})}
    if edit.capacity is not None:
        fields["capacity"] = edit.capacity
    return Rep.model_validate(fields)


def share_on(ramp: tuple[RampUpStep, ...], days: int) -> float:
    """Return the part of its capacity that a rep has some days after its first, 0 to 1."""
    if not ramp:
        return 1.0
    return max((step.share for step in ramp if step.after_days <= days), default=0.0)


def at_share(rep: Rep, share: float) -> Rep:
    """Return a rep with a part of its capacity and of its daily cap, rounded, halves up."""
    cap = rep.daily_cap
    return rep.model_copy(update={"capacity": scaled(rep.capacity, share),
                                  "daily_cap": None if cap is None else scaled(cap, share)})


def new_number(edit: ChangeCapacity, rep: Rep) -> int | None:
    """Return what the edited number of a rep becomes, which may be below 0.

    None where the rep has no daily cap that could be raised, lowered or scaled.
    """
    if edit.set is not None:
        return edit.set
    now = getattr(rep, edit.of.value)
    if now is None:
        return None
    return int(now + edit.add) if edit.add is not None else scaled(now, edit.factor or 0.0)


def with_skill(rep: Rep, skill: str, level: float) -> Rep:
    """Return a rep who has a skill at a level, whatever the present spelling of its name."""
    return rep.model_copy(update={"skills": _with_names(rep.skills, {skill: level})})


def with_territory(rep: Rep, territory: str) -> Rep:
    """Return a rep who also sells in a territory."""
    if sells_in(rep, territory):
        return rep
    return rep.model_copy(update={"territories": (*rep.territories, territory)})


def without_territory(rep: Rep, territory: str) -> Rep:
    """Return a rep who does not sell in a territory."""
    return rep.model_copy(update={"territories": tuple(
        one for one in rep.territories if name_key(one) != name_key(territory))})


def sells_in(rep: Rep, territory: str) -> bool:
    """Tell whether a rep names a territory."""
    return name_key(territory) in map(name_key, rep.territories)


def away(rep: Rep, first: date, last: date) -> Rep:
    """Return a rep who is away from one day to another, both included.

    The days are those of the rep's zone; of UTC where it has none.
    """
    if rep.timezone is not None:
        text = f"{first}/{last}"
    else:
        text = f"{first}T00:00:00Z/{last + timedelta(days=1)}T00:00:00Z"
    return rep.model_copy(update={"time_off": (*rep.time_off, text)})


def _with_names(now: Mapping[str, float], levels: Mapping[str, float]) -> dict[str, float]:
    """Return levels with some set, each under the name that it has already."""
    spelt = {name_key(name): name for name in now}
    return {**now, **{spelt.get(name_key(name), name): level for name, level in levels.items()}}
