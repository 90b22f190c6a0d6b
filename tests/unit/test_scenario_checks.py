"""Scenarios against a window: what is refused before anything runs."""

from __future__ import annotations

from datetime import date

import pytest

from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode, Territory
from solver.scenarios import (
    AddReps,
    AddSkill,
    Campaign,
    CapacityOf,
    ChangeCapacity,
    ChangePolicy,
    CloseDay,
    Edit,
    MoveTerritory,
    OpenTerritory,
    RemoveReps,
    RepChanges,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
    apply,
    check_scenarios,
)
from tests.scenario_windows import AT, floor, with_rules

_DECEMBER = {"from_": date(2026, 12, 1), "to": date(2026, 12, 31)}


def _issues(*edits: Edit) -> tuple[Issue, ...]:
    with pytest.raises(InvalidInputError) as caught:
        check_scenarios(with_rules(), [Scenario(name="fine", edits=()),
                                       Scenario(name="wrong", edits=edits)])
    assert all(issue.record_id == "wrong" for issue in caught.value.issues)
    return caught.value.issues


def _place(key: str, edit: int = 0) -> str:
    return f"scenarios[1].edits[{edit}].{key}".removesuffix(".")


@pytest.mark.parametrize(("edit", "key"), [
    (AddReps(like="anna"), "like"),
    (RemoveReps(rep_ids=("anna",)), "rep_ids"),
    (ChangeCapacity(rep_ids=("ben", "anna"), add=1), "rep_ids"),
    (TakeTimeOff(rep_ids=("anna",), **_DECEMBER), "rep_ids"),
    (CloseDay(rep_ids=("anna",), date=date(2026, 12, 25)), "rep_ids"),
    (AddSkill(rep_ids=("anna",), skill="crm"), "rep_ids"),
    (MoveTerritory(territory="North", from_=("anna",)), "from"),
    (MoveTerritory(territory="North", to=("anna",)), "to"),
    (OpenTerritory(territory=Territory(name="Alps"), reps=("anna",)), "reps"),
])
def test_an_unknown_rep_is_named_with_the_closest(edit: Edit, key: str) -> None:
    """Wherever an edit names reps."""
    (issue,) = _issues(edit)
    assert (issue.code, issue.column) == (IssueCode.UNKNOWN_REP, _place(key))
    assert issue.offending == "anna"
    assert issue.remedy == "Maybe it is 'ana'"


def test_an_unknown_rep_like_nobody_gets_some_names() -> None:
    """Where nothing is close."""
    (issue,) = _issues(RemoveReps(rep_ids=("0815",)))
    assert issue.remedy == "Use one of: 'ana', 'ben', 'cleo' and 1 more"


@pytest.mark.parametrize("edit", [
    ChangeCapacity(rep_ids=("zed",), add=1), TakeTimeOff(rep_ids=("zed",), **_DECEMBER),
    OpenTerritory(territory=Territory(name="Alps"), reps=("zed",))])
def test_a_rep_who_is_not_active_cannot_be_changed(edit: Edit) -> None:
    """It would change nothing."""
    (issue,) = _issues(edit)
    assert "not active" in issue.rule
    assert "add_reps" in issue.remedy


def test_a_rep_who_is_not_active_can_be_hired_again() -> None:
    """One like zed works."""
    check_scenarios(floor(), [Scenario(name="back", edits=(AddReps(like="zed"),))])


@pytest.mark.parametrize(("edit", "key", "of"), [
    (ChangeCapacity(where='team = "Norht"', add=1), "where", "none of the 3 active reps"),
    (RemoveReps(where="not active"), "where", "none of the 3 active reps"),
    (ScaleLeads(where='source = "wep"', factor=2), "where", "none of the 6 leads"),
    (ScaleLeads(where='lead_id = "kept"', factor=2), "where", "none of the 6 leads"),
    (ShiftLeads(where='source = "wep"', days=1), "where", "none of the 6 leads"),
    (Campaign(name="spring", like='source = "wep"', leads_per_day=1, **_DECEMBER), "like",
     "none of the 6 leads"),
])
def test_a_filter_that_matches_nobody_is_refused(edit: Edit, key: str, of: str) -> None:
    """It says out of how many."""
    (issue,) = _issues(edit)
    assert (issue.code, issue.column) == (IssueCode.MATCHES_NOBODY, _place(key))
    assert of in issue.rule


