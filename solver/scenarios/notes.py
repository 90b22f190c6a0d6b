"""What of a scenario's edits one window does not show, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from solver.scenarios.amounts import scaled
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import Campaign, ChangePolicy, ScaleLeads, ShiftLeads
from solver.scenarios.present import Present, local_day
from solver.scenarios.rep_edits import AddReps
from solver.scenarios.reps import share_on

#: Keys of the policy on which no plan of a window depends, once its floors are made.
_IDLE = frozenset({"hand_off", "horizon", "version"})


def notes(present: Present, scenario: Scenario) -> tuple[str, ...]:
    """Return one sentence for each edit that changes nothing in the window by its dates or size.

    Parameters
    ----------
    present
        The window.
    scenario
        Checked against it.
    """
    return tuple(f"edits[{at}]: {said}" for at, edit in enumerate(scenario.edits)
                 for said in _said(present, edit))


def _said(present: Present, edit: Edit) -> Iterator[str]:
    match edit:
        case AddReps():
            yield from _of_hire(present, edit)
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
