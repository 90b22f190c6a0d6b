"""Scenarios from YAML and JSON: what they say, and what is said of what is none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from solver.errors import InvalidInputError, UsageError
from solver.models import Issue, IssueCode, Territory
from solver.scenarios import (
    AddReps,
    AddSkill,
    Campaign,
    CapacityOf,
    ChangeCapacity,
    ChangePolicy,
    CloseDay,
    MoveTerritory,
    OpenLeads,
    OpenTerritory,
    RampUpStep,
    RemoveReps,
    RepChanges,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
    read_scenarios,
)
from tests.scenario_windows import floor, with_rules

_EVERY_EDIT = """
scenarios:
  - name: everything
    note: one of each
    edits:
      - {edit: add_reps, like: ana, count: 2, capacity: 5, starts_on: 2026-12-01,
         ramp: [{after_days: 0, share: 0.5}, {after_days: 30, share: 1}],
         changes: {team: East, skills: {crm: 0.9}, daily_cap: null}}
      - {edit: remove_reps, rep_ids: [ben], leads: route}
      - {edit: capacity, where: 'team = "West"', of: daily_cap, factor: 1.5}
      - {edit: time_off, rep_ids: [cleo], from: 2026-12-24, to: 2026-12-31}
      - {edit: close_day, date: 2026-12-25}
      - {edit: add_skill, where: 'active', skill: crm, level: 0.8}
      - {edit: move_territory, territory: North, from: [ana], to: [cleo]}
      - {edit: open_territory, territory: {name: Alps, countries: [CH]}, reps: [cleo],
         before: South}
      - {edit: scale_leads, where: 'source = "web"', factor: 1.2}
      - {edit: shift_leads, share: 0.5, set: {country: ES}, days: -1}
      - {edit: campaign, name: spring, like: 'source = "fair"', from: 2026-12-01, to: 2026-12-14,
         leads_per_day: 20, set: {source: campaign}}
      - {edit: policy, set: {reserve_value: 100, limits: {West: {upper: 3}}}}
