"""What the rules of a policy make impossible is found before anything runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.models import Account, Issue, IssueCode, Lead, Policy, Rep, Severity, Window
from solver.rule_checks import rule_findings

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_ALWAYS = {"timezone": "UTC", "working_hours": ("Mon-Sun 00:00-24:00",)}


def _lead(lead_id: str, **fields: Any) -> Lead:
    return Lead(lead_id=lead_id, created_at=_AT - timedelta(hours=1), deal_value=1000, score=50,
                **fields)


def _rep(rep_id: str, **fields: Any) -> Rep:
    return Rep(rep_id=rep_id, capacity=5, **{**_ALWAYS, **fields})


_LEADS = (_lead("L1", country="DE", source="Webinar", attributes={"campaign": "Spring"}),
          _lead("L2", country="US", source="Fair", attributes={"campaign": "Autumn"}))
_REPS = (_rep("ana", team="West", attributes={"country": "de"}), _rep("ben", team="East"))


def _find(policy: dict[str, Any], leads: tuple[Lead, ...] = _LEADS, reps: tuple[Rep, ...] = _REPS,
          accounts: tuple[Account, ...] = ()) -> tuple[Issue, ...]:
    window = Window(at=_AT, leads=leads, reps=reps, accounts=accounts,
                    policy=Policy.model_validate(policy))
    return rule_findings(window, "policy.yaml")


def _codes(issues: tuple[Issue, ...]) -> list[tuple[str, str | None]]:
    return [(issue.code.value, issue.column) for issue in issues]


def _rule(kind: str, leads: str | None = None, reps: str | None = None, name: str = "r"
          ) -> dict[str, Any]:
    return {"name": name, "kind": kind, "leads": leads, "reps": reps}


def test_rules_that_are_fine_are_not_mentioned() -> None:
    """Every kind of filter, each of which matches something."""
    assert _find({
        "precedence": {"legal_hold": 'country = "US"'},
        "rules": [_rule("must", 'country = "DE"', "country = lead.country")],
        "limits": [{"name": "l", "leads": "top 50 %", "reps": 'team = "West"', "upper": 3}],
        "use": [{"leads": "deal_value >= 10", "reps": "active", "slots": 2}],
        "must_place": 'source = "webinar"', "stability": {"lock": 'campaign = "spring"'}}) == ()


@pytest.mark.parametrize(("policy", "key"), [
    ({"precedence": {"legal_hold": 'country = "DE" and country = "US"'}}, "precedence.legal_hold"),
    ({"rules": [_rule("should", "score > 100")]}, "rules.0.leads"),
    ({"rules": [_rule("must", None, 'team = "West" and team = "East"')]}, "rules.0.reps"),
    ({"use": [{"leads": "deal_value < 0", "slots": 1}]}, "use.0.leads"),
    ({"limits": [{"name": "l", "leads": "employees < 5 and employees > 9", "upper": 1}]},
     "limits.0.leads"),
    ({"must_place": "lead_id is blank"}, "must_place"),
    ({"stability": {"lock": "country is blank and country = 'DE'"}}, "stability.lock"),
])
def test_a_filter_that_can_never_match_is_an_error(policy: dict[str, Any], key: str) -> None:
    """Whatever the data: so it needs no data to be sure."""
    for leads in (_LEADS, ()):
        (issue,) = _find(policy, leads)
        assert (issue.code, issue.severity, issue.column) == (
            IssueCode.NEVER_MATCHES, Severity.ERROR, key)
        assert "whatever the data" in issue.message


def test_a_rule_that_says_false_is_switched_off() -> None:
    """That is meant."""
    assert _find({"must_place": "false"}) == ()


@pytest.mark.parametrize(("policy", "key", "says"), [
    ({"must_place": "deal_value > 5000"}, "must_place", "no lead of this window matches"),
    ({"rules": [_rule("must_not", "score > 10", "capacity > 9")]}, "rules.0.reps",
     "no active rep of this window matches"),
    ({"rules": [_rule("should", 'country = "US"', "country = lead.country")]}, "rules.0.reps",
     "no active rep of this window matches together with a lead that the rule is about"),
    ({"limits": [{"name": "l", "upper": 1, "leads": "score > 10 and deal_value > 5000"}]},
     "limits.0.leads", "already deal_value > 5000 matches none"),
    ({"precedence": {"legal_hold": "age_hours > 24"}}, "precedence.legal_hold", "no lead"),
])
def test_a_rule_that_matches_nothing_here_is_dead(policy: dict[str, Any], key: str, says: str
                                                  ) -> None:
    """Its key, its text, and the condition to blame."""
    (issue,) = _find(policy)
    assert (issue.code, issue.severity, issue.column) == (
        IssueCode.DEAD_RULE, Severity.WARNING, key)
    assert says in issue.message


def test_a_rep_who_is_inactive_gives_a_rule_no_life() -> None:
    """A rule for reps who own nothing moves nothing."""
    reps = (_rep("ana", team="West"), _rep("ben", team="East", active=False))
    assert ("DEAD_RULE", "rules.0.reps") in _codes(
        _find({"rules": [_rule("should", None, 'team = "East"')]}, reps=reps))


@pytest.mark.parametrize(("policy", "offending", "says"), [
    ({"rules": [_rule("should", 'source = "Webinra"')]}, "Webinra", "Maybe it is 'Webinar'"),
    ({"rules": [_rule("should", 'source in ("Webinar", "Fari")')]}, "Fari", "Maybe it is 'Fair'"),
    ({"rules": [_rule("should", None, 'team = "Wets"')]}, "Wets", "Maybe it is 'West'"),
    ({"must_place": 'country = "UK"'}, "UK", "There are: DE, US"),
    ({"must_place": 'campain = "Spring"'}, "campain", "Maybe it is 'campaign'"),
    ({"rules": [_rule("should", None, "developing = true")]}, "developing",
     "no rep has a column of this name"),
    ({"must_place": 'not account.tier = "gold"'}, "tier", "no account has a column of this name"),
])
def test_names_and_values_that_are_not_there_are_named(policy: dict[str, Any], offending: str,
                                                       says: str) -> None:
    """With what they may have been meant for."""
    issue = next(one for one in _find(policy) if one.code is IssueCode.DEAD_CONDITION)
    assert issue.offending == offending
    assert says in issue.message


def test_values_that_differ_in_digits_are_no_slip() -> None:
    """A campaign of next year is not a misspelt one of this."""
    leads = (_lead("L1", attributes={"campaign": "Spring 2026"}),)
    assert _find({"must_place": 'campaign = "Spring 2027" or score > 1'}, leads) == ()


@pytest.mark.parametrize("rules", [
    [_rule("must", None, 'team = "West"', "a"), _rule("must", None, 'team = "East"', "b")],
    [_rule("must", None, 'team = "West"', "a"), _rule("must_not", None, 'team = "west"', "b")],
    [_rule("must", None, "country = lead.country and active", "a"),
     _rule("must_not", 'country = "DE"', "country = lead.country", "b")],
])
def test_two_rules_that_no_rep_can_satisfy_contradict_each_other(rules: list[dict[str, Any]]
                                                                ) -> None:
    """Two teams at once, or must and must_not of the same pairs: an error, whoever the reps are."""
    issue = next(one for one in _find({"rules": rules}) if one.code is IssueCode.CONTRADICTION)
    assert (issue.severity, issue.column, issue.record_id) == (Severity.ERROR, "rules.1", "L1")
    assert "rules 'a' and 'b' contradict each other" in issue.message


def test_rules_that_leave_these_reps_no_way_are_warned_of() -> None:
    """Another rep could satisfy both; of three rules only the two to blame are named."""
    rules = [_rule("must", None, "capacity > 0", "idle"), _rule("must", None, 'team = "West"', "a"),
             _rule("must_not", 'country = "US"', 'country = "de"', "b")]
    (issue,) = _find({"rules": rules})
    assert (issue.code, issue.record_id, issue.severity) == (
        IssueCode.RULES_LEAVE_NOBODY, "L2", Severity.WARNING)
    assert "rules 'a' and 'b' together leave no active rep to 1 lead that matches" in issue.message


def test_three_rules_that_only_together_leave_nobody_are_named_together() -> None:
    """Each two leave somebody."""
    reps = (_rep("ana"), _rep("ben"), _rep("cy"))
    rules = [_rule("must_not", None, f'rep_id = "{rep_id}"', rep_id)
             for rep_id in ("ana", "ben", "cy")]
    (issue,) = _find({"rules": rules}, reps=reps)
    assert "rules 'ana' and 'ben' and 'cy' together leave no active rep" in issue.message


def test_one_rule_that_leaves_some_leads_nobody_is_named_alone() -> None:
    """It has reps for German leads, and none for American ones."""
    (issue,) = _find({"rules": [_rule("must", None, "country = lead.country", "local")]})
    assert issue.code is IssueCode.RULES_LEAVE_NOBODY
    assert "rule 'local' leaves no active rep to 1 lead that matches it" in issue.message


def test_a_rule_against_a_named_account_is_found() -> None:
    """Both ways: must go elsewhere, must not go there; and not where the layer is off."""
    accounts = (Account(account_id="A", named_rep_id="ben", owner_id="ana"),)
    leads = (_lead("L1", country="DE", account_id="A"),)
    for rule in (_rule("must", None, 'team = "West"'), _rule("must_not", None, 'team = "East"')):
        (issue,) = _find({"rules": [rule]}, leads, accounts=accounts)
        assert (issue.code, issue.column) == (IssueCode.NAMED_REP_REFUSED, "rules.0")
        assert "from the named rep, here 'ben', so precedence.named_account" in issue.message
        assert _find({"rules": [rule], "precedence": {"named_account": "off"}}, leads,
                     accounts=accounts) == ()


def test_a_segment_that_nobody_can_serve_is_named_with_what_is_missing() -> None:
    """Grouped by territory, skills, languages and deal band, the largest first."""
    reps = (_rep("ana", territories=("West",), skills={"crm": 0.5}, languages=("en",)),
            _rep("ben", territories=("East",), skills={"crm": 0.9}, max_deal=500))
    leads = (*(_lead(f"L{n}", territory="West", required_skills={"CRM": 0.8}) for n in range(3)),
             _lead("M", territory="West", languages=("fr", "de")), _lead("N", territory="West"))
    first, second = _find({}, leads, reps)
    assert first.code is second.code is IssueCode.UNSERVED_SEGMENT
    assert first.message == (
        "policy.yaml, id 'L0': 3 leads in territory 'west', asking for crm 0.8, with a deal value "
        "above 500: none of the 2 active reps may own them, at whatever hour (1 lack a skill, "
        "1 take other deal values, 1 sell elsewhere). Give a rep what is missing, or relax what "
        "they ask for.")
    assert "1 lead in territory 'west', in de or fr" in second.message
    assert "2 speak none of the languages" in second.message


def test_a_rep_who_is_only_away_serves_a_segment() -> None:
    """Hours play no part, nor does an owner's absence."""
    away = {"timezone": "UTC", "working_hours": ("Mon 09:00-10:00",),
            "time_off": ("2026-01-01/2026-12-31",)}
    reps = (_rep("ana", skills={"crm": 0.1}), _rep("ben", **away))
    accounts = (Account(account_id="A", owner_id="ben"),)
    leads = (_lead("L1", account_id="A", required_skills={"crm": 0.5}),)
    for mode in ("hold", "nearest"):
        codes = [issue.code for issue in _find({"precedence": {"owner_away": mode}}, leads, reps,
                                               accounts)]
        assert IssueCode.UNSERVED_SEGMENT not in codes


