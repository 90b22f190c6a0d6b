"""`fairlead prepare --sources`: several files of leads, each with its own mapping."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from solver.prepared_files import PREPARED_FILES
from solver.reading import read_sources
from tests.command_line import Run, contents, fairlead

AT = "2026-11-18T15:00:00Z"
REPS = "rep_id,capacity,name\nr1,5,Ana Silva\n"
#: Times of Berlin; Ann is in both files, and id 7 is another person in each.
WEBINAR = """Registration,Registered,Worth,Mail,First,Last,Firm,Land
7,18.11.2026 09:00,"1,5 Mio",ann@acme.de,Ann,Lee,Acme GmbH,Deutschland
8,18.11.2026 10:00,900,bob@birch.com,Bob,Ray,Birch Foods,France
"""
WEBINAR_COLUMNS = """lead_id: Registration
created_at: Registered
deal_value: Worth
score: {constant: 40}
email: Mail
first_name: First
last_name: Last
company: Firm
country: Land
"""
HUBSPOT = """Record ID,Create Date,Email,First Name,Last Name,Company Name,Deal,HubSpot Score,\
Original Source
7,2026-11-17 09:00,cleo@cedar.com,Cleo,Fox,Cedar Ltd,5000,60,Paid Search
9,2026-11-17 10:00,Ann@Acme.de,Ann,Lee,ACME,,50,Offline Sources
"""
ENTRIES = ("{name: webinar, leads: webinar.csv, columns: maps/webinar.yaml, "
           "timezone: Europe/Berlin}",
           "{name: hubspot, leads: hs.csv, preset: hubspot, columns: maps/hs.yaml}")


def _write(folder: Path, *entries: str, **files: str) -> list[object]:
    """Write the files and return the options; keywords replace contents, `_` stands for a dot."""
    given = {
        "webinar.csv": WEBINAR, "hs.csv": HUBSPOT, "reps.csv": REPS,
        "maps/webinar.yaml": WEBINAR_COLUMNS, "maps/hs.yaml": "deal_value: Deal\n",
        "sources.yaml": "sources:\n" + "".join(f"- {one}\n" for one in entries or ENTRIES),
        **{name.replace("_", "."): text for name, text in files.items()}}
    for name, text in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return ["--sources", folder / "sources.yaml", "--reps", folder / "reps.csv", "--at", AT,
            "--timezone", "UTC"]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _prepared(out: Path, options: list[object], *more: object) -> Run:
    run = fairlead("prepare", *options, "--out", out, *more)
    assert run.code == 0, run.stderr
    return run


def _balance(out: Path) -> tuple[int, ...]:
    return tuple(json.loads((out / "report.json").read_bytes())["balance"].values())


def test_one_person_of_two_sources_is_one_lead_with_both(tmp_path: Path) -> None:
    """Ann came by webinar and from the CRM: merged by evidence, each file read by its mapping."""
    _prepared(tmp_path / "out", _write(tmp_path))
    leads = {row["lead_id"]: row for row in _rows(tmp_path / "out", "leads.csv")}
    assert _balance(tmp_path / "out") == (4, 3, 1, 0)
    (merge,) = _rows(tmp_path / "out", "merged.csv")
    assert (merge["lead_id"], merge["into_lead_id"]) == ("webinar:7", "hubspot:9")
    ann = leads["hubspot:9"]
    assert ann["sources"].split(";") == ["Offline Sources", "webinar"]
    assert (ann["deal_value"], ann["country"], ann["score"]) == ("1500000", "DE", "50")
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert {one["source"] for one in report["sources"]} == {
        "Offline Sources", "Paid Search", "webinar"}


def test_one_id_of_two_sources_is_two_leads(tmp_path: Path) -> None:
    """Id 7 is Ann to one system and Cleo to the other; changes tell whose they are."""
    _prepared(tmp_path / "out", _write(tmp_path))
    leads = {row["lead_id"]: row for row in _rows(tmp_path / "out", "leads.csv")}
    assert set(leads) == {"hubspot:7", "hubspot:9", "webinar:8"}
    assert leads["hubspot:7"]["last_name"] == "Fox"
    assert (leads["webinar:8"]["source"], leads["webinar:8"]["created_at"]) == (
        "webinar", "2026-11-18T09:00:00Z")
    changes = {(row["record_id"], row["field"]): row["after"]
               for row in _rows(tmp_path / "out", "changes.csv")}
    assert changes["webinar:7", "deal_value"] == "1500000"
    assert ("7", "deal_value") not in changes


def test_the_rows_set_aside_of_each_source_can_be_fed_again(tmp_path: Path) -> None:
    """Each under its own header; unmended rows come back, mended ones are leads."""
    options = _write(tmp_path, webinar_csv=f"{WEBINAR}9,18.11.2026 11:00,800\n",
                     hs_csv=f"{HUBSPOT},2026-11-17 11:00,dan@dill.com,Dan,Dill,Dill,10,20,Web\n")
    out = tmp_path / "out"
    run = _prepared(out, options)
    assert _balance(out) == (6, 3, 1, 2)
    assert set(contents(out)) == {*PREPARED_FILES, "quarantine-webinar.csv",
                                  "quarantine-hubspot.csv"}
    (short,) = _rows(out, "quarantine-webinar.csv")
    assert (short["_file"], short["_row"], short["_code"], short["Registration"]) == (
        "webinar.csv", "4", "TOO_FEW_CELLS", "9")
    (blank,) = _rows(out, "quarantine-hubspot.csv")
    assert (blank["_file"], blank["_code"], blank["Email"]) == (
        "hs.csv", "BLANK_CELL", "dan@dill.com")
    assert any(line.startswith("warning SET_ASIDE hs.csv") and "quarantine-hubspot.csv" in line
               for line in run.said)
    for name in ("webinar", "hubspot"):
        text = (out / f"quarantine-{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"q-{name}.csv").write_text(text, encoding="utf-8")
    entries = [one.replace("webinar.csv", "q-webinar.csv").replace("hs.csv", "q-hubspot.csv")
               for one in ENTRIES]
    again = _write(tmp_path, *entries)
    _prepared(tmp_path / "again", again)
    assert _balance(tmp_path / "again") == (2, 0, 0, 2)
    short_file, blank_file = tmp_path / "q-webinar.csv", tmp_path / "q-hubspot.csv"
    short_file.write_text(short_file.read_text(encoding="utf-8").replace(
        "11:00,800", "11:00,800,,,,,"), encoding="utf-8")
    blank_file.write_text(blank_file.read_text(encoding="utf-8").replace(
        "must not be blank,,", "must not be blank,11,"), encoding="utf-8")
    _prepared(tmp_path / "mended", again)
    assert [row["lead_id"] for row in _rows(tmp_path / "mended", "leads.csv")] == [
        "hubspot:11", "webinar:9"]
    assert "_rule" not in _rows(tmp_path / "mended", "leads.csv")[0]


def test_the_order_of_the_sources_changes_nothing(tmp_path: Path) -> None:
    """Twice the same bytes, over the earlier folder too; and in the other order of entries."""
    bad = f"{WEBINAR},18.11.2026 11:00,800,,,,,\n"
    _prepared(tmp_path / "out", _write(tmp_path, webinar_csv=bad))
    first = contents(tmp_path / "out")
    assert "quarantine-webinar.csv" in first
    _prepared(tmp_path / "out", _write(tmp_path, webinar_csv=bad))
    assert contents(tmp_path / "out") == first
    _prepared(tmp_path / "other", _write(tmp_path, *reversed(ENTRIES), webinar_csv=bad))
    assert contents(tmp_path / "other") == first


@pytest.mark.parametrize(("entry", "code", "place", "says"), [
    ("{name: web, leads: no.csv}", "BAD_MAPPING", "row 2, column sources.0.leads: 'no.csv'",
     "it begins in the folder of sources.yaml"),
    ("{name: web, leads: hs.csv, columns: no.yaml}", "BAD_MAPPING",
     "row 2, column sources.0.columns: 'no.yaml'", "cannot be read"),
    ("{name: web, leads: hs.csv, preset: hubspots}", "BAD_MAPPING",
     "row 2, column sources.0.preset: 'hubspots'", "Maybe it is 'hubspot'"),
    ("{name: web, leads: hs.csv, timezone: Europe/Berln}", "UNKNOWN_ZONE",
     "row 2, column sources.0.timezone: 'Europe/Berln'", "'Europe/Berlin'"),
    ("{name: 'a:b', leads: hs.csv}", "BAD_MAPPING", "row 2, column sources.0.name: 'a:b'",
     "letters, digits"),
    ("{name: 2026, leads: hs.csv}", "NEEDS_QUOTES", "row 2, column sources.0.name: '2026'",
     'Put it in quotes: "2026"'),
    ("{name: web, leads: hs.csv, mapping: a.yaml}", "UNKNOWN_KEY",
     "row 2, column sources.0.mapping: 'a.yaml'", "there is no key 'mapping'"),
    ("{name: web}", "BAD_MAPPING", "row 2, column sources.0.leads", "the value is missing"),
    ("web", "BAD_MAPPING", "row 2, column sources: 'web'", "a section of keys and values"),
])
def test_a_source_with_a_problem_is_named(entry: str, code: str, place: str, says: str,
                                          tmp_path: Path) -> None:
    """Place, value, rule and remedy; nothing is written."""
    run = fairlead("prepare", *_write(tmp_path, entry), "--out", tmp_path / "out")
    assert run.code == 3
    assert not (tmp_path / "out").exists()
    (line,) = [line for line in run.said if line.startswith(f"error {code} sources.yaml, {place}")]
    assert says in line


def test_every_problem_is_said_in_one_run(tmp_path: Path) -> None:
    """Of the sources file, of a mapping and of a file of leads, each under its own name."""
    options = _write(
        tmp_path, "{name: a, leads: webinar.csv, columns: maps/webinar.yaml}",
        "{name: A, leads: reps.csv}", "{name: b, leads: webinar.csv}", "{name: c, leads: no.csv}",
        "{name: d, leads: hs.csv}", **{"maps/webinar_yaml": "lead_id: Registratio\nscor: Worth\n"})
    run = fairlead("prepare", *options)
    assert run.code == 3
    said = {tuple(line.split()[1:3]) for line in run.said if line.startswith("error")}
    assert said >= {("NAME_TWICE", "sources.yaml,"), ("BAD_MAPPING", "sources.yaml,"),
                    ("UNKNOWN_KEY", "webinar.yaml,"), ("MISSING_COLUMN", "webinar.csv,"),
                    ("MISSING_COLUMN", "hs.csv,")}
    assert any("'a' has this file already" in line for line in run.said)


@pytest.mark.parametrize(("text", "code"), [
    ("", "EMPTY_FILE"), ("sources: []\n", "BAD_MAPPING"), ("source: []\n", "UNKNOWN_KEY"),
    ("sources: [\n", "BAD_YAML"), ("- a\n", "BAD_MAPPING"),
])
def test_a_sources_file_that_names_none_is_refused(text: str, code: str, tmp_path: Path) -> None:
    """Whatever it holds instead."""
    run = fairlead("prepare", *_write(tmp_path, sources_yaml=text))
    assert run.code == 3
    assert any(line.startswith(f"error {code} sources.yaml") for line in run.said)


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two exports called leads.csv are named as the sources file names them."""
    header = "lead_id,created_at,deal_value,score,company\n"
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "leads.csv").write_text(
            f"{header}1,2026-11-18T08:00:00Z,x{name},50,Firm {name}\n", encoding="utf-8")
    run = _prepared(tmp_path / "out", _write(
        tmp_path, "{name: a, leads: a/leads.csv}", "{name: b, leads: b/leads.csv}"))
    assert [line.split()[2] for line in run.said if "NOT_A_NUMBER" in line] == [
        "a/leads.csv,", "b/leads.csv,"]


