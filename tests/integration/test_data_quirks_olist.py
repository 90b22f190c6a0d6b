"""Olist's quirks: what a spreadsheet damaged is read back, the rest is blank or reported."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datasets.olist import (
    DAMAGED_DEALS,
    DEALS,
    LEADS,
    NO_PAGE,
    PART,
    Deals,
    read_deals,
    read_leads,
)
from benchmarks.datasets.quirks import QuirkCode
from solver.prepare.normalise.dates import DateOrder
from tests.quirks import by_id, changed, prepared, read, rows, shared

QUALIFIED = f"""\
mql_id,first_contact_date,landing_page_id,origin
a,2018-02-01,88740e65d5d6b056e0cda098e1ea6313,social
b,2018-02-08,{NO_PAGE},unknown
c,2018-02-09,,
"""
HEAD = ("mql_id,seller_id,sdr_id,sr_id,won_date,business_segment,lead_type,"
        "lead_behaviour_profile,has_company,has_gtin,average_stock,business_type,"
        "declared_product_catalog_size,declared_monthly_revenue\n")
SOUND = HEAD + ('a,s1,d1,r1,2018-02-26 19:58:54,pet,online_medium,"cat, wolf",,,5-20,,,0\n'
                "b,s2,d1,r2,2018-02-06 18:04:05,pet,online_big,,,,1-5,reseller,,0\n"
                "c,s3,d1,r2,2018-02-16 18:04:05,pet,online_big,shark,,,unknown,reseller,,0\n")
DAMAGED = HEAD + ('a,s1,d1,r1,26-02-2018 19:58,pet,online_medium,"cat, wolf",,,May-20,,,0\n'
                  "b,s2,d1,r2,06-02-2018 18:04,pet,online_big,,,,01-May,reseller,,0\n"
                  "c,s3,d1,r2,31-02-2018 18:04,pet,online_big,shark,,,unknown,reseller,,0\n")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small source with every quirk."""
    for name, text in ((LEADS, QUALIFIED), (DEALS, SOUND), (DAMAGED_DEALS, DAMAGED)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def damaged(source: Path) -> Deals:
    """Deals as the spreadsheet left them."""
    return read_deals(source, DAMAGED_DEALS)


def test_damaged_ranges_are_read_back(source: Path, damaged: Deals) -> None:
    """``May-20`` is 5 to 20, ``01-May`` is 1 to 5: as the sound file says, and reported."""
    assert [deal.stock for deal in damaged.deals] == [13, 3, None]
    assert [deal.stock for deal in read_deals(source).deals] == [13, 3, None]
    assert rows(damaged.quirks, QuirkCode.DAMAGED_RANGE) == [(2, "May-20"), (3, "01-May")]
    assert rows(read_deals(source).quirks, QuirkCode.DAMAGED_RANGE) == []


def test_days_come_first_in_the_damaged_file(damaged: Deals) -> None:
    """``06-02-2018`` alone may be June; its column says that days come first."""
    assert damaged.order is DateOrder.DAY_FIRST
    assert [deal.won_at for deal in damaged.deals] == [
        datetime(2018, 2, 26, 22, 58, tzinfo=UTC), datetime(2018, 2, 6, 20, 4, tzinfo=UTC), None]
    assert rows(damaged.quirks, QuirkCode.BAD_DATE) == [(4, "31-02-2018 18:04")]


def test_damaged_sizes_and_dates_as_leads(tmp_path: Path) -> None:
    """The same file through a mapping: sizes and dates are read, the third date is reported."""
    reading = read(tmp_path, DAMAGED, {
        "lead_id": "mql_id", "created_at": "won_date", "employees": "average_stock",
        "deal_value": {"constant": 1}, "score": {"constant": 50}}, timezone="America/Sao_Paulo")
    found = by_id(reading)
    assert [found[n].employees for n in "abc"] == [13.0, 3.0, None]
    assert found["b"].created_at == datetime(2018, 2, 6, 20, 4, tzinfo=UTC)
    assert [(i.row, i.offending) for i in reading.issues if i.code.value == "BAD_INSTANT"] == [
        (4, "31-02-2018 18:04")]
    assert ("a", "employees", "May-20", "13",
            "range that a spreadsheet took for a date") in changed(reading)


def test_several_values_in_one_cell(tmp_path: Path, damaged: Deals) -> None:
    """``cat, wolf`` is two behaviours; a mapping splits the cell as well."""
    assert [deal.behaviours for deal in damaged.deals] == [("cat", "wolf"), (), ("shark",)]
    reading = read(tmp_path, SOUND, {
        "lead_id": "mql_id", "products": {"column": "lead_behaviour_profile", "separator": ","},
        "created_at": "won_date", "deal_value": {"constant": 1}, "score": {"constant": 50}})
    assert by_id(reading)["a"].products == ("cat", "wolf")


def test_empty_columns_are_reported(damaged: Deals) -> None:
    """Columns blank in nine of ten rows are named, and none is used."""
    columns = {quirk.column for quirk in damaged.quirks if quirk.code is QuirkCode.EMPTY_COLUMN}
    assert columns == {"has_company", "has_gtin", "declared_product_catalog_size"}


def test_landing_pages_of_nothing(source: Path) -> None:
    """The md5 of the empty text is no page: reported with its row, blank on the lead."""
    reading, quirks = read_leads(source)
    assert rows(quirks, QuirkCode.EMPTY_HASH) == [(3, NO_PAGE)]
    found = by_id(reading)
    assert "landing_page_id" in found["a"].attributes
    assert "landing_page_id" not in found["b"].attributes


def test_unknown_and_missing_origins_are_one(source: Path) -> None:
    """``unknown`` becomes blank, on the record; the report counts both as leads of no source."""
    reading, _ = read_leads(source)
    assert [by_id(reading)[n].source for n in "abc"] == ["social", None, None]
    assert ("b", "source", "unknown", None, "placeholder") in changed(reading)
    assert {s.source: s.leads for s in prepared(reading).report.sources} == {"social": 1, None: 2}


def test_won_before_the_first_contact(damaged: Deals) -> None:
    """A deal of the 6th of a lead of the 8th is reported with its row."""
    assert rows(damaged.quirks, QuirkCode.WON_BEFORE_CONTACT) == [(3, "06-02-2018 18:04")]


@pytest.mark.data
def test_the_real_leads() -> None:
    """5,345 leads, 779 of origin ``unknown`` and 33 of none, three landing pages of nothing."""
    reading, quirks = read_leads(shared(PART))
    assert len(by_id(reading)) == 5_345
    assert sum(lead.source is None for lead in by_id(reading).values()) == 779 + 33
    assert [row for row, _ in rows(quirks, QuirkCode.EMPTY_HASH)] == [1296, 4434, 4886]


@pytest.mark.data
def test_the_real_files_tell_the_same_deals() -> None:
    """Sound or damaged: 336 deals alike to the minute, one of them won before its contact."""
    sound, damaged = (read_deals(shared(PART), file) for file in (DEALS, DAMAGED_DEALS))
    assert len(sound.deals) == 336
    for one, other in zip(sound.deals, damaged.deals, strict=True):
        assert one.won_at is not None
        assert (one.lead_id, one.won_at.replace(second=0)) == (other.lead_id, other.won_at)
        assert (one.behaviours, one.stock) == (other.behaviours, other.stock)
    for found in (sound, damaged):
        assert [row for row, _ in rows(found.quirks, QuirkCode.WON_BEFORE_CONTACT)] == [273]
        assert {q.code for q in found.quirks} == {QuirkCode.EMPTY_COLUMN,
                                                  QuirkCode.WON_BEFORE_CONTACT}