def test_hours_of_the_week_without_cover_are_named_on_the_reps_clock() -> None:
    """Two reps hand over, with a gap on weekdays and the weekend; holidays play no part."""
    reps = (_rep("ana", timezone="Europe/Madrid", working_hours=("Mon-Fri 08:00-13:00",),
                 time_off=("2026-11-18/2026-11-18",)),
            _rep("ben", timezone="Europe/Madrid", working_hours=("Mon-Fri 12:00-22:00",)))
    (issue,) = _find({}, reps=reps)
    assert issue.code is IssueCode.UNCOVERED_HOURS
    assert ("no rep who may own 2 leads in no territory is at work Mon-Thu 22:00-08:00, Fri 22:00 "
            "to Mon 08:00 (Europe/Madrid; 98 hours of the week), which is a wait of up to 58 hours."
            ) in issue.message


def test_waits_beyond_the_longest_are_said_to_hold_leads() -> None:
    """The policy's longest wait decides what an hour without cover costs."""
    reps = (_rep("ana", working_hours=("Mon-Fri 09:00-17:00",)),)
    (issue,) = _find({"response": {"longest_wait_minutes": 240}}, reps=reps)
    assert "beyond the longest wait of 240 minutes, so that they are held" in issue.message


def test_each_territory_has_hours_of_its_own() -> None:
    """West is covered around the clock, East only by day."""
    reps = (_rep("ana", territories=("West",)),
            _rep("ben", territories=("East",), working_hours=("Mon-Sun 08:00-20:00",)))
    leads = (_lead("L1", territory="West"), _lead("L2", territory="East"))
    (issue,) = _find({}, leads, reps)
    assert "1 lead of territory 'east' is at work Mon-Sun 20:00-08:00 (UTC; 84 hours" in (
        issue.message)


