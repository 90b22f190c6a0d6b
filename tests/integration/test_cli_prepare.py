"""`fairlead prepare`, and what the other commands make of prepared leads."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from solver.prepared_files import PREPARED_FILES
from tests.command_line import Run, contents, fairlead

AT = "2026-11-18T15:00:00Z"
HEADER = "lead_id,created_at,deal_value,score,company,domain,country,email,phone,first_name," \
         "last_name,owner_id"
REPS = """rep_id,capacity,name,email
r1,5,Ana Silva,ana@us.example.com
r2,5,Ben Otto,ben@us.example.com
r3,5,Ben Otto,otto@us.example.com
"""
ACCOUNTS = """account_id,name,domain,parent_id,customer
A1,Aster Group,aster-group.com,,true
A2,Aster Labs,aster-labs.io,A1,false
A3,Birch Foods,birchfoods.com,,false
"""


def _inputs(folder: Path, *rows: str, **files: str) -> list[object]:
    """Write the files and return READING."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"leads.csv": "\n".join((HEADER, *rows)) + "\n", "reps.csv": REPS,
             **{name.replace("_", "."): text for name, text in files.items()}}
    flags: list[object] = []
    for name, text in given.items():
        (folder / name).write_text(text, encoding="utf-8")
        if name != "extra.csv":
            flags += [f"--{name.partition('.')[0]}", folder / name]
    return [*flags, "--at", AT]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _prepared(tmp_path: Path, reading: list[object], *arguments: object) -> tuple[Run, Path]:
    run = fairlead("prepare", *reading, "--out", tmp_path / "out", *arguments)
    assert run.code == 0, run.stderr
    return run, tmp_path / "out"


MESSY = (
    'L1,18/11/2026 09:00,"$200,000 ",50,Acme GmbH,https://www.acme.de/x,Deutschland,a@acme.de,'
    "089 1234567,Ann,Lee,",
    'L2,2026-11-18T08:00:00Z,"1,5 Mio",x,ACME gmbh,acme.de,Germany,A@ACME.de,,Ann,Lee,',
    "L3,2026-11-18T08:00:00Z,900,70,Foo,foo.com,UK,bob@gmail.com,020 7946 0000,Bob,Ray,Ana Silva",
    ",2026-11-18T08:00:00Z,1,2,,,,,,,,",
    "L4,2026-11-18T08:00:00Z,1",
)


def test_every_row_is_a_lead_or_merged_or_set_aside(tmp_path: Path) -> None:
    """Five rows: two leads, one merged, two in quarantine; the report says so."""
    _, out = _prepared(tmp_path, _inputs(tmp_path / "in", *MESSY), "--timezone", "Europe/Berlin")
    assert set(contents(out)) == {*PREPARED_FILES, "quarantine.csv"}
    balance = json.loads((out / "report.json").read_bytes())["balance"]
    assert balance == {"rows_in": 5, "rows_out": 2, "merged": 1, "quarantined": 2}
    assert [row["lead_id"] for row in _rows(out, "leads.csv")] == ["L1", "L3"]
    (merge,) = _rows(out, "merged.csv")
    assert (merge["lead_id"], merge["into_lead_id"]) == ("L2", "L1")
    aside = _rows(out, "quarantine.csv")
    assert [(row["_row"], row["_code"]) for row in aside] == [("5", "BLANK_CELL"),
                                                              ("6", "TOO_FEW_CELLS")]


def test_what_was_changed_is_recorded(tmp_path: Path) -> None:
    """Field, from, to and rule, of what reading mended and of what was normalised."""
    _, out = _prepared(tmp_path, _inputs(tmp_path / "in", *MESSY), "--timezone", "Europe/Berlin")
    changes = {(row["record_id"], row["field"]): (row["before"], row["after"], row["rule"])
               for row in _rows(out, "changes.csv")}
    assert changes["L1", "deal_value"][:2] == ("$200,000", "200000")
    assert changes["L1", "country"] == ("Deutschland", "DE", "country name")
    assert changes["L1", "created_at"] == ("18/11/2026 09:00", "2026-11-18T08:00:00Z", "day first")
    assert changes["L2", "score"][1:] == ("", "unreadable: must be a decimal number such as 1250.5")
    assert changes["L3", "phone"][1] == "'+442079460000"
    (lead, other) = _rows(out, "leads.csv")
    assert (lead["deal_value"], lead["score"], lead["domain"]) == ("200000", "50", "acme.de")
    assert other["owner_id"] == "r1"


