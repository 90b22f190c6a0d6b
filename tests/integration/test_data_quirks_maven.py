"""Maven's quirks through Fairlead's own readers, and its open opportunities routed with proof."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datasets.maven import PART, read_pipeline
from benchmarks.datasets.maven_window import POLICY, open_window, write_open_pipeline
from solver.models import ReasonCode
from solver.reading import Reading, read_window
from solver.reading.formats import read_any
from solver.solving import solve
from solver.verify import verify_plan
from tests.command_line import fairlead
from tests.quirks import by_id, changed, prepared, shared

FILES = {
    "products.csv": "product,series,sales_price\r\nGTX Pro,GTX,4821\r\nMG Special,MG,55\r\n",
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,"
                    "subsidiary_of\r\nAcme Corporation,technolgy,1996,1100.04,2822,United States,"
                    "\r\nBluth Company,medical,1999,251.41,495,Philipines,Acme Corporation\r\n",
    "sales_teams.csv": "sales_agent,manager,regional_office\r\nAna,Max,East\r\nBen,Max,West\r\n",
    "sales_pipeline.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,"
                          "close_date,close_value\r\n"
                          "1,Ana,GTXPro,Acme Corporation,Engaging,2017-09-01,,\r\n"
                          "2,Ana,MG Special,Bluth Company,Engaging,2017-09-02,,\r\n"
                          "3,Ana,MG Special,,Prospecting,,,\r\n"
                          "4,Ana,GTXPro,Acme Corporation,Lost,2017-01-01,2017-09-30,0\r\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small source with the quirks, CRLF at the ends of its lines."""
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


@pytest.fixture
def small(source: Path) -> Reading:
    """Its open opportunities."""
    return open_window(source)


@pytest.fixture(scope="module")
def whole() -> Reading:
    """The open opportunities of the shared data."""
    return open_window(shared(PART))


def test_products_of_another_spelling_have_their_price(small: Reading) -> None:
    """``GTXPro`` is the price list's ``GTX Pro``, by the mapping, at its list price."""
    lead = by_id(small)["1"]
    assert (lead.products, lead.deal_value) == (("GTX Pro",), 4821.0)


def test_misspelt_sectors_and_countries_are_read(small: Reading) -> None:
    """``technolgy`` is information, ``Philipines`` is PH; both are in the record of changes."""
    assert by_id(small)["1"].sector == "51"
    assert by_id(small)["2"].country == "PH"
    assert {("1", "sector", None, "51", "industry name"),
            ("2", "country", "Philipines", "PH", "country spelling")} <= changed(small)


def test_opportunities_without_account_or_date(small: Reading) -> None:
    """No account: no company, no country. ``Prospecting``: the window's instant, as assumed."""
    lead = by_id(small)["3"]
    assert (lead.company, lead.account_id, lead.country, lead.industry) == (None,) * 4
    assert small.window is not None
    assert lead.created_at == small.window.at == datetime(2017, 10, 1, tzinfo=UTC)
    assert "created_at" in lead.assumed


def test_without_a_date_a_lead_lacks_data(source: Path) -> None:
    """A mapping that supplies no date leaves ``Prospecting`` without one: held, and why."""
    paths, at = write_open_pipeline(source, source)
    rules = json.loads(paths["columns"].read_text(encoding="utf-8"))
    del rules["leads"]["created_at"]["default"]
    paths["columns"].write_text(json.dumps(rules), encoding="utf-8")
    reading = read_window(paths["leads"], paths["reps"], columns=paths["columns"], at=at,
                          policy=POLICY, timezone="UTC")
    assert reading.window is not None
    held = {lead.lead_id: lead.reasons[0] for lead in solve(reading.window).held
            if lead.reasons[0].code is ReasonCode.NEEDS_DATA}
    assert list(held) == ["3"]
    assert "created_at" in held["3"].detail


def test_lost_deals_are_left_out_and_their_zeros_unread(small: Reading) -> None:
    """The closed opportunity is no lead, and no closing value is anybody's deal value."""
    assert set(by_id(small)) == {"1", "2", "3"}
    assert {lead.deal_value for lead in by_id(small).values()} == {4821.0, 55.0}


