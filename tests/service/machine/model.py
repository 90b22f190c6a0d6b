"""What a test knows by itself of the service, and what must hold of the database because of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from api.service.context import Context
from api.service.invariants import check_invariants as check_as_the_worker_does
from api.store.control import read_control
from api.store.schema import events, leads, ownerships, reps, windows
from tests.service.invariants import check_invariants

#: A rep who is next at work after this gets no lead by a rule; in every policy of these tests.
LONGEST_WAIT = timedelta(minutes=90)
_DAY = timedelta(days=1)
_OPENS, _CLOSES = timedelta(hours=9), timedelta(hours=17)
_BY_RULE = ("window", "hot")
#: What happens to a lead without changing what a plan relies on, unless it says what matters.
_HARMLESS = ("lead.updated", "lead.credited_back", "lead.shadow_decision")
#: Who gave a lead back, or lost it, by one of these may not have it again.
_FOR_GOOD = ("rejected", "returned")


@dataclass
class KnownRep:
    """A rep, as the requests so far say."""

    capacity: int
    elsewhere: int = 0
    daily_cap: int | None = None
    keeps_hours: bool = False
    """Monday to Friday 09:00-17:00 in London in winter; others always work."""
    active: bool = True
    paused_until: datetime | None = None
    has_left: bool = False

    def may_get(self, at: datetime) -> bool:
        """Return whether the rep may get a lead, by a rule or by hand."""
        paused = self.paused_until is not None and at < self.paused_until
        return self.active and not paused and not self.has_left

    def is_soon_at_work(self, at: datetime) -> bool:
        """Return whether the rep works at an instant, or begins before the longest wait is over."""
        if not self.keeps_hours:
            return True
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        days = [midnight + days * _DAY for days in range(2)]
        return any(day.weekday() < 5 and at < day + _CLOSES and day + _OPENS <= at + LONGEST_WAIT
                   for day in days)


@dataclass
class Model:
    """All that was accepted, and who may have what.

    Attributes
    ----------
    values : dict
        Lead to the ``deal_value`` last posted, of leads that 2xx accepted; None: any.
    """

    values: dict[str, float | None] = field(default_factory=dict)
    barred: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reps: dict[str, KnownRep] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    shadow: bool = False
    last_ownership: int = 0
    last_event: int = 0
    closed_after: dict[str, int] = field(default_factory=dict)
    """Window to the number of the last event before it closed."""
    places: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Lead to state, queue and owner, after the last rule."""

    def check(self, context: Context) -> None:
        """Check everything that must hold now, against what held after the last rule."""
        check_invariants(context, self.values, capacity_shrank=True)
        assert check_as_the_worker_does(context) == []
        faults = [*self._faults_of_owners(context), *self._faults_of_leads(context)]
        assert not faults, "\n".join(faults)

    def learn_pauses(self, context: Context) -> None:
        """Take over for how long the service itself has paused reps."""
        with context.database.read() as tx:
            for row in tx.connection.execute(select(events).where(
                    events.c.id > self.last_event, events.c.kind == "rep.paused",
                    events.c.actor == "worker")):
                until = datetime.fromisoformat(json.loads(row.detail)["until"])
                self.reps[row.rep_id].paused_until = until

    def _faults_of_owners(self, context: Context) -> list[str]:
        """Look at each ownership that began since the last rule."""
        with context.database.read() as tx:
            owned = tx.connection.execute(select(ownerships).order_by(ownerships.c.id)).all()
            used = dict(tx.connection.execute(select(reps.c.rep_id, reps.c.used)).all())
            at = dict(tx.connection.execute(select(windows.c.window_id, windows.c.at)).all())
            version = read_control(tx).policy_version
        new = [one for one in owned if one.id > self.last_ownership]
        self.last_ownership = max((one.id for one in owned), default=0)
        faults = []
        for one in new:
            rep, who = self.reps[one.rep_id], f"lead {one.lead_id} went to {one.rep_id}"
            if not rep.may_get(one.started_at):
                faults.append(f"{who}, who gets no leads at {one.started_at}: {rep}")
            if one.rep_id in self.barred.get(one.lead_id, ()):
                faults.append(f"{who}, whom the lead excludes")
            if any(_is_over_for_good(before, one) for before in owned):
                faults.append(f"{who}, who had given it back")
            if used[one.rep_id] > max(0, rep.capacity - rep.elsewhere):
                faults.append(f"{who}, who uses {used[one.rep_id]} slots: {rep}")
            if rep.daily_cap is not None and _that_day(owned, one) > rep.daily_cap:
                faults.append(f"{who}, who got more than {rep.daily_cap} that day")
            if one.policy_version != version:
                faults.append(f"{who} by policy {one.policy_version}; {version} is active")
            if one.window_id in self.closed_after and self._changed_since_close(context, one):
                faults.append(f"{who} by a window that closed before the lead changed")
            if one.source in _BY_RULE:
                faults += self._faults_by_rule(one, at.get(one.window_id, one.started_at), who)
        return faults

    def note_close(self, context: Context, window_id: str) -> None:
        """Remember that a window closed now."""
        with context.database.read() as tx:
            self.closed_after[window_id] = max(
                tx.connection.execute(select(events.c.id)).scalars(), default=0)

    def _changed_since_close(self, context: Context, one: Row[Any]) -> bool:
        with context.database.read() as tx:
            since = tx.connection.execute(select(events.c.kind, events.c.detail).where(
                events.c.lead_id == one.lead_id, events.c.id > self.closed_after[one.window_id])
                .order_by(events.c.id)).all()
        before = since[:[kind for kind, _ in since].index("lead.assigned")]
        return any(kind not in _HARMLESS or "matter" in json.loads(detail or "{}")
                   for kind, detail in before)

    def _faults_by_rule(self, one: Row[Any], decided_at: datetime, who: str) -> list[str]:
        faults = []
        if self.shadow:
            faults.append(f"{who} by {one.source} in shadow mode")
        if not self.reps[one.rep_id].is_soon_at_work(decided_at):
            faults.append(f"{who}, who is away at {decided_at}")
        return faults

    def _faults_of_leads(self, context: Context) -> list[str]:
        """Look at each lead: it is as it was posted, and no change went untold."""
        with context.database.read() as tx:
            owners = dict(tx.connection.execute(
                select(ownerships.c.lead_id, ownerships.c.rep_id)
                .where(ownerships.c.ended_at.is_(None))).all())
            rows = {row.lead_id: row for row in tx.connection.execute(select(leads))}
            told = Counter(tx.connection.execute(
                select(events.c.lead_id).where(events.c.id > self.last_event)).scalars())
            self.last_event = max(tx.connection.execute(select(events.c.id)).scalars(), default=0)
        faults = []
        for lead_id, row in rows.items():
            place = (row.state, row.queue, owners.get(lead_id))
            if place != self.places.get(lead_id) and not told[lead_id]:
                faults.append(f"lead {lead_id} went from {self.places.get(lead_id)} to {place}, "
                              "and no event says so")
            self.places[lead_id] = place
            faults += self._faults_of_data(row)
        return faults

    def _faults_of_data(self, row: Row[Any]) -> list[str]:
        lead_id, expected = row.lead_id, self.values.get(row.lead_id)
        if lead_id in self.erased and row.state != "erased":
            return [f"lead {lead_id} was erased and is {row.state}"]
        if row.state == "erased":
            return [] if row.record is row.posted is None else [f"lead {lead_id} has data still"]
        found = json.loads(row.record).get("deal_value")
        if expected is not None and found != expected:
            return [f"lead {lead_id} is worth {found} and was last posted with {expected}"]
        return []


def _is_over_for_good(before: Row[Any], one: Row[Any]) -> bool:
    return ((before.lead_id, before.rep_id) == (one.lead_id, one.rep_id) and before.id < one.id
            and before.end_reason in _FOR_GOOD)


def _that_day(owned: Any, one: Row[Any]) -> int:
    """Return slots that an owner was given on the day of an ownership, and did not lose again."""
    return sum(other.slots for other in owned
               if other.rep_id == one.rep_id and other.credited_at is None
               and _day(other.started_at) == _day(one.started_at))


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