"""

_AS_RECORDS = Scenario(name="everything", note="one of each", edits=(
    AddReps(like="ana", count=2, capacity=5, starts_on=date(2026, 12, 1),
            ramp=(RampUpStep(after_days=0, share=0.5), RampUpStep(after_days=30, share=1.0)),
            changes=RepChanges(team="East", skills={"crm": 0.9}, daily_cap=None)),
    RemoveReps(rep_ids=("ben",), leads=OpenLeads.ROUTE),
    ChangeCapacity(where='team = "West"', of=CapacityOf.DAILY_CAP, factor=1.5),
    TakeTimeOff(rep_ids=("cleo",), from_=date(2026, 12, 24), to=date(2026, 12, 31)),
    CloseDay(date=date(2026, 12, 25)),
    AddSkill(where="active", skill="crm", level=0.8),
    MoveTerritory(territory="North", from_=("ana",), to=("cleo",)),
    OpenTerritory(territory=Territory(name="Alps", countries=("CH",)), reps=("cleo",),
                  before="South"),
    ScaleLeads(where='source = "web"', factor=1.2),
    ShiftLeads(share=0.5, set={"country": "ES"}, days=-1.0),
    Campaign(name="spring", like='source = "fair"', from_=date(2026, 12, 1),
             to=date(2026, 12, 14), leads_per_day=20.0, set={"source": "campaign"}),
    ChangePolicy(set={"reserve_value": 100, "limits": {"West": {"upper": 3}}})))


def _issues(text: str) -> tuple[Issue, ...]:
    with pytest.raises(InvalidInputError) as caught:
        read_scenarios(text)
    return caught.value.issues


def _edit(edit: str, name: str = "try") -> str:
    return f"- name: {name}\n  edits:\n    - {edit}\n"


def test_every_edit_is_read() -> None:
    """YAML says what the records say; dates need no quotes."""
    assert read_scenarios(_EVERY_EDIT) == (_AS_RECORDS,)


def test_records_write_to_json_and_read_back() -> None:
    """What was not set stays unset: a daily cap of null is no cap, an absent one as it was."""
    written = f"[{_AS_RECORDS.model_dump_json()}]"
    assert read_scenarios(written) == (_AS_RECORDS,)
    assert Scenario.model_validate_json(_AS_RECORDS.model_dump_json()) == _AS_RECORDS
    hire = json.loads(written)[0]["edits"][0]
    assert hire["changes"] == {"team": "East", "skills": {"crm": 0.9}, "daily_cap": None}
    assert json.loads(written)[0]["edits"][3]["from"] == "2026-12-24"


def test_a_file_and_its_text_say_the_same(tmp_path: Path) -> None:
    """A path is read; a text of several lines, or JSON, is the scenarios themselves."""
    path = tmp_path / "scenarios.yaml"
    path.write_text(_EVERY_EDIT, encoding="utf-8")
    as_json = tmp_path / "scenarios.json"
    as_json.write_text(json.dumps([_AS_RECORDS.model_dump(mode="json")], indent="\t"),
                       encoding="utf-8")
    assert read_scenarios(path) == read_scenarios(str(path)) == read_scenarios(_EVERY_EDIT)
    assert read_scenarios(as_json) == read_scenarios(path)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """It names the file."""
    with pytest.raises(UsageError, match=r"gone\.yaml"):
        read_scenarios(tmp_path / "gone.yaml")


@pytest.mark.parametrize(("edit", "place", "code", "says"), [
    ("{edit: capacity, rep_ids: [ana], set: -3}", "set", IssueCode.OUT_OF_RANGE,
     "must be 0 or more"),
    ("{edit: capacity, rep_ids: [ana], set: 3, factor: 2}", "", IssueCode.BAD_SCENARIO,
     "exactly one"),
    ("{edit: capacity, rep_ids: [ana]}", "", IssueCode.BAD_SCENARIO, "exactly one"),
    ("{edit: capacity, set: 3}", "", IssueCode.BAD_SCENARIO, "rep_ids or where"),
    ("{edit: capacity, rep_ids: [ana], where: active, set: 3}", "", IssueCode.BAD_SCENARIO,
     "exactly one of the two"),
    ("{edit: capacity, rep_ids: [ana, ana], set: 3}", "rep_ids", IssueCode.BAD_SCENARIO,
     "named twice"),
    ("{edit: capacity, rep_ids: [], set: 3}", "rep_ids", IssueCode.BAD_SCENARIO,
     "must not be empty"),
    ("{edit: time_off, rep_ids: [ana], from: 2026-12-31, to: 2026-12-01}", "",
     IssueCode.BAD_SCENARIO, "must not be before"),
    ("{edit: time_off, rep_ids: [ana], from: 0999-12-31, to: 2026-12-31}", "from",
     IssueCode.BAD_SCENARIO, "1970 to 2999"),
    ("{edit: close_day, date: soon}", "date", IssueCode.BAD_SCENARIO, "date"),
    ("{edit: remove_reps, where: 'lead.country = country'}", "where", IssueCode.BAD_SCENARIO,
     "asked of the rep alone"),
    ("{edit: remove_reps, where: 'team = '}", "where", IssueCode.BAD_SCENARIO, "team = "),
    ("{edit: scale_leads, factor: -0.5}", "factor", IssueCode.OUT_OF_RANGE, "must be 0 or more"),
    ("{edit: scale_leads, where: 'countri = ', factor: 2}", "where", IssueCode.BAD_SCENARIO,
     "countri"),
    ("{edit: shift_leads, share: 0.5}", "", IssueCode.BAD_SCENARIO, "say what shifts"),
    ("{edit: shift_leads, share: 1.5, days: 1}", "share", IssueCode.OUT_OF_RANGE, "at most 1"),
    ("{edit: move_territory, territory: North}", "", IssueCode.BAD_SCENARIO, "gives the territory"),
    ("{edit: move_territory, territory: '*', to: [ana]}", "territory", IssueCode.BAD_SCENARIO,
     "every territory"),
    ("{edit: policy, set: {}}", "set", IssueCode.BAD_SCENARIO, "must not be empty"),
    ("{edit: add_reps, like: ana, ramp: [{after_days: 9, share: 1}, {after_days: 3, share: 1}]}",
     "", IssueCode.BAD_SCENARIO, "ramp must rise"),
    ("{edit: add_reps, like: ana, count: 0}", "count", IssueCode.OUT_OF_RANGE, "1 or more"),
    ("{edit: add_reps, like: ana, changes: {skills: {crm: 2}}}", "changes.skills.crm",
     IssueCode.OUT_OF_RANGE, "at most 1"),
    ("{edit: add_reps, like: ana, changes: {working_hours: [always]}}", "changes.working_hours",
     IssueCode.BAD_SCENARIO, "Mon-Fri 09:00-17:00"),
    ("{edit: add_reps, like: NO}", "like", IssueCode.NEEDS_QUOTES, "text belongs here"),
])
def test_an_edit_that_cannot_be_meant_is_named(edit: str, place: str, code: IssueCode, says: str
                                               ) -> None:
    """With scenario, position, line and rule."""
    (issue,) = _issues(_edit(edit))
    assert issue.column == f"scenarios[0].edits[0].{place}".removesuffix(".")
    assert (issue.code, issue.record_id, issue.row) == (code, "try", 3)
    assert says in issue.message


@pytest.mark.parametrize(("edit", "place", "remedy"), [
    ("{edit: capasity, rep_ids: [ana], set: 3}", "edit", "'capacity'"),
    ("{edit: 3, rep_ids: [ana]}", "edit", "Use one of: add_reps"),
    ("{rep_ids: [ana], set: 3}", "", "Write edit: with one of add_reps"),
    ("{edit: time_off, rep_ids: [ana], form: 2026-12-01, to: 2026-12-01}", "form", "'from'"),
    ("{edit: add_reps, like: ana, changes: {teem: West}}", "changes.teem", "'team'"),
    ("{edit: add_reps, like: ana, changes: {capacity: 3}}", "changes.capacity", "Use one of"),
    ("{edit: shift_leads, set: {contry: ES}}", "set.contry", "'country'"),
])
def test_a_slip_of_a_key_is_named_with_the_closest(edit: str, place: str, remedy: str) -> None:
    """Kinds of edits, keys of edits, and fields of reps and leads."""
    issues = _issues(_edit(edit))
    column = f"scenarios[0].edits[0].{place}".removesuffix(".")
    assert remedy in next(issue.remedy for issue in issues if issue.column == column)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Over all scenarios and edits, in their order."""
    text = """
scenarios:
  - name: one
    edits: [{edit: capacity, rep_ids: [ana], set: -1}, {edit: what}]
  - edits: []
  - name: three
    edits: [{edit: close_day}]
"""
    assert [issue.column for issue in _issues(text)] == [
        "scenarios[0].edits[0].set", "scenarios[0].edits[1].edit", "scenarios[1].name",
        "scenarios[2].edits[0].date"]


