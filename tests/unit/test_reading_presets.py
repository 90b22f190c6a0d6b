"""Presets: what each CRM exports, by internal names and by labels, becomes canonical."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver.models import Account, Lead, Rep
from solver.reading import Reading, preset_names
from solver.reading.columns import FILE_KINDS
from solver.reading.mapping.presets import read_preset
from tests.unit.input_files import REPS, read

AT_EIGHT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
FULL = {
    "company": "Acme", "domain": "acme.com", "street": "1 High St", "city": "Leeds",
    "country": "GB", "region": "Yorkshire", "postal_code": "LS1", "industry": "Retail",
    "employees": 1200.0, "annual_revenue": 1e6, "first_name": "Ana", "last_name": "Diaz",
    "title": "CTO", "email": "ana@acme.com", "phone": "+441", "source": "Web", "owner_id": "r1",
}
_ROW = {
    "company": "Acme", "domain": "acme.com", "street": "1 High St", "city": "Leeds",
    "country": "GB", "region": "Yorkshire", "postal_code": "LS1", "industry": "Retail",
    "employees": '"1,200"', "annual_revenue": '"$1,000,000"', "first_name": "Ana",
    "last_name": "Diaz", "title": "CTO", "email": "ana@acme.com", "phone": "+441",
    "source": "Web", "owner_id": "r1", "lead_id": "7",
}
#: Headers of each CRM by canonical column: internal names, then labels.
HEADERS = {
    ("salesforce", "API"): [
        "Id", "CreatedDate", "Company", "Website", "Street", "City", "CountryCode", "StateCode",
        "PostalCode", "Industry", "NumberOfEmployees", "AnnualRevenue", "FirstName", "LastName",
        "Title", "Email", "Phone", "LeadSource", "OwnerId"],
    ("salesforce", "labels"): [
        "Lead ID", "Created Date", "Company / Account", "Website", "Street", "City", "Country",
        "State/Province", "Zip/Postal Code", "Industry", "No. of Employees", "Annual Revenue",
        "First Name", "Last Name", "Title", "Email", "Phone", "Lead Source", "Lead Owner"],
    ("hubspot", "API"): [
        "hs_object_id", "createdate", "company", "website", "address", "city", "country", "state",
        "zip", "industry", "numemployees", "annualrevenue", "firstname", "lastname", "jobtitle",
        "email", "phone", "hs_analytics_source", "hubspot_owner_id"],
    ("hubspot", "labels"): [
        "Record ID", "Create Date", "Company Name", "Website URL", "Street Address", "City",
        "Country/Region", "State/Region", "Postal/Zip Code", "Industry", "Number of Employees",
        "Annual Revenue", "First Name", "Last Name", "Job Title", "Email", "Phone Number",
        "Original Source", "Contact owner"],
    ("dynamics", "API"): [
        "leadid", "createdon", "companyname", "websiteurl", "address1_line1", "address1_city",
        "address1_country", "address1_stateorprovince", "address1_postalcode", "industrycode",
        "numberofemployees", "revenue", "firstname", "lastname", "jobtitle", "emailaddress1",
        "telephone1", "leadsourcecode", "ownerid"],
    ("dynamics", "labels"): [
        "(Do Not Modify) Lead", "Created On", "Company Name", "Website", "Street 1", "City",
        "Country/Region", "State/Province", "ZIP/Postal Code", "Industry", "No. of Employees",
        "Annual Revenue", "First Name", "Last Name", "Job Title", "Email", "Business Phone",
        "Lead Source", "Owner"],
}
_ORDER = ("lead_id", "created_at", "company", "domain", "street", "city", "country", "region",
          "postal_code", "industry", "employees", "annual_revenue", "first_name", "last_name",
          "title", "email", "phone", "source", "owner_id")
_WORTH = "deal_value: {constant: 100}\nscore: {constant: 50}\n"
_WHEN = {"salesforce": "11/20/2026 8:15 AM", "hubspot": "2026-11-20 08:15",
         "dynamics": "11/20/2026 8:15 AM"}


def leads_of(reading: Reading) -> tuple[Lead, ...]:
    assert reading.window is not None, reading.issues
    return reading.window.leads


def one_record(use: str, text: str, preset: str) -> Rep | Account:
    reading = read(accounts=text, preset=preset) if use == "accounts" else read(
        reps=text, preset=preset)
    assert reading.window is not None, reading.issues
    (record,) = getattr(reading.window, use)
    return record


@pytest.mark.parametrize(("preset", "names"), sorted(HEADERS), ids="-".join)
def test_every_header_of_a_lead_is_known(preset: str, names: str) -> None:
    """Each column of an export, in any case, fills its canonical one; none becomes an attribute."""
    header = HEADERS[preset, names]
    cells = [_WHEN[preset] if name == "created_at" else _ROW[name] for name in _ORDER]
    text = ",".join(header).upper() + "\n" + ",".join(cells) + "\n"
    (lead,) = leads_of(read(text, preset=preset, columns=_WORTH, timezone="Etc/UTC"))
    assert lead.created_at == AT_EIGHT
    assert lead.attributes == {}
    assert {name: getattr(lead, name) for name in FULL} == FULL


def test_presets_are_three_and_fill_known_columns() -> None:
    """Salesforce, HubSpot and Dynamics, each with leads, reps and accounts."""
    assert preset_names() == ("dynamics", "hubspot", "salesforce")
    for name in preset_names():
        for use, kind in FILE_KINDS.items():
            assert set(read_preset(name).of(use)) <= set(kind.columns)
            assert read_preset(name).of(use)[kind.id_column].column


@pytest.mark.parametrize(("rating", "score"), [
    ("1", 80), ("2", 50), ("3", 20), ("Hot", 80), ("warm", 50), ("COLD", 20), ("65", 65)])
def test_the_rating_of_dynamics_is_a_score(rating: str, score: float) -> None:
    """Hot, warm and cold stand for 80, 50 and 20, by name or by number."""
    text = ("leadid,createdon,estimatedamount,leadqualitycode\n"
            f'7,2026-11-20T08:15:00Z,"$2,500.00",{rating}\n')
    (lead,) = leads_of(read(text, preset="dynamics"))
    assert (lead.score, lead.deal_value) == (score, 2500)


def test_the_score_of_hubspot_and_names_of_its_interface() -> None:
    """Properties are read by their own names, and as the interface nests them."""
    text = ("properties.hs_object_id,properties.createdate,properties.hubspotscore,"
            "properties.firstname\n7,2026-11-20T08:15:00.000Z,42,Ana\n")
    (lead,) = leads_of(read(text, preset="hubspot", columns="deal_value: {constant: 1}"))
    assert (lead.lead_id, lead.score, lead.first_name) == ("7", 42, "Ana")
    assert lead.created_at == AT_EIGHT


@pytest.mark.parametrize(("preset", "header"), [
    ("salesforce", "Id,Name,Website,Phone,BillingStreet,BillingCity,BillingPostalCode,"
                   "BillingCountry,ParentId,OwnerId"),
    ("hubspot", "Record ID,Company name,Company Domain Name,Phone Number,Street Address,City,"
                "Postal Code,Country/Region,Parent Company,Company owner"),
    ("dynamics", "accountid,name,websiteurl,telephone1,address1_line1,address1_city,"
                 "address1_postalcode,address1_country,parentaccountid,ownerid"),
])
def test_accounts(preset: str, header: str) -> None:
    """Name, domain, phone and address, by which leads find their account; parent and owner."""
    row = "7,Acme,acme.com,+441,1 High St,Leeds,LS1,GB,9,r1"
    account = one_record("accounts", f"{header}\n{row}\n", preset)
    assert account.model_dump(exclude_defaults=True) == {
        "account_id": "7", "name": "Acme", "domain": "acme.com", "phone": "+441",
        "street": "1 High St", "city": "Leeds", "postal_code": "LS1", "country": "GB",
        "parent_id": "9", "owner_id": "r1"}


@pytest.mark.parametrize(("disabled", "active"), [
    ("false", True), ("True", False), ("Enabled", True), ("Disabled", False), ("No", True)])
def test_reps_of_dynamics_are_active_unless_disabled(disabled: str, active: bool) -> None:
    """The export says who is switched off, the canonical column who is on."""
    rep = one_record("reps", "systemuserid,Full Name,internalemailaddress,isdisabled,capacity\n"
                             f"u1,Ana Diaz,ana@acme.com,{disabled},3\n", "dynamics")
    assert isinstance(rep, Rep)
    assert (rep.rep_id, rep.name, rep.email, rep.active) == (
        "u1", "Ana Diaz", "ana@acme.com", active)


def test_reps_of_hubspot_are_known_by_the_id_of_the_owner() -> None:
    """HubSpot assigns by the owner's id, not by the user's."""
    rep = one_record("reps", "userId,id,email,capacity\n1,99,ana@acme.com,3\n", "hubspot")
    assert isinstance(rep, Rep)
    assert (rep.rep_id, rep.attributes) == ("99", {"userId": "1"})


def test_new_columns_are_read_without_a_preset() -> None:
    """Person, address, sector, function, seniority and several sources are canonical columns."""
    text = ("lead_id,created_at,deal_value,score,first_name,last_name,street,city,sector,function,"
            "seniority,sources\nL1,2026-11-20T08:15:00Z,1,1,Ana,Diaz,1 High St,Leeds,51,finance,"
            "director,Web;Fair\n")
    (lead,) = leads_of(read(text, REPS))
    assert lead.attributes == {}
    assert (lead.sector, lead.function, lead.seniority, lead.sources) == (
        "51", "finance", "director", ("Web", "Fair"))
