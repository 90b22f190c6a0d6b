"""One cell at a time: numbers, flags, lists, weights, instants."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from solver.models import IssueCode
from solver.reading.parsing.cells import (
    CellError,
    parse_flag,
    parse_ids,
    parse_items,
    parse_names,
    parse_number,
    parse_weights,
    parse_whole,
)
from solver.reading.parsing.times import date_form_problem, parse_instant


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), ("12.50", 12.5), (".5", 0.5), ("5.", 5), ("+3", 3), ("-3", -3), ("1e3", 1000),
    ("1.2E+06", 1_200_000), ("-0", 0),
])
def test_number(text: str, number: float) -> None:
    """Decimal numbers, as people and spreadsheets write them; no negative zero."""
    assert str(parse_number(text)) == str(float(number))


@pytest.mark.parametrize("text", ["1,000", "$5", "nan", "NaN", "inf", "-Infinity", "1_000", "0x1F",
                                  "1 000", "", "e3", "٣", "--1", "1e"])
def test_not_a_number(text: str) -> None:
    """Separators, currencies, NaN, infinities and foreign digits are refused."""
    with pytest.raises(CellError) as caught:
        parse_number(text)
    assert caught.value.code is IssueCode.NOT_A_NUMBER


@pytest.mark.parametrize(("text", "number"), [("10", 10), ("10.0", 10), ("-3.", -3), ("007", 7)])
def test_whole(text: str, number: int) -> None:
    """Whole numbers, also as a spreadsheet writes them."""
    assert parse_whole(text) == number


@pytest.mark.parametrize(("text", "code"), [
    ("2.5", IssueCode.NOT_AN_INTEGER), ("1e3", IssueCode.NOT_AN_INTEGER),
    ("ten", IssueCode.NOT_A_NUMBER), ("9" * 5000, IssueCode.OUT_OF_RANGE),
])
def test_not_whole(text: str, code: IssueCode) -> None:
    """A fraction, a word and a monster are told apart."""
    with pytest.raises(CellError) as caught:
        parse_whole(text)
    assert caught.value.code is code


def test_flag() -> None:
    """Yes and no in the spellings of exports; anything else is refused."""
    assert [parse_flag(text) for text in ("TRUE", "Yes", "1", "false", "no", "0")] == [
        True, True, True, False, False, False]
    with pytest.raises(CellError):
        parse_flag("active")


def test_lists() -> None:
    """Items are trimmed and empty ones skipped; ids are exact, names are not."""
    assert parse_names(" en ;; de; ") == ("en", "de")
    assert parse_ids("r1;R1") == ("r1", "R1")
    assert parse_items("a;a") == ("a", "a")


@pytest.mark.parametrize("text", ["en;EN", "Straße;STRASSE", "e\u0301;\u00e9"])
def test_name_twice(text: str) -> None:
    """A name twice in one cell is refused in any case and any Unicode form."""
    with pytest.raises(CellError) as caught:
        parse_names(text)
    assert caught.value.code is IssueCode.NAME_TWICE


def test_weights() -> None:
    """A bare name has 1; the last colon separates."""
    assert parse_weights("spanish:0.8; saas ;c:sharp:0.5") == {
        "spanish": 0.8, "saas": 1.0, "c:sharp": 0.5}


@pytest.mark.parametrize(("text", "code"), [
    ("a:x", IssueCode.BAD_LIST), (":0.5", IssueCode.BAD_LIST), ("a:", IssueCode.BAD_LIST),
    ("a:nan", IssueCode.BAD_LIST), ("a:1;A:2", IssueCode.NAME_TWICE),
])
def test_bad_weights(text: str, code: IssueCode) -> None:
    """A missing name, a missing number and a repeated name are refused."""
    with pytest.raises(CellError) as caught:
        parse_weights(text)
    assert caught.value.code is code


@pytest.mark.parametrize("text", [
    "2026-11-20T08:15:30Z", "2026-11-20t08:15:30z", "2026-11-20 08:15:30.000+00:00",
    "2026-11-20T09:15:30+01:00", "2026-11-20T03:15:30-05:00",
])
def test_instant(text: str) -> None:
    """RFC 3339 in all its dress is one instant, held in UTC."""
    instant = parse_instant(text)
    assert instant == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(("text", "code"), [
    ("2026-11-20T08:15:30", IssueCode.NAIVE_TIME), ("2026-11-20", IssueCode.BAD_INSTANT),
    ("2026-11-20T08:15Z", IssueCode.BAD_INSTANT), ("2026-02-30T08:15:30Z", IssueCode.BAD_INSTANT),
    ("2026-11-20T25:00:00Z", IssueCode.BAD_INSTANT), ("yesterday", IssueCode.BAD_INSTANT),
    ("0001-01-01T00:00:00+01:00", IssueCode.BAD_INSTANT), ("20261120", IssueCode.BAD_INSTANT),
    ("2026-11-20T08:15:30+25:00", IssueCode.BAD_INSTANT),
])
def test_bad_instant(text: str, code: IssueCode) -> None:
    """Without an offset it is naive; other forms and days that do not exist are refused."""
    with pytest.raises(CellError) as caught:
        parse_instant(text)
    assert caught.value.code is code


def test_naive_time_in_a_zone() -> None:
    """A zone makes a naive time an instant; of an hour that comes twice, the first."""
    madrid = ZoneInfo("Europe/Madrid")
    assert parse_instant("2026-07-01T10:00:00", (), madrid).hour == 8
    assert parse_instant("2026-10-25T02:30:00", (), madrid).hour == 0


def test_date_forms_are_tried_in_order() -> None:
    """A mapping's forms come after RFC 3339, the first that fits is taken."""
    forms = ("%d.%m.%Y", "%m/%d/%Y")
    assert parse_instant("03/04/2026", forms, ZoneInfo("UTC")) == datetime(2026, 3, 4, tzinfo=UTC)
    with pytest.raises(CellError, match="date form of the mapping"):
        parse_instant("2026/03/04", forms)


@pytest.mark.parametrize("form", ["%H:%M", "%Q", "%Y%Y", "%m/%d", "%Y-%m-%d %Z"])
def test_forms_that_hold_no_date(form: str) -> None:
    """A form without the whole date, with a repeated part or a zone's name is refused."""
    assert date_form_problem(form)