@pytest.mark.parametrize("text", [
    "3\n", "scenarios: 3\n", "# nothing\n", "{}", "name: one\nedits: []\n", "scenarios: []\n",
    "[]"])
def test_scenarios_are_a_list(text: str) -> None:
    """Anything else says so, and so does a list of none."""
    (issue,) = _issues(text)
    assert issue.code is IssueCode.BAD_SCENARIO
    assert "list" in issue.rule


def test_a_slip_of_the_key_around_the_list_is_named() -> None:
    """With the key that is meant."""
    (issue,) = _issues("scenaros: [{name: one, edits: []}]\n")
    assert (issue.code, issue.column, issue.row) == (IssueCode.UNKNOWN_KEY, "scenaros", 1)
    assert issue.remedy == "Maybe it is 'scenarios'"


@pytest.mark.parametrize(("text", "remedy"), [
    ("- name: one\n", "Add the key 'edits'"),
    ("- name: one\n  edits: {edit: close_day, date: 2026-12-25}\n",
     "Put each entry on a line of its own behind a dash"),
    ("- name: one\n  edits:\n  - {edit: remove_reps, rep_ids: r-07}\n", "Write [r-07]"),
    ("- name: one\n  edits:\n  - {edit: close_day}\n", "Add the key 'date'"),
])
def test_a_value_of_the_wrong_form_has_a_remedy(text: str, remedy: str) -> None:
    """What to write, not only that it is wrong."""
    (issue,) = _issues(text)
    assert issue.remedy == remedy


def test_other_keys_beside_the_list_are_refused() -> None:
    """They would be passed over in silence."""
    (issue,) = _issues("scenarios: [{name: one, edits: []}]\nscenarois: []\n")
    assert issue.code is IssueCode.UNKNOWN_KEY


def test_a_key_that_stands_twice_in_json_is_refused() -> None:
    """JSON parsers keep the last one in silence."""
    (issue,) = _issues('[{"name": "a", "name": "b", "edits": []}]')
    assert issue.code is IssueCode.BAD_YAML
    assert "twice" in issue.rule


def test_with_a_window_all_is_said_at_once() -> None:
    """A scenario that is not well written hides nothing of the others; alone, JSON has no rows."""
    text = """
- {name: one, edits: [{edit: remove_reps, rep_ids: [anna]}]}
- {name: two, edits: [{edit: what}]}
- {name: one, edits: [{edit: policy, set: {limits: {West: {uper: 3}}}}]}
"""
    assert len(_issues(text)) == 1
    with pytest.raises(InvalidInputError) as caught:
        read_scenarios(text, with_rules())
    found = [(issue.row, issue.column) for issue in caught.value.issues]
    assert found == [
        (2, "scenarios[0].name"), (2, "scenarios[0].edits[0].rep_ids"),
        (3, "scenarios[1].edits[0].edit"), (4, "scenarios[2].name"),
        (4, "scenarios[2].edits[0].set.limits.West.uper")]
    with pytest.raises(InvalidInputError) as caught:
        read_scenarios('[{"name": "a", "edits": [{"edit": "add_reps", "like": "anna"}]}]', floor())
    assert [(issue.row, issue.column) for issue in caught.value.issues] == [
        (None, "scenarios[0].edits[0].like")]
    fine = '[{"name": "a", "edits": []}]'
    assert read_scenarios(fine, floor()) == (Scenario(name="a", edits=()),)
