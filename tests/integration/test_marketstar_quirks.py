"""Every quirk of MarketStar's export either parses or is reported with its row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.datasets.locate import VARIABLE, MissingDataError, data_folder
from benchmarks.datasets.marketstar_industries import industry_group
from benchmarks.datasets.marketstar_raw import SIZES, MarketStar, read_marketstar
from benchmarks.datasets.quirks import QuirkCode

LEADS = """\
LeadId,Title,Industry,Employees,TimeZone,Stage,CreatedDate,OwnerEmployeeId,\
ConvertedOpportunityId,LeadSource,DisqualifiedReason
1,Owner,advertising_&_marketing,50,PST,Qualified,20210105,1,1,Web Registration,
2,owner,Government &amp; Politics,,EST,New,20210105,,,Web Registration,
3,Owner,Gadgetry,150,HST,New,20210230,,,Web Registration,
4,Owner,Gadgetry,many,CST,Qualified,20210301,2,9,Web Registration,
5,Developer/Engineer\u2019,Unknown,,MST,Disqualified,20210301,2,,Web Registration,Abandoned
6,Developer/Engineer,Unknown,,MST,Disqualified,20210301,2,,Web Registration,Abandoned
7,Developer/Engineer,Unknown,,MST,Disqualified,20210301,2,,Web Registration,Abandoned
8,N/A,,,,New,20210302,,,Web Registration,
"""
OPPORTUNITIES = """\
OpportunityId,CreatedDate,created_by_id,IsAccepted,AcceptedDecisionDate,Amount,OwnerEmployeeId,\
Unnamed: 7
1,1/11/2021,2,TRUE,1/18/2021 0:00,3000,7,
2,1/12/2021,2,TRUE,1/19/2021,-511.28,7,
3,1/13/2021,2,TRUE,1/20/2021 0:00,118771,7,3765.98
4,1/14/2021,2,FALSE,soon,3100,7,
5,1/14/2021,2,FALSE,1/20/2021 0:00,lots,7,
6,1/14/2021,2,FALSE,1/20/2021 0:00,3200,7,
"""
EMPLOYEES = """\
EmployeeId,Hired,Role,YearsOfExperience
2,20210101,Sales Development Rep,2
1,20210101,Sales Development Rep,0
7,20200107,Account Manager,2
"""
QUOTAS = """\
Year,Quarter,Quota,Quota Amount,,
2021,1,,,No Quota since team is ramping,Quota: leads
2021,2,50,"$200,000 ",,
"""


@pytest.fixture
def export(tmp_path: Path) -> MarketStar:
    """A small export with every quirk."""
    for name, text in (("leads", LEADS), ("opportunities", OPPORTUNITIES),
                       ("employees", EMPLOYEES), ("quotas", QUOTAS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="\r\n")
    return read_marketstar(tmp_path)


def reported(export: MarketStar, code: QuirkCode) -> list[tuple[int, str]]:
    return [(quirk.row, quirk.value) for quirk in export.quirks if quirk.code is code]


def test_integer_dates_parse(export: MarketStar) -> None:
    """A creation date is an integer yyyymmdd."""
    assert export.leads["created"][0] == date(2021, 1, 5)


def test_impossible_dates_are_reported(export: MarketStar) -> None:
    """A creation date that does not exist is reported with its row and left blank."""
    assert (4, "20210230") in reported(export, QuirkCode.BAD_DATE)
    assert export.leads["created"][2] is None


def test_both_forms_of_opportunity_dates_parse(export: MarketStar) -> None:
    """Decisions parse with and without a time of day; anything else is reported."""
    assert export.opportunities["decided"].to_list()[:3] == [
        date(2021, 1, 18), date(2021, 1, 19), date(2021, 1, 20)]
    assert (5, "soon") in reported(export, QuirkCode.BAD_DATE)


def test_the_unnamed_column_is_reported(export: MarketStar) -> None:
    """Values of the eighth column, which has no name, are reported and not used."""
    assert reported(export, QuirkCode.UNNAMED_COLUMN) == [(4, "3765.98")]


def test_quota_amounts_parse_from_text(export: MarketStar) -> None:
    """``"$200,000 "`` is 200,000 dollars; a quarter without a quota is blank."""
    assert export.quotas["amount"].to_list() == [None, 200_000.0]


@pytest.mark.parametrize(("label", "group"), [
    ("advertising_&_marketing", "media"), ("Government &amp; Politics", "public"),
    ("TELECOM", "telecom"), ("Hospitality", "travel and leisure"), ("Hospital", "health"),
    ("Biotechnology", "health"), ("IT/TECHNOLOGY", "technology"), ("al Products", None),
])
def test_spellings_of_industry_fall_into_groups(label: str, group: str | None) -> None:
    """Spellings that mean one industry fall into one group."""
    assert industry_group(label) == group


def test_unknown_industries_are_reported(export: MarketStar) -> None:
    """A label of no known group is reported; one that says nothing counts as blank."""
    assert reported(export, QuirkCode.UNKNOWN_INDUSTRY) == [(4, "Gadgetry"), (5, "Gadgetry")]
    assert export.leads["industry_group"].to_list()[4:6] == [None, None]


def test_titles_take_their_commonest_spelling(export: MarketStar) -> None:
    """``owner`` becomes ``Owner``; a placeholder becomes blank."""
    assert export.leads["title"].to_list()[:3] == ["Owner"] * 3
    assert export.leads["title"][7] is None


def test_stray_quotes_are_dropped_and_reported(export: MarketStar) -> None:
    """A typographic quote at the end of a title is dropped and reported with its row."""
    assert export.leads["title"][4] == "Developer/Engineer"
    assert reported(export, QuirkCode.STRAY_QUOTE) == [(6, "Developer/Engineer\u2019")]


def test_duplicates_are_reported(export: MarketStar) -> None:
    """A row equal to an earlier one but for its id is reported, and stays."""
    assert reported(export, QuirkCode.DUPLICATE_ROW) == [(8, "7")]
    assert export.leads.height == 8


def test_odd_amounts_are_reported(export: MarketStar) -> None:
    """Amounts below 0, far above the median or not numbers are reported with their rows."""
    assert reported(export, QuirkCode.NEGATIVE_AMOUNT) == [(3, "-511.28")]
    assert reported(export, QuirkCode.FAR_AMOUNT) == [(4, "118771")]
    assert (6, "lots") in reported(export, QuirkCode.BAD_NUMBER)


def test_empty_company_sizes_are_unknown(export: MarketStar) -> None:
    """A blank size is no segment; one that is not a number is reported."""
    assert export.leads["size"].to_list()[:4] == ["small", None, "mid", None]
    assert (5, "many") in reported(export, QuirkCode.BAD_NUMBER)


def test_time_zones_become_iana_names(export: MarketStar) -> None:
    """PST, CST, MST and EST become zones; another abbreviation is reported."""
    assert export.leads["zone"].to_list()[:5] == [
        "America/Los_Angeles", "America/New_York", None, "America/Chicago", "America/Denver"]
    assert reported(export, QuirkCode.UNKNOWN_ZONE) == [(4, "HST")]


def test_links_that_do_not_hold_are_reported(export: MarketStar) -> None:
    """An opportunity that does not exist, and one that another rep created, are reported."""
    assert reported(export, QuirkCode.UNKNOWN_OPPORTUNITY) == [(5, "9")]
    assert reported(export, QuirkCode.OTHER_CREATOR) == [(2, "1")]


def test_only_sales_development_reps_own_leads(export: MarketStar) -> None:
    """Account managers are not among the reps."""
    assert export.rep_ids == ("1", "2")


@pytest.mark.data
def test_the_real_export_has_the_quirks_of_its_readme() -> None:
    """Counts of the real export: leads, backlog, bins that lie in one size, reports by kind."""
    try:
        export = read_marketstar(data_folder("crm-marketstar"))
    except MissingDataError as error:
        pytest.skip(str(error))
    assert export.leads.height == 20_694
    assert export.leads["employees"].null_count() == 5_149
    for low, high in SIZES.values():
        assert low % 100 in (0, 1)
        assert high is None or high % 100 == 0
    counts = {code: len(reported(export, code)) for code in QuirkCode}
    assert {code: count for code, count in counts.items() if count} == {
        QuirkCode.DUPLICATE_ROW: 1_847, QuirkCode.FAR_AMOUNT: 1, QuirkCode.OTHER_CREATOR: 9,
        QuirkCode.STRAY_QUOTE: 3, QuirkCode.UNKNOWN_INDUSTRY: 114, QuirkCode.UNNAMED_COLUMN: 9}


def test_absent_data_is_named(tmp_path: Path) -> None:
    """The message says which part is missing and which variable points to it."""
    with pytest.raises(MissingDataError, match=VARIABLE):
        data_folder("crm-marketstar", {VARIABLE: str(tmp_path)})