def test_the_quarantine_can_be_mended_and_fed_again(tmp_path: Path) -> None:
    """With an id and the missing cells the rows are leads; unmended they are set aside again."""
    reading = _inputs(tmp_path / "in", *MESSY)
    _, out = _prepared(tmp_path, reading, "--timezone", "Europe/Berlin")
    again = ["--leads", out / "quarantine.csv", *reading[2:]]
    _, second = _prepared(tmp_path / "again", again)
    assert json.loads((second / "report.json").read_bytes())["balance"]["quarantined"] == 2
    text = (out / "quarantine.csv").read_text(encoding="utf-8").splitlines()
    text[1] = text[1].replace("must not be blank,,", "must not be blank,L9,", 1)
    text[2] += "," * 9
    (tmp_path / "mended.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    _, third = _prepared(tmp_path / "third", ["--leads", tmp_path / "mended.csv", *reading[2:]])
    assert [row["lead_id"] for row in _rows(third, "leads.csv")] == ["L4", "L9"]
    assert "_rule" not in _rows(third, "leads.csv")[0]


def test_the_same_file_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """In any order of the rows, too, but for the rows of the quarantine."""
    whole = list(MESSY[:3])
    _, one = _prepared(tmp_path / "one", _inputs(tmp_path / "in", *whole), "--timezone", "UTC")
    _, same = _prepared(tmp_path / "same", _inputs(tmp_path / "in", *whole), "--timezone", "UTC")
    _, other = _prepared(tmp_path / "other", _inputs(tmp_path / "back", *whole[::-1]),
                         "--timezone", "UTC")
    assert contents(one) == contents(same) == contents(other)


def test_customers_wait_for_the_customer_team(tmp_path: Path) -> None:
    """A customer's lead, and one of its subsidiary; a lead of another account is routed."""
    rows = ("L1,2026-11-18T08:00:00Z,900,50,Aster Group,aster-group.com,,x@aster-group.com,,Al,Bo,",
            "L2,2026-11-18T08:00:00Z,900,50,Aster Labs,,,cy@aster-labs.io,,Cy,Di,",
            "L3,2026-11-18T08:00:00Z,900,50,Birch Foods Ltd,,,ed@birchfoods.com,,Ed,Fo,")
    reading = _inputs(tmp_path / "in", *rows, accounts_csv=ACCOUNTS)
    run = fairlead("route", *reading, "--out", tmp_path / "plan")
    assert run.code == 0
    plan = json.loads((tmp_path / "plan" / "plan.json").read_bytes())
    assert [(held["lead_id"], held["queue"], held["reasons"][0]["code"])
            for held in plan["held"]] == [("L1", "customer", "EXISTING_CUSTOMER"),
                                          ("L2", "customer", "EXISTING_CUSTOMER")]
    assert [row["lead_id"] for row in plan["assignments"]] == ["L3"]
    (tmp_path / "in" / "policy.yaml").write_text(
        "matching: {customers: reps, customer_rep_ids: [r3]}\n", encoding="utf-8")
    reading += ["--policy", tmp_path / "in" / "policy.yaml"]
    assert fairlead("route", *reading, "--out", tmp_path / "plan2").code == 0
    plan = json.loads((tmp_path / "plan2" / "plan.json").read_bytes())
    assert {row["lead_id"]: row["rep_id"] for row in plan["assignments"]}.items() >= {
        "L1": "r3", "L2": "r3"}.items()


def test_a_plan_says_that_its_leads_were_prepared_and_is_verified(tmp_path: Path) -> None:
    """Verify and explain read the leads as the plan did; raw plans say so too."""
    reading = [*_inputs(tmp_path / "in", *MESSY[:3]), "--timezone", "Europe/Berlin"]
    assert fairlead("route", *reading, "--out", tmp_path / "plan").code == 0
    plan = json.loads((tmp_path / "plan" / "plan.json").read_bytes())
    assert plan["preparation"]["rows_in"] == 3
    assert plan["preparation"]["merged"][0]["lead_id"] == "L2"
    checked = fairlead("verify", tmp_path / "plan", *reading[:-4], *reading[-2:])
    assert (checked.code, "FAIL" in checked.stdout) == (0, False)
    said = fairlead("explain", tmp_path / "plan", "--lead", "L2")
    assert said.stdout.startswith("Lead L2 is one with lead L1 (confidence ")
    clean = _inputs(tmp_path / "clean", "L1,2026-11-18T08:00:00Z,900,50,,,,,,,,")
    assert fairlead("route", *clean, "--raw", "--out", tmp_path / "raw").code == 0
    assert json.loads((tmp_path / "raw" / "plan.json").read_bytes())["preparation"] is None
    checked = fairlead("verify", tmp_path / "raw", *clean[:-2])
    assert (checked.code, "FAIL" in checked.stdout) == (0, False)


def test_a_tampered_hold_is_found(tmp_path: Path) -> None:
    """A lead that preparing holds cannot be moved to another queue in the plan."""
    row = "L1,2026-11-18T08:00:00Z,900,50,Aster Group,aster-group.com,,x@aster-group.com,,Al,Bo,"
    reading = _inputs(tmp_path / "in", row, accounts_csv=ACCOUNTS)
    assert fairlead("route", *reading, "--out", tmp_path / "plan").code == 0
    path = tmp_path / "plan" / "plan.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"queue": "customer"',
                                                             '"queue": "nurture"'), "utf-8")
    checked = fairlead("verify", tmp_path / "plan", *reading[:-2])
    assert checked.code == 1
    assert "queue is nurture in the plan and customer recomputed" in checked.stdout


