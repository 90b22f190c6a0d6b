"""Edits of one scenario that change the same thing: of a rep, of a lead, of the policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from solver.models import IssueCode
from solver.names import name_key
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import (
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.found import Found, and_others
from solver.scenarios.policies import leaf_paths
from solver.scenarios.present import Present
from solver.scenarios.rep_edits import (
    AddSkill,
    ChangeCapacity,
    CloseDay,
    RemoveReps,
    TakeTimeOff,
)

#: An edit claims a part of a rep or a lead; of one who leaves it claims all.
_ALL = "the rep, who leaves"


class _Claim(NamedTuple):
    """One thing of one rep or lead that an edit changes."""

    kind: str
    """``rep`` or ``lead``."""
    id: str
    what: str
    """Which thing, in words."""


def overlaps(present: Present, scenario: Scenario) -> Iterator[tuple[int, Found]]:
    """Yield the position of each edit that changes what an earlier one changes, and the problem.

    Parameters
    ----------
    present
        The window.
    scenario
        What it says of unknown reps and names is passed over.
    """
    edits = scenario.edits
    if len(edits) < 2:
        return
    claims = [set(_claims(present, edit)) for edit in edits]
    for first, second in _meeting(claims):
        if found := _shared(claims[first], claims[second], first):
            yield second, found
    for (first, one), (second, other) in combinations(enumerate(edits), 2):
        if isinstance(one, TakeTimeOff) and isinstance(other, TakeTimeOff):
            if found := _same_days(present, one, other, first):
                yield second, found
        elif found := _same_keys(one, other, first):
            yield second, found


def _claims(present: Present, edit: Edit) -> Iterator[_Claim]:
    if isinstance(edit, ScaleLeads):
        yield from (_Claim("lead", lead.lead_id, "how many there are")
                    for lead in present.leads_of(edit.where))
    elif isinstance(edit, ShiftLeads):
        fields = [*edit.set, *(["when they come"] if edit.days else [])]
        yield from (_Claim("lead", lead.lead_id, field)
                    for lead in present.leads_of(edit.where) for field in fields)
    elif isinstance(edit, MoveTerritory):
        yield from _of_reps((*edit.from_, *edit.to), f"the territory {name_key(edit.territory)!r}")
    elif isinstance(edit, OpenTerritory):
        yield from _of_reps(edit.reps, f"the territory {name_key(edit.territory.name)!r}")
    elif isinstance(edit, RemoveReps):
        yield from _of_reps(present.reps_of(edit), _ALL)
    elif isinstance(edit, ChangeCapacity):
        yield from _of_reps(present.reps_of(edit), f"the {edit.of.value}")
    elif isinstance(edit, AddSkill):
        yield from _of_reps(present.reps_of(edit), f"the skill {name_key(edit.skill)!r}")
    elif isinstance(edit, TakeTimeOff):
        yield from _of_reps(present.reps_of(edit), "the time off")
    elif isinstance(edit, CloseDay) and (edit.rep_ids is not None or edit.where is not None):
        yield from _of_reps(present.reps_of(edit), f"the day {edit.date}")


def _of_reps(rep_ids: tuple[str, ...], what: str) -> Iterator[_Claim]:
    return (_Claim("rep", rep_id, what) for rep_id in rep_ids)


def _meeting(claims: list[set[_Claim]]) -> list[tuple[int, int]]:
    """Return the pairs of edits that are of a common rep or lead, the earlier one first."""
    by_id: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for at, made in enumerate(claims):
        for claim in made:
            by_id[claim.kind, claim.id].add(at)
    groups = {tuple(sorted(edits)) for edits in by_id.values() if len(edits) > 1}
    return sorted({pair for group in groups for pair in combinations(group, 2)})


def _shared(one: set[_Claim], other: set[_Claim], first: int) -> Found | None:
    """Return the problem of two edits that claim the same, or of which one removes the rep."""
    gone = {claim.id for made in (one, other) for claim in made if claim.what == _ALL}
    same = sorted({claim for claim in one & other if claim.what != "the time off"}
                  | {claim for claim in other if claim.id in gone and claim.kind == "rep"
                     and claim.id in {mine.id for mine in one}})
    if not same:
        return None
    ids = sorted({claim.id for claim in same})
    leaves = same[0].id in gone and same[0].kind == "rep"
    what = "whether the rep is there at all" if leaves else same[0].what
    return Found(IssueCode.OVERLAPPING_EDITS, "", None,
                 f"{and_others(ids[0], len(ids), same[0].kind)} would be changed twice, here and "
                 f"by edits[{first}] of the scenario: {what}",
                 "Leave one of the two out, or narrow its filter so that no "
                 f"{same[0].kind} is in both")


def _same_days(present: Present, one: TakeTimeOff, other: TakeTimeOff, first: int) -> Found | None:
    both = sorted(set(present.reps_of(one)) & set(present.reps_of(other)))
    begin, end = max(one.from_, other.from_), min(one.to, other.to)
    if not both or begin > end:
        return None
    return Found(IssueCode.OVERLAPPING_EDITS, "from", str(other.from_),
                 f"{and_others(both[0], len(both), 'rep')} would be away twice from {begin} to "
                 f"{end}, here and by edits[{first}] of the scenario",
                 "Leave these days out of one of the two")


def _same_keys(one: Edit, other: Edit, first: int) -> Found | None:
    """Return the problem of two edits that set the same key of the policy."""
    for mine in _keys(one):
        for theirs in _keys(other):
            short = min(len(mine), len(theirs))
            both_open = isinstance(one, OpenTerritory) and isinstance(other, OpenTerritory)
            if mine[:short] == theirs[:short] and not both_open:
                key = ".".join(theirs)
                field = f"set.{key}" if isinstance(other, ChangePolicy) else "territory"
                return Found(IssueCode.OVERLAPPING_EDITS, field, key,
                             f"edits[{first}] of the scenario changes {'.'.join(mine)} of the "
                             "policy as well", "Leave one of the two out, or write both in one")
    return None


def _keys(edit: Edit) -> tuple[tuple[str, ...], ...]:
    if isinstance(edit, ChangePolicy):
        return tuple(leaf_paths(edit.set))
    return (("territories",),) if isinstance(edit, OpenTerritory) else ()
