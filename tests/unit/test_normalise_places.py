"""Countries, regions, postal codes, time zones and languages, in the spellings of exports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from solver.calendar.zones import check_zone
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.country_names import countries
from solver.prepare.normalise.folding import fold, foldings
from solver.prepare.normalise.language import normalise_language
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.postal import normalise_postal
from solver.prepare.normalise.region import country_of_region, normalise_region, region_codes
from solver.prepare.normalise.region_names import region_names
from solver.prepare.normalise.tables.country_aliases import COUNTRY_ALIASES
from solver.prepare.normalise.tables.postal_formats import LEADING_ZERO, POSTAL_FORMATS
from solver.prepare.normalise.tables.region_aliases import REGION_ALIASES
from solver.prepare.normalise.tables.region_zones import (
    COUNTRY_ZONES,
    REGION_ZONES,
    ZONE_ABBREVIATIONS,
)
from solver.prepare.normalise.zone import normalise_zone, zone_of
from tests.command_line import ROOT


@pytest.mark.parametrize("text", ["Select", "please select", "n/a", "N.A.", "#N/A", "unknown", "-",
                                  "--", "none", "--None--", "<null>", "(blank)", "???", "k. A.",
                                  "keine Angabe", "TBD", "not provided", " nan "])
def test_placeholders(text: str) -> None:
    """What forms and exports write for nothing is told from values."""
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "  ", "N.D.", "N.S.", "ka", "Nantes", "None Inc", "0", "x",
                                  "Selecta", "n/a@acme.com", "-1"])
def test_no_placeholders(text: str) -> None:
    """Blanks are blank, and short values are values."""
    assert not is_placeholder(text)


def test_folding() -> None:
    """Case, Latin accents, apostrophes and punctuation go; accents of other scripts stay."""
    assert fold("  Côte d’IVOIRE ") == fold("cote d'ivoire") == "cote divoire"
    assert fold("U. S. A.") == fold("usa") == "usa"
    assert fold("St. Lucia") == "saint lucia"
    assert fold("Bosnia & Herzegovina") == "bosnia and herzegovina"
    assert fold("गाना") != fold("गिनी")
    assert foldings("Thüringen") == ("thuringen", "thueringen")


@pytest.mark.parametrize(("text", "code", "rule"), [
    ("US", "US", None), ("us", "US", "country code"), ("USA", "US", "country code"),
    ("276", "DE", "country code"), ("U.S.", "US", "country code"), ("UK", "GB", "country name"),
    ("UAE", "AE", "country name"), ("England", "GB", "country name"),
    ("Korea, Republic of", "KR", "country name"), ("Republic of Korea", "KR", "country name"),
    ("Korea", "KR", "country name"), ("The Netherlands", "NL", "country name"),
    ("Netherlands, The", "NL", "country name"), ("Deutschland", "DE", "country name"),
    ("España", "ES", "country name"), ("espana", "ES", "country name"),
    ("日本", "JP", "country name"), ("Россия", "RU", "country name"),
    ("Österreich", "AT", "country name"), ("Oesterreich", "AT", "country name"),
    ("Côte d’Ivoire", "CI", "country name"), ("Germany (DE)", "DE", "country name"),
    ("US - United States", "US", "country code"), ("🇫🇷", "FR", "country code"),
    ("Kosovo", "XK", "country name"), ("Philipines", "PH", "country spelling"),
    ("United Sates", "US", "country spelling"), ("Untied Kingdom", "GB", "country spelling"),
    ("NA", "NA", None), ("Namibia", "NA", "country name"),
])
def test_country(text: str, code: str, rule: str | None) -> None:
    """Names, codes, abbreviations, local spellings and slips become alpha-2."""
    assert normalise_country(text) == Cell(code, rule)


@pytest.mark.parametrize("text", ["Kongo", "Congo", "Austrlia", "Virgin Islands", "EU", "40",
                                  "Asia/Pacific Region", "US - Germany", "Germany (US)", "Atlantis",
                                  "Paris, France", "Mexico City", "Iranq", "Vienna", "Tainan",
                                  "Male"])
def test_unknown_country(text: str) -> None:
    """What fits several countries or none stays as it came and is counted as unknown."""
    assert normalise_country(f" {text} ") == Cell(text, known=False)


@pytest.mark.parametrize("text", ["Select", "n/a", "na", "-", "unknown"])
def test_country_placeholder(text: str) -> None:
    """A placeholder is as good as blank, with a rule that says so; a blank is blank."""
    assert normalise_country(text) == Cell(None, "placeholder")
    assert normalise_country("  ") == Cell(None)


@pytest.mark.parametrize(("text", "country", "name", "rule"), [
    ("CA", "US", "California", "region code"), ("ca", "us", "California", "region code"),
    ("US-CA", "US", "California", "region code"), ("us_ca", None, "California", "region code"),
    ("California", "US", "California", None), ("Calif.", "US", "California", "region name"),
    ("NEW YORK STATE", "US", "New York", "region name"), ("N.Y.", "US", "New York", "region name"),
    ("N.D.", "US", "North Dakota", "region name"),
    ("Washington, D.C.", "US", "District of Columbia", "region name"),
    ("Californa", "US", "California", "region spelling"), ("Québec", "CA", "Quebec", "region name"),
    ("Bavaria", "DE", "Bayern", "region name"), ("Baviera", "DE", "Bayern", "region name"),
    ("Thueringen", "DE", "Thüringen", "region name"), ("Bavaria", None, "Bayern", "region name"),
    ("Sao Paulo", "BR", "São Paulo", "region name"), ("Tuscany", "IT", "Toscana", "region name"),
    ("NA", "IT", "Napoli", "region code"), ("34", "TR", "İstanbul", "region code"),
    ("東京", "JP", "Tokyo", "region name"), ("Guangdong", "CN", "Guangdong Sheng", "region name"),
    ("London", "GB", "London, City of", "region name"), ("Nan", "TH", "Nan", None),
    ("Islas Baleares", "ES", "Illes Balears", "region name"),
])
def test_region(text: str, country: str | None, name: str, rule: str | None) -> None:
    """Codes, names, exonyms and translations become the ISO name."""
    assert normalise_region(text, country) == Cell(name, rule)


@pytest.mark.parametrize(("text", "country"), [
    ("CA", None), ("Córdoba", None), ("Punjab", None), ("US-CA", "DE"), ("Dallas", "US"),
    ("CA", "ZZ"), ("State", "US"), ("Other Cities of Maharashtra", "IN"), ("Bavaria", "US"),
])
def test_unknown_region(text: str, country: str | None) -> None:
    """A code without its country and a name of several regions stay unknown."""
    assert normalise_region(text, country) == Cell(text, known=False)


def test_region_placeholder() -> None:
    """``na`` in small letters is no code."""
    assert normalise_region("na", "IT") == normalise_region("Select", None) \
        == Cell(None, "placeholder")


@pytest.mark.parametrize(("text", "country"), [
    ("US-CA", "US"), ("Bavaria", "DE"), ("New South Wales", "AU"), ("CA", None), ("Punjab", None),
    ("Narnia", None), ("", None),
])
def test_country_of_region(text: str, country: str | None) -> None:
    """Only a region that one country has gives the country away."""
    assert country_of_region(text) == country


def test_every_region_is_known_by_code_and_by_name() -> None:
    """All codes of ISO 3166-2 are read, and what they become is read as itself."""
    for code, name in region_names().items():
        country = code.partition("-")[0]
        assert normalise_region(code, country) == Cell(name, "region code")
        assert normalise_region(name, country) == Cell(name)


@pytest.mark.parametrize(("text", "country", "code"), [
    ("02130", "US", "02130"), ("10169", "US", "10169"), ("SW1A 1AA", "GB", "SW1A 1AA"),
    ("02130-1234", "US", "02130-1234"), ("80331", "DE", "80331"), ("10169", None, "10169"),
    ("SW1A 1AA", None, "SW1A 1AA"),
])
def test_postal_code_left_alone(text: str, country: str | None, code: str) -> None:
    """A code that is right is not touched."""
    assert normalise_postal(text, country) == Cell(code)


@pytest.mark.parametrize(("text", "country", "code", "rule"), [
    ("2130", "US", "02130", "postal code lost a zero"),
    ("2130.0", "US", "02130", "postal code lost a zero"),
    ("2130-1234", "US", "02130-1234", "postal code lost a zero"),
    ("21301234", "US", "02130-1234", "postal code lost a zero"),
    ("1067", "DE", "01067", "postal code lost a zero"),
    ("021301234", "US", "02130-1234", "postal code spelling"),
    ("80331.0", "DE", "80331", "postal code spelling"),
    ("D-80331", "DE", "80331", "postal code spelling"),
    ("sw1a1aa", "gb", "SW1A 1AA", "postal code spelling"),
    ("m5v3l9", "CA", "M5V 3L9", "postal code spelling"),
    ("1012ab", "NL", "1012 AB", "postal code spelling"),
    ("00950", "PL", "00-950", "postal code spelling"),
    ("01310100", "BR", "01310-100", "postal code spelling"),
    ("１００－０００１", "JP", "100-0001", "postal code spelling"),
    ("1010", "LV", "LV-1010", "postal code spelling"),
    ("d02x285", "IE", "D02 X285", "postal code spelling"),
    (" sw1a  1aa ", None, "SW1A 1AA", "postal code spelling"),
])
def test_postal_code(text: str, country: str | None, code: str, rule: str) -> None:
    """Capitals, blanks and hyphens as the country writes them; a lost zero comes back."""
    assert normalise_postal(text, country) == Cell(code, rule)


@pytest.mark.parametrize(("text", "country"), [
    ("SW1", "GB"), ("75", "FR"), ("hello", None), ("123456", "US"), ("B0B 0O", "CA"),
    ("213", "US"), ("123", "CH"),
])
def test_unknown_postal_code(text: str, country: str | None) -> None:
    """Prefixes and codes of another shape are unknown."""
    assert normalise_postal(text, country) == Cell(text, known=False)


def test_postal_code_of_a_country_without_format() -> None:
    """Where no format is known, what looks like a code passes."""
    assert normalise_postal("2130", "AE") == Cell("2130")


@pytest.mark.parametrize(("text", "zone", "rule"), [
    ("PST", "America/Los_Angeles", "zone abbreviation"), ("pdt", "America/Los_Angeles",
                                                          "zone abbreviation"),
    ("MST", "America/Denver", "zone abbreviation"), ("CST", "America/Chicago", "zone abbreviation"),
    ("EST", "America/New_York", "zone abbreviation"),
    ("america/new_york", "America/New_York", "zone name"), ("Europe/Berlin", "Europe/Berlin", None),
    ("us_slash_pacific", "US/Pacific", "zone name"), ("UTC", "UTC", None),
    ("W. Europe Standard Time", "Europe/Berlin", "Windows zone"),
    ("(GMT-08:00) Pacific Standard Time (America/Los_Angeles)", "America/Los_Angeles", "zone name"),
    ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York", "zone abbreviation"),
    ("Berlin", "Europe/Berlin", "city of a zone"), ("Kyiv", "Europe/Kyiv", "city of a zone"),
])
def test_zone(text: str, zone: str, rule: str | None) -> None:
    """IANA names in any case, abbreviations, Windows names, labels of CRMs and cities."""
    assert normalise_zone(text) == Cell(zone, rule)


@pytest.mark.parametrize("text", ["UTC+2", "IST", "Mars/Phobos", "+01:00", "BST"])
def test_unknown_zone(text: str) -> None:
    """An offset is no zone, and an abbreviation of several is none."""
    assert normalise_zone(text) == Cell(text, known=False)


@pytest.mark.parametrize(("country", "region", "zone"), [
    ("DE", None, "Europe/Berlin"), ("gb", "England", "Europe/London"), ("US", None, None),
    ("US", "CA", "America/Los_Angeles"), ("US", "Texas", "America/Chicago"), ("US", "TN", None),
    ("US", "AZ", "America/Phoenix"), ("US", "nowhere", None), ("CA", "Ontario", "America/Toronto"),
    ("CA", "NU", None), ("AU", "NSW", "Australia/Sydney"), ("BR", "Acre", "America/Rio_Branco"),
    ("MX", "Jalisco", "America/Mexico_City"), ("MX", None, None), ("CN", None, "Asia/Shanghai"),
    ("AR", None, "America/Argentina/Buenos_Aires"), ("ES", "Canarias", "Atlantic/Canary"),
    ("ES", "Madrid", "Europe/Madrid"), ("RU", None, None), ("ZZ", None, None), (None, "CA", None),
    ("ES", "Atlantis", "Europe/Madrid"),
])
def test_zone_of_a_place(country: str | None, region: str | None, zone: str | None) -> None:
    """A place has a zone if nearly all of its people live by one clock, else none."""
    assert zone_of(country, region) == zone


@pytest.mark.parametrize(("text", "name", "rule"), [
    ("es_ES", "Spanish", "language code"), ("spa", "Spanish", "language code"),
    ("Español", "Spanish", "language name"), ("deutsch", "German", "language name"),
    ("ger", "German", "language code"), ("German", "German", None),
    ("zh_Hans_CN", "Chinese", "language code"), ("en_US.UTF-8", "English", "language code"),
    ("English (United States)", "English", "language name"), ("日本語", "Japanese",
                                                             "language name"),
    ("Spanish - Spain", "Spanish", "language name"), ("Englisch", "English", "language name"),
    ("Brazilian Portuguese", "Portuguese", "language name"), ("Mandarin", "Chinese",
                                                              "language name"),
])
def test_language(text: str, name: str, rule: str | None) -> None:
    """Codes, locales, English and native names become the English name."""
    assert normalise_language(text) == Cell(name, rule)


@pytest.mark.parametrize("text", ["Javascript", "de fr", "Tamazight", "qqq"])
def test_unknown_language(text: str) -> None:
    """What is no language, or one of several, stays unknown."""
    assert normalise_language(text) == Cell(text, known=False)


def test_tables_name_what_exists() -> None:
    """The own tables use codes of ISO and zones of the time zone database, and nothing else."""
    assert set(COUNTRY_ALIASES) <= countries()
    assert set(REGION_ALIASES) | set(REGION_ZONES) <= set(region_names())
    assert set(POSTAL_FORMATS) | set(COUNTRY_ZONES) <= countries()
    assert set(POSTAL_FORMATS) >= LEADING_ZERO
    for zone in {*COUNTRY_ZONES.values(), *REGION_ZONES.values(), *ZONE_ABBREVIATIONS.values()}:
        assert check_zone(zone) == zone


@pytest.mark.parametrize(("code", "alias"), [
    (code, alias) for code, aliases in REGION_ALIASES.items() for alias in aliases])
def test_region_aliases_mean_their_region(code: str, alias: str) -> None:
    """No alias is taken by another region of the country."""
    assert region_codes(alias, code.partition("-")[0]) == {code}


def test_country_aliases_mean_their_country() -> None:
    """No alias is taken by another country."""
    assert {(code, alias): normalise_country(alias).value
            for code, aliases in COUNTRY_ALIASES.items() for alias in aliases} \
        == {(code, alias): code for code, aliases in COUNTRY_ALIASES.items() for alias in aliases}


def test_importing_is_cheap() -> None:
    """No library with tables of its own is loaded before the first value comes."""
    modules = ("country", "region", "postal", "phone", "email", "domain", "language", "zone")
    lines = [f"import solver.prepare.normalise.{name}" for name in modules]
    heavy = "('pycountry', 'phonenumbers', 'tldextract', 'us', 'email_validator', 'babel')"
    code = "; ".join(["import sys, solver; had = set(sys.modules)", *lines,
                      f"print([name for name in {heavy} if name in set(sys.modules) - had])"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=ROOT)
    assert done.stdout.strip() == "[]"
