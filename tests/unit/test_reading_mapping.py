"""Mapping files and presets: any export becomes canonical, and what was supplied is marked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver.errors import UsageError
from solver.models import IssueCode, Lead
from solver.reading import Reading, preset_names
from solver.reading.mapping.presets import read_preset
from tests.unit.input_files import LEADS, found, lead_rows, one_rep, read, the_issue

SALESFORCE = (
    "ID,createddate,Company,LeadSource,Country,NumberOfEmployees,AnnualRevenue,OwnerId,Status\n"
    '00Q1,2026-11-20T08:15:30.000+0000,Acme,Web,US,"1,000","$1,000,000",r1,Open\n'
    "00Q2,2026-11-20T08:15:30.000+0000,Bolt,Fair,DE,,,,Open\n")
SCORES = "score: {default: 50}\ndeal_value: {constant: 900}\n"


def leads_of(reading: Reading) -> tuple[Lead, ...]:
    assert reading.window is not None, reading.issues
    return reading.window.leads


def one_lead(reading: Reading) -> Lead:
    (lead,) = leads_of(reading)
    return lead


def test_salesforce_api_names() -> None:
    """API names in any case, the CRM's dates and amounts; the rest are attributes."""
    lead, other = leads_of(read(SALESFORCE, preset="salesforce", columns=SCORES))
    assert lead.model_dump(exclude_defaults=True) == {
        "lead_id": "00Q1", "created_at": datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC),
        "deal_value": 900.0, "score": 50.0, "company": "Acme", "source": "Web", "country": "US",
        "employees": 1000.0, "annual_revenue": 1e6, "owner_id": "r1",
        "attributes": {"Status": "Open"}, "assumed": ("deal_value", "score")}
    assert (other.employees, other.owner_id) == (None, None)


@pytest.mark.parametrize(("text", "hour"), [
    ("11/20/2026 8:15 AM", 13), ("11/20/2026", 5), ("2026-11-20 08:15:30", 13),
    ("11/20/2026 20:15", 1), ("2026-11-20T08:15:30.000+0000", 8),
])
def test_salesforce_report_labels_and_dates(text: str, hour: int) -> None:
    """Report labels and month-first dates, in the zone that the caller names."""
    leads = f"Lead ID,Created Date,Company / Account,Lead Owner\n00Q1,{text},Acme,r1\n"
    lead = one_lead(read(leads, preset="salesforce", columns=SCORES, timezone="America/New_York"))
    assert lead.created_at is not None
    assert lead.created_at.hour == hour


def test_naive_dates_of_a_preset_need_a_zone() -> None:
    """A report's local time without a zone is an error, shown under the export's own header."""
    leads = "Lead ID,Created Date\n00Q1,11/20/2026 8:15 AM\n"
    issue = the_issue(read(leads, preset="salesforce", columns=SCORES), IssueCode.NAIVE_TIME)
    assert (issue.column, issue.record_id) == ("Created Date", "00Q1")


def test_every_preset_can_be_read() -> None:
    """Each data file in the folder of presets is sound."""
    assert "salesforce" in preset_names()
    for name in preset_names():
        assert read_preset(name).leads


def test_unknown_preset_and_zone() -> None:
    """Arguments that name nothing are usage errors that say what exists."""
    with pytest.raises(UsageError, match="use one of: dynamics, hubspot, salesforce"):
        read(preset="hubspit")
    with pytest.raises(UsageError, match="IANA"):
        read(timezone="Mars")


def test_canonical_names_work_beside_a_preset() -> None:
    """A preset does not hide columns that are already canonical."""
    assert read(LEADS, preset="salesforce").window == read(LEADS).window


