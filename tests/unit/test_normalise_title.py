"""Job titles: function and seniority in several languages, and what is no rank."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from benchmarks.datasets.locate import MissingDataError, data_folder
from solver.prepare.normalise.title import SENIORITY_RANK, Title, read_title

SAMPLE = Path(__file__).resolve().parents[2] / "api" / "sample" / "leads.csv"


@pytest.mark.parametrize(("text", "function", "seniority"), [
    ("CEO", "general_management", "c_level"), ("CFO", "finance", "c_level"),
    ("Chief Information Security Officer", "security", "c_level"), ("CISO", "security", "c_level"),
    ("C - Level", None, "c_level"), ("SVP / VP", None, "vp"),
    ("Vice President, Human Resources", "hr", "vp"),
    ("Executive VP, Operations", "operations", "vp"),
    ("VP SALES & MARKETING", "sales", "vp"), ("Marketing DIrector", "marketing", "director"),
    ("Managing Director", "general_management", "c_level"), ("Head of IT", "it", "head"),
    ("General Manager", "general_management", "director"), ("HR MANAGER", "hr", "manager"),
    ("Procurement Lead", "procurement", "manager"), ("Security Officer", "security", "staff"),
    ("Sr. Software Engineer", "engineering", "senior"), ("Realtor", "real_estate", "staff"),
    ("Founder, CEO", "general_management", "owner"), ("Co-founder, CTO", "engineering", "owner"),
    ("healthcare_services - owner", "medical", "owner"), ("sales - entry", "sales", "junior"),
    ("Student / Intern", None, "student"), ("Marketing Intern", "marketing", "student"),
    ("Developer/Engineer\u2019", "engineering", "staff"), ("Medical Sales Rep", "sales", "staff"),
    ("Technology Sales Director", "sales", "director"), ("Partner", "general_management", "owner"),
])
def test_english(text: str, function: str | None, seniority: str | None) -> None:
    """Spellings of real exports; the highest rank and the first function count."""
    assert read_title(text).function == function
    assert read_title(text).seniority == seniority


@pytest.mark.parametrize(("text", "function", "seniority"), [
    ("Geschäftsführer", "general_management", "c_level"),
    ("Inhaberin", "general_management", "owner"),
    ("Vertriebsleiter DACH", "sales", "head"), ("Leiterin Personal", "hr", "head"),
    ("IT-Leiter", "it", "head"), ("Werkstudent Marketing", "marketing", "student"),
    ("Directeur Général", "general_management", "c_level"),
    ("Directrice Marketing", "marketing", "director"),
    ("Responsable des achats", "procurement", "head"), ("Chargé d\u2019affaires", "sales", "staff"),
    ("Gerente de Ventas", "sales", "manager"), ("Dueño", "general_management", "owner"),
    ("Jefe de Compras", "procurement", "head"), ("Diretor Comercial", "sales", "director"),
    ("Amministratore Delegato", "general_management", "c_level"),
    ("PDG", "general_management", "c_level"),
])
def test_other_languages(text: str, function: str, seniority: str) -> None:
    """German, French, Spanish, Portuguese and Italian titles, German compounds among them."""
    assert (read_title(text).function, read_title(text).seniority) == (function, seniority)


@pytest.mark.parametrize(("text", "seniority"), [
    ("Account Executive", "staff"), ("Executive Assistant to the CEO", "staff"),
    ("Assistant to the Managing Director", "junior"), ("Chief of Staff to the CEO", "head"),
    ("HR Business Partner", "staff"), ("Product Owner", "staff"), ("Partner Manager", "manager"),
    ("Junior Account Manager", "junior"), ("Assistant General Manager", "manager"),
    ("Vice President", "vp"), ("Senior Manager", "manager"), ("Staff Writer", "staff"),
])
def test_words_that_look_like_a_rank(text: str, seniority: str) -> None:
    """A word inside a longer phrase does not count, nor does the title of whom one serves."""
    assert read_title(text).seniority == seniority


@pytest.mark.parametrize("text", ["", "N/A", "[Not Provided]", "contact us form", "xxx", "Whois",
                                  "x" * 10_000])
def test_what_says_nothing(text: str) -> None:
    """No function and no seniority are invented."""
    title = read_title(text)
    assert title.function is None
    assert title.seniority is None


def test_the_rule_names_the_words() -> None:
    """The words that decided are shown."""
    assert read_title("Vice-President of Marketing") == Title(
        "marketing", "vp", "seniority: vice president, function: marketing")


def test_ranks_go_from_the_owner_to_the_student() -> None:
    """Sorting by rank puts first who decides first."""
    titles = ["Student", "Manager", "Owner", "VP", "CEO", "Analyst", "Director", "Head of IT"]
    order = sorted(titles, key=lambda text: SENIORITY_RANK[read_title(text).seniority or "student"])
    assert order == ["Owner", "CEO", "VP", "Director", "Head of IT", "Manager", "Analyst",
    "Student"]


def test_the_table_is_sound() -> None:
    """Ranks are those of the order, and no phrase of a section stands twice."""
    table = yaml.safe_load((files("solver.prepare.normalise") / "titles.yaml").read_text("utf-8"))
    assert set(table["seniority"]) == {*SENIORITY_RANK, "none"}
    assert set(table["endings"].values()) <= set(SENIORITY_RANK)
    functions = set(table["function"]) | set(table["weak_function"])
    assert set(table["beginnings"].values()) <= functions
    for section in ("seniority", "function", "weak_function"):
        phrases = Counter(phrase for listed in table[section].values() for phrase in listed)
        assert [phrase for phrase, count in phrases.items() if count > 1] == []
        assert max(len(phrase.split()) for phrase in phrases) <= 5


def test_every_title_of_the_sample_is_read() -> None:
    """The leads that come with Fairlead have function and seniority wherever they have a title."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        titles = {row["title"] for row in csv.DictReader(file)} - {""}
    assert [text for text in titles if not (read_title(text).function and
                                            read_title(text).seniority)] == []


@pytest.mark.data
def test_marketstar_gets_seniority_and_function() -> None:
    """Nearly all rows with a title get a rank; three in five are a bare rank without function."""
    try:
        path = data_folder("crm-marketstar") / "leads.csv"
    except MissingDataError as error:
        pytest.skip(str(error))
    with path.open(encoding="utf-8", newline="") as file:
        titles = Counter(row["Title"] for row in csv.DictReader(file) if row["Title"])
    read = {text: read_title(text) for text in titles}
    rows = titles.total()
    assert sum(titles[text] for text in titles if read[text].seniority) >= 0.94 * rows
    assert sum(titles[text] for text in titles if read[text].function) >= 0.35 * rows
    assert sum(1 for title in read.values() if title.function) >= 0.85 * len(read)
