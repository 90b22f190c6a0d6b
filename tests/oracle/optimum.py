"""The best of all plans by trying them all, remembering what was left to do from each state."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from tests.oracle.problem import Problem

#: An owner by lead id; None holds the lead.
Owners = dict[str, str | None]


def best(numbers: Problem, slots: Mapping[str, int] | None = None, *,
         without: str | None = None) -> int:
    """Return the largest objective over all plans.

    Parameters
    ----------
    numbers
        The problem.
    slots
        Free slots by rep that replace the problem's own.
    without
        A lead to leave out.
    """
    given = numbers.slots if slots is None else slots
    leads = [lead for lead in numbers.leads if lead != without]
    nets = [[(column, numbers.net(lead, rep)) for column, rep in enumerate(numbers.reps)
             if numbers.usable(lead, rep)] for lead in leads]

    @functools.cache
    def rest(first: int, free: tuple[int, ...]) -> int:
        if first == len(nets):
            return 0
        held = numbers.reserve + rest(first + 1, free)
        owned = (net + rest(first + 1, (*free[:column], free[column] - 1, *free[column + 1:]))
                 for column, net in nets[first] if free[column] > 0)
        return max([held, *owned])

    # A rep with more slots than leads is like one with as many.
    return rest(0, tuple(min(given[rep], len(leads)) for rep in numbers.reps))


def gain(numbers: Problem, rep: str) -> int:
    """Return the objective won with one slot more of the rep; 0 for an inactive rep."""
    if not numbers.active[rep]:
        return 0
    more = {**numbers.slots, rep: numbers.slots[rep] + 1}
    return best(numbers, more) - best(numbers)


def loss(numbers: Problem, rep: str) -> int | None:
    """Return the objective lost with one slot fewer; None where the rep has no slot."""
    if numbers.slots[rep] == 0:
        return None
    return best(numbers) - best(numbers, {**numbers.slots, rep: numbers.slots[rep] - 1})


def forced(numbers: Problem, lead: str, rep: str) -> int | None:
    """Return the largest objective over the plans in which the rep owns the lead.

    The pair is eligible but need not be usable. None where the rep has no slot.
    """
    if numbers.slots[rep] == 0:
        return None
    fewer = {**numbers.slots, rep: numbers.slots[rep] - 1}
    return numbers.net(lead, rep) + best(numbers, fewer, without=lead)


def bound(numbers: Problem, prices: Mapping[str, int]) -> int:
    """Return what no plan can exceed, for any prices of 0 or more."""
    paid = sum(numbers.slots[rep] * prices[rep] for rep in numbers.reps)
    return paid + sum(
        max([numbers.reserve,
             *(numbers.net(lead, rep) - prices[rep] for rep in numbers.usable_reps(lead))])
        for lead in numbers.leads)


def objective(numbers: Problem, owners: Mapping[str, str | None]) -> int:
    """Return the objective of a plan over the leads of the window."""
    return sum(numbers.reserve if owner is None else numbers.net(lead, owner)
               for lead, owner in owners.items())


def every_plan(numbers: Problem) -> Iterator[Owners]:
    """Yield every plan over usable pairs within the slots, one by one."""
    def extend(first: int, owners: Owners, free: dict[str, int]) -> Iterator[Owners]:
        if first == len(numbers.leads):
            yield dict(owners)
            return
        lead = numbers.leads[first]
        yield from extend(first + 1, {**owners, lead: None}, free)
        for rep in numbers.usable_reps(lead):
            if free[rep] > 0:
                yield from extend(first + 1, {**owners, lead: rep}, {**free, rep: free[rep] - 1})

    yield from extend(0, {}, dict(numbers.slots))
