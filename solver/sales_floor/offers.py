"""What each rep would bring for a lead, or for all leads of its group that go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.open_pairs import Ints


@dataclass(frozen=True, slots=True)
class Offers:
    """N reps who may have a lead and all that go with it."""

    members: int
    """Leads that go together."""
    reserve: int
    """What they are worth left to nurture, minor units."""
    rep: Ints
    """(N,) ascending."""
    value: Ints
    """(N,) minor units."""
    use: Ints
    """(N,) slots."""
    floor: Ints
    """(N,) what they are expected to bring later, minor units."""
    priced: Ints
    """(N,) net value at the plan's prices, minor units."""

    @property
    def net(self) -> Ints:
        """(N,) value less floor and reserve."""
        return self.value - self.floor - self.reserve

    def take(self, chosen: NDArray[np.bool_]) -> Offers:
        """Return some of the offers."""
        return Offers(self.members, self.reserve, self.rep[chosen], self.value[chosen],
                      self.use[chosen], self.floor[chosen], self.priced[chosen])


def offers_of(floor: SalesFloor, lead_at: int, net: Ints) -> Offers:
    """Return the reps who may have a lead and every lead of its whole group.

    Parameters
    ----------
    floor, lead_at
        The window, and the lead by position.
    net
        (P,) net values of the pairs at the plan's prices.
    """
    leads = floor.leads_of_unit(int(floor.unit_of_lead[lead_at]))
    at = np.concatenate([np.array(floor.pairs.of_lead(lead), dtype=np.int64) for lead in leads])
    reps, which, count = np.unique(floor.pairs.rep[at], return_inverse=True, return_counts=True)
    value, use, cost, priced = (np.zeros(len(reps), dtype=np.int64) for _ in range(4))
    np.add.at(value, which, floor.pairs.value[at])
    np.add.at(use, which, floor.pairs.use[at])
    np.add.at(cost, which, floor.pairs.floor[at])
    np.add.at(priced, which, net[at])
    all_of_them = count == len(leads)
    reps = reps[all_of_them].astype(np.int64)
    return Offers(len(leads), floor.reserve * len(leads), reps, value[all_of_them],
                  use[all_of_them], cost[all_of_them], priced[all_of_them])
