"""Warnings: the plan is still made, and each kind comes once, with a count and an example."""

from __future__ import annotations

import pytest

from solver.models import IssueCode, Severity
from tests.unit.input_files import HOURS, REPS, found, lead_rows, one_rep, read, the_issue

COLUMNS = "lead_id,created_at,deal_value,score"
CELLS = "2026-11-20T08:00:00Z,1,1"


def warned(**files: str) -> list[tuple[str, str, str]]:
    reading = read(**files)  # type: ignore[arg-type]
    assert reading.window is not None, reading.issues
    return [(file, column, code) for file, _, column, code in found(reading, Severity.WARNING)]


def leads_with(column: str, *cells: str) -> str:
    rows = [f"L{i},{CELLS},{cell}" for i, cell in enumerate(cells)]
    return lead_rows(*rows, header=f"{COLUMNS},{column}")


def test_sound_files_warn_of_nothing() -> None:
    """There is nothing to say about sound files."""
    assert not warned()


@pytest.mark.parametrize(("column", "cells", "code"), [
    ("excluded_rep_ids", ["r1", "r9", "r9;R1"], "UNKNOWN_REP"),
    ("owner_id", ["r1", "zoe", "zoe"], "UNKNOWN_OWNER"),
    ("country", ["US", "de", "Germany", "USA"], "NOT_ISO_COUNTRY"),
    ("territory", ["West", "west"], "UNSERVED_TERRITORY"),
    ("languagess", ["en"], "CLOSE_COLUMN"),
])
def test_leads(column: str, cells: list[str], code: str) -> None:
    """What leads say that nothing answers to is one warning each."""
    assert warned(leads=leads_with(column, *cells)) == [("leads.csv", column, code)]


def test_counts_and_an_example() -> None:
    """A warning counts, and shows the first row that it is about."""
    issue = the_issue(read(leads_with("owner_id", "r1", "zoe", "", "kim")), IssueCode.UNKNOWN_OWNER)
    assert (issue.row, issue.record_id, issue.offending) == (3, "L1", "zoe")
    assert issue.rule.startswith("2 leads kept")


def test_placeholder_owners_and_routing_of_all() -> None:
    """Owners who do not count are not warned about."""
    leads = leads_with("owner_id", "queue")
    assert not warned(leads=leads, policy="placeholder_owners: [queue]")
    assert not warned(leads=leads, policy="route_when: all")


def test_leads_from_the_future() -> None:
    """A lead created after the instant of the decision is mostly a wrong time zone."""
    assert warned(leads=lead_rows("L1,2026-11-20T09:00:01Z,1,1")) == [
        ("leads.csv", "created_at", "FUTURE_LEAD")]


@pytest.mark.parametrize(("reps", "codes"), [
    ("rep_id,capacity\n", ["HEADER_ONLY", "NO_REPS"]),
    (one_rep(active="no"), ["NO_REPS"]),
    (f"rep_id,capacity,timezone,working_hours\nr1,0,{HOURS}\n", ["NO_CAPACITY"]),
    (one_rep(open_leads="3", daily_cap="1"), ["NO_CAPACITY", "UNKNOWN_HOURS"]),
])
def test_reps_without_slots(reps: str, codes: list[str]) -> None:
    """No rows, nobody active and no free slot are told apart."""
    assert [code for *_, code in warned(reps=reps)] == codes


def test_header_only_leads() -> None:
    """An export without leads gives an empty plan and a warning."""
    assert warned(leads=f"{COLUMNS}\n") == [("leads.csv", "", "HEADER_ONLY")]


@pytest.mark.parametrize(("setting", "others", "meaning"), [
    ("auto", "", "around the clock"), ("auto", f"r2,1,{HOURS}\n", "for away"),
    ("away", "", "for away"),
])
def test_reps_without_hours(setting: str, others: str, meaning: str) -> None:
    """The warning says what the policy makes of a rep without working hours."""
    reading = read(reps=f"rep_id,capacity,timezone,working_hours\nr1,3,,\n{others}",
                   policy=f"response: {{unknown_hours: {setting}}}")
    issue = the_issue(reading, IssueCode.UNKNOWN_HOURS)
    assert (issue.record_id, meaning in issue.rule) == ("r1", True)


def test_a_policy_that_says_what_reps_without_hours_do_is_taken_at_its_word() -> None:
    """Where it says that they work, nobody is warned of it."""
    reading = read(reps=f"rep_id,capacity,timezone,working_hours\nr1,3,,\nr2,1,{HOURS}\n",
                   policy="response: {unknown_hours: works}")
    assert IssueCode.UNKNOWN_HOURS not in {issue.code for issue in reading.issues}


def test_territories_of_the_policy() -> None:
    """A policy's territory that no rep has is a warning about the policy."""
    policy = "territories: [{name: North, countries: [US]}, {name: West}]"
    reps = f"rep_id,capacity,timezone,working_hours,territories\nr1,3,{HOURS},west;*\n"
    reading = read(policy=policy, reps=reps)
    issue = the_issue(reading, IssueCode.UNSERVED_TERRITORY)
    assert (issue.file, issue.offending) == ("policy.yaml", "North")
    assert "only reps with '*'" in issue.rule


def test_accounts() -> None:
    """Unknown parents, owners and accounts of leads; without the file, nothing is unknown."""
    leads = leads_with("account_id", "a", "zz")
    assert not warned(leads=leads)
    accounts = "account_id,parent_id,owner_id,open_opportunity_owner_id\na,b,r1,\nb,q,s,t\n"
    assert warned(leads=leads, accounts=accounts) == [
        ("leads.csv", "account_id", "UNKNOWN_ACCOUNT"),
        ("accounts.csv", "open_opportunity_owner_id", "UNKNOWN_OWNER"),
        ("accounts.csv", "owner_id", "UNKNOWN_OWNER"),
        ("accounts.csv", "parent_id", "UNKNOWN_ACCOUNT")]


@pytest.mark.parametrize(("header", "close"), [
    ("Open-Leads", "open_leads"), ("skill", "skills"), ("workinghours", "working_hours"),
])
def test_nearly_canonical_columns(header: str, close: str) -> None:
    """A column whose name is close to an unused canonical one is pointed out."""
    reading = read(reps=f"rep_id,capacity,{header}\nr1,3,x\n")
    assert repr(close) in the_issue(reading, IssueCode.CLOSE_COLUMN).rule


def test_column_close_to_a_used_one_is_an_attribute() -> None:
    """A name close to a column that the file has is taken as meant."""
    assert not warned(leads=leads_with("score_2", "x"))


def test_damaged_reps_make_nobody_unknown() -> None:
    """Rows that could not be read do not turn into warnings about those who name them."""
    reading = read(leads_with("owner_id", "r2"), f"{REPS}r2,3\n")
    assert found(reading) == [("reps.csv", "3", "", "BAD_CSV")]
    assert not reading.warnings
