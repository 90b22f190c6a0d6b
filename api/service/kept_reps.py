"""The reps as hot leads find them: encoded once, kept between requests, loads read anew each time.

What is kept rests on the revisions of the reps and on the version of the policy. Calendars run once
a minute: a decision sees hours and time off as they are at the full minute before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from api.service.lone_leads import Asked, usable_floors
from api.store.control import Control
from api.store.database import Database, Reading
from api.store.floors import latest_floors
from api.store.loads import Loads, latest_floors_id, read_loads
from api.store.reps import RepRow, all_reps
from solver.instant import Decision, RoutingState, route_one
from solver.models import Floors

_MINUTE = timedelta(minutes=1)


class KeptReps:
    """All reps under one policy; safe to share between threads.

    Parameters
    ----------
    rows
        The reps.
    held
        The policy.
    now
        An instant; decisions may be at others.
    """

    def __init__(self, rows: Sequence[RepRow], held: Control, now: datetime) -> None:
        self._rows = sorted(rows, key=lambda row: row.rep_id)
        self.revisions = {row.rep_id: row.revision for row in rows}
        self._version, self._policy = held.policy_version, held.policy
        self._state = RoutingState([row.live(now) for row in rows], at=_minute(now),
                                   policy=held.policy)
        self._elsewhere = np.array([row.open_elsewhere for row in self._rows], dtype=np.int64)
        self._zones = [row.timezone for row in self._rows]
        self._of_zone = {row.timezone: row for row in rows}
        self._floors_id: int | None = None
        self._floors: Floors | None = None
        self._set: Floors | None = None
        self._lock = Lock()

    def fits(self, held: Control, loads: Loads) -> bool:
        """Return whether policy and reps are those of now."""
        return (self._version == held.policy_version
                and dict(zip(loads.rep_ids, loads.revisions, strict=True)) == self.revisions)

    def decide(self, tx: Reading, one: Asked, loads: Loads, now: datetime) -> Decision:
        """Decide on one lead.

        Parameters
        ----------
        tx
            Floors are read there, if there are newer ones.
        one
            The lead.
        loads
            Of all reps.
        now
            The instant.

        Raises
        ------
        InvalidInputError
            If a value is too large for exact sums.
        """
        floors = self._latest_floors(tx, now)
        with self._lock:
            # Threads on both sides of a full minute do not move it to and fro.
            if not timedelta() <= self._state.at - _minute(now) <= _MINUTE:
                self._state.move_to(_minute(now))
            if floors is not self._set:
                self._state.set_floors(floors)
                self._set = floors
            self._load(loads, now)
            return route_one(one.lead, self._state, one.accounts)

    def _latest_floors(self, tx: Reading, now: datetime) -> Floors | None:
        latest = latest_floors_id(tx, self._version)
        if latest != self._floors_id:
            stored = latest_floors(tx, self._version)
            self._floors = None if stored is None else usable_floors(
                Floors.model_validate_json(stored.floors), self._policy, now, self.revisions)
            self._floors_id = latest
        floors = self._floors
        return None if floors is None or floors.until < now else floors

    def _load(self, loads: Loads, now: datetime) -> None:
        order = np.array(sorted(range(len(loads.rep_ids)), key=loads.rep_ids.__getitem__),
                         dtype=np.int64)
        used, given = (np.array(one, dtype=np.int64)[order]
                       for one in (loads.used, loads.day_used))
        today = {zone: row.today(now) for zone, row in self._of_zone.items()}
        counts = [(day := loads.days[at]) is not None and day >= today[zone]  # as used_today
                  for at, zone in zip(order.tolist(), self._zones, strict=True)]
        self._state.set_counts(self._elsewhere + used, given * counts,
                               [row.works(now) for row in self._rows])


#: Of each database that this process routes hot leads of.
_KEPT: WeakKeyDictionary[Database, KeptReps] = WeakKeyDictionary()


def kept_reps(tx: Reading, database: Database, held: Control, now: datetime
              ) -> tuple[KeptReps, Loads]:
    """Return the reps as they are, with their loads of now; encoded anew only where they changed.

    Parameters
    ----------
    tx
        The transaction.
    database
        Its database.
    held
        The active policy.
    now
        The instant.
    """
    loads = read_loads(tx)
    kept = _KEPT.get(database)
    if kept is None or not kept.fits(held, loads):
        rows = all_reps(tx)
        kept, loads = KeptReps(rows, held, now), Loads.of(rows)
        _KEPT[database] = kept
    return kept, loads


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
