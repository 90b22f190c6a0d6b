"""Business minutes against an oracle that counts working minutes one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.hand_off import HORIZON, business_minutes, deadline
from solver.models import Rep
from tests.property.calendar_cases import Case, cases

_MINUTE = timedelta(minutes=1)
_MINUTES = st.one_of(st.integers(1, 600), st.integers(1, 40_000)).map(float)


def _rep(case: Case, time_off: tuple[str, ...] = ()) -> Rep:
    return Rep(rep_id="r", capacity=1, timezone=case.timezone, holidays=case.codes,
               working_hours=case.working_hours, time_off=(*case.time_off, *time_off))


def _whole(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _in_minutes(case: Case) -> Case:
    """Let everything happen at whole minutes; who has no hours always works."""
    return replace(case, at=_whole(case.at), around_the_clock=True, absences=tuple(
        (_whole(begin), _whole(end) + _MINUTE) for begin, end in case.absences))


@settings(max_examples=100, deadline=None)
@given(cases().map(_in_minutes), st.integers(0, 3_000))
def test_business_minutes_are_the_minutes_at_work(case: Case, length: int) -> None:
    """As many as an oracle counts that asks of each minute whether the rep works."""
    counted = sum(case.works(case.at + k * _MINUTE) for k in range(length))
    assert business_minutes(_rep(case), case.at, case.at + length * _MINUTE) == counted


@settings(max_examples=200, deadline=None)
@given(cases(), _MINUTES)
def test_a_deadline_is_the_first_instant_with_so_many_minutes(case: Case, minutes: float) -> None:
    """Exactly so many have passed by then, and fewer a microsecond before."""
    rep = _rep(case)
    due = deadline(rep, case.at, minutes)
    if due is None:
        assert business_minutes(rep, case.at, case.at + HORIZON) < minutes
    else:
        assert due <= case.at + HORIZON
        assert business_minutes(rep, case.at, due) == minutes
        assert business_minutes(rep, case.at, due - datetime.resolution) < minutes


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 5_000), st.integers(0, 5_000), _MINUTES, _MINUTES)
def test_more_time_has_more_minutes(case: Case, first: int, second: int, fewer: float,
                                    more: float) -> None:
    """Minutes add up over stretches, and deadlines rise with the minutes and the beginning."""
    rep, begin = _rep(case), case.at
    middle = begin + first * _MINUTE
    end = middle + second * _MINUTE
    parts = business_minutes(rep, begin, middle) + business_minutes(rep, middle, end)
    assert abs(business_minutes(rep, begin, end) - parts) < 1e-9
    far = begin + 2 * HORIZON
    due = [deadline(rep, begin, minutes) or far for minutes in sorted((fewer, more))]
    assert due == sorted(due)
    later = deadline(rep, middle, min(fewer, more)) or far
    assert due[0] <= later or due[0] == far  # the later look reaches farther


@settings(max_examples=100, deadline=None)
@given(cases(), _MINUTES, st.integers(0, 3_000), st.integers(1, 3_000))
def test_time_off_stops_the_clock(case: Case, minutes: float, after: int, length: int) -> None:
    """A deadline after a new absence moves by as many business minutes as the absence takes."""
    begins = case.at + after * _MINUTE
    ends = begins + length * _MINUTE
    before = _rep(case)
    away = _rep(case, (f"{begins.isoformat()}/{ends.isoformat()}",))
    assert business_minutes(away, begins, ends) == 0
    lost = business_minutes(before, begins, ends)
    due = deadline(before, case.at, minutes)
    if due is None or due <= begins:
        assert deadline(away, case.at, minutes) == due
    else:
        assert deadline(away, case.at, minutes) == deadline(before, case.at, minutes + lost)
