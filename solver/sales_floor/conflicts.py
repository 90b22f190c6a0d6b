"""Rules that cannot be kept together, as issues that name each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from solver.errors import PolicyConflictError
from solver.matrix.refusals import REASON_RULES
from solver.models import Issue, IssueCode

if TYPE_CHECKING:
    from solver.program.program import Conflict, Ints
    from solver.sales_floor.floor import SalesFloor


def crossed_ends(name: str, lower: int, upper: int) -> PolicyConflictError:
    """Make the error of a limit whose ends exclude each other."""
    return PolicyConflictError([_issue(
        f"limits.{name}", f"{lower:,}", f"lower must not be above upper, which is {upper:,} here",
        "Lower the lower end or raise the upper one")])


def conflict_error(floor: SalesFloor, conflict: Conflict) -> PolicyConflictError:
    """Put a smallest set of demands that no plan keeps together into words."""
    issues = list(_issues(floor, conflict))
    if len(issues) > 1:
        others = (f"{len(issues)} demands cannot be kept together"
                  + ("; without any one the others can" if conflict.irreducible else ""))
        issues = [issue.model_copy(update={"rule": f"{issue.rule} ({others})"})
                  for issue in issues]
    return PolicyConflictError(issues)


def _issues(floor: SalesFloor, conflict: Conflict) -> Iterator[Issue]:
    reps = floor.rows.window.reps
    for at in conflict.limits:
        if at < len(reps):
            yield _issue(f"reps.{reps[at].rep_id}", f"{reps[at].free_slots:,}",
                         f"{reps[at].display_name} has no more free slots than these",
                         "Give the rep more slots, or ask for less")
            continue
        limit = floor.limits[at - len(reps)]
        most = "" if limit.upper is None else f" and at most {limit.upper:,}"
        open_to = int(limit.amount.sum())
        short = (f", and leads and reps who may come together count {open_to:,} in all"
                 if open_to < limit.lower else "")
        yield _issue(f"limits.{limit.name}", f"{limit.lower:,}",
                     f"the limit {limit.name} wants at least {limit.lower:,}{most} "
                     f"{limit.measure.value} in this window{short}",
                     "Widen its ends, or give it a price")
    for unit in conflict.units:
        yield from (_must_issue(floor, lead) for lead in floor.leads_of_unit(unit))


def _must_issue(floor: SalesFloor, lead_at: int) -> Issue:
    lead, previous = floor.rows.leads.leads[lead_at], floor.previous
    if previous.locked[lead_at]:
        owner = floor.rows.window.reps[int(previous.rep[lead_at])]
        stands = ("" if len(floor.pairs.of_lead(lead_at)) else
                  f", but rules refuse that owner now: {_refused(floor, lead_at, previous.rep)}")
        return _issue("stability.lock", lead.lead_id,
                      f"the lead must stay with {owner.display_name} ({owner.rep_id}){stands}",
                      "Leave it out of the lock, or mend what refuses the owner")
    if not floor.must_lead[lead_at]:
        return _issue("groups", lead.lead_id, "the lead goes where its group goes, which must be "
                      "placed", "Let the group have as_many_as_fit")
    nobody = ("" if len(floor.pairs.of_lead(lead_at)) else
              f", but no rep may have it: {_refused(floor, lead_at)}")
    return _issue("must_place", lead.lead_id, f"the lead must be placed{nobody}",
                  "Leave it out of must_place, or open a rep to it")


def _refused(floor: SalesFloor, lead_at: int, rep: Ints | None = None) -> str:
    """Name the rules that refuse a lead's former owner, or its active reps."""
    bits = floor.rows.refused(slice(lead_at, lead_at + 1))[0]
    asked = bits[floor.rows.reps.active] if rep is None else bits[[int(rep[lead_at])]]
    found = int(np.bitwise_or.reduce(asked)) if len(asked) else 0
    codes = [code.value for rule, code in REASON_RULES if found & rule]
    return ", ".join(codes or ["INACTIVE"])


def _issue(key: str, value: str, rule: str, remedy: str) -> Issue:
    return Issue(code=IssueCode.CONTRADICTION, file="policy", column=key, offending=value,
                 rule=rule, remedy=remedy)