def test_a_capacity_below_zero_names_the_rep() -> None:
    """With what it has and what it would have; others are counted."""
    (issue,) = _issues(ChangeCapacity(where="active", add=-3))
    assert (issue.code, issue.column) == (IssueCode.OUT_OF_RANGE, _place("add"))
    assert "rep 'ben' and 1 other" in issue.rule
    assert "has 2" in issue.rule
    assert "-1" in issue.rule


def test_a_daily_cap_that_is_not_there_cannot_be_scaled() -> None:
    """Only set."""
    (issue,) = _issues(ChangeCapacity(rep_ids=("ana", "ben"), of=CapacityOf.DAILY_CAP, factor=2))
    assert "'ana'" in issue.rule
    assert "set" in issue.remedy
    check_scenarios(floor(), [Scenario(name="set", edits=(
        ChangeCapacity(rep_ids=("ana",), of=CapacityOf.DAILY_CAP, set=2),))])


def test_a_capacity_too_large_is_refused() -> None:
    """A billion is the most that is taken for real."""
    (issue,) = _issues(ChangeCapacity(rep_ids=("ana",), add=1_000_000_000))
    assert issue.code is IssueCode.OUT_OF_RANGE
    assert "1,000,000,000 at most" in issue.rule


@pytest.mark.parametrize(("edit", "key", "remedy"), [
    (AddSkill(rep_ids=("ana",), skill="cmr"), "skill", "Maybe it is 'crm'"),
    (MoveTerritory(territory="Nort", from_=("ana",)), "territory", "Maybe it is 'North'"),
    (OpenTerritory(territory=Territory(name="Alps"), reps=("ana",), before="Suth"), "before",
     "Maybe it is 'South'"),
    (AddReps(like="ana", changes=RepChanges(territories=("Nrth",))), "changes.territories",
     "Maybe it is 'North'"),
    (AddReps(like="ana", changes=RepChanges(skills={"crmm": 1.0})), "changes.skills",
     "Maybe it is 'crm'"),
    (ShiftLeads(set={"territory": "Suoth"}), "set.territory", "Maybe it is 'South'"),
    (ShiftLeads(set={"required_skills": {"crn": 0.5}}), "set.required_skills",
     "Maybe it is 'crm'"),
    (ChangePolicy(set={"limits": {"Wst": None}}), "set.limits.Wst", "Maybe it is 'West'"),
])
def test_an_unknown_name_is_refused_with_the_closest(edit: Edit, key: str, remedy: str) -> None:
    """Skills, territories and entries of the policy."""
    (issue,) = _issues(edit)
    assert (issue.code, issue.column, issue.remedy) == (IssueCode.UNKNOWN_NAME, _place(key), remedy)


def test_new_names_of_a_hire_may_be_like_nothing() -> None:
    """A skill that nobody asks for yet is no slip."""
    check_scenarios(floor(), [Scenario(name="new", edits=(
        AddReps(like="ana", changes=RepChanges(skills={"welding": 1.0})),))])


def test_a_skill_that_only_a_rule_looks_at_is_known() -> None:
    """Training in it can matter."""
    window = floor(rules=({"name": "law", "kind": "must", "reps": "skills.law >= 0.5"},))
    check_scenarios(window, [Scenario(name="law", edits=(
        AddSkill(rep_ids=("ana",), skill="law"),))])


def test_a_territory_moves_from_those_who_have_it_to_those_who_do_not() -> None:
    """Both sides are checked."""
    issues = _issues(MoveTerritory(territory="north", from_=("cleo",), to=("ben",)))
    assert [(issue.column, issue.offending) for issue in issues] == [
        (_place("from"), "cleo"), (_place("to"), "ben")]


def test_a_hire_whose_fields_do_not_go_together_is_refused() -> None:
    """Working hours need a zone."""
    (issue,) = _issues(AddReps(like="cleo",
                               changes=RepChanges(working_hours=("Mon-Fri 09:00-17:00",))))
    assert issue.column == _place("changes")
    assert "timezone" in issue.rule


