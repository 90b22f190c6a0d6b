"""Rows to leads, reps and accounts: every error of every row, in one run."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import pytest

from solver.errors import InputWarning, InvalidInputError, UsageError
from solver.models import IssueCode
from solver.reading import load, read_window
from tests.unit.input_files import (
    AT,
    LEAD_HEADER,
    LEADS,
    REPS,
    found,
    lead_rows,
    one_rep,
    read,
    the_issue,
)


def test_whole_rows() -> None:
    """Every canonical column lands in its field, every other column in the attributes."""
    reading = read(
        "lead_id,created_at,deal_value,score,employees,products,needs,required_skills,languages,"
        "excluded_rep_ids,timezone,Zeta,Alpha,Blank\n"
        "L1,2026-11-20T09:00:00+01:00,12.5,7,50,a;b,saas:0.5;crm,crm:0.25,en,r1,Asia/Tokyo,z,x,\n",
        "rep_id,capacity,open_leads,territories,skills,timezone,working_hours,time_off,holidays,"
        "active,desk\n"
        "r1,5.0,2,West;*,crm:0.8,Europe/London,Mon-Fri 09:00-17:00;Sat 9:00-12:00,"
        "2026-11-23/2026-11-27;2026-12-01T09:00:00Z/2026-12-01T12:00:00Z,GB;GB-ENG,no,4a\n",
        accounts="account_id,name,customer\na1,Acme,yes\n")
    assert reading.window is not None
    (lead,), (rep,), (account,) = (
        reading.window.leads, reading.window.reps, reading.window.accounts)
    assert lead.model_dump(mode="json", exclude_defaults=True) == {
        "lead_id": "L1", "created_at": "2026-11-20T08:00:00Z", "deal_value": 12.5, "score": 7.0,
        "employees": 50.0, "products": ["a", "b"], "needs": {"saas": 0.5, "crm": 1.0},
        "required_skills": {"crm": 0.25}, "languages": ["en"], "excluded_rep_ids": ["r1"],
        "timezone": "Asia/Tokyo", "attributes": {"Alpha": "x", "Zeta": "z"}}
    assert list(lead.attributes) == ["Alpha", "Zeta"]
    assert (rep.capacity, rep.open_leads, rep.territories, rep.active) == (
        5, 2, ("West", "*"), False)
    assert (len(rep.working_hours), len(rep.time_off), rep.holidays) == (2, 2, ("GB", "GB-ENG"))
    assert (account.name, account.customer, account.owner_id) == ("Acme", True, None)


def test_blank_cells_of_a_lead_are_no_error() -> None:
    """A lead without date, value or score is read; it is held later."""
    window = read(lead_rows("L1,,,")).window
    assert window is not None
    assert (window.leads[0].created_at, window.leads[0].deal_value) == (None, None)


@pytest.mark.parametrize(("row", "column", "code"), [
    (",2026-11-20T08:00:00Z,1,1", "lead_id", "BLANK_CELL"),
    ("L,2026-11-20T08:00:00,1,1", "created_at", "NAIVE_TIME"),
    ("L,20.11.2026,1,1", "created_at", "BAD_INSTANT"),
    ("L,2026-11-20T08:00:00Z,-0.01,1", "deal_value", "OUT_OF_RANGE"),
    ("L,2026-11-20T08:00:00Z,1000000000001,1", "deal_value", "OUT_OF_RANGE"),
    ("L,2026-11-20T08:00:00Z,1e999,1", "deal_value", "OUT_OF_RANGE"),
    ("L,2026-11-20T08:00:00Z,NaN,1", "deal_value", "NOT_A_NUMBER"),
    ("L,2026-11-20T08:00:00Z,1,100.5", "score", "OUT_OF_RANGE"),
    ("L,2026-11-20T08:00:00Z,1,-1", "score", "OUT_OF_RANGE"),
    ("L,2026-11-20T08:00:00Z,1,high", "score", "NOT_A_NUMBER"),
])
def test_bad_lead(row: str, column: str, code: str) -> None:
    """Each bad cell of a lead is one error at its row and column."""
    assert found(read(lead_rows(row))) == [("leads.csv", "2", column, code)]


@pytest.mark.parametrize(("column", "cell", "code"), [
    ("capacity", "", "BLANK_CELL"), ("capacity", "-3", "OUT_OF_RANGE"),
    ("capacity", "2.5", "NOT_AN_INTEGER"), ("capacity", "many", "NOT_A_NUMBER"),
    ("open_leads", "-1", "OUT_OF_RANGE"), ("daily_cap", "99999999999", "OUT_OF_RANGE"),
    ("timezone", "Europe/Lodnon", "UNKNOWN_ZONE"), ("timezone", "PST", "UNKNOWN_ZONE"),
    ("working_hours", "Mon-Fri 9-17", "BAD_HOURS"),
    ("working_hours", "Mon 09:00-09:00", "BAD_HOURS"),
    ("time_off", "2026-11-27/2026-11-23", "BAD_TIME_OFF"), ("time_off", "soon", "BAD_TIME_OFF"),
    ("holidays", "XX", "UNKNOWN_HOLIDAYS"), ("holidays", "GB-XX", "UNKNOWN_HOLIDAYS"),
    ("holidays", "GB;GB", "NAME_TWICE"), ("skills", "crm:1.5", "OUT_OF_RANGE"),
    ("skills", "crm:-1", "OUT_OF_RANGE"), ("skills", "crm:x", "BAD_LIST"),
    ("skills", "crm;CRM", "NAME_TWICE"), ("territories", "West;west", "NAME_TWICE"),
    ("performance", "-1", "OUT_OF_RANGE"), ("performance", "inf", "NOT_A_NUMBER"),
    ("weight", "0", "OUT_OF_RANGE"), ("active", "maybe", "NOT_A_FLAG"),
    ("min_deal", "-5", "OUT_OF_RANGE"),
])
def test_bad_rep(column: str, cell: str, code: str) -> None:
    """Each bad cell of a rep is one error, with the value and what to do."""
    zone = {} if column == "timezone" else {"timezone": "Europe/Madrid"}
    reading = read(reps=one_rep(**(zone | {column: cell})))
    assert found(reading) == [("reps.csv", "2", column, code)]
    assert reading.errors[0].offending == (cell or None)
    assert reading.errors[0].record_id == "r1"


def test_zone_gets_the_closest_name() -> None:
    """A misspelt zone is answered with the right one."""
    issue = the_issue(read(reps=one_rep(timezone="Europe/Lodnon")), IssueCode.UNKNOWN_ZONE)
    assert "'Europe/London'" in issue.rule


@pytest.mark.parametrize("cells", [
    {"working_hours": "Mon-Fri 09:00-17:00"}, {"holidays": "GB"},
    {"time_off": "2026-11-23/2026-11-27"},
])
def test_local_times_need_a_zone(cells: dict[str, str]) -> None:
    """Hours, holidays and local dates without a time zone are an error."""
    issue = the_issue(read(reps=one_rep(**cells)), IssueCode.MISSING_ZONE)
    assert next(iter(cells)) in issue.rule


def test_instants_off_need_no_zone() -> None:
    """Two instants are the same everywhere."""
    reps = one_rep(time_off="2026-11-23T09:00:00Z/2026-11-23T12:00:00Z")
    assert read(reps=reps).window


def test_every_error_of_a_row_at_once() -> None:
    """Cells that cannot be read hide neither ranges nor rules over several columns."""
    reps = one_rep(capacity="x", open_leads="-1", holidays="GB", min_deal="5", max_deal="2",
                   skills="crm:3")
    assert [(column, code) for _, _, column, code in found(read(reps=reps))] == [
        ("capacity", "NOT_A_NUMBER"), ("min_deal", "DEAL_BAND_REVERSED"),
        ("open_leads", "OUT_OF_RANGE"), ("skills", "OUT_OF_RANGE"), ("timezone", "MISSING_ZONE")]


def test_every_error_of_all_files_in_order() -> None:
    """One run reports leads, reps, accounts, policy and mapping, by row and column."""
    reading = read(lead_rows("L1,x,y,1", ",2026-11-20T08:00:00Z,1,1"), one_rep(capacity="-1"),
                   accounts="account_id,customer\n,no\n", policy="version: 0",
                   columns="reps: {weight: {constant: 0}}")
    assert found(reading) == [
        ("leads.csv", "2", "created_at", "BAD_INSTANT"),
        ("leads.csv", "2", "deal_value", "NOT_A_NUMBER"),
        ("leads.csv", "3", "lead_id", "BLANK_CELL"),
        ("reps.csv", "2", "capacity", "OUT_OF_RANGE"),
        ("accounts.csv", "2", "account_id", "BLANK_CELL"),
        ("policy.yaml", "1", "version", "OUT_OF_RANGE"),
        ("mapping.yaml", "1", "reps.weight.constant", "OUT_OF_RANGE")]


def test_duplicate_ids_name_the_first_row() -> None:
    """A repeated id is an error even where the rows have other errors; case distinguishes."""
    row = "2026-11-20T08:00:00Z,1,1"
    reading = read(lead_rows(f"L1,{row}", f"l1,{row}", "L1,x,1,1"))
    assert "row 2" in the_issue(reading, IssueCode.DUPLICATE_ID).rule
    assert found(reading) == [("leads.csv", "4", "created_at", "BAD_INSTANT"),
                              ("leads.csv", "4", "lead_id", "DUPLICATE_ID")]


def test_missing_columns_name_the_closest() -> None:
    """A missing column is answered with the closest name of the file."""
    reading = read(LEADS.replace("deal_value", "Deal Value").replace("created_at", "when"))
    assert found(reading) == [("leads.csv", "1", "created_at", "MISSING_COLUMN"),
                              ("leads.csv", "1", "deal_value", "MISSING_COLUMN")]
    assert ["'Deal Value'" in issue.remedy for issue in reading.errors] == [False, True]


@pytest.mark.parametrize(("rows", "ring"), [
    (["a,b", "b,c", "c,a", "d,a"], "a -> b -> c -> a"), (["x,x"], "x -> x"),
])
def test_parents_in_a_ring(rows: list[str], ring: str) -> None:
    """Accounts that are their own ancestors are one error for each ring."""
    reading = read(accounts="\n".join(["account_id,parent_id", *rows]) + "\n")
    issue = the_issue(reading, IssueCode.PARENT_CYCLE)
    assert (issue.row, ring in issue.rule) == (2, True)


def test_long_chain_of_parents() -> None:
    """A deep family is no ring, and no recursion."""
    rows = [f"a{i},a{i + 1}" for i in range(3000)]
    reading = read(accounts="\n".join(["account_id,parent_id", *rows]) + "\n")
    assert reading.window is not None


def test_load_raises_with_all_issues(tmp_path: Path) -> None:
    """The library's entry point raises once, with every problem."""
    (tmp_path / "l.csv").write_text(lead_rows("L1,x,y,z"))
    (tmp_path / "r.csv").write_text(REPS)
    with pytest.raises(InvalidInputError) as caught:
        load(tmp_path / "l.csv", tmp_path / "r.csv", at=AT, raw=True)
    assert len(caught.value.issues) == 3


