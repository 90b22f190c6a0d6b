"""Industries: the picklists of CRMs, real spellings and slips come to NAICS sectors."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from benchmarks.datasets.locate import MissingDataError, data_folder
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.industry import SECTORS, Industries, industry_key

INDUSTRIES = Industries()
SAMPLE = Path(__file__).resolve().parents[2] / "api" / "sample" / "leads.csv"
SALESFORCE = """Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction
|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance
|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media
|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities"""
DYNAMICS = """Accounting|Agriculture and Non-petrol Natural Resource Extraction
|Broadcasting Printing and Publishing|Brokers|Building Supply Retail|Business Services|Consulting
|Consumer Services|Design, Direction and Creative Management
|Distributors, Dispatchers and Processors|Doctor's Offices and Clinics|Durable Manufacturing
|Eating and Drinking Places|Entertainment Retail|Equipment Rental and Leasing|Financial
|Food and Tobacco Processing|Inbound Capital Intensive Processing|Inbound Repair and Services
|Insurance|Legal Services|Non-Durable Merchandise Retail|Outbound Consumer Service
|Petrochemical Extraction and Distribution|Service Retail|SIG Affiliations|Social Services
|Special Outbound Trade Contractors|Specialty Realty|Transportation
|Utility Creation and Distribution|Vehicle Retail|Wholesale"""
#: Values of HubSpot's property; LinkedIn's older list has the same names.
HUBSPOT = """ACCOUNTING AIRLINES_AVIATION ALTERNATIVE_DISPUTE_RESOLUTION ALTERNATIVE_MEDICINE
ANIMATION APPAREL_FASHION ARCHITECTURE_PLANNING ARTS_AND_CRAFTS AUTOMOTIVE AVIATION_AEROSPACE
BANKING BIOTECHNOLOGY BROADCAST_MEDIA BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT
CAPITAL_MARKETS CHEMICALS CIVIC_SOCIAL_ORGANIZATION CIVIL_ENGINEERING COMMERCIAL_REAL_ESTATE
COMPUTER_NETWORK_SECURITY COMPUTER_GAMES COMPUTER_HARDWARE COMPUTER_NETWORKING COMPUTER_SOFTWARE
INTERNET CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES COSMETICS DAIRY
DEFENSE_SPACE DESIGN EDUCATION_MANAGEMENT E_LEARNING ELECTRICAL_ELECTRONIC_MANUFACTURING
ENTERTAINMENT ENVIRONMENTAL_SERVICES EVENTS_SERVICES EXECUTIVE_OFFICE FACILITIES_SERVICES FARMING
FINANCIAL_SERVICES FINE_ART FISHERY FOOD_BEVERAGES FOOD_PRODUCTION FUND_RAISING FURNITURE
GAMBLING_CASINOS GLASS_CERAMICS_CONCRETE GOVERNMENT_ADMINISTRATION GOVERNMENT_RELATIONS
GRAPHIC_DESIGN HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION HOSPITAL_HEALTH_CARE HOSPITALITY
HUMAN_RESOURCES IMPORT_AND_EXPORT INDIVIDUAL_FAMILY_SERVICES INDUSTRIAL_AUTOMATION
INFORMATION_SERVICES INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNATIONAL_AFFAIRS
INTERNATIONAL_TRADE_AND_DEVELOPMENT INVESTMENT_BANKING INVESTMENT_MANAGEMENT JUDICIARY
LAW_ENFORCEMENT LAW_PRACTICE LEGAL_SERVICES LEGISLATIVE_OFFICE LEISURE_TRAVEL_TOURISM LIBRARIES
LOGISTICS_AND_SUPPLY_CHAIN LUXURY_GOODS_JEWELRY MACHINERY MANAGEMENT_CONSULTING MARITIME
MARKET_RESEARCH MARKETING_AND_ADVERTISING MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDIA_PRODUCTION
MEDICAL_DEVICES MEDICAL_PRACTICE MENTAL_HEALTH_CARE MILITARY MINING_METALS MOBILE_GAMES
MOTION_PICTURES_AND_FILM MUSEUMS_AND_INSTITUTIONS MUSIC NANOTECHNOLOGY NEWSPAPERS
NON_PROFIT_ORGANIZATION_MANAGEMENT OIL_ENERGY ONLINE_MEDIA OUTSOURCING_OFFSHORING
PACKAGE_FREIGHT_DELIVERY PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS PERFORMING_ARTS
PHARMACEUTICALS PHILANTHROPY PHOTOGRAPHY PLASTICS POLITICAL_ORGANIZATION
PRIMARY_SECONDARY_EDUCATION PRINTING PROFESSIONAL_TRAINING_COACHING PROGRAM_DEVELOPMENT
PUBLIC_POLICY PUBLIC_RELATIONS_AND_COMMUNICATIONS PUBLIC_SAFETY PUBLISHING RAILROAD_MANUFACTURE
RANCHING REAL_ESTATE RECREATIONAL_FACILITIES_AND_SERVICES RELIGIOUS_INSTITUTIONS
RENEWABLES_ENVIRONMENT RESEARCH RESTAURANTS RETAIL SECURITY_AND_INVESTIGATIONS SEMICONDUCTORS
SHIPBUILDING SPORTING_GOODS SPORTS STAFFING_AND_RECRUITING SUPERMARKETS TELECOMMUNICATIONS
TEXTILES THINK_TANKS TOBACCO TRANSLATION_AND_LOCALIZATION TRANSPORTATION_TRUCKING_RAILROAD
UTILITIES VENTURE_CAPITAL_PRIVATE_EQUITY VETERINARY WAREHOUSING WHOLESALE WINE_AND_SPIRITS
WIRELESS WRITING_AND_EDITING"""


def named(text: str) -> bool:
    cell = INDUSTRIES.sector(text)
    return cell.value in SECTORS and cell.rule == "industry name"


@pytest.mark.parametrize("names", [
    SALESFORCE.replace("\n", "").split("|"), DYNAMICS.replace("\n", "").split("|"),
    HUBSPOT.split(), list(SECTORS.values()),
], ids=["salesforce", "dynamics", "hubspot and linkedin", "naics"])
def test_every_name_of_a_picklist_is_known(names: list[str]) -> None:
    """Standard picklists need no guessing."""
    assert [name for name in names if not named(name)] == []


@pytest.mark.parametrize(("text", "code"), [
    ("advertising_&_marketing", "54"), ("Government &amp; Politics", "92"), ("TELECOM", "51"),
    ("Hospitality", "72"), ("Hospital", "62"), ("Biotechnology", "54"), ("IT/TECHNOLOGY", "51"),
    ("technolgy", "51"), ("employment", "56"), ("Internet Software & Services", "51"),
    ("Textiles, Apparel & Luxury Goods", "31-33"), ("Not-for-Profit", "81"),
    ("Retail\u2019", "44-45"),
    ("Wood Product Manufacturing", "31-33"), ("Wholesale Hardware, Plumbing", "42"),
    ("Retail Software", "51"), ("Travel & Transport", "48-49"), ("Insurance Company", "52"),
    ("Maschinenbau", "31-33"), ("Großhandel", "42"), ("Santé", "62"), ("Software", "51"),
])
def test_names(text: str, code: str) -> None:
    """Names of several list vendors and languages, in any case and with any signs."""
    assert INDUSTRIES.sector(text) == Cell(code, "industry name")


@pytest.mark.parametrize(("text", "code"), [
    ("Helthcare", "62"), ("Insurnace", "52"), ("Hospitalty", "72"), ("manufactoring", "31-33"),
])
def test_slips_of_spelling(text: str, code: str) -> None:
    """A name with a letter or two wrong is read, and the rule says so."""
    assert INDUSTRIES.sector(text) == Cell(code, "industry spelling")


def test_parts_that_agree() -> None:
    """``A / B`` has the sector of both; where they differ it stays unknown."""
    assert INDUSTRIES.sector("Software / SaaS") == Cell("51", "all parts of the industry name")
    assert INDUSTRIES.sector("Sports/Government") == Cell("Sports/Government", known=False)


@pytest.mark.parametrize(("text", "code", "rule"), [
    ("51", "51", None), ("31-33", "31-33", None), ("32", "31-33", "NAICS code"),
    ("511210", "51", "NAICS code"), ("NAICS 541", "54", "NAICS code"),
    ("44 - 45", "44-45", "NAICS code"),
])
def test_codes(text: str, code: str, rule: str | None) -> None:
    """Codes of NAICS, of two digits or more, stand for their sectors."""
    assert INDUSTRIES.sector(text) == Cell(code, rule)


@pytest.mark.parametrize("text", ["Gadgetry", "al Products", "LOCAL", "5411", "99", "B2B"])
def test_unknown_stays_unknown(text: str) -> None:
    """A name that no table has, and a code that may be of another system, are not guessed."""
    assert INDUSTRIES.sector(f" {text} ") == Cell(text, known=False)


@pytest.mark.parametrize("text", ["Other", "Unknown", "unlisted", "N/A",
                                  "Other Industry Not Listed"])
def test_what_says_nothing_is_blank(text: str) -> None:
    """The last entries of picklists count as blank."""
    assert INDUSTRIES.sector(text) == Cell(None, "placeholder")
    assert INDUSTRIES.sector("") == Cell(None)


def test_names_of_the_policy_go_first() -> None:
    """The policy adds names and overrides the table's; any code of a sector will do."""
    own = Industries({"Gadgetry": "32", "Other": "81", "SOFTWARE": "54"})
    assert own.sector("gadgetry").value == "31-33"
    assert own.sector("Other").value == "81"
    assert own.sector("software").value == "54"
    assert own.sector("gadgettry").value == "31-33"


