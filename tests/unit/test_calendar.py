"""The calendar on cases checked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from solver.calendar.grammar import (
    DatesOff,
    InstantsOff,
    Shift,
    check_shift,
    check_time_off,
    is_local_time_off,
    parse_shift,
    parse_time_off,
)
from solver.calendar.public_holidays import check_holidays_code, is_public_holiday
from solver.calendar.working import (
    next_working_instant,
    schedule_from,
    wait_minutes,
    working_intervals,
)
from solver.calendar.zones import check_zone, zone

OFFICE = "Mon-Fri 09:00-17:00"
NIGHT = "Mon-Fri 22:00-06:00"


def first_at_work(
    at: str,
    hours: str = OFFICE,
    *,
    timezone: str | None = "Europe/London",
    time_off: tuple[str, ...] = (),
    holidays: tuple[str, ...] = (),
    around_the_clock: bool = False,
    days: float = 10,
) -> str | None:
    instant = datetime.fromisoformat(at)
    schedule = schedule_from(timezone, tuple(filter(None, hours.split(";"))), time_off, holidays,
                             around_the_clock)
    found = next_working_instant(schedule, instant, instant + timedelta(days=days))
    return None if found is None else found.isoformat().replace("+00:00", "Z")


def at_work(
    begin: str,
    end: str,
    hours: str = OFFICE,
    *,
    timezone: str | None = "Europe/London",
    time_off: tuple[str, ...] = (),
    holidays: tuple[str, ...] = (),
    around_the_clock: bool = False,
) -> list[str]:
    schedule = schedule_from(timezone, tuple(filter(None, hours.split(";"))), time_off, holidays,
                             around_the_clock)
    found = working_intervals(schedule, datetime.fromisoformat(begin), datetime.fromisoformat(end))
    return [f"{start:%m-%dT%H:%M}/{stop:%m-%dT%H:%M}" for start, stop in found]


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("Mon-Fri 09:00-17:00", Shift((0, 1, 2, 3, 4), 540, 1020)),
        ("sat 9:00-12:30", Shift((5,), 540, 750)),
        ("Fri-Mon 09:00-24:00", Shift((0, 4, 5, 6), 540, 1440)),
        ("SUN 22:00-00:00", Shift((6,), 1320, 1440)),
        ("Mon-Mon 22:00-06:00", Shift((0,), 1320, 1800)),
        ("Mon-Sun 00:00-24:00", Shift((0, 1, 2, 3, 4, 5, 6), 0, 1440)),
    ],
)
def test_shift_is_read(text: str, shift: Shift) -> None:
    """Day ranges may wrap, and an end before the start lies in the next day."""
    assert parse_shift(text) == shift
    assert check_shift(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "form 'Mon-Fri 09:00-17:00'"),
        ("09:00-17:00", "form"),
        ("Mon-Fri 9-17", "form"),
        ("Mon,Tue 09:00-17:00", "form"),
        ("Monday 09:00-17:00", "form"),
        ("Mon 09:00-17:00 x", "form"),
        ("Mon ٠٩:٠٠-17:00", "form"),
        ("Mo1 09:00-17:00", "form"),
        ("Mxx 09:00-17:00", "'Mxx' is none of them"),
        ("Mon 09:60-17:00", "'09:60' is none"),
        ("Mon 09:00-24:01", "'24:01' is none"),
        ("Mon 24:00-06:00", "24:00 may only be an end"),
        ("Mon 09:00-9:00", "whole day is 00:00-24:00"),
        ("Mon 00:00-00:00", "whole day is 00:00-24:00"),
    ],
)
def test_malformed_shift_says_why(text: str, said: str) -> None:
    """A malformed shift is refused with its text and what was expected."""
    with pytest.raises(ValueError, match=said) as refusal:
        check_shift(text)
    assert repr(text) in str(refusal.value)


def test_dates_off_are_read() -> None:
    """Local dates include both ends, and one date alone is one day."""
    assert parse_time_off("2026-11-23/2026-11-27") == DatesOff(date(2026, 11, 23),
                                                               date(2026, 11, 27))
    assert parse_time_off("2026-11-23") == DatesOff(date(2026, 11, 23), date(2026, 11, 23))
    assert is_local_time_off("2026-11-23")


def test_instants_off_are_read_in_utc() -> None:
    """Instants carry offsets and are held in UTC, cut to the microsecond."""
    text = "2026-11-23T09:00:00+01:00/2026-11-23t09:00:00.1234567z"
    assert parse_time_off(text) == InstantsOff(
        datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    )
    assert check_time_off(text) == text
    assert not is_local_time_off(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "form"),
        ("2026-11-23/", "form"),
        ("23.11.2026", "form"),
        ("2026-11-23/2026-11-24/2026-11-25", "form"),
        ("2026-11-23T09:00:00Z", "form"),
        ("2026-11-23T09:00Z/2026-11-23T10:00:00Z", "neither a date nor an instant"),
        ("2026-11-23 09:00:00Z/2026-11-23T10:00:00Z", "neither a date nor an instant"),
        ("2026-11-23/2026-11-24T00:00:00Z", "not one of each"),
        ("2026-11-23T09:00:00/2026-11-24T00:00:00Z", "'2026-11-23T09:00:00' has none"),
        ("2026-02-30", "days that the calendar has"),
        ("2026-11-23T25:00:00Z/2026-11-24T00:00:00Z", "days and times that the calendar has"),
        ("0001-01-01T00:00:00+14:00/2026-11-24T00:00:00Z", "days and times"),
        ("2026-11-27/2026-11-23", "end before it starts"),
        ("2026-11-23T09:00:00Z/2026-11-23T10:00:00+01:00", "end after it starts"),
    ],
)
def test_malformed_time_off_says_why(text: str, said: str) -> None:
    """A malformed or reversed absence is refused with its text and what was expected."""
    with pytest.raises(ValueError, match=said) as refusal:
        check_time_off(text)
    assert repr(text) in str(refusal.value)


def test_zone_names() -> None:
    """A zone of the tzdata package is accepted and keeps its name."""
    assert check_zone("Asia/Kolkata") == "Asia/Kolkata"
    assert zone("Asia/Kolkata").key == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        ("Europe/Lodnon", "Europe/London"),
        ("america/new york", "America/New_York"),
        ("New York", "America/New_York"),
        ("../zones", "Europe/London"),
        ("", "Europe/London"),
    ],
)
def test_unknown_zone_names_the_closest(name: str, closest: str) -> None:
    """An unknown zone is refused with the closest name, or an example where none is close."""
    with pytest.raises(ValueError, match=closest):
        zone(name)


@pytest.mark.parametrize("code", ["GB", "GB-ENG", "GB-SCT", "US-CA", "DE-BY"])
def test_holidays_code(code: str) -> None:
    """Countries and their subdivisions are accepted."""
    assert check_holidays_code(code) == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("gb", "such as 'GB'"),
        ("England", "'England' is none"),
        ("", "ISO country code"),
        ("GB-England", "perhaps 'GB-ENG'"),
        ("GB-", "one of ENG, NIR, SCT, WLS"),
        ("VA-1", "write 'VA'"),
    ],
)
def test_unknown_holidays_code_says_what_is_known(code: str, said: str) -> None:
    """An unknown holidays code is refused with a code that is known."""
    with pytest.raises(ValueError, match=said):
        is_public_holiday(code, date(2026, 1, 1))


def test_public_holidays_of_a_country_and_its_subdivision() -> None:
    """Saint Andrew's Day is kept in Scotland and not in the whole of the United Kingdom."""
    assert is_public_holiday("GB-SCT", date(2026, 11, 30))
    assert not is_public_holiday("GB", date(2026, 11, 30))
    assert is_public_holiday("GB", date(2026, 12, 25))
    assert not is_public_holiday("GB", date(9999, 12, 25))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-18T08:59:59.999999Z", "2026-11-18T09:00:00Z"),
        ("2026-11-18T09:00:00Z", "2026-11-18T09:00:00Z"),
        ("2026-11-18T16:59:59.999999Z", "2026-11-18T16:59:59.999999Z"),
        ("2026-11-18T17:00:00Z", "2026-11-19T09:00:00Z"),
        ("2026-11-20T18:00:00+01:00", "2026-11-23T09:00:00Z"),
        ("2026-07-15T03:00:00Z", "2026-07-15T08:00:00Z"),
    ],
)
def test_hours_include_the_start_and_exclude_the_end(at: str, expected: str) -> None:
    """Hours are [start, end) of the local wall clock, exact to the microsecond."""
    assert first_at_work(at) == expected