def test_zero_is_not_blank(tmp_path: Path) -> None:
    """The pipeline read as it is: a lost deal is worth 0, an open one unknown."""
    (tmp_path / "pipeline.csv").write_bytes(FILES["sales_pipeline.csv"].encode())
    (tmp_path / "reps.csv").write_text("rep_id,capacity\nAna,9\n", encoding="utf-8")
    (tmp_path / "columns.yaml").write_text(
        "leads: {lead_id: opportunity_id, deal_value: close_value, score: {constant: 50},"
        " created_at: {column: engage_date, date_formats: ['%Y-%m-%d']}}", encoding="utf-8")
    reading = read_window(tmp_path / "pipeline.csv", tmp_path / "reps.csv", timezone="UTC",
                          columns=tmp_path / "columns.yaml", at=datetime(2017, 10, 1, tzinfo=UTC))
    assert {lead_id: lead.deal_value for lead_id, lead in by_id(reading).items()} == {
        "1": None, "2": None, "3": None, "4": 0.0}


def test_trailing_blanks_are_trimmed() -> None:
    """CRLF and the blank after ``Sales agent`` in the data dictionary leave no trace."""
    table = read_any(b"Table,Field,Description\r\nsales_pipeline,sales_agent,Sales agent \r\n",
                     "data_dictionary.csv")
    assert table.columns["Description"] == ["Sales agent"]
    assert table.issues == []


def test_subsidiaries_make_families(source: Path) -> None:
    """Where the parent is a customer, a lead of its subsidiary waits for the customer team."""
    paths, at = write_open_pipeline(source, source)
    lines = paths["accounts"].read_text(encoding="utf-8").splitlines()
    paths["accounts"].write_text("\n".join(
        [f"{lines[0]},customer", *(f"{line},{str(line.startswith('Acme')).lower()}"
                                   for line in lines[1:])]), encoding="utf-8")
    reading = read_window(paths["leads"], paths["reps"], accounts=paths["accounts"],
                          columns=paths["columns"], at=at, policy=POLICY, timezone="UTC")
    found = prepared(reading)
    assert {hold.lead_id: hold.reason.code for hold in found.holds} == dict.fromkeys(
        ("1", "2"), ReasonCode.EXISTING_CUSTOMER)


@pytest.mark.data
def test_the_window_is_the_open_pipeline(whole: Reading) -> None:
    """2,909 opportunities, 35 agents (5 without any), 85 accounts, 7 parents, none merged."""
    found = prepared(whole)
    leads = found.leads
    assert (len(leads), len(found.reps), len(found.accounts)) == (2_909, 35, 85)
    assert len({rep.rep_id for rep in found.reps} - {lead.owner_id for lead in leads}) == 5
    assert sum(lead.products == ("GTX Pro",) for lead in leads) == 463
    assert sum("created_at" in lead.assumed for lead in leads) == 500
    assert sum(lead.company is None for lead in leads) == 337 + 1_008
    parents = {account.parent_id for account in found.accounts if account.parent_id}
    assert (len(parents), sum(a.parent_id is not None for a in found.accounts)) == (7, 15)
    assert (found.preparation.merged, found.holds, found.report.unknown) == ((), (), ())
    assert not whole.issues


@pytest.mark.data
def test_the_window_is_routed_with_proof(whole: Reading) -> None:
    """Half a slot per opportunity: every slot is taken by the dearest, gap 0, verified."""
    assert whole.window is not None
    plan = solve(whole.window)
    assert plan.certificate.gap == 0
    assert [check for check in verify_plan(whole.window, plan) if not check.passed] == []
    assert len(plan.assignments) == sum(rep.free_slots for rep in whole.window.reps) == 1_470
    price = {lead.lead_id: lead.deal_value or 0.0 for lead in whole.window.leads}
    assert min(price[a.lead_id] for a in plan.assignments) >= max(
        price[held.lead_id] for held in plan.held)


@pytest.mark.data
def test_the_window_is_routed_by_the_command(tmp_path: Path) -> None:
    """From the files by the command line to a plan that ``fairlead verify`` accepts."""
    paths, at = write_open_pipeline(shared(PART), tmp_path)
    (tmp_path / "policy.yaml").write_text("{route_when: all, match: {skill: 1, territory: 0}}",
                                          encoding="utf-8")
    inputs: list[object] = [part for use, path in paths.items() for part in (f"--{use}", path)]
    inputs += ["--policy", tmp_path / "policy.yaml", "--timezone", "UTC"]
    run = fairlead("route", *inputs, "--at", at.isoformat(), "--out", tmp_path / "plan")
    assert run.code == 0, run.stderr
    assert fairlead("verify", tmp_path / "plan", *inputs).code == 0


@pytest.mark.data
def test_every_product_of_the_whole_pipeline_has_a_price() -> None:
    """Won and lost ones too: 1,205 engaged rows spell ``GTXPro``, all have a list price."""
    rows = read_pipeline(shared(PART))
    assert rows["price"].null_count() == 0
    assert rows.filter(rows["product"] == "GTX Pro").height == 383 + 529 + 293
