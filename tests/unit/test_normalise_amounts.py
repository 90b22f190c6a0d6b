"""Amounts of money and company sizes, as people and spreadsheets write them."""

from __future__ import annotations

import csv

import pytest

from benchmarks.datasets.locate import MissingDataError, data_folder
from solver.prepare.normalise.amount import Amount, read_amount
from solver.prepare.normalise.headcount import SPREADSHEET_DATE, Headcount, read_headcount
from solver.prepare.normalise.quantity import THREE_DIGITS, infer_decimal


def money(text: str) -> tuple[float, str | None] | None:
    amount = read_amount(text)
    return None if amount is None else (amount.value, amount.currency)


@pytest.mark.parametrize(("text", "value", "currency"), [
    ("$200,000 ", 200_000, None), ("1,5 Mio", 1_500_000, None), ("1.5M", 1_500_000, None),
    ("200k", 200_000, None), ("€ 1.234,56", 1234.56, "EUR"), ("1'000 CHF", 1000, "CHF"),
    ("1\u2019000.50 CHF", 1000.5, "CHF"), ("USD 5,000.00", 5000, "USD"), ("5000", 5000, None),
    ("-511.28", -511.28, None), ("(500)", -500, None), ("($1,234.50)", -1234.5, None),
    ("500-", -500, None), ("-$500", -500, None), ("\u2212500", -500, None), ("+500", 500, None),
    ("1 234 567,89 zł", 1_234_567.89, "PLN"), ("1\u202f234\u00a0€", 1234, "EUR"),
    ("1.234.567", 1_234_567, None), ("12,34,567.50", 1_234_567.5, None), ("0.500", 0.5, None),
    ("1234.567", 1234.567, None), ("1e3", 1000, None), ("5,- €", 5, "EUR"),
    ("CA$7", 7, "CAD"), ("US$ 5", 5, "USD"), ("R$ 5,5", 5.5, "BRL"), ("£3", 3, "GBP"),
    ("5 TEUR", 5000, "EUR"), ("TEUR 5", 5000, "EUR"), ("5 M€", 5_000_000, "EUR"),
    ("2 crore INR", 20_000_000, "INR"), ("1.5 bn USD", 1.5e9, "USD"), ("3 Mrd. Euro", 3e9, "EUR"),
    ("10 US dollars", 10, "USD"), ("5 Schweizer Franken", 5, "CHF"), ("\uff15\uff10", 50, None),
    ("Rs.500", 500, None), ("~200", 200, None), ("ca. 5k €", 5000, "EUR"),
])
def test_amounts(text: str, value: float, currency: str | None) -> None:
    """Separators of several countries, multipliers, signs, brackets, currencies."""
    amount = read_amount(text)
    assert amount is not None
    assert amount.value == pytest.approx(value)
    assert amount.currency == currency


@pytest.mark.parametrize("text", ["$5", "12 dollars", "\u00a55", "kr 5", "5 Rs"])
def test_a_sign_that_currencies_share_names_none(text: str) -> None:
    """Many countries have dollars, crowns and rupees; a code beside the sign settles it."""
    amount = read_amount(text)
    assert amount is not None
    assert amount.currency is None
    assert money("$5 CAD") == (5, "CAD")
    assert money("$5 EUR") is None


@pytest.mark.parametrize("text", [
    "", "abc", "=1+2", "=500", "@5", "5 apples", "1,2,3", "1.2.3", "1,23,4", "--5", "NaN", "inf",
    "2020-05-01", "555-0197", "12.5%", "5/month", "5 mil", "1e999", "9" * 400, "\u00bd", "all 500",
    "100 EUR USD", "5-1", "-5 - 10", "m5", "$",
])
def test_not_an_amount(text: str) -> None:
    """Formulas, dates, percentages, rates, words of two meanings and monsters are not read."""
    assert read_amount(text) is None


@pytest.mark.parametrize("text", ["1.200", "1,200"])
def test_three_digits_after_one_separator(text: str) -> None:
    """They are thousands, and the rule says so; the column's decimal sign settles it otherwise."""
    assert read_amount(text) == Amount(1200, None, THREE_DIGITS)
    sign = infer_decimal([text, "12.5", "3"])
    assert sign == "."
    read = read_amount(text, sign)
    assert read is not None
    assert read.value == (1.2 if text == "1.200" else 1200)
    assert read.rule == "decimal sign of the column"


@pytest.mark.parametrize(("text", "value"), [
    ("1.125M", 1_125_000), ("1,500M", 1.5e9), ("1,125 Mio", 1_125_000), ("1.500 Mio", 1.5e9),
])
def test_the_language_of_a_multiplier_settles_three_digits(text: str, value: float) -> None:
    """``M`` goes with the decimal point, ``Mio`` with the decimal comma."""
    assert money(text) == (value, None)


