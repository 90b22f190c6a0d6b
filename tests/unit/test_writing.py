"""Canonical input files: what they look like, and that reading them back loses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from solver.errors import UsageError
from solver.generate import generate_window
from solver.models import Account, Lead, Policy, Rep, RouteWhen, Territory, Window
from solver.reading import load
from solver.writing import render_inputs
from solver.writing.cells import number_text
from solver.writing.policy import policy_yaml

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def read_back(window: Window, folder: Path) -> Window:
    """Write the files of a window and read them."""
    files = render_inputs(window)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    accounts = folder / "accounts.csv" if "accounts.csv" in files else None
    return load(folder / "leads.csv", folder / "reps.csv", at=window.at, accounts=accounts,
                policy=folder / "policy.yaml", raw=True)


@pytest.fixture
def kitchen_sink() -> Window:
    """A window with every field of every record, and text that is hard to write."""
    lead = Lead(
        lead_id="007", created_at=datetime(2026, 11, 18, 9, 30, 0, 125000, tzinfo=UTC),
        deal_value=1234.5, score=0.1, account_id="A-1", company='Quote "and", comma',
        domain="a.example.com", country="NO", region="line\nbreak", postal_code="0150",
        timezone="Europe/Oslo", territory="Nordics", industry="IT: software", employees=12.0,
        annual_revenue=1e12, title="=1+1", email="x@example.com", phone="+47 555",
        products=("b", "a"), languages=("Norwegian",), source="'quoted'",
        needs={"ratio 1:2": 0.3, "a": 1000.0}, required_skills={"a": 0.0001}, owner_id="1e3",
        excluded_rep_ids=("r-2", "r-1"), attributes={"b column": "x", "a": "NULL"})
    rep = Rep(
        rep_id="r-1", capacity=10, open_leads=1, daily_cap=0, assigned_today=2, name="Ana",
        email="ana@example.com", team="T", manager_id="m", territories=("Nordics", "*"),
        skills={"a": 0.1}, languages=("Norwegian",), timezone="Europe/Oslo",
        working_hours=("Mon-Fri 09:00-17:00", "Sat 22:00-06:00"),
        time_off=("2026-11-23/2026-11-27", "2026-11-20T08:00:00+01:00/2026-11-20T09:00:00Z"),
        holidays=("NO",), min_deal=0.1, max_deal=99.99, performance=1.05, weight=0.5,
        started_on=date(2026, 9, 1),
        active=False, attributes={"office": "Oslo"})
    policy = Policy.model_validate({
        "version": 3, "territory_fit": {"home": None, "outside": 0.1},
        "freshness": {"half_life_hours": 0.1}, "match": {"skill": 0.25, "territory": 0.75},
        "route_when": "all", "placeholder_owners": ("yes", "1e3", "~"),
        "territories": (
            Territory(name="Nordics", countries=("NO",), postal_prefixes=("01", "1:30"),
                      employees=(None, 99.5), annual_revenue=(1e12, None)),
            Territory(name="2026-11-18", sources=("null", "a: b # c"), employees=(None, None)))})
    accounts = (Account(account_id="A-1", customer=True, owner_id="r-1", name="Root"),
                Account(account_id="A-2", parent_id="A-1", attributes={"tier": "gold"}))
    return Window(at=AT, leads=(lead, Lead(lead_id="L")), reps=(rep, Rep(rep_id="r-2", capacity=0)),
                  accounts=accounts, policy=policy)


@pytest.mark.filterwarnings("ignore::solver.errors.InputWarning")
def test_every_field_reads_back(kitchen_sink: Window, tmp_path: Path) -> None:
    """Every field of every record, and a policy with every kind of text, survives the round."""
    assert read_back(kitchen_sink, tmp_path) == kitchen_sink


@pytest.mark.parametrize(("num_leads", "num_reps"), [(1, 1), (5, 3), (200, 25), (500, 60)])
def test_generated_windows_read_back_without_a_warning(
    num_leads: int, num_reps: int, tmp_path: Path
) -> None:
    """What the generator makes is valid input: reading gives it back and has nothing to say."""
    window = generate_window(num_leads, num_reps, seed=5, at=AT)
    assert read_back(window, tmp_path) == window


@pytest.mark.filterwarnings("ignore::solver.errors.InputWarning")
def test_no_records_are_a_header(tmp_path: Path) -> None:
    """A window without leads and reps gives files with the required columns."""
    window = Window(at=AT, leads=(), reps=())
    files = render_inputs(window)
    assert files == {"leads.csv": "lead_id,created_at,deal_value,score\n",
                     "reps.csv": "rep_id,capacity\n", "policy.yaml": "version: 1\n"}
    assert read_back(window, tmp_path) == window


def test_only_columns_in_use() -> None:
    """Required columns always, others where a record uses them, attributes last by name."""
    leads = (Lead(lead_id="L1", attributes={"z": "1"}),
             Lead(lead_id="L2", created_at=AT, deal_value=10, score=50, country="NO",
                  needs={"b": 0.8, "a": 1}, attributes={"y": "2"}))
    window = Window(at=AT, leads=leads, reps=(Rep(rep_id="r", capacity=1),))
    assert render_inputs(window)["leads.csv"] == (
        "lead_id,created_at,deal_value,score,country,needs,y,z\n"
        "L1,,,,,,,1\n"
        "L2,2026-11-18T15:00:00Z,10,50,NO,a:1;b:0.8,2,\n")


def test_policy_holds_only_what_differs() -> None:
    """The policy file has the version and what is not the default; Norway stays text."""
    policy = Policy.model_validate({"territories": ({"name": "Nordics", "countries": ("NO",)},),
                                    "response": {"half_life_minutes": 60}})
    window = Window(at=AT, leads=(), reps=(), policy=policy)
    assert render_inputs(window)["policy.yaml"] == (
        "version: 1\n"
        "response: {half_life_minutes: 60}\n"
        "territories:\n"
        "- name: Nordics\n"
        "  countries: ['NO']\n")


@pytest.mark.parametrize("lead", [
    Lead(lead_id="L", products=("a;b",)),
    Lead(lead_id="L", needs={"a;b": 1}),
    Lead(lead_id="L", company=" Acme"),
    Lead(lead_id="L", attributes={"campaign": ""}),
])
def test_text_that_would_not_read_back(lead: Lead) -> None:
    """Text that reading would split or trim is refused instead of being changed in silence."""
    with pytest.raises(UsageError, match=r"without ';'|Trim it"):
        render_inputs(Window(at=AT, leads=(lead,), reps=()))


def test_numbers_are_plain_decimals() -> None:
    """Whole numbers have no point, and nothing has an exponent."""
    assert [number_text(number) for number in (8.0, 0.8, 1e-05, 1e22, 1e12)] == [
        "8", "0.8", "0.00001", "10000000000000000000000", "1000000000000"]


def test_a_policy_that_differs_in_scalars_only_is_yaml() -> None:
    """One key per line, each read back as written."""
    policy = Policy(version=3, route_when=RouteWhen.ALL, reserve_value=12.5)
    assert yaml.safe_load(policy_yaml(policy)) == {
        "version": 3, "route_when": "all", "reserve_value": 12.5}