@pytest.mark.parametrize(("first", "second", "says"), [
    (ChangeCapacity(rep_ids=("ana",), add=1), ChangeCapacity(where='team = "West"', factor=2),
     "rep 'ana' would be changed twice"),
    (RemoveReps(rep_ids=("ana",)), ChangeCapacity(where='team = "West"', factor=2),
     "whether the rep is there at all"),
    (AddSkill(rep_ids=("ana", "ben"), skill="crm"), RemoveReps(where='team = "West"'),
     "rep 'ana' and 1 other"),
    (RemoveReps(rep_ids=("ana",)), RemoveReps(rep_ids=("ana",)), "rep 'ana'"),
    (AddSkill(rep_ids=("ana",), skill="crm"), AddSkill(rep_ids=("ana",), skill="CRM", level=0.2),
     "the skill 'crm'"),
    (MoveTerritory(territory="North", from_=("ana",)),
     MoveTerritory(territory="NORTH", from_=("ana",), to=("cleo",)), "the territory 'north'"),
    (TakeTimeOff(rep_ids=("ana",), from_=date(2026, 12, 1), to=date(2026, 12, 5)),
     TakeTimeOff(where="active", from_=date(2026, 12, 5), to=date(2026, 12, 9)),
     "away twice from 2026-12-05 to 2026-12-05"),
    (CloseDay(rep_ids=("ana",), date=date(2026, 12, 25)),
     CloseDay(where="active", date=date(2026, 12, 25)), "the day 2026-12-25"),
    (ScaleLeads(where='source = "web"', factor=2), ScaleLeads(where='country = "GB"', factor=2),
     "lead 'L1' and 2 others"),
    (ShiftLeads(where='lead_id = "L1"', set={"country": "ES"}),
     ShiftLeads(set={"country": "FR"}, share=0.1), "lead 'L1' would be changed twice"),
    (ShiftLeads(where='lead_id = "L1"', days=1), ShiftLeads(days=-1, set={"country": "ES"}),
     "when they come"),
    (ChangePolicy(set={"match": {"skill": 1, "territory": 0}}), ChangePolicy(set={"match": {}}),
     "match"),
    (ChangePolicy(set={"limits": {"West": {"upper": 1}}}), ChangePolicy(set={"limits": []}),
     "limits.West.upper"),
    (OpenTerritory(territory=Territory(name="Alps"), reps=("ana",)),
     ChangePolicy(set={"territories": []}), "territories"),
])
def test_overlapping_changes_are_refused(first: Edit, second: Edit, says: str) -> None:
    """The later of the two, with the position of the earlier."""
    issues = [issue for issue in _issues(first, second)
              if issue.code is IssueCode.OVERLAPPING_EDITS]
    assert [(issue.column or "").startswith(_place("", 1)) for issue in issues] == [True]
    assert "edits[0]" in issues[0].rule
    assert says in issues[0].rule


def test_an_edit_that_meets_several_is_named_once_with_the_first() -> None:
    """Also where it meets them in different things; the one between them that meets none is not."""
    issues = _issues(ScaleLeads(factor=2), CloseDay(date=date(2026, 12, 25)),
                     *(ScaleLeads(factor=1 + nth) for nth in range(2, 60)))
    assert [issue.column for issue in issues] == [_place("", at) for at in range(2, 60)]
    assert all("by edits[0] of" in issue.rule for issue in issues)
    (_, issue) = _issues(ChangeCapacity(rep_ids=("ana",), add=1),
                         AddSkill(rep_ids=("ana", "ben"), skill="crm"),
                         TakeTimeOff(rep_ids=("ben",), **_DECEMBER),
                         TakeTimeOff(rep_ids=("ben", "cleo"), **_DECEMBER),
                         RemoveReps(rep_ids=("ben", "cleo")))
    assert issue.column == _place("", 4)
    assert "rep 'ben' would be changed twice, here and by edits[1]" in issue.rule


def test_more_leads_than_anybody_compares_are_refused() -> None:
    """By a factor or a campaign, the edit with which it is too many, before any is made."""
    today = {"from_": AT.date(), "to": AT.date()}
    (issue,) = _issues(Campaign(name="all", like="true", leads_per_day=1e9, **today))
    assert (issue.code, issue.column) == (IssueCode.OUT_OF_RANGE, _place("leads_per_day"))
    assert issue.offending == "1000000000"
    assert "1,000,000,000 leads more than 8 would be above 1,000,000" in issue.rule
    assert issue.remedy == "Lower leads_per_day, or look at fewer leads"
    (issue,) = _issues(Campaign(name="most", like="true", leads_per_day=999_900, **today),
                       ScaleLeads(factor=50))
    assert (issue.code, issue.column) == (IssueCode.OUT_OF_RANGE, _place("factor", 1))
    check_scenarios(with_rules(), [Scenario(name="fine", edits=(
        Campaign(name="most", like="true", leads_per_day=999_992, **today),
        ScaleLeads(factor=0.1)))])