@pytest.mark.parametrize(("texts", "sign"), [
    (["1.200", "1,200"], None), (["0.5"], "."), (["1.234,5"], ","), (["12,50", "12.50"], None),
    (["12345.678"], "."), ([], None), (["$1,234.50"], "."), (["=1.5"], None),
])
def test_decimal_sign_of_a_column(texts: list[str], sign: str | None) -> None:
    """One number that leaves no doubt settles a column; two that differ settle nothing."""
    assert infer_decimal(texts) == sign


@pytest.mark.parametrize(("text", "value"), [
    ("$1M-$5M", 3_000_000), ("$1-5M", 3_000_000), ("$500k \u2013 $1M", 750_000),
    ("$100M to $500M", 300_000_000), ("between 5 and 10k", 7500), ("500,000-1M", 750_000),
])
def test_the_middle_of_a_range(text: str, value: float) -> None:
    """The multiplier of the high end counts for a small low end, too."""
    amount = read_amount(text)
    assert amount is not None
    assert amount.value == value
    assert amount.rule.endswith("middle of a range")


@pytest.mark.parametrize(("text", "value", "rule"), [
    ("Over $1B", 1e9, "low end of an open range"), ("5k+", 5000, "low end of an open range"),
    ("Under $10M", 5e6, "middle of a range from 0"),
    ("up to 10k", 5000, "middle of a range from 0"),
])
def test_open_ranges(text: str, value: float, rule: str) -> None:
    """Of an open range the low end counts; below a number half of it."""
    amount = read_amount(text)
    assert amount is not None
    assert amount.value == value
    assert amount.rule.endswith(rule)


@pytest.mark.parametrize(("text", "value", "low", "high"), [
    ("11-50", 31, 11, 50), ("1,001-5,000", 3001, 1001, 5000), ("10,000+", 10_000, 10_000, None),
    ("+10001", 10_001, 10_001, None), ("<10", 5, 1, 9), ("up to 10", 6, 1, 10),
    ("~200", 200, None, None), ("5 employees", 5, 5, 5), ("1k-5k", 3000, 1000, 5000),
    ("1-5k", 3000, 1000, 5000), ("11 \u2013 50 Mitarbeiter", 31, 11, 50),
    ("51 to 200", 126, 51, 200),
    ("1000+ employees", 1000, 1000, None), ("5.0", 5, 5, 5), ("2.5", 3, 3, 3), ("0", 0, 0, 0),
    ("1.200", 1200, 1200, 1200), ("myself only", 1, 1, 1),
    ("5,000 - 10,000 people", 7500, 5000, 10_000),
])
def test_headcounts(text: str, value: int, low: int | None, high: int | None) -> None:
    """Sizes and their ranges; the middle is rounded half up to whole people."""
    read = read_headcount(text)
    assert read is not None
    assert (read.value, read.low, read.high) == (value, low, high)


@pytest.mark.parametrize(("text", "low", "high"), [
    ("May-20", 5, 20), ("20-May", 5, 20), ("01-May", 1, 5), ("5-Jan", 1, 5), ("Nov-50", 11, 50),
    ("Mai 20", 5, 20), ("01. März", 1, 3),
])
def test_ranges_that_a_spreadsheet_took_for_dates(text: str, low: int, high: int) -> None:
    """``5-20`` opened in a spreadsheet becomes ``May-20``; both numbers are still there."""
    assert read_headcount(text) == Headcount((low + high + 1) // 2, low, high, SPREADSHEET_DATE)


@pytest.mark.parametrize("text", ["", "-3", "50-11", "2020-05-01", "May-2020", "Jan-00", "=5",
                                  "ten", "7-8-9", "5 foo", "9" * 300, "Foo-20", "<1"])
def test_not_a_headcount(text: str) -> None:
    """Whole dates, ranges upside down, formulas and words are not read."""
    assert read_headcount(text) is None


@pytest.mark.data
@pytest.mark.parametrize(("part", "file", "column"), [
    ("crm-marketstar", "quotas.csv", "Quota Amount"),
    ("crm-marketstar", "opportunities.csv", "Amount"),
    ("crm-synthetic-sf", "crm_accounts.csv", "annual_revenue_band"),
    ("crm-maven", "accounts.csv", "revenue")])
def test_real_amounts_are_read(part: str, file: str, column: str) -> None:
    """Every amount of the exports is read, ``"$200,000 "`` and ``Over $1B`` among them."""
    try:
        path = data_folder(part) / file
    except MissingDataError as error:
        pytest.skip(str(error))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        texts = {row[column] for row in csv.DictReader(lines)} - {"", None}
    assert texts
    assert [text for text in texts if read_amount(text) is None] == []
