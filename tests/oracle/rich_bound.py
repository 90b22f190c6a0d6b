"""What no plan of a rich window can exceed, for any prices of slots and limits."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.rich_optimum import penalty
from tests.oracle.rich_problem import Count, RichProblem

#: Prices are integers in this part of a minor unit.
PARTS = 1 << 20


def rich_bound(numbers: RichProblem, slot: Mapping[str, int], limit: Mapping[str, int]) -> int:
    """Return the bound of DESIGN section 1 in minor units, rounded down.

    Parameters
    ----------
    numbers
        The problem; it has a plan.
    slot, limit
        Prices in parts of a minor unit, by rep and by limit.
    """
    total = sum(numbers.brings(lead, None) for lead in numbers.leads) * PARTS
    for rep in numbers.reps:
        uses = {ids: use for ids, use in numbers.use.items()
                if ids[1] == rep and _possible(numbers, *ids)}
        total += max(slot[rep] * used
                     for used in (0, min(numbers.slots[rep], sum(uses.values()))))
    total += sum(_most(numbers, count, limit[count.name]) for count in numbers.counts)

    def net(lead: str, rep: str) -> int | None:
        """Return what the pair brings against nobody, less all prices; None: no plan has it."""
        if not _possible(numbers, lead, rep):
            return None
        gain = (numbers.brings(lead, rep) - numbers.brings(lead, None)) * PARTS
        paid = sum(count.amount.get((lead, rep), 0) * limit[count.name]
                   for count in numbers.counts)
        return gain - paid - numbers.use[lead, rep] * slot[rep]

    alone = set(numbers.leads) - {lead for group in numbers.groups for lead in group}
    for group in (*numbers.groups, *((lead,) for lead in sorted(alone))):
        choices = [] if numbers.must & set(group) else [0]
        for rep in numbers.reps:
            nets = [(net(lead, rep), lead in numbers.must) for lead in group]
            if numbers.whole:
                if all(one is not None for one, _ in nets):
                    choices.append(sum(one for one, _ in nets if one is not None))
            elif all(one is not None for one, must in nets if must):
                choices.append(sum(one if must else max(0, one)
                                   for one, must in nets if one is not None))
        total += max(choices)
    return total // PARTS


def _possible(numbers: RichProblem, lead: str, rep: str) -> bool:
    """Return whether any plan could have the pair.

    The rep may have the whole group of the lead, and it does not alone pass the rep's slots or a
    hard upper end (ends below 1 count as 1: what takes one of nothing is priced out).
    """
    together = next((group for group in numbers.groups if lead in group and numbers.whole), (lead,))
    if not all(numbers.eligible(one, rep) for one in together):
        return False
    taken = [(sum(numbers.use[one, rep] for one in together), numbers.slots[rep])]
    taken += [(sum(count.amount.get((one, rep), 0) for one in together), count.upper)
              for count in numbers.counts if count.price is None and count.upper is not None]
    return all(amount <= max(most, 1) for amount, most in taken)


def _most(numbers: RichProblem, count: Count, price: int) -> int:
    """Return the most that price times use less penalty can be within the ends."""
    most = sum(amount for ids, amount in count.amount.items() if _possible(numbers, *ids))
    upper = most if count.upper is None else count.upper
    if count.price is None:
        ends = {min(count.lower, most), min(upper, most)}
    else:
        ends = {0, min(count.lower, most), min(upper, most), most}
    bends = {min(at, upper, most) for at, _, _ in count.hinges}
    return max(price * used - penalty(count, used) * PARTS for used in ends | bends)