def test_load_warns(tmp_path: Path) -> None:
    """What does not stop the run comes as a warning of Python."""
    (tmp_path / "l.csv").write_text(f"{LEAD_HEADER}\n")
    (tmp_path / "r.csv").write_text(REPS)
    with pytest.warns(InputWarning, match=r"l\.csv: the file holds a header and no rows"):
        window = load(str(tmp_path / "l.csv"), tmp_path / "r.csv", at=AT, raw=True)
    assert window.leads == ()


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """Missing files, folders and odd names are a usage error that names all of them."""
    with pytest.raises(UsageError, match=r"leads file .*none\.csv.*reps file .*\\x00"):
        read_window(tmp_path / "none.csv", "a\0b", at=AT)
    with pytest.raises(UsageError, match="policy file"):
        read_window(tmp_path, tmp_path, at=AT, policy=tmp_path)


@pytest.mark.parametrize("at", [datetime(2026, 11, 20), datetime.min])
def test_naive_instant_of_decision(at: datetime) -> None:
    """The instant of the decision needs an offset."""
    with pytest.raises(UsageError, match="offset from UTC"):
        read_window("none", "none", at=at)


def test_no_nan_reaches_a_record() -> None:
    """Products of a mapping that overflow are refused like any number out of range."""
    reading = read(columns="deal_value: {multiply: 1.0e+308}")
    assert found(reading) == [("leads.csv", "2", "deal_value", "OUT_OF_RANGE")]
    assert math.isinf(1000 * 1e308)
