"""What is measured of one quarter that was played."""

from __future__ import annotations

from solver.quarter.opening import OpenTime
from solver.quarter.records import Measure
from solver.simulate import Answer, Run
from solver.world import World

#: Each measure of one replication; None where it is not there.
Measured = dict[Measure, float | None]


def measured(world: World, run: Run, clock: OpenTime, within_minutes: float) -> Measured:
    """Measure a run.

    Parameters
    ----------
    world
        That was played.
    run
        What came of it.
    clock
        By which the minutes of the service level count.
    within_minutes
        Of the service level.
    """
    return {
        Measure.VALUE: run.value,
        Measure.OWNED: run.owned,
        Measure.MEAN_WAIT: run.mean_wait_minutes,
        Measure.P95_WAIT: run.p95_wait_minutes,
        Measure.HELD: run.held_at_end,
        Measure.LOST: run.lost,
        Measure.UTILISATION: run.utilisation,
        Measure.SERVICE_LEVEL: _service_level(world, run, clock, within_minutes),
    }


def _service_level(world: World, run: Run, clock: OpenTime, within_minutes: float
                   ) -> float | None:
    """Return the share of leads with an owner in time, of those whose time is up by the end.

    Leads that come so late that their time lasts beyond the end count neither way; None: all do.
    """
    created = [lead.created_at or world.start for lead in world.arrivals]
    due = clock.minutes(created, [world.end] * len(created)) >= within_minutes
    if not due.any():
        return None
    owned_at = {offer.lead_id: offer.at for offer in run.offers
                if offer.answer is Answer.ACCEPTED}
    owned = [lead.lead_id in owned_at for lead in world.arrivals]
    until = [owned_at.get(lead.lead_id, world.end) for lead in world.arrivals]
    in_time = (clock.minutes(created, until) <= within_minutes) & owned
    return float((in_time & due).sum() / due.sum())
