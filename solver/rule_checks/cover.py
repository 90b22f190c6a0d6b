"""Hours of the week in which no rep is at work who may own the leads of a territory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from solver.calendar.working import schedule_from, working_intervals
from solver.calendar.zones import zone
from solver.models import Issue, IssueCode
from solver.rule_checks.looked_at import LookedAt, counted
from solver.rule_checks.serving import Hours

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK, _HOUR, _MINUTE = timedelta(days=7), timedelta(hours=1), timedelta(minutes=1)
#: Weeks nearer to the ends of the calendar cannot be written on every clock.
_EARLIEST, _LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)
#: Territories that a message names.
_NAMED = 3
#: A stretch without anyone at work, in UTC.
_Gap = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Cover:
    """When nobody is at work in a plain week, on a clock."""

    clock: str
    gaps: tuple[_Gap, ...]
    """Empty: somebody always is, or nobody ever."""
    never: bool = False
    """Whether no rep has hours that are known."""

    @property
    def hours(self) -> float:
        """Hours of the week without anyone at work."""
        gaps = sum((stop - start for start, stop in self.gaps), timedelta())
        return (_WEEK if self.never else gaps) / _HOUR

    @property
    def longest(self) -> timedelta:
        """The longest stretch."""
        return max((stop - start for start, stop in self.gaps), default=timedelta())


@dataclass(frozen=True, slots=True)
class _Covers:
    """The cover of a territory: by reps who may own any of its leads, and of its worst leads."""

    territory: _Cover
    worst: _Cover


@dataclass(slots=True)
class _Found:
    """Leads of territories with the same covers."""

    names: list[str]
    leads: list[int]
    """Positions."""
    worse: list[int]
    """Positions of those with less cover than their territory, the worst first."""


def uncovered_hours(looked_at: LookedAt) -> Iterator[Issue]:
    """Yield the hours of a plain week in which no rep is at work who may own a territory's leads.

    A rep covers a territory who may own any of its leads; leads that ask for more and so have
    fewer hours are counted. Time off and public holidays are left out: it is the week that the
    hours promise. The clock is that of most of the territory's leads, else of most reps.

    Parameters
    ----------
    looked_at
        The window.
    """
    found: dict[_Covers, _Found] = {}
    for name, leads in _by_territory(looked_at):
        covers, worse = _covers(looked_at, leads)
        if covers.worst.hours:
            alike = found.setdefault(covers, _Found([], [], []))
            alike.names += [] if name is None else [name]
            alike.leads += leads.tolist()
            alike.worse += worse
    for covers, alike in sorted(found.items(), key=lambda item: -len(item[1].leads)):
        yield _issue(looked_at, covers, alike)


def _by_territory(looked_at: LookedAt) -> Iterator[tuple[str | None, NDArray[np.int64]]]:
    """Yield each territory, or None, with the leads in it that some rep may own."""
    factors = looked_at.rows.leads
    names = [lies_in.territory for lies_in in factors.territories]
    for name in dict.fromkeys(names):
        codes = [code for code, other in enumerate(names) if other == name]
        leads = np.flatnonzero(np.isin(factors.territory, codes) & looked_at.serving.served)
        if len(leads):
            yield name, leads


def _covers(looked_at: LookedAt, leads: NDArray[np.int64]) -> tuple[_Covers, list[int]]:
    """Return the cover of a territory's leads, and those that have less, the worst first."""
    at_work = looked_at.serving.at_work[leads]
    clock = _clock(looked_at, leads)
    whole = _cover(looked_at, np.logical_or.reduce(at_work), clock)
    sets, which = np.unique(at_work, axis=0, return_inverse=True)
    own = [_cover(looked_at, row, clock) for row in sets]
    worst = max(own, key=lambda cover: (cover.hours, cover.longest))
    hours = np.array([cover.hours for cover in own])[which.reshape(-1)]
    worse = leads[np.argsort(-hours, kind="stable")][:np.count_nonzero(hours > whole.hours)]
    return _Covers(whole, worst if len(worse) else whole), worse.tolist()


def _clock(looked_at: LookedAt, leads: Iterable[int]) -> str:
    of_leads = [looked_at.leads[lead].timezone for lead in leads]
    of_reps = [rep.timezone for rep in looked_at.window.reps if rep.active]
    for named in (of_leads, of_reps):
        zones = Counter(name for name in named if name is not None)
        if zones:
            return min(zones, key=lambda name: (-zones[name], name))
    return "UTC"


