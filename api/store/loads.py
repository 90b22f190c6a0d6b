"""What reps have taken, of all of them and nothing else: read for every hot lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select

from api.store.database import Reading, Writing
from api.store.reps import RepRow
from api.store.schema import floors, reps

#: Number of the lock under which hot leads take turns where what one takes matters to the next.
_TURN = 0x_FA1E_1EAD
_LOADS = select(reps.c.rep_id, reps.c.revision, reps.c.used, reps.c.day, reps.c.day_used)
_LATEST_FLOORS = (select(func.max(floors.c.id))
                  .where(floors.c.policy_version == bindparam("of_version")))


@dataclass(frozen=True, slots=True)
class Loads:
    """The slots that all reps have given out here, one entry each, in no order."""

    rep_ids: tuple[str, ...] = ()
    revisions: tuple[int, ...] = ()
    """Of records and pauses."""
    used: tuple[int, ...] = ()
    days: tuple[date | None, ...] = ()
    """The day that `day_used` counts."""
    day_used: tuple[int, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[RepRow]) -> Loads:
        """Return the loads of reps who were read whole."""
        return _turned((row.rep_id, row.revision, row.used, row.day, row.day_used) for row in rows)


def read_loads(tx: Reading) -> Loads:
    """Return the loads of all reps."""
    return _turned(tx.connection.execute(_LOADS).all())


def _turned(rows: Iterable[Iterable[object]]) -> Loads:
    return Loads(*zip(*rows, strict=True))


def latest_floors_id(tx: Reading, policy_version: int) -> int | None:
    """Return the number of the floors made last under a policy; None: there are none."""
    found: int | None = tx.connection.execute(
        _LATEST_FLOORS, {"of_version": policy_version}).scalar()
    return found


def take_turn(tx: Writing) -> None:
    """Wait until no other transaction that took its turn is under way."""
    if tx.connection.dialect.name != "sqlite":  # there only one writes at a time
        tx.connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