def test_activities_name_leads_in_full_or_by_an_id_that_one_source_has(tmp_path: Path) -> None:
    """Id 7 could be either lead's and counts for nothing, with a warning; 8 is the webinar's."""
    options = _write(
        tmp_path, policy_yaml="scoring: {behaviour: [{name: v, kind: [visit], points: 10}]}\n",
        acts_csv=f"lead_id,at,kind\n7,{AT},visit\n8,{AT},visit\nhubspot:7,{AT},visit\n"
                 f"webinar:7,{AT},visit\n")
    run = _prepared(tmp_path / "out", [*options, "--policy", tmp_path / "policy.yaml",
                                       "--activities", tmp_path / "acts.csv"])
    points = {row["lead_id"]: row["points"] for row in _rows(tmp_path / "out", "scores.csv")}
    assert points == {"hubspot:7": "10", "webinar:8": "10", "hubspot:9": "10"}
    (line,) = [line for line in run.said if line.startswith("warning UNKNOWN_LEAD acts.csv")]
    assert "1 activities of leads whose id several sources have" in line


def test_rules_of_reps_in_a_sources_mapping_are_not_used(tmp_path: Path) -> None:
    """And that is said, once for a mapping that two sources share."""
    mapping = "leads: {company: firm}\nreps: {name: Rep}\n"
    header = "lead_id,created_at,deal_value,score,firm\n1,2026-11-18T08:00:00Z,9,50,Firm "
    run = _prepared(tmp_path / "out", _write(
        tmp_path, "{name: a, leads: a.csv, columns: map.yaml}",
        "{name: b, leads: b.csv, columns: map.yaml}", map_yaml=mapping,
        a_csv=f"{header}A\n", b_csv=f"{header}B\n"))
    assert [line.split()[:3] for line in run.said if "BAD_MAPPING" in line] == [
        ["warning", "BAD_MAPPING", "map.yaml,"]]