POLICY = """scoring:
  base: 20
  fit:
    - {name: free mail, when: {email: [free]}, points: -15}
  behaviour:
    - {name: pricing page, kind: [visit], detail_contains: [pricing], points: 20, half_life_days: 7}
    - {name: careers page, kind: [visit], detail_contains: [careers], points: -30}
  qualify: 35
  disqualify: {below: 5, queue: junk, reason: no interest}
"""
ACTIVITIES = """lead_id,at,kind,detail
L1,2026-11-18T13:00:00Z,visit,/pricing
L2,2026-11-18T13:00:00Z,visit,/careers
L7,2026-11-18T13:00:00Z,visit,/pricing
L1,2026-11-19T13:00:00Z,visit,/pricing
"""


def test_scores_follow_what_leads_did(tmp_path: Path) -> None:
    """The points are the score; below the threshold a lead is junk; each part is said."""
    rows = ("L1,2026-11-18T08:00:00Z,900,,Foo,foo.com,,bo@foo.com,,Bo,Al,r1",
            "L2,2026-11-18T08:00:00Z,900,,Bar,bar.com,,cy@bar.com,,Cy,Di,",
            "L3,2026-11-18T08:00:00Z,900,,,,,ed@gmail.com,,Ed,Fo,")
    reading = _inputs(tmp_path / "in", *rows, policy_yaml=POLICY, activities_csv=ACTIVITIES)
    run, out = _prepared(tmp_path, reading)
    scores = {row["lead_id"]: row for row in _rows(out, "scores.csv")}
    assert scores["L1"]["why"].startswith("'+20 base, +19.8 pricing page 2 h ago")
    assert (scores["L1"]["qualified"], scores["L2"]["points"], scores["L3"]["points"]) == (
        "true", "0", "5")
    assert [(row["lead_id"], row["queue"], row["reason"]) for row in _rows(out, "held.csv")] == [
        ("L2", "junk", "DISQUALIFIED")]
    assert [row["kind"] for row in _rows(out, "alerts.csv") if row["lead_id"] == "L1"] == [
        "qualified"]
    assert [(row["rep_id"], row["lead_id"]) for row in _rows(out, "calls.csv")] == [("r1", "L1")]
    assert {line.split()[1] for line in run.said if line.startswith("warning")} >= {
        "UNKNOWN_LEAD", "FUTURE_ACTIVITY"}


