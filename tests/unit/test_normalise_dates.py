"""Dates and times of exports: many forms, one order a column, nothing guessed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from benchmarks.datasets.locate import MissingDataError, data_folder
from solver.prepare.normalise.dates import DateOrder, When, infer_order, read_instant

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
DAY = datetime(2018, 2, 26, tzinfo=UTC)
EVENING = DAY.replace(hour=19, minute=58)


@pytest.mark.parametrize(("text", "instant", "rule"), [
    ("2018-02-26T19:58:00Z", EVENING, None), ("2018-02-26T20:58:00+01:00", EVENING, None),
    ("2018-02-26 19:58:00", EVENING, None), ("2018-02-26T19:58:00.000+0000", EVENING, "ISO 8601"),
    ("2018-02-26", DAY, "ISO 8601"), ("2018-02-26T19:58Z", EVENING, "ISO 8601"),
    ("20180226", DAY, "yyyymmdd"), ("20180226.0", DAY, "yyyymmdd"),
    ("20180226T195800Z", EVENING, "yyyymmdd and time"),
    ("20180226195800", EVENING, "yyyymmdd and time"),
    ("2018/2/26", DAY, "year first"), ("2/26/2018", DAY, "month first"),
    ("2/26/2018 0:00", DAY, "month first"), ("02/26/2018, 7:58 PM", EVENING, "month first"),
    ("26-02-2018 19:58", EVENING, "day first"), ("26.2.2018", DAY, "day first"),
    ("3.4.2018", datetime(2018, 4, 3, tzinfo=UTC), "day first"),
    ("2/2/2018", datetime(2018, 2, 2, tzinfo=UTC), "day first"),
    ("26 Feb 2018", DAY, "month name"), ("Feb 26, 2018", DAY, "month name"),
    ("February 26th, 2018 at 7:58 p.m.", EVENING, "month name"), ("26-Feb-2018", DAY, "month name"),
    ("26. Februar 2018", DAY, "month name"), ("26 février 2018", DAY, "month name"),
    ("26 de febrero de 2018", DAY, "month name"),
    ("Mon, 26 Feb 2018 19:58:00 +0000", EVENING, "month name"),
    ("Montag, 26. Februar 2018 19:58", EVENING, "month name"),
    ("1519675080", EVENING, "epoch seconds"), ("1519675080000", EVENING, "epoch milliseconds"),
    ("43157", DAY, "spreadsheet serial"), ("43157.831944444", EVENING, "spreadsheet serial"),
    ("\uff12\uff10\uff11\uff18-02-26", DAY, "ISO 8601"),
])
def test_forms(text: str, instant: datetime, rule: str | None) -> None:
    """The forms of exports, each with its rule; RFC 3339 needs none."""
    assert read_instant(text, DateOrder.UNKNOWN, UTC_ZONE) == When(instant, rule)


@pytest.mark.parametrize("text", [
    "", "soon", "2/26/18", "26-Feb-18", "May-20", "26.02.18", "20180230", "30/02/2018",
    "2018-02-30",
    "31/04/2018", "13/13/2018", "2018-02-26 25:00", "2018-02-26T24:00:00", "2018-02-26 13:00 PM",
    "2018-02-26 19:58 PST", "2018-02-26T10:00:00+01:99", "19999", "60001", "9" * 13, "9" * 5000,
    "=2018-02-26", "26 Foo 2018", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00",
])
def test_unreadable(text: str) -> None:
    """Years of two digits, days and times that do not exist, zones by abbreviation, monsters."""
    when = read_instant(text, DateOrder.DAY_FIRST, UTC_ZONE)
    assert when.instant is None
    assert when.problem == "unreadable"


def test_two_digit_years_are_named() -> None:
    """The rule says why such a date is not read."""
    assert read_instant("2/26/18", DateOrder.MONTH_FIRST, UTC_ZONE).rule == "two-digit year"


@pytest.mark.parametrize("order", [DateOrder.UNKNOWN, DateOrder.MIXED, DateOrder.ISO])
def test_doubt_is_reported(order: DateOrder) -> None:
    """Where both orders are possible and the column has none, there is no instant."""
    assert read_instant("03/04/2021", order, UTC_ZONE) == When(None, None, "ambiguous")
    assert read_instant("03/18/2021", order, UTC_ZONE).problem is None


def test_the_order_of_the_column_settles_doubt() -> None:
    """The same text is the 3rd of April or the 4th of March."""
    day_first = read_instant("03/04/2021", DateOrder.DAY_FIRST, UTC_ZONE)
    month_first = read_instant("03-04-2021", DateOrder.MONTH_FIRST, UTC_ZONE)
    assert day_first == When(datetime(2021, 4, 3, tzinfo=UTC), "day first")
    assert month_first == When(datetime(2021, 3, 4, tzinfo=UTC), "month first")


def test_a_time_zone_is_needed_only_without_offset() -> None:
    """A naive time takes the zone given, and is reported where there is none."""
    assert read_instant("2018-02-26", DateOrder.ISO) == When(None, "ISO 8601", "naive")
    assert read_instant("44197", DateOrder.ISO).problem == "naive"
    assert read_instant("2018-02-26T19:58:00Z", DateOrder.ISO).instant == EVENING
    assert read_instant("1519675080", DateOrder.ISO).instant == EVENING
    summer = read_instant("2021-07-01 12:00:00", DateOrder.ISO, BERLIN).instant
    assert summer == datetime(2021, 7, 1, 10, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    """When clocks go back, the earlier of the two is taken."""
    twice = read_instant("2021-10-31 02:30:00", DateOrder.ISO, BERLIN).instant
    assert twice == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("texts", "order"), [
    (["1/18/2021 0:00", "2/3/2021"], DateOrder.MONTH_FIRST),
    (["2/3/2021", "26-02-2018 19:58"], DateOrder.DAY_FIRST),
    (["2021-01-01", "20210105", "5 May 2021", "1.2.2021"], DateOrder.ISO),
    (["2021-01-01", "01/02/2021"], DateOrder.UNKNOWN), (["5/5/2021", "2021-01-01"], DateOrder.ISO),
    (["2021-01-01", "13/01/2021"], DateOrder.DAY_FIRST),
    (["1/18/2021", "18/1/2021"], DateOrder.MIXED), (["31/04/2021", "soon", ""], DateOrder.UNKNOWN),
    ([], DateOrder.UNKNOWN),
])
def test_order_of_a_column(texts: list[str], order: DateOrder) -> None:
    """A number above 12 shows the order; dates that do not exist show nothing."""
    assert infer_order(texts) == order


def test_inference_stops_when_orders_are_mixed() -> None:
    """Once both orders are seen, the rest of the column is not read."""
    rest = iter(["1/18/2021", "18/1/2021", "2/3/2021"])
    assert infer_order(rest) is DateOrder.MIXED
    assert list(rest) == ["2/3/2021"]


@pytest.mark.data
@pytest.mark.parametrize(("part", "file", "column", "order"), [
    ("crm-marketstar", "leads.csv", "CreatedDate", DateOrder.ISO),
    ("crm-marketstar", "opportunities.csv", "CreatedDate", DateOrder.MONTH_FIRST),
    ("crm-marketstar", "opportunities.csv", "AcceptedDecisionDate", DateOrder.MONTH_FIRST),
    ("crm-olist", "variant_closed_deals_excel_mangled.csv", "won_date", DateOrder.DAY_FIRST),
    ("crm-recruiting", "leads.csv", "lead_created_at", DateOrder.ISO)])
def test_real_columns_are_read(part: str, file: str, column: str, order: DateOrder) -> None:
    """The order of each column is found, and every cell of it is read."""
    try:
        path = data_folder(part) / file
    except MissingDataError as error:
        pytest.skip(str(error))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        texts = {row[column] for row in csv.DictReader(lines)} - {"", None}
    assert infer_order(texts) == order
    assert [text for text in texts if read_instant(text, order, UTC_ZONE).problem] == []