def test_search_ends_with_until_included() -> None:
    """The first working instant counts if it is the last one asked for, not just after."""
    assert first_at_work("2026-11-18T08:00:00Z", days=1 / 24) == "2026-11-18T09:00:00Z"
    assert first_at_work("2026-11-18T07:59:59.999999Z", days=1 / 24) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T05:59:59Z", "2026-11-23T22:00:00Z"),
        ("2026-11-24T05:59:59Z", "2026-11-24T05:59:59Z"),
        ("2026-11-24T06:00:00Z", "2026-11-24T22:00:00Z"),
        ("2026-11-28T05:59:59Z", "2026-11-28T05:59:59Z"),
        ("2026-11-28T06:00:00Z", "2026-11-30T22:00:00Z"),
    ],
)
def test_overnight_shift_belongs_to_the_day_it_began_on(at: str, expected: str) -> None:
    """Saturday morning is part of Friday's shift; Monday morning is part of no shift."""
    assert first_at_work(at, NIGHT) == expected


def test_date_off_cuts_an_overnight_shift_at_midnight() -> None:
    """A date off removes its own hours: the evening before it and the morning after it stay."""
    off = ("2026-11-25",)
    at_work = "2026-11-24T23:59:59Z"
    assert first_at_work(at_work, NIGHT, time_off=off) == at_work
    assert first_at_work("2026-11-25T00:00:00Z", NIGHT, time_off=off) == "2026-11-26T00:00:00Z"


