"""The best of all plans of a rich window, by trying every owner of every lead at once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tests.oracle.rich_problem import Count, RichProblem

Owners = Mapping[str, str | None]
_Ints = NDArray[np.int64]


# --- one plan, in plain Python --------------------------------------------------------------------

def _used(amount: Mapping[tuple[str, str], int], owners: Owners) -> int:
    return sum(amount.get((lead, owner), 0) for lead, owner in owners.items() if owner is not None)


def penalty(count: Count, used: int) -> int:
    """Return what a limit costs at some use."""
    bent = sum(slope * max(0, used - at if over else at - used)
               for at, slope, over in count.hinges)
    if count.price is None:
        return bent
    beyond = 0 if count.upper is None else max(0, used - count.upper)
    return bent + count.price * (beyond + max(0, count.lower - used))


def penalties(numbers: RichProblem, owners: Owners) -> int:
    """Return what all limits cost."""
    return sum(penalty(count, _used(count.amount, owners)) for count in numbers.counts)


def rich_objective(numbers: RichProblem, owners: Owners) -> int:
    """Return the objective of a plan over eligible pairs."""
    return (sum(numbers.brings(lead, owners.get(lead)) for lead in numbers.leads)
            - penalties(numbers, owners))


def broken(numbers: RichProblem, owners: Owners) -> list[str]:
    """Return every rule that a plan breaks, by name and object."""
    return [*_of_leads(numbers, owners), *_of_many(numbers, owners)]


def _of_leads(numbers: RichProblem, owners: Owners) -> Iterator[str]:
    for lead in numbers.leads:
        owner = owners.get(lead)
        if owner is None:
            yield from [f"must_place:{lead}"] * (lead in numbers.must)
            continue
        if owner != numbers.stays.get(lead, owner):
            yield f"lock:{lead}"
        if not numbers.lead[lead].pairs[owner].eligible:
            yield f"eligible:{lead}:{owner}"


def _of_many(numbers: RichProblem, owners: Owners) -> Iterator[str]:
    for rep in numbers.reps:
        of_rep = {ids: use for ids, use in numbers.use.items() if ids[1] == rep}
        if _used(of_rep, owners) > numbers.slots[rep]:
            yield f"capacity:{rep}"
    for group in numbers.groups:
        having = {owners.get(lead) for lead in group}
        if len(having if numbers.whole else having - {None}) > 1:
            yield f"group:{group[0]}"
    for count in numbers.counts:
        used = _used(count.amount, owners)
        most = used if count.upper is None else count.upper
        if count.crossed or (count.price is None and not count.lower <= used <= most):
            yield f"limit:{count.name}"


# --- all plans at once ----------------------------------------------------------------------------

@functools.cache
def _choice_of(num_leads: int, num_reps: int) -> _Ints:
    """Return (L, T): in the order of all T plans, which rep each lead has; R stands for nobody."""
    choices = np.indices((num_reps + 1,) * num_leads).reshape(
        num_leads, (num_reps + 1) ** num_leads)
    choices.setflags(write=False)
    return choices


def _sums(table: Sequence[Sequence[int]]) -> _Ints:
    """Return (T,) sums over leads of a table of leads by choices, for all plans."""
    total = np.zeros(1, dtype=np.int64)
    for row in table:
        total = np.add.outer(total, np.array(row, dtype=np.int64)).ravel()
    return total


def all_plans(numbers: RichProblem) -> tuple[NDArray[np.bool_], _Ints]:
    """Return (T,) whether each plan breaks no rule, and its objective.

    The order is that of ``itertools.product`` over leads, of the reps and then nobody.
    """
    leads, reps = numbers.leads, numbers.reps
    may = [[numbers.eligible(lead, rep) for rep in reps] + [lead not in numbers.must]
           for lead in leads]
    wrong = [[0 if allowed else 1 for allowed in row] for row in may]
    worth = [[numbers.brings(lead, rep) if allowed else 0
              for rep, allowed in zip((*reps, None), row, strict=True)]
             for lead, row in zip(leads, may, strict=True)]
    keeps, objective = _sums(wrong) == 0, _sums(worth)
    for rep in reps:
        keeps &= _sums([[numbers.use[lead, one] if one == rep else 0 for one in reps] + [0]
                        for lead in leads]) <= numbers.slots[rep]
    for count in numbers.counts:
        used = _sums([[count.amount.get((lead, rep), 0) for rep in reps] + [0] for lead in leads])
        short = np.maximum(0, count.lower - used)
        over = np.maximum(0, used - count.upper) if count.upper is not None else 0 * used
        if count.crossed or count.price is None:
            keeps &= not count.crossed
            keeps &= (short == 0) & (over == 0)
        else:
            objective -= count.price * (short + over)
        for at, slope, above in count.hinges:
            objective -= slope * np.maximum(0, used - at if above else at - used)
    return keeps & _together(numbers), objective


def _together(numbers: RichProblem) -> NDArray[np.bool_]:
    choice, nobody = _choice_of(len(numbers.leads), len(numbers.reps)), len(numbers.reps)
    kept = np.ones(choice.shape[1], dtype=np.bool_)
    for group in numbers.groups:
        rows = [numbers.leads.index(lead) for lead in group]
        for at, one in enumerate(rows):
            for other in rows[:at]:
                same = choice[one] == choice[other]
                if not numbers.whole:
                    same = same | (choice[one] == nobody) | (choice[other] == nobody)
                kept &= same
    return kept


def rich_best(numbers: RichProblem) -> int | None:
    """Return the largest objective over all plans that break no rule; None: there is none."""
    keeps, objective = all_plans(numbers)
    return int(objective[keeps].max()) if keeps.any() else None


def best_owners(numbers: RichProblem) -> list[dict[str, str | None]]:
    """Return every plan with the largest objective."""
    keeps, objective = all_plans(numbers)
    if not keeps.any():
        return []
    names = (*numbers.reps, None)
    choice = _choice_of(len(numbers.leads), len(numbers.reps))
    best = np.flatnonzero(keeps & (objective == objective[keeps].max()))
    return [{lead: names[choice[row, plan]] for row, lead in enumerate(numbers.leads)}
            for plan in best.tolist()]