def _cover(looked_at: LookedAt, at_work: NDArray[np.bool_], clock: str) -> _Cover:
    hours = [looked_at.serving.hours[one] for one in np.flatnonzero(at_work).tolist()]
    if not hours:
        return _Cover(clock, (), never=True)
    return _Cover(clock, uncovered(hours, clock, looked_at.window.at))


def uncovered(hours: Sequence[Hours], clock: str, at: datetime) -> tuple[_Gap, ...]:
    """Return the stretches without anyone at work of a week, which begin within it.

    The week is the seven days from the first hour of work on after the Monday of an instant.

    Parameters
    ----------
    hours
        Of those who may be at work; at least one.
    clock
        Zone of the Monday.
    at
        The instant.
    """
    if not all(one.shifts for one in hours):
        return ()
    monday = _monday(at, zone(clock))
    stretches = sorted(
        stretch for one in hours for stretch in working_intervals(
            schedule_from(one.timezone, one.shifts, (), (), around_the_clock=False), monday,
            monday + 2 * _WEEK + timedelta(days=1)))
    gaps: list[_Gap] = []
    end = stretches[0][1]
    for start, stop in stretches[1:]:
        if start > end and end < stretches[0][0] + _WEEK:
            gaps.append((end, start))
        end = max(end, stop)
    return tuple(gaps)


def _monday(at: datetime, clock: ZoneInfo) -> datetime:
    """Return the midnight at which the week of an instant begins, in UTC."""
    local = min(max(at, _EARLIEST), _LATEST).astimezone(clock)
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return (begin - timedelta(days=local.weekday())).replace(tzinfo=clock).astimezone(UTC)


def _issue(looked_at: LookedAt, covers: _Covers, found: _Found) -> Issue:
    place, whole, worst = _places(found), covers.territory, covers.worst
    parts = []
    if whole.hours:
        parts.append(f"no rep who may own {counted(len(found.leads), 'lead')} {place} is at work "
                     f"{_spoken(whole)}{_wait(looked_at, whole)}")
    if found.worse:
        all_of_them = "them" if whole.hours else f"{counted(len(found.leads), 'lead')} {place}"
        parts.append(f"{len(found.worse):,} of {all_of_them}, whom fewer reps may own, fare worse: "
                     f"at the worst nobody is at work {_spoken(worst)}{_wait(looked_at, worst)}")
    return looked_at.issue(
        IssueCode.UNCOVERED_HOURS, None, "; ".join(parts),
        "Add hours or a rep there, if leads are to be answered then",
        lead=found.worse[0] if found.worse else min(found.leads))


def _wait(looked_at: LookedAt, cover: _Cover) -> str:
    """Return how long leads wait that come in then, and whether they are held."""
    longest, wait = cover.longest, looked_at.window.policy.response.longest_wait_minutes
    if not cover.gaps:
        return ""
    held = ("" if longest / _MINUTE <= wait else
            f", beyond the longest wait of {wait:g} minutes, so that they are held")
    return f", which is a wait of up to {longest / _HOUR:.4g} hours{held}"


def _places(found: _Found) -> str:
    """Return the territories of leads in words."""
    names = sorted(found.names)
    if not names:
        return "in no territory"
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    listed = ", ".join(map(repr, names[:_NAMED]))
    return f"of {'territory' if len(names) == 1 else 'territories'} {listed}{more}"


def _spoken(cover: _Cover) -> str:
    """Return the gaps in words: those between the same hours together."""
    if cover.never:
        return "at any hour that is known"
    clock = zone(cover.clock)
    alike: dict[tuple[str, str], list[int]] = {}
    longer: list[str] = []
    for start, stop in cover.gaps:
        begin, end = start.astimezone(clock), stop.astimezone(clock)
        if (end.date() - begin.date()).days > 1:
            longer.append(f"{_DAYS[begin.weekday()]} {begin:%H:%M} to "
                          f"{_DAYS[end.weekday()]} {end:%H:%M}")
        else:
            alike.setdefault((f"{begin:%H:%M}", f"{end:%H:%M}"), []).append(begin.weekday())
    stretches = ", ".join([*(f"{_listed(sorted(days))} {begin}-{end}"
                             for (begin, end), days in alike.items()), *longer])
    return f"{stretches} ({cover.clock}; {cover.hours:.4g} hours of the week)"


def _listed(weekdays: list[int]) -> str:
    """Return weekdays as in ``Mon-Thu`` where they follow one another."""
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{_DAYS[weekdays[0]]}-{_DAYS[weekdays[-1]]}"
    return ", ".join(_DAYS[day] for day in weekdays)