def test_wrapping_days_midnight_and_overlaps() -> None:
    """Day ranges wrap over Sunday, 24:00 joins the next day, and overlapping stretches merge."""
    hours = "Fri-Mon 09:00-12:00;Fri-Mon 11:00-24:00;Sat 00:00-01:00"
    assert first_at_work("2026-11-24T09:00:00Z", hours) == "2026-11-27T09:00:00Z"
    assert first_at_work("2026-11-28T00:30:00Z", hours) == "2026-11-28T00:30:00Z"
    assert first_at_work("2026-11-28T01:00:00Z", hours) == "2026-11-28T09:00:00Z"
    assert first_at_work("2026-11-29T12:00:00Z", hours) == "2026-11-29T12:00:00Z"


def test_spring_gap_shortens_a_stretch() -> None:
    """On 2026-03-29 London's clocks go from 01:00 GMT to 02:00 BST, which is 01:00 UTC."""
    assert first_at_work("2026-03-29T00:00:00Z", "Sun 01:30-02:30") == "2026-03-29T01:00:00Z"
    assert first_at_work("2026-03-29T01:30:00Z", "Sun 01:30-02:30") == "2026-04-05T00:30:00Z"
    assert first_at_work("2026-03-29T00:00:00Z", "Sun 01:00-02:00") == "2026-04-05T00:00:00Z"


def test_autumn_fold_repeats_a_stretch() -> None:
    """On 2026-10-25 London's hour from 01:00 to 02:00 runs twice, from 00:00 and 01:00 UTC."""
    assert first_at_work("2026-10-24T23:00:00Z", "Sun 01:15-01:45") == "2026-10-25T00:15:00Z"
    assert first_at_work("2026-10-25T00:45:00Z", "Sun 01:15-01:45") == "2026-10-25T01:15:00Z"
    assert first_at_work("2026-10-25T00:50:00Z", "Sun 01:15-01:45;Sun 04:00-05:00") == (
        "2026-10-25T01:15:00Z")
    assert first_at_work("2026-10-25T01:45:00Z", "Sun 01:15-01:45") == "2026-11-01T01:15:00Z"


def test_half_hour_fold_and_a_skipped_day() -> None:
    """Lord Howe repeats half an hour; Samoa had no 30 December 2011."""
    howe = "Australia/Lord_Howe"
    assert first_at_work("2026-04-04T14:50:00Z", "Sun 01:30-01:45", timezone=howe) == (
        "2026-04-04T15:00:00Z")
    assert first_at_work("2011-12-30T04:00:00Z", "Fri 09:00-17:00", timezone="Pacific/Apia") == (
        "2012-01-05T19:00:00Z")


def test_midnight_that_does_not_exist() -> None:
    """On 2018-11-04 Sao Paulo's day begins at 01:00, which is 03:00 UTC."""
    assert first_at_work("2018-11-04T00:00:00Z", "Sun 00:00-08:00",
                         timezone="America/Sao_Paulo") == "2018-11-04T03:00:00Z"


