"""What can be wrong with an edit of territories, of leads or of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solver.models import IssueCode
from solver.names import name_key
from solver.scenarios.amounts import scaled
from solver.scenarios.changes import LeadChanges
from solver.scenarios.edits import Edit
from solver.scenarios.floor_edits import (
    MAX_LEADS,
    Campaign,
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.found import Found, did_you_mean, inactive_reps, unknown_reps
from solver.scenarios.policies import BY_NAME, PREPARED_WITH
from solver.scenarios.present import Present
from solver.scenarios.rep_checks import slips
from solver.scenarios.reps import sells_in


def check_move(present: Present, edit: MoveTerritory) -> Iterator[Found]:
    """Yield what is wrong with a territory that changes hands."""
    if name_key(edit.territory) not in set(map(name_key, present.territories)):
        yield Found(IssueCode.UNKNOWN_NAME, "territory", edit.territory,
                    f"no lead, rep or rule of the window names the territory {edit.territory!r}",
                    did_you_mean(edit.territory, present.territories))
        return
    for field, rep_ids, sells in (("from", edit.from_, True), ("to", edit.to, False)):
        yield from unknown_reps(field, rep_ids, present.reps)
        yield from inactive_reps(field, rep_ids if field == "to" else (), present.reps)
        for rep_id in rep_ids:
            rep = present.reps.get(rep_id)
            if rep is not None and sells_in(rep, edit.territory) is not sells:
                yield Found(IssueCode.BAD_SCENARIO, field, rep_id,
                            f"rep {rep_id!r} does not sell in {edit.territory!r}" if sells else
                            f"rep {rep_id!r} sells in {edit.territory!r} already",
                            f"Leave the rep out of {field!r}")


def check_opening(present: Present, edit: OpenTerritory) -> Iterator[Found]:
    """Yield what is wrong with a new territory."""
    yield from unknown_reps("reps", edit.reps, present.reps)
    yield from inactive_reps("reps", edit.reps, present.reps)
    names = [rule.name for rule in present.window.policy.territories]
    if edit.before is not None and name_key(edit.before) not in set(map(name_key, names)):
        yield Found(IssueCode.UNKNOWN_NAME, "before", edit.before,
                    f"the policy has no territory {edit.before!r} to go before",
                    did_you_mean(edit.before, names))


def check_leads(present: Present, edit: ScaleLeads | ShiftLeads | Campaign) -> Iterator[Found]:
    """Yield a filter that matches no lead, and names that are slips of others."""
    field, where = ("like", edit.like) if isinstance(edit, Campaign) else ("where", edit.where)
    if where is not None and not present.leads_of(where):
        routed = len(present.triage.routed)
        yield Found(IssueCode.MATCHES_NOBODY, field, where,
                    f"the filter matches none of the {routed:,} leads that the window routes",
                    "Widen it, or correct the names in it")
    if not isinstance(edit, ScaleLeads):
        yield from _slips(present, edit.set)


def check_number_of_leads(present: Present, edits: Sequence[Edit]) -> Iterator[tuple[int, Found]]:
    """Yield the edits of a scenario with which it would have more leads than are taken.

    A campaign counts with the leads of one day, whichever day the window is of.
    """
    number = len(present.window.leads)
    for at, edit in enumerate(edits):
        if isinstance(edit, ScaleLeads):
            field, matching = "factor", len(present.leads_of(edit.where))
            more = scaled(matching, edit.factor) - matching
        elif isinstance(edit, Campaign):
            field, more = "leads_per_day", scaled(1, edit.leads_per_day)
        else:
            continue
        if more > 0 and number + more > MAX_LEADS:
            yield at, Found(
                IssueCode.OUT_OF_RANGE, field, f"{getattr(edit, field):.10g}",
                f"{more:,} leads more than {number:,} would be above {MAX_LEADS:,}, the most that "
                "a scenario may have", f"Lower {field}, or look at fewer leads")
        else:
            number += more


def _slips(present: Present, changes: LeadChanges) -> Iterator[Found]:
    territory = changes.get("territory")
    yield from slips("set.territory", () if territory is None else (territory,),
                     present.territories, "territory")
    yield from slips("set.needs", changes.get("needs", {}), present.skills, "skill")
    yield from slips("set.required_skills", changes.get("required_skills", {}), present.skills,
                     "skill")


def check_policy(present: Present, edit: ChangePolicy) -> Iterator[Found]:
    """Yield keys that change nothing any more, and rules to take out that are not there."""
    for key in PREPARED_WITH:
        if key in edit.set:
            yield Found(IssueCode.BAD_SCENARIO, f"set.{key}", key,
                        f"the leads were read and prepared with the policy's {key!r}, and another "
                        "would change nothing of them any more",
                        "Prepare the leads anew with that policy, and compare the two windows")
    for key in BY_NAME:
        changes = edit.set.get(key)
        names = [one.name for one in getattr(present.window.policy, key)]
        for name, change in changes.items() if isinstance(changes, dict) else ():
            if change is None and name not in names:
                yield Found(IssueCode.UNKNOWN_NAME, f"set.{key}.{name}", name,
                            f"the policy has no entry {name!r} under {key!r} to take out",
                            did_you_mean(name, names))
            elif change is not None and not isinstance(change, dict):
                yield Found(IssueCode.BAD_SCENARIO, f"set.{key}.{name}", str(change),
                            "must be a section of keys and values, or null to take the entry out",
                            "Write the keys that change below its name")
