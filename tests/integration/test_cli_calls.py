"""`route --calls`: whom each rep calls first on each day."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.command_line import fairlead

AT = "2026-11-18T15:00:00Z"
LEADS = """lead_id,created_at,deal_value,score,account_id,company,title,email,phone,first_name,\
last_name
L1,2026-11-18T08:00:00Z,900,40,A1,Foo,Chief Executive Officer,bo@foo.com,+442079460001,Bo,Al
L2,2026-11-18T08:00:00Z,900,40,A1,Foo,Assistant,cy@foo.com,,=Cy,Di
L3,2026-11-18T08:00:00Z,100,40,,Bar,Head of Sales,ed@bar.com,,Ed,Fo
"""
REPS = """rep_id,capacity,timezone,working_hours
r1,5,America/New_York,Mon-Fri 09:00-17:00
"""
LATE = """rep_id,capacity,timezone,working_hours
r1,5,Asia/Tokyo,Mon-Fri 09:00-17:00
"""
POLICY = """scoring:
  base: 20
  behaviour:
    - {name: pricing page, kind: [visit], detail_contains: [pricing], points: 40}
  qualify: 50
  alert: 60
"""
ACTIVITIES = "lead_id,at,kind,detail\nL3,2026-11-18T13:00:00Z,visit,/pricing\n"


def _calls(folder: Path, reps: str, *arguments: object) -> list[dict[str, str]]:
    for name, text in (("leads.csv", LEADS), ("reps.csv", reps), ("policy.yaml", POLICY),
                       ("activities.csv", ACTIVITIES)):
        (folder / name).write_text(text, encoding="utf-8")
    calls = folder / "calls.csv"
    run = fairlead("route", "--leads", folder / "leads.csv", "--reps", folder / "reps.csv",
                   "--policy", folder / "policy.yaml", "--at", AT, "--calls", calls, *arguments)
    assert run.code == 0, run.stderr
    assert f"wrote 3 calls to {calls}" in run.stderr
    with calls.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_hot_leads_come_first_then_the_worth(tmp_path: Path) -> None:
    """The lead that visited is hot and goes before dearer ones; each says how to be reached."""
    first, *others = _calls(tmp_path, REPS, "--activities", tmp_path / "activities.csv")
    assert (first["lead_id"], first["order"], first["due_at"]) == (
        "L3", "1", "2026-11-18T10:00-05:00")
    assert first["why"] == "'+40 pricing page 2 h ago, +20 base"
    assert [(row["lead_id"], row["contact"], row["phone"]) for row in others] == [
        ("L1", "1 of 2", "'+442079460001"), ("L2", "2 of 2", "")]
    assert others[1]["name"] == "'=Cy Di"


def test_calls_are_due_when_the_rep_is_next_at_work(tmp_path: Path) -> None:
    """At midnight in Tokyo the list is that of the next morning; the same files, the same bytes."""
    calls = _calls(tmp_path, LATE)
    assert {(row["day"], row["due_at"]) for row in calls} == {
        ("2026-11-19", "2026-11-19T09:00+09:00")}
    written = (tmp_path / "calls.csv").read_bytes()
    _calls(tmp_path, LATE)
    assert (tmp_path / "calls.csv").read_bytes() == written


def test_the_list_never_replaces_an_input(tmp_path: Path) -> None:
    """A call list named like an input file is refused before anything is read."""
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    run = fairlead("route", "--leads", tmp_path / "leads.csv", "--reps", tmp_path / "leads.csv",
                   "--at", AT, "--calls", tmp_path / "leads.csv")
    assert run.code == 2
    assert "--calls" in run.stderr
    assert (tmp_path / "leads.csv").read_text(encoding="utf-8") == LEADS