def test_public_holidays_keep_a_rep_away() -> None:
    """On Saint Andrew's Day a rep who keeps Scotland's holidays is away, one of GB is not."""
    at = "2026-11-30T08:00:00Z"
    assert first_at_work(at, holidays=("GB-SCT",)) == "2026-12-01T09:00:00Z"
    assert first_at_work(at, holidays=("GB",)) == "2026-11-30T09:00:00Z"
    assert first_at_work("2026-12-25T08:00:00Z", holidays=("GB",)) == "2026-12-29T09:00:00Z"


def test_holiday_is_read_on_the_local_date() -> None:
    """Christmas Day in Auckland begins at 11:00 UTC of the day before."""
    assert first_at_work("2026-12-24T10:59:59Z", "Mon-Sun 00:00-24:00", holidays=("NZ",),
                         timezone="Pacific/Auckland") == "2026-12-24T10:59:59Z"
    assert first_at_work("2026-12-24T11:00:00Z", "Mon-Sun 00:00-24:00", holidays=("NZ",),
                         timezone="Pacific/Auckland", days=0.9) is None


def test_instants_off_cover_their_start_and_not_their_end() -> None:
    """Absences [a, b) push to b, also where they touch, overlap or reach past the day's hours."""
    off = ("2026-11-18T11:00:00.5Z/2026-11-18T13:00:00.25Z",
           "2026-11-18T12:00:00Z/2026-11-18T12:30:00Z",
           "2026-11-18T09:00:00Z/2026-11-18T11:00:00.5Z")
    assert first_at_work("2026-11-18T08:00:00Z", time_off=off) == "2026-11-18T13:00:00.250000Z"
    late = (*off, "2026-11-18T13:00:00.25Z/2026-11-18T17:00:00Z")
    assert first_at_work("2026-11-18T08:00:00Z", time_off=late) == "2026-11-19T09:00:00Z"
    assert first_at_work("2026-11-18T08:00:00Z", time_off=off, days=0.2) is None


def test_rep_without_hours() -> None:
    """Without hours a rep works around the clock but for time off, or never."""
    at = "2026-11-22T03:00:00Z"
    assert first_at_work(at, "", timezone=None, around_the_clock=True) == at
    assert first_at_work(at, "", timezone=None, around_the_clock=False) is None
    assert first_at_work(at, "", timezone=None, around_the_clock=True,
                         time_off=("2026-11-22T00:00:00Z/2026-11-22T04:00:00Z",)) == (
        "2026-11-22T04:00:00Z")
    assert first_at_work(at, "", timezone="America/New_York", around_the_clock=True,
                         time_off=("2026-11-21",)) == "2026-11-22T05:00:00Z"


def test_working_intervals_are_clipped_and_skip_the_weekend() -> None:
    """Stretches begin and end with the question, and nothing is left of an empty one."""
    assert at_work("2026-11-20T10:30:00Z", "2026-11-23T12:00:00+01:00") == [
        "11-20T10:30/11-20T17:00", "11-23T09:00/11-23T11:00"]
    assert at_work("2026-11-20T17:00:00Z", "2026-11-23T09:00:00Z") == []
    assert at_work("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z") == []
    assert at_work("2026-11-20T12:00:00Z", "2026-11-19T12:00:00Z") == []


def test_working_intervals_are_maximal() -> None:
    """Overnight shifts, touching shifts and days around the clock each make one stretch."""
    assert at_work("2026-11-27T00:00:00Z", "2026-11-29T00:00:00Z", NIGHT) == [
        "11-27T00:00/11-27T06:00", "11-27T22:00/11-28T06:00"]
    assert at_work("2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z",
                   "Wed 13:00-17:00;Wed 09:00-13:00") == ["11-18T09:00/11-18T17:00"]
    assert at_work("2026-10-20T00:00:00Z", "2026-10-30T00:00:00Z", "",
                   around_the_clock=True) == ["10-20T00:00/10-30T00:00"]
    assert at_work("2026-10-20T00:00:00Z", "2026-10-30T00:00:00Z", "") == []