def test_sources_take_the_place_of_leads_preset_and_columns(tmp_path: Path) -> None:
    """The two ways exclude each other; the folder of the input files is not replaced."""
    options = _write(tmp_path)
    for flag, value in (("--leads", tmp_path / "hs.csv"), ("--preset", "hubspot"),
                        ("--columns", tmp_path / "maps" / "hs.yaml")):
        run = fairlead("prepare", *options, flag, value)
        assert (run.code, f"leave out {flag}" in run.stderr) == (2, True)
    assert fairlead("prepare", *options[:2]).code == 2
    assert fairlead("prepare", "--sources", tmp_path / "no.yaml", *options[2:]).code == 2
    _prepared(tmp_path / "out", options)
    entry = "{name: webinar, leads: out/leads.csv}"
    refused = fairlead("prepare", *_write(tmp_path, entry), "--out", tmp_path / "out")
    assert (refused.code, "holds the input file leads.csv" in refused.stderr) == (2, True)


def test_from_python(tmp_path: Path) -> None:
    """The entry point gives the window, and of each source the rows that are no leads."""
    _write(tmp_path, hs_csv=f"{HUBSPOT},2026-11-17 11:00,,,,,,,\n")
    reading = read_sources(tmp_path / "sources.yaml", tmp_path / "reps.csv", timezone="UTC",
                           at=datetime(2026, 11, 18, 15, tzinfo=UTC))
    assert reading.window is not None, reading.issues
    assert [lead.lead_id for lead in reading.window.leads] == [
        "hubspot:7", "hubspot:9", "webinar:8"]
    assert [(one.source, [row.row for row in one.quarantine]) for one in reading.set_aside] == [
        ("hubspot", [4]), ("webinar", [])]
    assert reading.set_aside[1].header_cells[0] == "Registration"