def test_leads_that_ask_for_more_are_counted_with_the_worst_of_them() -> None:
    """Whoever speaks French is at work in the mornings only; the clock is that of the leads."""
    reps = (_rep("ana", languages=("en",), working_hours=("Mon-Sun 06:00-22:00",)),
            _rep("ben", languages=("fr",), working_hours=("Mon-Sun 06:00-12:00",)))
    leads = (_lead("L1", languages=("en", "fr"), timezone="Europe/Paris"), _lead("L2"),
             _lead("L3", languages=("fr",)))
    (issue,) = _find({}, leads, reps)
    assert issue.record_id == "L3"
    assert ("3 leads in no territory is at work Mon-Sun 23:00-07:00 (Europe/Paris; 56 hours of the "
            "week), which is a wait of up to 8 hours; 1 of them, whom fewer reps may own, fare "
            "worse: at the worst nobody is at work Mon-Sun 13:00-07:00 (Europe/Paris; 126 hours of "
            "the week), which is a wait of up to 18 hours.") in issue.message
    round_the_clock = (_rep("ana", languages=("en",)), reps[1])
    (issue,) = _find({}, leads, round_the_clock)
    assert "'L3': 1 of 3 leads in no territory, whom fewer reps may own, fare worse" in (
        issue.message)