def test_rename_convert_and_scale() -> None:
    """Names, values, factors, characters to drop, date forms and separators of an export."""
    lead = one_lead(read(
        "Nr,When,Amount,Points,Wares,Note,Plan\n"
        '007,20261120,"€ 1.500",0.5,GTXPro|x,Select,keep\n', timezone="UTC", columns="""
        lead_id: nr
        created_at: {column: [Created, WHEN], date_formats: ["%Y%m%d"]}
        deal_value: {column: Amount, remove: "€. "}
        score: {column: Points, multiply: 100}
        products: {column: Wares, separator: "|", values: {gtxpro: GTX Pro}}
        industry: {column: Note, values: {select: ""}, default: Other}
        """))
    assert lead.model_dump(exclude_defaults=True, mode="json") == {
        "lead_id": "007", "created_at": "2026-11-20T00:00:00Z", "deal_value": 1500.0,
        "score": 50.0, "products": ["GTX Pro", "x"], "industry": "Other",
        "attributes": {"Plan": "keep"}, "assumed": ["industry"]}


def test_defaults_by_segment() -> None:
    """The first segment that matches supplies a blank cell, then the default."""
    reading = read(
        lead_rows("a,,,,Web,us", "b,,,,web,DE", "c,,,,Fair,US", "d,,,7,Web,US",
                  header="lead_id,created_at,deal_value,score,source,country"),
        columns="""
        score:
          defaults:
            - {when: {source: WEB, country: [US, CA]}, value: 80}
            - {when: {source: web}, value: 60}
          default: 40
        """)
    assert [(lead.score, lead.assumed) for lead in leads_of(reading)] == [
        (80, ("score",)), (60, ("score",)), (40, ("score",)), (7, ())]


def test_segments_do_not_see_defaults() -> None:
    """What one rule supplies does not decide what another supplies."""
    lead = one_lead(read(LEADS.replace(",50", ","), columns="""
        score: {defaults: [{when: {source: Web}, value: 80}], default: 1}
        source: {default: Web}
        """))
    assert (lead.score, lead.source) == (1, "Web")


def test_mapping_wins_over_the_preset_key_by_key() -> None:
    """A mapping changes the keys that it names and leaves the preset's others."""
    lead = one_lead(read(
        "Id,Entered,CreatedDate\n1,11/20/2026,x\n", preset="salesforce", timezone="UTC",
        columns="leads: {created_at: Entered, score: {constant: 1}, deal_value: {constant: 1},"
                " company: {constant: ACME}}"))
    assert (lead.created_at, lead.company) == (datetime(2026, 11, 20, tzinfo=UTC), "ACME")
    assert lead.attributes == {"CreatedDate": "x"}


def test_default_alone_keeps_the_column() -> None:
    """A default fills blank cells of the canonical column; a cell that is filled stays."""
    leads = leads_of(read(lead_rows("a,2026-11-20T08:00:00Z,1,", "b,2026-11-20T08:00:00Z,1,9"),
                          columns="score: {default: 50}"))
    assert [lead.score for lead in leads] == [50, 9]


def test_a_bad_cell_is_not_covered_by_a_default() -> None:
    """A default is for what is missing, not for what is wrong."""
    reading = read(lead_rows("a,2026-11-20T08:00:00Z,1,x"), columns="score: {default: 50}")
    assert found(reading) == [("leads.csv", "2", "score", "NOT_A_NUMBER")]


def test_reps_and_accounts_have_sections() -> None:
    """The same rules hold for every file."""
    reading = read(reps="User,Max\nr1,12\n", accounts="Key,Kind\na,Customer\n", columns="""
        reps: {rep_id: User, capacity: Max, active: {default: true}, skills: {constant: "crm:0.5"}}
        accounts: {account_id: Key, customer: {column: Kind, values: {Customer: true}}}
        """)
    assert reading.window is not None
    (rep,) = reading.window.reps
    assert (rep.capacity, rep.skills, rep.assumed) == (12, {"crm": 0.5}, ("active", "skills"))
    assert reading.window.accounts[0].customer


def test_named_column_must_be_there() -> None:
    """A column that a mapping names and the file lacks is an error, even with a default."""
    reading = read(columns="industry: {column: Brancje, default: Other}")
    assert found(reading) == [("leads.csv", "1", "industry", "MISSING_COLUMN")]


