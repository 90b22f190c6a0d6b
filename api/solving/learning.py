"""From past leads to floors: what a slot of each rep is expected to bring later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from api.solving.packing import unpack
from solver.horizon import horizon_prices, learn
from solver.models import Lead, Window
from solver.models.base import Record
from solver.sales_floor.ledger import used_in_periods


class LearningInputs(Record):
    """What floors are made from."""

    past: tuple[Lead, ...]
    """Leads that came before the instant of the window."""
    window: Window
    """What waits now, and for whom."""


def learn_floors(packed: bytes) -> bytes:
    """Return the JSON of the floors made from packed inputs; errors as of `horizon_prices`."""
    inputs = LearningInputs.model_validate_json(unpack(packed))
    window = inputs.window
    on_hold = {hold.lead_id for hold in window.holds}
    forecast = learn(_before(inputs.past, window.at), at=window.at, policy=window.policy)
    waiting = [lead for lead in window.leads if lead.lead_id not in on_hold]
    return horizon_prices(window.reps, None, waiting, forecast, window.at, window.policy,
                          used=used_in_periods(window)).model_dump_json().encode()


def _before(leads: Iterable[Lead], at: datetime) -> list[Lead]:
    """Leave out leads that say that they were created later than now: CRM clocks err."""
    return [lead for lead in leads if lead.created_at is None or lead.created_at <= at]


