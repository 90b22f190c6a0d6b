"""Which of several best plans is the one: the first three levels of the choice."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from tests.oracle.optimum import objective
from tests.oracle.problem import Problem


class Rank(NamedTuple):
    """What a plan is judged by, level after level; the larger the better."""

    objective: int
    """Minor units."""
    owned: int
    """How many leads have an owner."""
    oldest: int
    """One bit per owned lead, the highest for the oldest (created_at, lead_id)."""
    evenness: int
    """Minus the sum over reps of (leads assigned today)**2, this plan included."""


def _age_bits(numbers: Problem) -> dict[str, int]:
    youngest_first = sorted(numbers.leads, key=lambda lead: (numbers.created_at[lead], lead),
                            reverse=True)
    return {lead: 1 << rank for rank, lead in enumerate(youngest_first)}


def _evenness(numbers: Problem, assigned: Mapping[str, int]) -> int:
    return -sum((numbers.assigned_today[rep] + assigned[rep]) ** 2 for rep in numbers.reps)


def rank(numbers: Problem, owners: Mapping[str, str | None]) -> Rank:
    """Return the rank of one plan."""
    bits = _age_bits(numbers)
    owned = [lead for lead, owner in owners.items() if owner is not None]
    assigned = {rep: sum(owner == rep for owner in owners.values()) for rep in numbers.reps}
    return Rank(objective(numbers, owners), len(owned), sum(bits[lead] for lead in owned),
                _evenness(numbers, assigned))


def best_rank(numbers: Problem) -> Rank:
    """Return the largest rank over all plans."""
    bits = _age_bits(numbers)

    @functools.cache
    def rest(first: int, assigned: tuple[int, ...]) -> Rank:
        if first == len(numbers.leads):
            return Rank(0, 0, 0, _evenness(numbers, dict(zip(numbers.reps, assigned, strict=True))))
        lead = numbers.leads[first]
        held = rest(first + 1, assigned)
        choices = [held._replace(objective=held.objective + numbers.reserve)]
        for column, rep in enumerate(numbers.reps):
            if numbers.usable(lead, rep) and assigned[column] < numbers.slots[rep]:
                more = (*assigned[:column], assigned[column] + 1, *assigned[column + 1:])
                then = rest(first + 1, more)
                choices.append(Rank(then.objective + numbers.net(lead, rep), then.owned + 1,
                                    then.oldest + bits[lead], then.evenness))
        return max(choices)

    return rest(0, (0,) * len(numbers.reps))
