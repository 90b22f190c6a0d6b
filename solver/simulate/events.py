"""What happens in a run, in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import count, pairwise
from typing import NamedTuple

from solver.calendar.pieces import pieces
from solver.calendar.zones import zone
from solver.models import Rep
from solver.simulate.luck import Luck
from solver.simulate.methods import Windows
from solver.world import World

_TICK = timedelta(microseconds=1)


class Kind(IntEnum):
    """What happens; at the same instant in this order."""

    MIDNIGHT = 0
    """A rep's local day begins."""
    CHANGE = 1
    """What a rep may take changes."""
    ILLNESS = 2
    """A rep falls ill."""
    CLOSING = 3
    """An owned lead closes."""
    TIME_OUT = 4
    """An offer times out."""
    ARRIVAL = 5
    """A lead comes in."""
    WINDOW = 6
    """A window closes."""


class Event(NamedTuple):
    """Something that happens."""

    at: datetime
    kind: Kind
    sequence: int
    """Order among events of a kind at one instant."""
    subject: int
    """Position of the arrival (ARRIVAL, TIME_OUT), of the change (CHANGE) or of the rep (other
    kinds); a window has none."""


class Agenda:
    """Events to come, up to the world's end."""

    def __init__(self, world: World, windows: Windows, luck: Luck) -> None:
        self._end = world.end
        self._events: list[Event] = []
        self._sequence = count()
        for at, lead in enumerate(world.arrivals):
            self.add(lead.created_at or world.start, Kind.ARRIVAL, at)
        position = {rep.rep_id: at for at, rep in enumerate(world.reps)}
        for at, rep in enumerate(world.reps):
            for midnight in midnights(rep, world.start, world.end):
                self.add(midnight, Kind.MIDNIGHT, at)
        for at, change in enumerate(world.changes):
            self.add(max(change.at, world.start), Kind.CHANGE, at)
        for illness in world.illnesses:
            self.add(max(illness.at, world.start), Kind.ILLNESS, position[illness.rep_id])
        for rep_idx, after in luck.closings:
            self.add(world.start + after, Kind.CLOSING, rep_idx)
        for instant in _closes(world, windows):
            self.add(instant, Kind.WINDOW, 0)

    def add(self, at: datetime, kind: Kind, subject: int) -> None:
        """Add what happens up to the end; what comes later is none of this world."""
        if at <= self._end:
            heapq.heappush(self._events, Event(at, kind, next(self._sequence), subject))

    def __iter__(self) -> Iterator[Event]:
        """Yield the events in order, those added meanwhile too."""
        while self._events:
            yield heapq.heappop(self._events)


def midnights(rep: Rep, start: datetime, end: datetime) -> list[datetime]:
    """Return when the rep's local days begin after the start and before the end.

    One at the end begins a day that is no part of the world.
    """
    clock = UTC if rep.timezone is None else zone(rep.timezone)
    days = pieces(clock, start, end)
    return [late.begin for early, late in pairwise(days) if late.day != early.day]


def _closes(world: World, windows: Windows) -> Iterator[datetime]:
    """Yield the instants at which a window closes whatever has come.

    The last one closes while the last day lasts: at its midnight, slots of a daily cap would be
    taken for the next day's.
    """
    last = world.end - _TICK
    if windows.minutes is not None:
        length = timedelta(minutes=windows.minutes)
        instant = world.start + length
        while instant < last:
            yield instant
            instant += length
    yield last
