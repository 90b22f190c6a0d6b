"""The calendar against an oracle that steps through the minutes and tests each one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.calendar.working import next_working_instant, wait_minutes, working_intervals
from tests.property.calendar_cases import Case, cases


@settings(max_examples=400, deadline=None)
@given(cases())
def test_first_working_instant_equals_the_oracle(case: Case) -> None:
    """The calendar finds the instant that stepping through all minutes finds."""
    found = next_working_instant(case.schedule(), case.at, case.at + case.horizon)
    assert found == case.first_working()


@settings(max_examples=200, deadline=None)
@given(cases())
def test_working_intervals_are_the_instants_that_are_their_own_next(case: Case) -> None:
    """An instant is in a stretch if and only if the next working instant is itself."""
    schedule, end = case.schedule(), case.at + case.horizon
    found = working_intervals(schedule, case.at, end)
    assert all(case.at <= start < stop <= end for start, stop in found)
    assert all(stop < start for (_, stop), (start, _) in pairwise(found))
    edges = {case.at, end} | {edge for stretch in found for edge in stretch}
    edges |= {edge for absence in case.absences for edge in absence}
    tick = datetime.resolution
    for instant in {edge + step for edge in edges for step in (-tick, 0 * tick, tick)} | {
            case.at + timedelta(minutes=minutes) for minutes in range(0, 2_000, 7)}:
        if case.at <= instant < end:
            working = next_working_instant(schedule, instant, instant) == instant
            assert working == any(start <= instant < stop for start, stop in found)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 10**15))
def test_wait_is_the_least_whole_minute_not_before_the_instant(at: datetime, micros: int) -> None:
    """Minutes are rounded up in integers, also where a float would lose the microsecond."""
    at = min(at, datetime(9000, 1, 1, tzinfo=UTC))
    minutes = wait_minutes(at, at + timedelta(microseconds=micros))
    assert (minutes - 1) * 60_000_000 < micros <= minutes * 60_000_000