def test_a_table_fills_in_what_is_missing(tmp_path: Path) -> None:
    """A CSV provider knows the deal value; what fails leaves the leads as they were."""
    reading = _inputs(tmp_path / "in", "L1,2026-11-18T08:00:00Z,,50,,foo.com,,,,,,",
                      extra_csv="domain,deal_value,country\nfoo.com,700,France\n")
    _, out = _prepared(tmp_path, reading, "--enrich", tmp_path / "in" / "extra.csv")
    (lead,) = _rows(out, "leads.csv")
    assert lead["country"] == "FR"
    run, _ = _prepared(tmp_path / "second", reading, "--enrich", "http://127.0.0.1:9/none")
    assert any("ENRICHMENT" in line for line in run.said)
    refused = fairlead("prepare", *reading, "--enrich", tmp_path / "no.csv")
    assert (refused.code, refused.said[-1].startswith("error: --enrich")) == (2, True)


@pytest.mark.parametrize(("row", "code"), [
    ("L1,03/04/2026,900,50,,,,,,,,", "AMBIGUOUS_DATE"),
    ("L1,2026-11-18T08:00:00Z,€900,50,,,,,,,,", "NO_EXCHANGE_RATE"),
    (",2026-11-18T08:00:00Z,900,50,,,,,,,,", "SET_ASIDE"),
    ("L1,2026-11-18T08:00:00Z,900,50,,,,,,,,Ben Otto", "AMBIGUOUS_OWNER"),
    ("L1,2026-11-18 08:00,900,50,,,,,,,,", "NAIVE_TIME"),
])
def test_what_cannot_be_decided_is_said_and_not_guessed(row: str, code: str, tmp_path: Path
                                                        ) -> None:
    """A warning with the row; the command goes on."""
    run, _ = _prepared(tmp_path, _inputs(tmp_path / "in", row))
    assert any(line.startswith(f"warning {code} leads.csv") for line in run.said)


def test_a_changed_form_raises_a_warning(tmp_path: Path) -> None:
    """Forty leads by an old form, forty by one with countries that nobody knows."""
    rows = [f"L{n:03},2026-11-{1 + n // 10:02}T08:00:00Z,900,50,,,"
            f"{'DE' if n < 120 else 'land-' + str(n % 3)},,,P{n},Q{n}," for n in range(160)]
    policy = "checking: {rush_window: 40, rush_leads: 20}\n"
    run, _ = _prepared(tmp_path, _inputs(tmp_path / "in", *rows, policy_yaml=policy))
    assert any(line.startswith("warning UNKNOWN_RUSH leads.csv, column country")
               for line in run.said)


def test_an_amount_in_another_currency_is_converted(tmp_path: Path) -> None:
    """By the policy's rate, and the change says so."""
    reading = _inputs(tmp_path / "in", "L1,2026-11-18T08:00:00Z,€900,50,,,,,,,,",
                      policy_yaml="exchange_rates: {EUR: 1.1}\n")
    _, out = _prepared(tmp_path, reading)
    assert _rows(out, "leads.csv")[0]["deal_value"] == "990"
    assert _rows(out, "changes.csv")[0]["rule"].endswith("EUR at 1.1")


def test_raw_has_no_place_with_prepare(tmp_path: Path) -> None:
    """And a folder that prepare did not write is not replaced."""
    reading = _inputs(tmp_path / "in", MESSY[2])
    assert fairlead("prepare", *reading, "--raw").code == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    refused = fairlead("prepare", *reading, "--out", tmp_path / "mine")
    assert (refused.code, "not written by prepare" in refused.stderr) == (2, True)


def test_a_policy_that_names_places_in_words_is_verified_too(tmp_path: Path) -> None:
    """Territories are normalised as leads are; the plan is the same, and passes its check."""
    policy = "territories: [{name: DACH, countries: [Germany]}]\n"
    reading = _inputs(tmp_path / "in", "L1,2026-11-18T08:00:00Z,900,50,,,Deutschland,,,,,",
                      policy_yaml=policy)
    assert fairlead("route", *reading, "--out", tmp_path / "plan").code == 0
    checked = fairlead("verify", tmp_path / "plan", *reading[:-2])
    assert (checked.code, "FAIL" in checked.stdout) == (0, False)