@pytest.mark.parametrize(("first", "second"), [
    (ChangeCapacity(rep_ids=("ben",), add=1),
     ChangeCapacity(rep_ids=("ben",), of=CapacityOf.DAILY_CAP, add=1)),
    (RemoveReps(rep_ids=("ana",)), AddReps(like="ana")),
    (RemoveReps(rep_ids=("ana",)), CloseDay(date=date(2026, 12, 25))),
    (RemoveReps(rep_ids=("ana",)), ChangeCapacity(where='rep_id != "ana"', factor=2)),
    (TakeTimeOff(rep_ids=("ana",), from_=date(2026, 12, 1), to=date(2026, 12, 5)),
     TakeTimeOff(rep_ids=("ana",), from_=date(2026, 12, 6), to=date(2026, 12, 9))),
    (ScaleLeads(where='country = "GB"', factor=2), ScaleLeads(where='country = "ES"', factor=2)),
    (ScaleLeads(factor=2), ShiftLeads(set={"country": "ES"}, share=0.5)),
    (ShiftLeads(set={"country": "ES"}), ShiftLeads(set={"source": "fair"})),
    (OpenTerritory(territory=Territory(name="Alps"), reps=("ana",)),
     OpenTerritory(territory=Territory(name="Coast"), reps=("ana",))),
    (ChangePolicy(set={"limits": {"West": {"upper": 1}}}),
     ChangePolicy(set={"limits": {"West": {"price": 5}, "East": None}})),
])
def test_changes_of_different_things_go_together(first: Edit, second: Edit) -> None:
    """Also of one rep."""
    check_scenarios(with_rules(), [Scenario(name="both", edits=(first, second))])


@pytest.mark.parametrize(("changes", "key", "says"), [
    ({"match": {"skill": 0.9}}, "match", "must sum to 1"),
    ({"reserve_value": -5}, "reserve_value", "0 or more"),
    ({"reserve": 5}, "reserve", "no key 'reserve'"),
    ({"limits": {"West": {"upper": -1}}}, "limits.West.upper", "whole number"),
    ({"limits": {"New": {"reps": "team = "}}}, "limits.New.reps", "ends too early"),
    ({"limits": {"West": 3}}, "limits.West", "section"),
    ({"rules": [{"name": "x"}]}, "rules.x.kind", "missing"),
    ({"precedence": {"named_account": "soft"}}, "precedence.named_account", "hard"),
    ({"scoring": {"base": 3}}, "scoring", "prepared"),
    ({"currency": "EUR"}, "currency", "prepared"),
])
def test_a_policy_that_would_not_be_valid_is_refused(changes: dict[str, object], key: str,
                                                     says: str) -> None:
    """At the key that makes it so."""
    (issue,) = _issues(ChangePolicy.model_validate({"set": changes}))
    assert issue.column == _place(f"set.{key}")
    assert says in f"{issue.rule} {issue.remedy}"


def test_the_edit_that_makes_the_policy_wrong_is_named() -> None:
    """Of several that change it."""
    (issue,) = _issues(ChangePolicy(set={"reserve_value": 5}),
                       ChangePolicy(set={"match": {"skill": 0.9}}))
    assert issue.column == _place("set.match", 1)


def test_a_name_stands_once() -> None:
    """Both scenarios are named."""
    with pytest.raises(InvalidInputError) as caught:
        check_scenarios(floor(), [Scenario(name="a", edits=()), Scenario(name="b", edits=()),
                                  Scenario(name="a", edits=())], file="plans.yaml")
    assert [(issue.code, issue.file, issue.column) for issue in caught.value.issues] == [
        (IssueCode.NAME_TWICE, "plans.yaml", "scenarios[0].name"),
        (IssueCode.NAME_TWICE, "plans.yaml", "scenarios[2].name")]


def test_everything_is_said_at_once() -> None:
    """Over all edits of all scenarios."""
    with pytest.raises(InvalidInputError) as caught:
        check_scenarios(floor(), [
            Scenario(name="a", edits=(RemoveReps(rep_ids=("x",)),
                                      ScaleLeads(where='source = "y"', factor=2))),
            Scenario(name="b", edits=(AddSkill(rep_ids=("ana",), skill="z"),))])
    assert [issue.column for issue in caught.value.issues] == [
        "scenarios[0].edits[0].rep_ids", "scenarios[0].edits[1].where",
        "scenarios[1].edits[0].skill"]


def test_an_edit_that_is_refused_is_not_applied() -> None:
    """`apply` checks first."""
    with pytest.raises(InvalidInputError, match="'anna'"):
        apply(floor(), Scenario(name="wrong", edits=(RemoveReps(rep_ids=("anna",)),)))