@pytest.mark.parametrize(("extra", "message"), [
    ({"Gadgetry": "99"}, "'Gadgetry': '99' is no sector of NAICS; write one of 11, 21"),
    ({"&": "51"}, "'&' has no letters"),
])
def test_a_bad_entry_of_the_policy_is_named(extra: dict[str, str], message: str) -> None:
    """The message names the entry, what is wrong and what to write."""
    with pytest.raises(ValueError, match=message):
        Industries(extra)


def test_the_table_is_sound() -> None:
    """Every name has a sector's code as text, and no name stands twice."""
    text = (files("solver.prepare.normalise") / "industries.yaml").read_text("utf-8")
    table = yaml.safe_load(text)
    assert {code for code in table.values() if code not in SECTORS} == set()
    keys = Counter(industry_key(name) for name in table if "*" not in name)
    assert [key for key, count in keys.items() if count > 1 or not key] == []
    written = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(written) == len(table)


def test_every_industry_of_the_sample_is_known() -> None:
    """The leads that come with Fairlead all get a sector."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        names = {row["industry"] for row in csv.DictReader(file)}
    assert [name for name in names if not named(name)] == []


def _column(part: str, file: str, column: str) -> Counter[str]:
    try:
        path = data_folder(part) / file
    except MissingDataError as error:
        pytest.skip(str(error))
    with path.open(encoding="utf-8", newline="") as lines:
        return Counter(row[column] for row in csv.DictReader(lines) if row[column])


@pytest.mark.data
@pytest.mark.parametrize(("part", "file", "column"), [
    ("crm-maven", "accounts.csv", "sector"), ("crm-synthetic-sf", "crm_accounts.csv", "industry")])
def test_real_industries_are_known(part: str, file: str, column: str) -> None:
    """Every industry of the smaller exports gets a sector, ``technolgy`` among them."""
    assert [name for name in _column(part, file, column) if not named(name)] == []


@pytest.mark.data
def test_marketstar_gets_sectors() -> None:
    """97 % of the rows that name an industry get a sector; the rest says nothing, by name."""
    names = _column("crm-marketstar", "leads.csv", "Industry")
    missed = {name: count for name, count in names.items() if not named(name)}
    assert sum(missed.values()) <= 0.03 * names.total()
    assert set(missed) == {
        "Other", "Unknown", "unlisted", "Other Industry Not Listed", "al Products", "LOCAL",
        "COMPANY", "B2C", "B2B", "PERSON", "PRODUCT_SERVICE", "IND", "Industry",
        "No Page Info/Offsite", "Insurance/Real Estate/Legal"}
