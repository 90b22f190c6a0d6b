"""MarketStar's quirks through Fairlead's own readers: read and noted, or reported with the row.

`test_marketstar_quirks` has the same for the adapter that learns from the export.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from solver.models import Policy, ReasonCode
from solver.models.checking import Checking
from solver.reading import Reading
from solver.solving import solve
from tests.quirks import by_id, changed, prepared, read, said, shared

LEADS = """\
LeadId,Title,Industry,Employees,TimeZone,CreatedDate,LeadSource
1,Owner,advertising_&_marketing,50,PST,20210105,Web
2,owner,Government &amp; Politics,,CST,20210105,Web
3,N/A,Gadgetry,150,MST,20210230,Web
4,Developer/Engineer\u2019,Unknown,many,EST,20210301,Web
5,Developer/Engineer,Unknown,50,XQT,20210301,Web
6,Developer/Engineer,Unknown,50,XQT,20210301,Web
"""
RULES: dict[str, object] = {
    "lead_id": "LeadId", "title": "Title", "industry": "Industry", "employees": "Employees",
    "timezone": "TimeZone", "created_at": "CreatedDate", "source": "LeadSource",
    "deal_value": {"constant": 1000}, "score": {"constant": 50}}
OPPORTUNITIES = """\
OpportunityId,CreatedDate,AcceptedDecisionDate,Amount,Unnamed: 7
1,1/11/2021,1/18/2021 0:00,3000,
2,1/12/2021,1/19/2021,-511.28,
3,1/13/2021,1/20/2021 0:00,118771,3765.98
4,1/14/2021,soon,"$200,000 ",
5,1/14/2021,2/1/2021,lots,
"""
DEALS: dict[str, object] = {
    "lead_id": "OpportunityId", "created_at": "AcceptedDecisionDate", "deal_value": "Amount",
    "score": {"constant": 50}}
DENVER = "America/Denver"


@pytest.fixture
def leads(tmp_path: Path) -> Reading:
    """A small export of leads with every quirk, prepared."""
    return read(tmp_path, LEADS, RULES, timezone=DENVER)


@pytest.fixture
def deals(tmp_path: Path) -> Reading:
    """A small export of opportunities with every quirk, prepared."""
    return read(tmp_path, OPPORTUNITIES, DEALS, timezone=DENVER)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The leads of the shared data, prepared."""
    return read(tmp_path_factory.mktemp("marketstar"),
                shared("crm-marketstar") / "leads.csv", RULES, timezone=DENVER)


def test_integer_dates_are_read_without_a_mapping_of_forms(leads: Reading) -> None:
    """``20210105`` is midnight in the zone that was named; one of no calendar is reported."""
    assert by_id(leads)["1"].created_at == datetime(2021, 1, 5, 7, tzinfo=UTC)
    assert by_id(leads)["3"].created_at is None
    assert ("BAD_INSTANT", 4, "20210230") in said(leads)


def test_two_forms_of_dates_in_one_column(deals: Reading) -> None:
    """With and without a time, month first as the column shows; no date at all is reported."""
    found = by_id(deals)
    assert [found[n].created_at for n in "12"] == [
        datetime(2021, 1, 18, 7, tzinfo=UTC), datetime(2021, 1, 19, 7, tzinfo=UTC)]
    assert ("BAD_INSTANT", 5, "soon") in said(deals)
    assert found["5"].created_at == datetime(2021, 2, 1, 7, tzinfo=UTC)


def test_amounts_as_text(deals: Reading) -> None:
    """``"$200,000 "`` is 200,000; below 0 and no number are reported with their rows."""
    assert {lead_id: lead.deal_value for lead_id, lead in by_id(deals).items()} == {
        "1": 3000.0, "2": None, "3": 118_771.0, "4": 200_000.0, "5": None}
    assert {("OUT_OF_RANGE", 3, "-511.28"), ("NOT_A_NUMBER", 6, "lots")} <= said(deals)


def test_what_has_no_amount_is_held_for_data(deals: Reading) -> None:
    """The two without a deal value and the one without a date wait for it."""
    assert deals.window is not None
    held = {lead.lead_id: lead.reasons[0].code for lead in solve(deals.window).held}
    assert held == dict.fromkeys(("2", "4", "5"), ReasonCode.NEEDS_DATA)


def test_a_far_amount_is_implausible_where_the_policy_says_so(tmp_path: Path) -> None:
    """118,771 stays and is routed; under a bound of 50,000 the report counts it as a doubt."""
    policy = Policy(checking=Checking(plausible={"deal_value": (1, 50_000)}))
    found = prepared(read(tmp_path, OPPORTUNITIES, DEALS, timezone=DENVER, policy=policy))
    value = next(field for field in found.report.fields if field.field == "deal_value")
    assert value.implausible == 2
    assert prepared(read(tmp_path, OPPORTUNITIES, DEALS, timezone=DENVER)).report.routable == 2
    assert found.report.routable == 2


