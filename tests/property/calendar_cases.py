"""Reps near clock changes and holidays, with a rule that tells working from other instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import holidays as library
from hypothesis import strategies as st

from solver.calendar.working import Schedule, schedule_from
from solver.calendar.zones import zone

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Zones, each with instants within a day of which something happens: clocks change, holidays fall.
MOMENTS = (
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Europe/London", "2026-03-29T01:00:00Z"),
    ("Europe/London", "2026-10-25T01:00:00Z"),
    ("Europe/London", "2026-11-30T12:00:00Z"),
    ("Europe/London", "2026-12-25T12:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("Africa/Casablanca", "2026-02-15T02:00:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00:00Z"),
    ("Asia/Kolkata", "2026-11-18T09:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
)
CODES = {"GB": library.country_holidays("GB", years=range(2011, 2028)),
         "GB-SCT": library.country_holidays("GB", subdiv="SCT", years=range(2011, 2028)),
         "US": library.country_holidays("US", years=range(2011, 2028))}


@dataclass(frozen=True)
class Case:
    """A rep and a search, in plain numbers."""

    timezone: str
    at: datetime
    horizon: timedelta
    shifts: tuple[tuple[int, int, int, int], ...]
    """First and last weekday, start and end in minutes, the end on the clock."""
    dates: tuple[tuple[date, date], ...]
    absences: tuple[tuple[datetime, datetime], ...]
    codes: tuple[str, ...]
    around_the_clock: bool

    def works(self, instant: datetime) -> bool:
        """Apply the rule to one instant."""
        if any(a <= instant < b for a, b in self.absences):
            return False
        wall = instant.astimezone(zone(self.timezone))
        today = wall.date()
        if any(a <= today <= b for a, b in self.dates) or any(today in CODES[c]
                                                              for c in self.codes):
            return False
        if not self.shifts:
            return self.around_the_clock
        minute = (datetime.combine(today, wall.time()) - datetime.combine(today, time())
                  ) / timedelta(minutes=1)
        return any(self._covers(shift, today.weekday(), minute) for shift in self.shifts)

    @staticmethod
    def _covers(shift: tuple[int, int, int, int], weekday: int, minute: float) -> bool:
        first, last, start, end = shift
        length = (last - first) % 7
        today, began_yesterday = (weekday - first) % 7, (weekday - 1 - first) % 7
        if start < end:
            return today <= length and start <= minute < end
        return (today <= length and minute >= start) or (began_yesterday <= length
                                                         and minute < end)

    def first_working(self) -> datetime | None:
        """Step through every instant at which a stretch can begin."""
        until = self.at + self.horizon
        whole = self.at.replace(second=0, microsecond=0)
        steps = {whole + timedelta(minutes=k)
                 for k in range(1, self.horizon // timedelta(minutes=1) + 2)}
        steps |= {self.at} | {end for _, end in self.absences}
        return next((step for step in sorted(steps)
                     if self.at <= step <= until and self.works(step)), None)

    @property
    def working_hours(self) -> tuple[str, ...]:
        """The shifts, as a rep file holds them."""
        return tuple(f"{NAMES[first]}-{NAMES[last]} {_clock(start)}-{_clock(end)}"
                     for first, last, start, end in self.shifts)

    @property
    def time_off(self) -> tuple[str, ...]:
        """Dates and absences, as a rep file holds them."""
        return (*(f"{a}/{b}" for a, b in self.dates),
                *(f"{a.isoformat()}/{b.isoformat()}" for a, b in self.absences))

    def schedule(self) -> Schedule:
        """Return the schedule, from the texts that a rep file holds."""
        return schedule_from(self.timezone, self.working_hours, self.time_off, self.codes,
                             self.around_the_clock)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a rep near a moment at which something happens."""
    timezone, moment = draw(st.sampled_from(MOMENTS))
    near = datetime.fromisoformat(moment)
    seconds = st.integers(-100_000, 100_000)
    micros = st.sampled_from([0, 1, 999_999])
    at = near + timedelta(seconds=draw(seconds), microseconds=draw(micros))
    minute = st.one_of(st.integers(0, 1439), st.integers(0, 47).map(lambda half: 30 * half),
                       st.integers(0, 240))
    weekday = st.integers(0, 6)
    shift = st.tuples(weekday, weekday, minute, st.one_of(minute, st.just(1440))).filter(
        lambda drawn: drawn[2] != drawn[3])
    day = st.integers(-2, 2).map(lambda step: (near + timedelta(days=step)).date())
    absence = st.tuples(seconds, st.integers(1, 60_000)).map(
        lambda drawn: (near + timedelta(seconds=drawn[0]),
                       near + timedelta(seconds=drawn[0] + drawn[1])))
    return Case(
        timezone=timezone,
        at=at,
        horizon=timedelta(minutes=draw(st.integers(0, 2_000)),
                          microseconds=draw(st.sampled_from([0, 1]))),
        shifts=tuple(draw(st.lists(shift, max_size=3))),
        dates=tuple((min(pair), max(pair))
                    for pair in draw(st.lists(st.tuples(day, day), max_size=1))),
        absences=tuple(draw(st.lists(absence, max_size=3))),
        codes=tuple(draw(st.lists(st.sampled_from(sorted(CODES)), max_size=2, unique=True))),
        around_the_clock=draw(st.booleans()),
    )
