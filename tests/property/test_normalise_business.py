"""Normalising of companies, industries, titles, amounts, sizes and dates: any text, and twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from solver.prepare.normalise.amount import read_amount
from solver.prepare.normalise.company import company_key, normalise_company
from solver.prepare.normalise.dates import DateOrder, infer_order, read_instant
from solver.prepare.normalise.headcount import read_headcount
from solver.prepare.normalise.industry import SECTORS, Industries
from solver.prepare.normalise.quantity import infer_decimal
from solver.prepare.normalise.title import SENIORITY_RANK, read_title

INDUSTRIES = Industries()
UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
_PIECES = st.sampled_from([
    "Acme", " ", "  ", "\x00", "\u200b", "\ud800", "&", "&amp;", "&#38;", "amp;", "&lt;", "'", '"',
    "\u2019", "\u201c", "\u00ab", ".", ",", "-", "\u2013", "/", "(", ")", "+", "=", "~", "<",
    ">", "$",
    "€", "\u00a5", "USD", "k", "M", "Mio", "e", "E", "0", "1", "12", "200", "2021", "20210105",
    "\u0663", "\u00bd", "%", ":", "T", "Z", "AM", "May", "ä", "a\u0308", "ß", "İ",
    "GmbH", "Inc.", "The", "Co", "S.p.A.", "株式会社", "\u3231", "and", "to", "VP",
    "Director", "Software", "Other", "51", "31-33", "employees", "\n", "\t", "\u00a0", "\u3000",
])
TEXTS = st.text(st.characters(), max_size=30) | st.lists(_PIECES, max_size=8).map("".join)
LONG = ["&amp;" * 2000, "&am" * 1500 + "p;" * 1500, "1" * 10_000, "1,000" * 2000, " " * 10_000,
        "(株)" * 3000, "\u2019" * 10_000 + "x", "the " * 2500, "Co. " * 2500, "a." * 5000,
        "-" * 10_000, '"' * 10_001, "\x00" * 10_000, "1 - " * 2500, "manager " * 1300, "ﷺ" * 600]


def _everything(text: str) -> None:
    normalise_company(text)
    company_key(text)
    INDUSTRIES.sector(text)
    read_title(text)
    read_amount(text)
    read_headcount(text)
    infer_decimal([text])
    infer_order([text])
    for order in DateOrder:
        read_instant(text, order, BERLIN)


@given(TEXTS)
@settings(max_examples=600)
def test_no_text_raises(text: str) -> None:
    """Whatever a cell holds, there is an answer."""
    _everything(text)


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_texts_are_answered(text: str) -> None:
    """Ten thousand characters of the worst kind are no trouble either."""
    _everything(text)


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_names_normalise_once(text: str) -> None:
    """What is normalised stays as it is, at any length."""
    _twice(text)


@given(TEXTS)
@settings(max_examples=600)
@example("ẞ").via("casefolds to two letters")
@example("\u0345")
@example("The The Co")
def test_normalising_twice_changes_nothing(text: str) -> None:
    """What is normalised is its own normal form, and needs no rule."""
    _twice(text)


def _twice(text: str) -> None:
    name = normalise_company(text)
    if name.value is not None:
        assert normalise_company(name.value).value == name.value
        assert normalise_company(name.value).rule is None
    key = company_key(text)
    assert company_key(key) == key
    sector = INDUSTRIES.sector(text)
    if sector.value is not None:
        again = INDUSTRIES.sector(sector.value)
        assert (again.value, again.known) == (sector.value, sector.known)


@given(TEXTS)
def test_a_name_that_is_shown_has_a_key(text: str) -> None:
    """No company is without a key, and the key is that of the name as it is shown."""
    shown = normalise_company(text).value
    if shown is not None:
        assert company_key(text)
        assert company_key(shown) == company_key(text)
        assert shown.isprintable() or any(ord(sign) > 127 for sign in shown)


@given(TEXTS)
def test_answers_are_of_the_lists(text: str) -> None:
    """A known sector is one of NAICS, a seniority one of the ranks, a rule is never empty."""
    sector = INDUSTRIES.sector(text)
    assert not sector.known or sector.value is None or sector.value in SECTORS
    title = read_title(text)
    assert title.seniority is None or title.seniority in SENIORITY_RANK
    assert title.rule


@given(TEXTS)
def test_numbers_are_sound(text: str) -> None:
    """Amounts are finite; sizes are not negative and lie between their ends."""
    amount, size = read_amount(text), read_headcount(text)
    if amount is not None:
        assert math.isfinite(amount.value)
        assert amount.rule
    if size is not None:
        assert (size.low or 0) <= size.value
        assert size.high is None or size.value <= size.high
        assert size.rule


@given(st.integers(-10**9, 10**9), st.integers(0, 99))
def test_an_amount_with_cents_reads_back_in_every_style(whole: int, cents: int) -> None:
    """The same amount with American, German, French and Swiss separators is one amount."""
    value = whole + math.copysign(cents / 100, whole)
    american = f"{value:,.2f}"
    styles: list[Callable[[str], str]] = [
        str, lambda text: text.translate(str.maketrans(",.", ".,")),
        lambda text: text.translate(str.maketrans(",.", "\u202f,")),
        lambda text: text.replace(",", "\u2019")]
    for style in styles:
        read = read_amount(f"{style(american)} EUR")
        assert read is not None
        assert read.value == pytest.approx(value, abs=1e-6)
        assert read.currency == "EUR"


@given(st.datetimes(datetime(1960, 1, 1), datetime(2090, 1, 1)))
def test_an_instant_reads_back_in_every_form(moment: datetime) -> None:
    """One moment in every form that names it fully is one instant."""
    moment = moment.replace(microsecond=0)
    expected = moment.replace(tzinfo=UTC)
    both = f"{moment:%H:%M:%S}"
    for text, order in (
            (expected.isoformat(), DateOrder.UNKNOWN), (f"{moment:%Y-%m-%d} {both}", DateOrder.ISO),
            (f"{moment:%d.%m.%Y} {both}", DateOrder.MIXED),
            (f"{moment:%Y%m%dT%H%M%S}", DateOrder.UNKNOWN),
            (f"{moment:%d/%m/%Y} {both}", DateOrder.DAY_FIRST),
            (f"{moment:%m/%d/%Y} {moment:%I:%M:%S %p}", DateOrder.MONTH_FIRST),
            (f"{moment:%d %B %Y} {both}", DateOrder.UNKNOWN)):
        assert read_instant(text, order, UTC_ZONE).instant == expected, text


@given(st.lists(st.dates(date(1000, 1, 1)), min_size=1, max_size=6), st.booleans())
def test_a_column_is_read_as_written_or_reported(days: list[date], day_first: bool) -> None:
    """Of a column in one order no date is read as another; doubtful ones are reported."""
    form = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    texts = [f"{day:{form}}" for day in days]
    order = infer_order(texts)
    assert order is not DateOrder.MIXED
    for day, text in zip(days, texts, strict=True):
        when = read_instant(text, order, UTC_ZONE)
        if when.instant is None:
            assert when.problem == "ambiguous"
            assert order is DateOrder.UNKNOWN
        else:
            assert when.instant.date() == day