def test_the_unnamed_column_is_kept_as_an_attribute(deals: Reading) -> None:
    """Its values stay beside the lead, under the name that the export gives it."""
    assert by_id(deals)["3"].attributes["Unnamed: 7"] == "3765.98"


def test_a_column_without_any_name_is_reported(tmp_path: Path) -> None:
    """The quotas' last two columns have no name at all: a warning says so, nothing is lost."""
    reading = read(tmp_path, 'Quarter,Quota Amount,,\n2,"$200,000 ",,Quota: leads\n',
                   {"lead_id": "Quarter", "deal_value": "Quota Amount",
                    "score": {"constant": 50}, "created_at": {"constant": "2021-04-01T00:00:00Z"}})
    lead = by_id(reading)["2"]
    assert lead.deal_value == 200_000.0
    assert "Quota: leads" in lead.attributes.values()


def test_spellings_of_industry(leads: Reading) -> None:
    """Underscores and HTML entities are read; an unknown word is counted in the report."""
    assert [by_id(leads)[n].sector for n in "12"] == ["54", "92"]
    unknown = {u.field: u for u in prepared(leads).report.unknown}
    assert [(v.value, v.leads) for v in unknown["industry"].values] == [("Gadgetry", 1)]
    assert ("4", "industry", "Unknown", None, "placeholder") in changed(leads)


def test_spellings_of_title(leads: Reading) -> None:
    """``Owner`` and ``owner`` are one function and seniority; ``N/A`` is no title."""
    found = by_id(leads)
    assert found["1"].seniority is not None
    assert (found["1"].function, found["1"].seniority) == (
        found["2"].function, found["2"].seniority)
    assert found["3"].title is None


def test_stray_quotes_change_no_meaning(leads: Reading) -> None:
    """A typographic quote behind a title reads as the title without it."""
    found = by_id(leads)
    assert found["4"].function is not None
    assert (found["4"].function, found["4"].seniority) == (
        found["5"].function, found["5"].seniority)


def test_company_sizes(leads: Reading) -> None:
    """Middles of bins are numbers, a blank is unknown, no number is reported with its row."""
    assert [by_id(leads)[n].employees for n in "1234"] == [50.0, None, 150.0, None]
    assert ("NOT_A_NUMBER", 5, "many") in said(leads)


def test_time_zones(leads: Reading) -> None:
    """PST and CST become zones with summer time; an unknown one is reported with its row."""
    assert [by_id(leads)[n].timezone for n in "12"] == ["America/Los_Angeles", "America/Chicago"]
    assert {("UNKNOWN_ZONE", 6, "XQT"), ("UNKNOWN_ZONE", 7, "XQT")} <= said(leads)


def test_time_zones_that_are_iana_names_too(leads: Reading) -> None:
    """In a CRM, EST is New York's clock and MST Denver's."""
    assert [by_id(leads)[n].timezone for n in "34"] == ["America/Denver", "America/New_York"]


def test_rows_equal_but_for_the_id_stay_apart(leads: Reading) -> None:
    """No person, no company: nothing says that two leads are one, so neither is merged or held."""
    found = prepared(leads)
    assert {"5", "6"} <= set(by_id(leads))
    assert (found.preparation.merged, found.review.leads) == ((), ())
    assert not {"5", "6"} & {hold.lead_id for hold in found.holds}


@pytest.mark.data
def test_the_real_leads_all_come_through(export: Reading) -> None:
    """20,694 rows in, as many leads out, no issue; a third without a size, one huge day."""
    found = prepared(export)
    assert (len(found.leads), found.quarantine) == (20_694, ())
    assert export.issues == ()
    assert sum(lead.employees is None for lead in found.leads) == 5_149
    assert Counter(lead.created_at for lead in found.leads)[
        datetime(2021, 1, 5, 7, tzinfo=UTC)] == 9_754
    assert (found.preparation.merged, found.holds) == ((), ())
    assert found.report.rushes == ()


@pytest.mark.data
def test_nearly_all_real_industries_and_titles_are_known(export: Reading) -> None:
    """Of 16,000 industries 109 are in no sector; of the titles 250 say nothing of a person."""
    unknown = {field.field: field.leads for field in prepared(export).report.unknown}
    assert set(unknown) == {"industry", "title"}
    assert unknown["industry"] <= 109
    assert unknown["title"] <= 250
