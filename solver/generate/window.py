"""A whole window from a seed."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from solver.errors import UsageError
from solver.generate.draws import records
from solver.generate.leads import draw_leads
from solver.generate.markets import open_markets
from solver.generate.policy import make_policy
from solver.generate.reps import draw_reps
from solver.generate.slots import draw_capacity
from solver.matrix.triage import triage
from solver.models import Rep, Window

#: Years whose calendars are known well enough to make up a window in.
_YEARS = (1970, 2099)


def generate_window(num_leads: int, num_reps: int, seed: int, at: datetime) -> Window:
    """Make a realistic window; the same arguments give the same window on every machine.

    Deal values are log-normal in whole units of money and grow with company size; scores follow
    deal and source; territories are skewed; reps are specialists of one product line. The free
    slots are about three quarters of the leads that compete for them. A few leads are owned, wait
    in a queue, lack data or are too old; a few reps are inactive, full or off.

    Parameters
    ----------
    num_leads
        Leads of the window, 1 or more, those owned, incomplete and too old among them.
    num_reps
        Reps, 1 or more.
    seed
        Seed of the random generator, 0 or more.
    at
        Instant of the decision, with a time zone.

    Returns
    -------
    Window
        Leads ``L-0001`` on, by ``created_at``; reps ``r-01`` on; a policy with the territories.

    Raises
    ------
    UsageError
        A count is below 1, the seed below 0, or ``at`` has no time zone or lies outside 1970 to
        2099.
    """
    check_arguments(num_leads, num_reps, seed, at)
    at = at.astimezone(UTC)
    rng = np.random.Generator(np.random.PCG64(seed))
    markets = open_markets(num_reps)
    columns = draw_reps(rng, num_reps, at, markets)
    leads = draw_leads(rng, num_leads, at, markets, columns["rep_id"])
    demand = Window(at=at, leads=leads, reps=(), policy=make_policy(markets))
    columns |= draw_capacity(rng, columns["rep_id"], columns["active"], leads,
                             num_routed=len(triage(demand).routed))
    reps = tuple(Rep.model_validate(record) for record in records(columns))
    return Window(at=at, leads=leads, reps=reps, policy=demand.policy)


def check_arguments(num_leads: int, num_reps: int, seed: int, at: datetime) -> None:
    """Refuse counts, seeds and instants that nothing can be made up from."""
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise UsageError(f"at lies in {at.year}; give a year from {_YEARS[0]} to {_YEARS[1]}")
    for name, number, least in (("num_leads", num_leads, 1), ("num_reps", num_reps, 1),
                                ("seed", seed, 0)):
        if number < least:
            raise UsageError(f"{name} {number} must be {least} or more.")
    if at.tzinfo is None:
        raise UsageError(f"at {at.isoformat()} has no time zone. Add Z or an offset.")