def test_territories_with_the_same_hours_are_told_of_together() -> None:
    """Their leads are counted together."""
    reps = (_rep("ana", territories=("West", "East", "North", "South"),
                 working_hours=("Mon-Sun 08:00-20:00",)),)
    leads = tuple(_lead(name, territory=name) for name in ("West", "East", "North", "South"))
    (issue,) = _find({}, leads, reps)
    assert "4 leads of territories 'east', 'north', 'south' and 1 more is" in issue.message


def test_reps_without_hours_cover_nothing_unless_they_work_around_the_clock() -> None:
    """As the policy takes them."""
    reps = (_rep("ana", working_hours=("Mon-Fri 09:00-17:00",), territories=("West",)),
            Rep(rep_id="ben", capacity=5, territories=("East",)))
    leads = (_lead("L1", territory="West"), _lead("L2", territory="East"))
    known, unknown = _find({"response": {"unknown_hours": "away"}}, leads, reps)
    assert "East".casefold() in unknown.message
    assert "at any hour that is known" in unknown.message
    assert "of territory 'west'" in known.message
    (only,) = _find({"response": {"unknown_hours": "works"}}, leads, reps)
    assert "of territory 'west'" in only.message


def test_nothing_is_said_of_windows_without_leads_or_reps() -> None:
    """Reading warns of those."""
    rules = {"rules": [_rule("must", 'country = "DE"', 'team = "West"')]}
    assert _find(rules, leads=()) == ()
    assert _find(rules, reps=()) == ()
