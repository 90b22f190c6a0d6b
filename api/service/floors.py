"""Floors: what slots are expected to bring later, learnt from the leads of the past weeks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from pydantic_core import from_json, to_json

from api.service.context import Context
from api.service.windows.gathering import look
from api.service.windows.slimming import slimming
from api.solving.packing import pack
from api.solving.process import Solving
from api.store.control import Control, read_control
from api.store.floors import add_floors, forget_floors, latest_floors, past_leads
from solver.models import Floors

#: Floors are kept so long after they were made, to look at.
_KEPT = timedelta(days=30)
_SECONDS = 600.0
_log = structlog.get_logger()


def refresh_floors(context: Context, solving: Solving,
                   given_up: Callable[[], bool] = lambda: False) -> bool:
    """Make the floors anew if the policy's ``horizon.refresh_minutes`` have passed.

    Parameters
    ----------
    context
        The service.
    solving
        Where the learning runs.
    given_up
        Whether it is wanted no more.

    Returns
    -------
    bool
        Whether floors were made. They are not where no lead came lately.

    Raises
    ------
    WorkError
        If they could not be made; the old ones serve on.
    """
    now = context.now
    with context.database.read() as tx:
        control = read_control(tx)
        last = latest_floors(tx, control.policy_version)
    if last is not None and not _is_over(Floors.model_validate_json(last.floors), now):
        return False
    packed = _inputs(context, control, now)
    if packed is None:
        return False
    answer = solving.run("learn", packed, seconds=_SECONDS, given_up=given_up)
    made = Floors.model_validate_json(answer)
    with context.database.write() as tx:
        add_floors(tx, made.at, control.policy_version, answer.decode())
        forget_floors(tx, now - _KEPT)
    _log.info("floors.made", basis=made.basis.value, history_leads=made.history_leads,
              expected_leads=round(made.expected_leads, 1), until=made.until.isoformat())
    return True


def _is_over(floors: Floors, now: datetime) -> bool:
    """Return whether floors are due; those from the future are from before the clock went back."""
    return floors.refresh_at <= now or floors.at > now


def _inputs(context: Context, control: Control, now: datetime) -> bytes | None:
    """Return what floors are made from; None where there is nothing to learn from."""
    since = now - timedelta(days=context.settings.floors_history_days)
    with context.database.read() as tx:
        past = past_leads(tx, since, now)
    if not past:
        return None
    slim = slimming(control.policy.model_dump_json())
    return pack(to_json({"past": [slim.lead(record) for record in past],
                         "window": from_json(look(context).inputs)["window"]}))