def test_working_intervals_across_clock_changes() -> None:
    """A repeated stretch comes twice, or as one where it fills the fold; a skipped one is gone."""
    autumn, spring = ("2026-10-24T23:00:00Z", "2026-10-25T05:00:00Z"), (
        "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z")
    assert at_work(*autumn, "Sun 01:15-01:45") == [
        "10-25T00:15/10-25T00:45", "10-25T01:15/10-25T01:45"]
    assert at_work(*autumn, "Sun 01:00-02:00") == ["10-25T00:00/10-25T02:00"]
    assert at_work(*spring, "Sun 01:30-02:30") == ["03-29T01:00/03-29T01:30"]
    assert at_work(*spring, "Sun 01:00-02:00") == []
    assert at_work("2018-11-03T12:00:00Z", "2018-11-05T12:00:00Z", "Sun 00:00-08:00",
                   timezone="America/Sao_Paulo") == ["11-04T03:00/11-04T10:00"]


def test_working_intervals_without_absences() -> None:
    """Dates off and holidays take whole local days, absences [a, b) cut out what they cover."""
    night_off = at_work("2026-11-24T12:00:00Z", "2026-11-26T12:00:00Z", NIGHT,
                        time_off=("2026-11-25",))
    assert night_off == ["11-24T22:00/11-25T00:00", "11-26T00:00/11-26T06:00"]
    assert at_work("2026-11-30T00:00:00Z", "2026-12-02T00:00:00Z", holidays=("GB-SCT",)) == [
        "12-01T09:00/12-01T17:00"]
    off = ("2026-11-18T08:00:00Z/2026-11-18T10:00:00Z",
           "2026-11-18T09:30:00Z/2026-11-18T11:00:00Z",
           "2026-11-18T13:00:00Z/2026-11-18T14:00:00Z",
           "2026-11-18T14:00:00Z/2026-11-18T15:00:00Z")
    assert at_work("2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z", time_off=off) == [
        "11-18T11:00/11-18T13:00", "11-18T15:00/11-18T17:00"]


@pytest.mark.parametrize(("hours", "off", "codes"), [([OFFICE], [], []), ([], ["2026-11-23"], []),
                                                     ([], [], ["GB"])])
def test_local_time_needs_a_zone(hours: list[str], off: list[str], codes: list[str]) -> None:
    """Hours, local dates and holidays mean nothing without a zone."""
    with pytest.raises(ValueError, match="need a time zone"):
        schedule_from(None, hours, off, codes, True)


def test_naive_instant_is_refused() -> None:
    """An instant without an offset is no instant."""
    schedule = schedule_from("Europe/London", (OFFICE,), (), (), False)
    aware, naive = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 18)
    for at, until in ((aware, naive), (naive, aware)):
        with pytest.raises(ValueError, match="UTC offset"):
            next_working_instant(schedule, at, until)
        with pytest.raises(ValueError, match="UTC offset"):
            working_intervals(schedule, at, until)


@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_ends_of_the_calendar(timezone: str) -> None:
    """The first and the last instants that can be written are searched without overflow."""
    first, last = (edge.replace(tzinfo=UTC) for edge in (datetime.min, datetime.max))
    schedule = schedule_from(timezone, ("Mon-Sun 00:00-24:00",), (), (), False)
    found = next_working_instant(schedule, first, last)
    assert found == first + timedelta(days=2)
    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        edge = datetime.fromisoformat(text)
        assert next_working_instant(schedule, edge, edge) is None
        assert working_intervals(schedule, edge, edge) == ()
    near = last - timedelta(days=9)
    ((begin, end),) = working_intervals(schedule, near, last)
    assert begin == near
    assert next_working_instant(schedule, end, end) is None
    just_before = end - datetime.resolution
    assert next_working_instant(schedule, just_before, just_before) == just_before
    assert working_intervals(schedule, first, first + timedelta(days=2)) == ()


@pytest.mark.parametrize(
    ("instant", "minutes"),
    [
        ("2026-11-18T09:00:00Z", 0),
        ("2026-11-18T09:00:00.000001Z", 1),
        ("2026-11-18T09:01:00Z", 1),
        ("2026-11-18T10:01:00.000001+01:00", 2),
        ("2036-11-18T09:00:00Z", 5_260_320),
    ],
)
def test_wait_is_elapsed_time_rounded_up(instant: str, minutes: int) -> None:
    """A microsecond past a whole minute is the next minute; 3,653 days are 5,260,320 minutes."""
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert wait_minutes(at, datetime.fromisoformat(instant)) == minutes
