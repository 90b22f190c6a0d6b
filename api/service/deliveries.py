"""Deliveries as people see them: what arrived, what waits, what is a dead letter; sent again."""

from __future__ import annotations

from contextlib import suppress

from api.service.context import Context
from api.service.errors import ConflictError, UnknownError
from api.store.database import Writing
from api.store.deliveries import (
    DeliveryRow,
    get_delivery,
    page_of_deliveries,
    queue_again,
    targets_with_dead,
)
from api.store.targets import lock_target, set_target


def deliveries_page(context: Context, after: int, most: int, *, status: str | None = None,
                    target_id: str | None = None) -> list[DeliveryRow]:
    """Return deliveries by id after an id, of a status and of a target where these are given."""
    with context.database.read() as tx:
        return page_of_deliveries(tx, after, most, status=status, target_id=target_id)


def replay(context: Context, delivery_id: int) -> DeliveryRow:
    """Send a delivery again, at once and under the same message id, whatever became of it.

    Raises
    ------
    UnknownError
        There is no such delivery.
    ConflictError
        Its target is switched off.
    """
    with context.database.write() as tx:
        found = _known(get_delivery(tx, delivery_id), delivery_id)
        _begin_anew(tx, context, found.target_id, delivery_id)
        return _known(get_delivery(tx, delivery_id), delivery_id)


def replay_dead(context: Context, target_id: str | None) -> int:
    """Send all dead letters of a target again, or of all targets that are on; return how many.

    Raises
    ------
    UnknownError
        There is no such target.
    ConflictError
        The target is switched off.
    """
    if target_id is not None:
        with context.database.write() as tx:
            return _begin_anew(tx, context, target_id, None)
    with context.database.read() as look:
        wanted = targets_with_dead(look)
    done = 0
    for one in wanted:
        # One that was switched off since keeps its dead letters.
        with suppress(ConflictError), context.database.write() as tx:
            done += _begin_anew(tx, context, one, None)
    return done


def _begin_anew(tx: Writing, context: Context, target_id: str, delivery_id: int | None) -> int:
    target = lock_target(tx, target_id)
    if target is None:
        raise UnknownError(f"there is no target {target_id!r}")
    if target.disabled_at is not None:
        raise ConflictError(f"target {target_id!r} is switched off ({target.disabled_reason}); "
                            "switch it on first", code="target_disabled")
    set_target(tx, target_id, failures=0, resting_until=None)
    return queue_again(tx, target_id, context.now, delivery_id=delivery_id)


def _known(found: DeliveryRow | None, delivery_id: int) -> DeliveryRow:
    if found is None:
        raise UnknownError(f"there is no delivery {delivery_id}")
    return found
