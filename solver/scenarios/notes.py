"""What of a scenario's edits one window does not show, or not as it may be meant, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC

from solver.matrix.rep_factors import rep_factors
from solver.models import Rep, SlotLimit
from solver.scenarios.amounts import scaled
from solver.scenarios.applying import edited, edited_reps
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import Campaign, ChangePolicy, ScaleLeads, ShiftLeads
from solver.scenarios.found import and_others, close_to
from solver.scenarios.policies import edited_policy
from solver.scenarios.present import Present, local_day
from solver.scenarios.rep_edits import AddReps, AddSkill, ChangeCapacity, CloseDay, TakeTimeOff
from solver.scenarios.reps import share_on

#: Keys of the policy on which no plan of a window depends, once its floors are made.
_IDLE = frozenset({"hand_off", "horizon", "version"})


def notes(present: Present, scenario: Scenario) -> tuple[str, ...]:
    """Return a sentence for each edit that changes nothing in the window, or not what it seems to.

    Parameters
    ----------
    present
        The window.
    scenario
        Checked against it.
    """
    if not scenario.edits:
        return ("the scenario has no edits: it is the window as it is",)
    after = {rep.rep_id: rep for rep in edited_reps(present, scenario)}
    said = []
    for at, edit in enumerate(scenario.edits):
        found = list(_said(present, edit, after))
        if not found and _is_idle(present, edit):
            found = ["changes nothing: the window has it so already"]
        said += [f"edits[{at}]: {one}" for one in found]
    return tuple(said)


def _said(present: Present, edit: Edit, after: Mapping[str, Rep]) -> Iterator[str]:
    match edit:
        case AddReps():
            yield from _of_hire(present, edit)
            yield from _of_team(present, edit)
        case ChangeCapacity():
            yield from _of_capacity(present, edit, after)
        case TakeTimeOff() | CloseDay():
            yield from _of_days_off(present, edit, after)
        case Campaign():
            yield from _of_campaign(present, edit)
        case ScaleLeads():
            number = len(present.leads_of(edit.where))
            if edit.factor != 1 and scaled(number, edit.factor) == number:
                yield (f"{edit.factor:g} times {number:,} leads is {number:,} in whole leads, so "
                       "that none comes or goes in this window")
        case ShiftLeads():
            number = len(present.leads_of(edit.where))
            if edit.share and not scaled(number, edit.share):
                yield (f"{edit.share:g} of {number:,} leads is none in whole leads, so that none "
                       "shifts in this window")
        case ChangePolicy() if _IDLE.issuperset(edit.set):
            yield (f"{', '.join(sorted(edit.set))} of the policy decide nothing about the plan "
                   "of a window")


def _is_idle(present: Present, edit: Edit) -> bool:
    """Tell whether the window after an edit alone is the window before it."""
    before = present.window
    match edit:
        case ChangePolicy():
            return edited_policy(before.policy, (edit,)) == before.policy.model_dump(mode="json")
        case ScaleLeads():
            return edit.factor == 1
        case ChangeCapacity() | AddSkill() | ShiftLeads():
            after = edited(present, Scenario(name="alone", edits=(edit,)))
            return after.reps == before.reps and after.leads == before.leads
    return False


def _of_capacity(present: Present, edit: ChangeCapacity, after: Mapping[str, Rep]
                 ) -> Iterator[str]:
    """Yield the reps whose number changes and who have as many free slots as before."""
    field = edit.of.value
    idle = [rep for rep_id in present.reps_of(edit)
            if (rep := after[rep_id]).free_slots == (now := present.reps[rep_id]).free_slots
            and getattr(rep, field) != getattr(now, field)]
    if idle:
        one, now = idle[0], present.reps[idle[0].rep_id]
        yield (f"leaves {and_others(one.rep_id, len(idle), 'rep')} with no slot more or fewer: at "
               f"{field.replace('_', ' ')} {_shown(getattr(now, field))} -> "
               f"{_shown(getattr(one, field))} {one.rep_id!r} has {one.free_slots:,} free as "
               f"before, because {_binding(one)}")


def _shown(number: int | None) -> str:
    return "none" if number is None else f"{number:,}"


def _binding(rep: Rep) -> str:
    """Return which number of a rep allows no slot more."""
    if rep.slot_limit is SlotLimit.DAILY_CAP:
        return f"the daily cap of {rep.daily_cap:,} binds ({rep.assigned_today:,} assigned today)"
    return f"the capacity of {rep.capacity:,} binds ({rep.open_leads:,} open)"


def _of_days_off(present: Present, edit: TakeTimeOff | CloseDay, after: Mapping[str, Rep]
                 ) -> Iterator[str]:
    """Yield that nobody is next at work at another time: all that a window sees of days off."""
    window, rep_ids = present.window, present.reps_of(edit)
    before, then = (rep_factors([reps[rep_id] for rep_id in rep_ids], window.policy,
                                window.at).next_work for reps in (present.reps, after))
    if before == then:
        yield (f"changes nothing in this window, of {window.at:%Y-%m-%d %H:%M} UTC: every rep of "
               "the edit is next at work when it was without these days off")


def _of_team(present: Present, edit: AddReps) -> Iterator[str]:
    team, teams = edit.changes.get("team"), {rep.team for rep in present.reps.values()}
    if team is not None and team not in teams:
        close = close_to(team, filter(None, teams))
        yield (f"no other rep is in team {team!r}"
               + ("" if close is None else f": maybe {close!r} is meant"))


def _of_hire(present: Present, edit: AddReps) -> Iterator[str]:
    zone = edit.changes.get("timezone", present.reps[edit.like].timezone)
    today = local_day(zone, present.window.at)
    first = edit.starts_on or today
    if first > today:
        yield (f"who is hired like {edit.like!r} starts on {first}, after this window's day, "
               f"{today}, and has no slot in it")
    elif not share_on(edit.ramp, (today - first).days):
        yield (f"who is hired like {edit.like!r} has no slot in this window: {today} is before the "
               "first step of the ramp that gives any")


def _of_campaign(present: Present, edit: Campaign) -> Iterator[str]:
    today = present.window.at.astimezone(UTC).date()
    if not edit.from_ <= today <= edit.to:
        yield (f"the campaign {edit.name!r} runs from {edit.from_} to {edit.to}, and brings this "
               f"window, of {today}, no lead")
    elif not scaled(1, edit.leads_per_day):
        yield (f"the campaign {edit.name!r} brings {edit.leads_per_day:g} leads a day, in whole "
               "leads none in this window")