def _merged_pair(one: str, other: str) -> tuple[str, str]:
    """Rows of one person: deal value, country and owner as given."""
    rows = []
    for lead_id, cells in (("L1", one), ("L2", other)):
        deal, country, owner = cells.split(",")
        rows.append(f"{lead_id},2026-11-1{lead_id[1]}T08:00:00Z,{deal},50,,acme.com,{country},"
                    f"a@acme.com,,Ann,Lee,{owner}")
    return rows[0], rows[1]


@pytest.mark.parametrize(("one", "other", "column", "value"), [
    ("abc,,", "5000,,", "deal_value", "5000"), ("9,Qwertzland,", "9,DE,", "country", "DE"),
    ("9,,Queue", "9,,r1", "owner_id", "r1")])
def test_what_is_known_goes_before_what_is_not(one: str, other: str, column: str, value: str,
                                               tmp_path: Path) -> None:
    """A value that cannot be read, a country that nobody knows, a queue as the owner."""
    reading = _inputs(tmp_path / "in", *_merged_pair(one, other),
                      policy_yaml="placeholder_owners: [Queue]\n")
    _, out = _prepared(tmp_path, reading)
    (lead,) = _rows(out, "leads.csv")
    assert (lead["lead_id"], lead[column]) == ("L1", value)
    assert _rows(out, "held.csv") == []
    assert ("L1", column, value, "merged from L2") in {
        (row["record_id"], row["field"], row["after"], row["rule"])
        for row in _rows(out, "changes.csv")}


def test_two_owners_of_one_person_are_for_a_person_to_decide(tmp_path: Path) -> None:
    """Neither lead goes; the pair stands in the review file."""
    _, out = _prepared(tmp_path, _inputs(tmp_path / "in", *_merged_pair("9,,r1", "9,,r2")))
    assert [row["lead_id"] for row in _rows(out, "leads.csv")] == ["L1", "L2"]
    (pair,) = _rows(out, "review.csv")
    assert {pair["lead_id"], pair["may_be_lead_id"]} == {"L1", "L2"}


def test_rows_of_one_id_that_contradict_each_other_are_set_aside(tmp_path: Path) -> None:
    """Another person under an id, and ids that a spreadsheet has rounded."""
    row = "{},2026-11-18T08:00:00Z,900,50,,,,{},,,,"
    _, out = _prepared(tmp_path, _inputs(
        tmp_path / "in", row.format("L1", "a@x.com"), row.format("L1", "b@y.com"),
        row.format("1.23457E+12", "c@z.com")))
    assert [row["lead_id"] for row in _rows(out, "leads.csv")] == ["L1"]
    assert [row["_code"] for row in _rows(out, "quarantine.csv")] == ["DUPLICATE_ID"] * 2


@pytest.mark.parametrize(("currency", "cells", "values"), [
    ("EUR", ("1.200", "2.500", "1.250.000"), ["1200", "2500", "1250000"]),
    ("USD", ("1.25", "2.500", "12.000"), ["1.25", "2.5", "12"]),
    ("USD", ("1200.500", "7.25", "8"), ["1200.5", "7.25", "8"])])
def test_points_are_what_the_column_shows_them_to_be(
        currency: str, cells: tuple[str, ...], values: list[str], tmp_path: Path) -> None:
    """Thousands where all have three digits behind them, else decimals."""
    rows = [f"L{n},2026-11-18T08:00:00Z,{cell},50,,,,,,,," for n, cell in enumerate(cells)]
    _, out = _prepared(tmp_path, _inputs(tmp_path / "in", *rows,
                                         policy_yaml=f"currency: {currency}\n"))
    assert [row["deal_value"] for row in _rows(out, "leads.csv")] == values


