"""One posted lead: lenient as a row of a file, strict about names and the id."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from solver.models import IssueCode, Lead, Policy, Severity
from solver.models.issue import Issue
from solver.reading.arriving import ReadLead, read_lead
from solver.reading.parsing.scan import MAX_CELL_BYTES

_POLICY = Policy(currency="EUR", exchange_rates={"USD": 0.5})


def _read(**fields: object) -> ReadLead:
    return read_lead({"lead_id": "L1", **fields}, _POLICY)


def _only_error(read: ReadLead) -> Issue:
    (issue,) = read.issues
    assert issue.severity is Severity.ERROR
    assert read.lead is None
    return issue


def test_texts_are_read_as_people_write_them() -> None:
    """Amounts, sizes, dates and zones are read a second time, each with its change."""
    read = _read(created_at="20 Nov 2026 08:15 +01:00", deal_value="1,5 Mio", score="80 %",
                 employees="11-50", annual_revenue="CHF 3k", timezone="PST", country="U.S.A.")
    assert read.lead == Lead(
        lead_id="L1", created_at=datetime(2026, 11, 20, 7, 15, tzinfo=UTC), deal_value=1.5e6,
        score=80.0, employees=31.0, timezone="America/Los_Angeles", country="U.S.A.")
    assert {change.field: change.after for change in read.changes} == {
        "created_at": "2026-11-20T07:15:00Z", "deal_value": "1500000", "score": "80",
        "employees": "31", "annual_revenue": None, "timezone": "America/Los_Angeles"}
    assert [(issue.code, issue.pointer) for issue in read.issues] == [
        (IssueCode.NO_EXCHANGE_RATE, "annual_revenue")]


def test_values_with_types_are_taken_as_they_are() -> None:
    """A number is not text in which a point could part thousands; items keep their marks."""
    read = _read(deal_value=1.234, employees=12, effort=2.0, products=["a;b", "c"],
                 needs={"crm": 0.8, "x:y": 1}, languages="en; de", excluded_rep_ids=[],
                 attributes={"utm": "spring", "visits": 3, "blank": " ", "none": None}, city=None)
    assert read == ReadLead(Lead(
        lead_id="L1", deal_value=1.234, employees=12.0, effort=2, products=("a;b", "c"),
        needs={"crm": 0.8, "x:y": 1.0}, languages=("en", "de"),
        attributes={"utm": "spring", "visits": "3"}))


@pytest.mark.parametrize(("name", "value", "code"), [
    ("deal_value", -5, IssueCode.OUT_OF_RANGE), ("deal_value", "many", IssueCode.NOT_A_NUMBER),
    ("score", True, IssueCode.NOT_A_NUMBER), ("score", {"a": 1}, IssueCode.BAD_LIST),
    ("annual_revenue", float("inf"), IssueCode.NOT_A_NUMBER),
    ("employees", 10**400, IssueCode.OUT_OF_RANGE),
    ("created_at", "03/04/2026", IssueCode.AMBIGUOUS_DATE),
    ("created_at", "2026-11-20T08:15:00", IssueCode.NAIVE_TIME),
    ("effort", 2.5, IssueCode.NOT_AN_INTEGER), ("effort", 0, IssueCode.OUT_OF_RANGE),
    ("needs", {"a": -1}, IssueCode.OUT_OF_RANGE), ("needs", ["a:b"], IssueCode.BAD_LIST),
    ("excluded_rep_ids", ["r", "r"], IssueCode.NAME_TWICE)])
def test_what_cannot_be_read_is_blank(name: str, value: object, code: IssueCode) -> None:
    """The lead is there without it, a warning names the field, a change what stood there."""
    read = _read(**{name: value}, company="Acme")
    assert read.lead == Lead(lead_id="L1", company="Acme")
    ((issue,), (change,)) = read.issues, read.changes
    assert (issue.code, issue.severity, issue.pointer) == (code, Severity.WARNING, name)
    assert (change.record_id, change.field, change.after) == ("L1", name, None)
    assert change.before
    assert change.rule == f"unreadable: {issue.rule}"


@pytest.mark.parametrize(("lead_id", "code"), [
    (None, IssueCode.BLANK_CELL), (" ", IssueCode.BLANK_CELL), (True, IssueCode.BLANK_CELL),
    (1.5, IssueCode.BLANK_CELL), (["L1"], IssueCode.BLANK_CELL),
    ("1.2E+15", IssueCode.DUPLICATE_ID), ("x" * (MAX_CELL_BYTES + 1), IssueCode.CELL_TOO_LONG)])
def test_a_lead_without_a_sound_id_is_refused(lead_id: object, code: IssueCode) -> None:
    """There is no lead, and the issue is an error at lead_id."""
    issue = _only_error(read_lead({"lead_id": lead_id, "company": "Acme"}, _POLICY))
    assert (issue.code, issue.pointer) == (code, "lead_id")


def test_an_id_may_be_a_whole_number() -> None:
    """It is text from then on."""
    lead = read_lead({"lead_id": 17}, _POLICY).lead
    assert lead == Lead(lead_id="17")


def test_a_name_that_is_no_field_is_refused() -> None:
    """The issue names the nearest field; such a value never becomes an attribute."""
    issue = _only_error(_read(compnay="Acme"))
    assert (issue.code, issue.pointer) == (IssueCode.UNKNOWN_KEY, "compnay")
    assert "'company'" in issue.remedy
    assert "attributes" in _only_error(_read(zzz="Acme")).remedy


def test_attributes_must_be_an_object() -> None:
    """And a cell too long for a file is too long here."""
    assert _only_error(_read(attributes=["a"])).pointer == "attributes"
    long = _only_error(_read(attributes={"note": "x" * (MAX_CELL_BYTES + 1)}))
    assert (long.code, long.pointer) == (IssueCode.CELL_TOO_LONG, "attributes/note")


def test_times_without_offset_have_the_zone_that_is_given() -> None:
    """As with --timezone for files."""
    lead = read_lead({"lead_id": "L1", "created_at": "2026-11-20 08:15:00"}, _POLICY,
                     ZoneInfo("Europe/Berlin")).lead
    assert lead is not None
    assert lead.created_at == datetime(2026, 11, 20, 7, 15, tzinfo=UTC)


def test_amounts_in_another_currency_have_the_rate_of_the_policy() -> None:
    """The change says so; letters read in a wrong encoding are repaired, but for ids."""
    read = _read(deal_value="USD 100", company="MÃ¼ller", account_id="MÃ¼ller")
    assert read.lead == Lead(lead_id="L1", deal_value=50.0, company="Müller",
                             account_id="MÃ¼ller")
    assert [(change.field, change.after) for change in read.changes] == [
        ("deal_value", "50"), ("company", "Müller")]