@pytest.mark.parametrize(("rule", "column", "code"), [
    ("score: {constant: 1, default: 2}", "score", "BAD_MAPPING"),
    ("lead_id: {constant: x}", "lead_id", "BAD_MAPPING"),
    ("score: {default: 150}", "score.default", "OUT_OF_RANGE"),
    ("score: {default: high}", "score.default", "NOT_A_NUMBER"),
    ("score: {default: true}", "score.default", "NEEDS_QUOTES"),
    ("score: {default: null, multiply: 0}", "score.multiply", "OUT_OF_RANGE"),
    ("score: {date_formats: ['%Y']}", "score.date_formats", "BAD_MAPPING"),
    ("created_at: {date_formats: ['%H:%M']}", "created_at.date_formats", "BAD_MAPPING"),
    ("created_at: {constant: 2026-11-20}", "created_at.constant", "NEEDS_QUOTES"),
    ("score: {constant: [1]}", "score.constant", "BAD_MAPPING"),
    ("created_at: {constant: '2026-11-20T08:00:00'}", "created_at.constant", "NAIVE_TIME"),
    ("country: {constant: NO}", "country.constant", "NEEDS_QUOTES"),
    ("country: {values: {Norway: NO}}", "country.values.Norway", "NEEDS_QUOTES"),
    ("country: {values: {NO: Norway}}", "country.values.NO", "NEEDS_QUOTES"),
    ("region: {default: 5}", "region.default", "NEEDS_QUOTES"),
    ("timezone: {constant: PST}", "timezone.constant", "UNKNOWN_ZONE"),
    ("languages: {separator: ''}", "languages.separator", "BAD_MAPPING"),
    ("languages: {default: 'en;EN'}", "languages.default", "NAME_TWICE"),
    ("company: {separator: '|'}", "company.separator", "BAD_MAPPING"),
    ("company: {colum: x}", "company.colum", "UNKNOWN_KEY"),
    ("compny: x", "compny", "UNKNOWN_KEY"),
    ("company: NO", "company", "BAD_MAPPING"),
    ("company: {column: NO}", "company.column", "NEEDS_QUOTES"),
    ("company: null", "company", "BAD_MAPPING"),
    ("score: {defaults: [{when: {}, value: 1}]}", "score.defaults.0.when", "BAD_MAPPING"),
    ("score: {defaults: [{when: {sorce: x}, value: 1}]}", "score.defaults.0.when.sorce",
     "BAD_MAPPING"),
    ("score: {defaults: [{when: {employees: x}, value: 1}]}", "score.defaults.0.when.employees",
     "BAD_MAPPING"),
    ("score: {defaults: [{when: {source: x}}]}", "score.defaults.0.value", "BAD_MAPPING"),
    ("score: {defaults: 5}", "score.defaults", "BAD_MAPPING"),
])
def test_bad_rule(rule: str, column: str, code: str) -> None:
    """Each slip in a mapping is one error, and says nothing of the table it would apply to."""
    path = f"leads.{column}" if "values.NO" not in column else column
    assert found(read(columns=rule)) == [("mapping.yaml", "1", path, code)]


@pytest.mark.parametrize(("text", "code"), [
    ("leads: [1]", "BAD_MAPPING"), ("[1]", "BAD_MAPPING"), ("x", "BAD_MAPPING"),
    ("leads: {}\nrepss: {}", "UNKNOWN_KEY"), ("a: [", "BAD_YAML"), (b"", "EMPTY_FILE"),
])
def test_bad_mapping_file(text: str | bytes, code: str) -> None:
    """A file that is no mapping is one error."""
    assert [found_code for *_, found_code in found(read(columns=text))] == [code]


def test_faulty_rule_leaves_the_other_columns_checked() -> None:
    """Where one rule is wrong, its column is left out and every other is still read."""
    reading = read(lead_rows("a,x,1,x"), one_rep(capacity="-1"), columns="score: {multiply: x}")
    assert found(reading) == [
        ("leads.csv", "2", "created_at", "BAD_INSTANT"),
        ("reps.csv", "2", "capacity", "OUT_OF_RANGE"),
        ("mapping.yaml", "1", "leads.score.multiply", "BAD_MAPPING")]
    assert not reading.warnings