def test_a_dollar_is_no_euro(tmp_path: Path) -> None:
    """A sign of other currencies than the policy's is said, and the amount is not taken."""
    reading = _inputs(tmp_path / "in", 'L1,2026-11-18T08:00:00Z,"$200,000",50,,,,,,,,',
                      policy_yaml="currency: EUR\n")
    run, out = _prepared(tmp_path, reading)
    assert _rows(out, "leads.csv")[0]["deal_value"] == ""
    assert any(line.startswith("warning NO_EXCHANGE_RATE leads.csv, row 2") for line in run.said)


def test_a_refreshed_country_takes_its_clock_along(tmp_path: Path) -> None:
    """What was read off the old value is read off the new one."""
    policy = "enrichment: {fields: {country: {wins: theirs}}}\n"
    reading = _inputs(tmp_path / "in", "L1,2026-11-18T08:00:00Z,900,50,,acme.de,DE,,,,,",
                      policy_yaml=policy, extra_csv="domain,country\nacme.de,Japan\n")
    _, out = _prepared(tmp_path, reading, "--enrich", tmp_path / "in" / "extra.csv")
    (lead,) = _rows(out, "leads.csv")
    assert (lead["country"], lead["timezone"]) == ("JP", "Asia/Tokyo")


def test_people_called_na_or_null_keep_their_names(tmp_path: Path) -> None:
    """A placeholder elsewhere, a surname here."""
    _, out = _prepared(tmp_path, _inputs(
        tmp_path / "in", "L1,2026-11-18T08:00:00Z,900,50,,,,,,Ho,Na,"))
    assert _rows(out, "leads.csv")[0]["last_name"] == "Na"


def test_addresses_of_nobody_make_nobody_one(tmp_path: Path) -> None:
    """Two leads that both give noemail@noemail.com stay two."""
    rows = [f"L{n},2026-11-18T08:00:00Z,{n}00,50,,,,{mail},,,,"
            for n, mail in enumerate(("noemail@noemail.com",) * 2 + ("test@test.com",) * 2)]
    _, out = _prepared(tmp_path, _inputs(tmp_path / "in", *rows))
    assert [(row["lead_id"], row.get("email")) for row in _rows(out, "leads.csv")] == [
        (f"L{n}", None) for n in range(4)]


def test_languages_parted_by_commas_are_all_kept(tmp_path: Path) -> None:
    """Of leads and reps alike: none of several is dropped."""
    (tmp_path / "leads.csv").write_text(
        'lead_id,created_at,deal_value,score,languages,employees\n'
        'L1,2026-11-18T08:00:00Z,900,50,"Deutsch, Italian",1.200\n', encoding="utf-8")
    (tmp_path / "reps.csv").write_text(
        'rep_id,capacity,languages\nr1,5,"english, Italiano"\n', encoding="utf-8")
    reading: list[object] = ["--leads", tmp_path / "leads.csv", "--reps", tmp_path / "reps.csv",
                             "--at", AT]
    _, out = _prepared(tmp_path, reading)
    (lead,) = _rows(out, "leads.csv")
    assert (lead["languages"], lead["employees"]) == ("German;Italian", "1200")
    assert fairlead("route", *reading, "--out", tmp_path / "plan").code == 0
    plan = json.loads((tmp_path / "plan" / "plan.json").read_bytes())
    assert [row["rep_id"] for row in plan["assignments"]] == ["r1"]


def test_the_history_of_a_source_counts_what_was_won(tmp_path: Path) -> None:
    """IsConverted says which leads were won; where no column says it, nothing is known."""
    leads = tmp_path / "leads.csv"
    (tmp_path / "reps.csv").write_text(REPS, encoding="utf-8")
    reading = ["--leads", leads, "--reps", tmp_path / "reps.csv", "--at", AT]
    found = []
    for column in ("IsConverted", "Notes"):
        leads.write_text(f"lead_id,created_at,deal_value,score,source,{column}\n"
                         "L1,2026-11-18T08:00:00Z,900,50,Web,true\n"
                         "L2,2026-11-18T08:00:00Z,900,50,Web,false\n", encoding="utf-8")
        _, out = _prepared(tmp_path, list(reading))
        (source,) = json.loads((out / "report.json").read_bytes())["sources"]
        found.append((source["leads"], source["converted"]))
    assert found == [(2, 1), (2, None)]
