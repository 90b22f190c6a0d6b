"""What can be wrong with an edit of reps, against the window that it edits."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from solver.models import IssueCode, Rep
from solver.models.base import MAX_COUNT
from solver.names import OVERLAY, name_key
from solver.scenarios.bases import OfReps
from solver.scenarios.found import (
    Found,
    and_others,
    close_to,
    did_you_mean,
    inactive_reps,
    unknown_reps,
)
from solver.scenarios.present import Present, local_day
from solver.scenarios.rep_edits import AddReps, AddSkill, ChangeCapacity
from solver.scenarios.reps import fully_ramped, new_number


def check_selection(present: Present, edit: OfReps) -> Iterator[Found]:
    """Yield what is wrong with the choice of reps: unknown, not active, or nobody at all."""
    if edit.rep_ids is not None:
        yield from unknown_reps("rep_ids", edit.rep_ids, present.reps)
        yield from inactive_reps("rep_ids", edit.rep_ids, present.reps)
    elif edit.where is not None and not present.reps_of(edit):
        active = sum(rep.active for rep in present.reps.values())
        yield Found(IssueCode.MATCHES_NOBODY, "where", edit.where,
                    f"the filter matches none of the {active:,} active reps",
                    "Widen it, or name the reps under rep_ids")


def check_hire(present: Present, edit: AddReps) -> Iterator[Found]:
    """Yield what is wrong with a hire: nobody to be like, or fields that do not go together."""
    like = present.reps.get(edit.like)
    if like is None:
        yield from unknown_reps("like", [edit.like], present.reps)
        return
    zone = edit.changes.get("timezone", like.timezone)
    try:
        rep = fully_ramped(edit, like, f"{like.rep_id}+1",
                           edit.starts_on or local_day(zone, present.window.at))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            field = ".".join(["changes", *map(str, detail["loc"])])
            yield Found(IssueCode.BAD_SCENARIO, field, None,
                        f"a rep like {like.rep_id!r} with these changes cannot be: "
                        f"{detail['msg'].removeprefix('Value error, ')}",
                        "Change the fields that do not go together")
        return
    yield from slips("changes.territories", rep.territories, present.territories, "territory")
    yield from slips("changes.skills", rep.skills, present.skills, "skill")


def slips(field: str, names: Iterator[str] | tuple[str, ...] | dict[str, float],
          known: tuple[str, ...], what: str) -> Iterator[Found]:
    """Yield names that nothing in the window has but that are close to one that something has."""
    keys = set(map(name_key, known))
    for name in names:
        if name != OVERLAY and name_key(name) not in keys and (close := close_to(name, known)):
            yield Found(IssueCode.UNKNOWN_NAME, field, name,
                        f"no lead, rep or rule of the window names the {what} {name!r}",
                        f"Maybe it is {close!r}")


def check_capacity(present: Present, edit: ChangeCapacity) -> Iterator[Found]:
    """Yield what is wrong with a new capacity: below 0, too large, or a cap that is not there."""
    reps = [present.reps[rep_id] for rep_id in present.reps_of(edit) if rep_id in present.reps]
    key = next(key for key in ("set", "add", "factor") if getattr(edit, key) is not None)
    capless = [rep for rep in reps if new_number(edit, rep) is None]
    if capless:
        yield Found(IssueCode.BAD_SCENARIO, key, _shown(edit, key),
                    f"{and_others(capless[0].rep_id, len(capless), 'rep')} without a daily cap "
                    "have none to raise, lower or scale",
                    "Give one with set, or leave these reps out")
    numbers = [(rep, number) for rep in reps if (number := new_number(edit, rep)) is not None]
    below = [(rep, number) for rep, number in numbers if number < 0]
    if below:
        yield _out_of_range(edit, key, below, "0 or more")
    above = [(rep, number) for rep, number in numbers if number > MAX_COUNT]
    if above:
        yield _out_of_range(edit, key, above, f"{MAX_COUNT:,} at most")


def _out_of_range(edit: ChangeCapacity, key: str, reps: list[tuple[Rep, int]], bound: str) -> Found:
    rep, number = reps[0]
    now = getattr(rep, edit.of.value)
    return Found(IssueCode.OUT_OF_RANGE, key, _shown(edit, key),
                 f"the {edit.of.value} of {and_others(rep.rep_id, len(reps), 'rep')} must be "
                 f"{bound}; of {rep.rep_id!r}, who has {now:,}, it would be {number:,}",
                 "Change the number, or leave these reps out")


def _shown(edit: ChangeCapacity, key: str) -> str:
    return str(getattr(edit, key))


def check_skill(present: Present, edit: AddSkill) -> Iterator[Found]:
    """Yield a skill that nothing of the window names, so that to have it changes nothing."""
    if name_key(edit.skill) not in set(map(name_key, present.skills)):
        yield Found(IssueCode.UNKNOWN_NAME, "skill", edit.skill,
                    f"no lead, rep or rule of the window names the skill {edit.skill!r}",
                    did_you_mean(edit.skill, present.skills))
