"""Filters in policy files: what is none is an issue of its key; the matrix asks the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from solver.filters import FilterError, RepTable
from solver.matrix.filtering import Filtered
from solver.matrix.triage import triage
from solver.models import Account, Lead, Policy, Rep, Window
from solver.models.policy import Freshness, Worth
from solver.models.territory import Territory
from solver.reading.policy_file import read_policy

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(("text", "row", "key", "says"), [
    ("rules:\n  - name: r\n    kind: must\n    leads: contry = 'DE'\n", 4, "rules.0.leads",
     "character 1: 'contry' is no field of a lead"),
    ("rules:\n  - name: r\n    kind: must\n    reps: team = West\n", 4, "rules.0.reps",
     'character 8: \'West\' is no field; text stands in quotes'),
    ("rules: [{name: r, kind: must, leads: 'rep.team = \"West\"'}]", 1, "rules.0.leads",
     "a filter of leads cannot look at the rep"),
    ("precedence: {legal_hold: 'country ='}", 1, "precedence.legal_hold", "character 10"),
    ("use: [{leads: 'score >> 5', slots: 2}]", 1, "use.0.leads", "character 8"),
    ("limits: [{name: l, upper: 1, reps: ''}]", 1, "limits.0.reps", "must not be blank"),
    ("limits: [{name: l, upper: 1, each: rep, reps: 'country = lead.country'}]", 1, "limits.0",
     "reps is asked of the rep alone; 'country = lead.country', character 11"),
    ("must_place: 'score > 80 %'", 1, "must_place", "without %; maybe 80"),
    ("stability: {lock: '(true'}", 1, "stability.lock", "ends too early"),
    ("must_place: true", 1, "must_place", "text belongs here"),
])
def test_a_text_that_is_no_filter_is_an_issue_of_its_key(text: str, row: int, key: str, says: str
                                                         ) -> None:
    """With the row, the key, the text and the character."""
    policy, (issue,) = read_policy(text.encode(), "policy.yaml")
    assert policy is None
    assert (issue.row, issue.column) == (row, key)
    assert says in issue.message


_LEADS = (
    Lead(lead_id="a", country="DE", deal_value=100, score=50, created_at=_AT - timedelta(hours=8),
         account_id="A"),
    Lead(lead_id="b", country="US", deal_value=100, score=100, created_at=_AT),
    Lead(lead_id="c", country="US", deal_value=900, score=10, created_at=_AT - timedelta(hours=90)),
    Lead(lead_id="d", country="US"),
)
_REPS = (Rep(rep_id="ana", capacity=1, team="West", attributes={"country": "de"}),
         Rep(rep_id="ben", capacity=1, active=False))


def _window(**policy: object) -> Window:
    return Window(
        at=_AT, leads=_LEADS, reps=_REPS, accounts=(Account(account_id="A", customer=True),),
        policy=Policy.model_validate({
            "territories": (Territory(name="Home", countries=("DE",)),),
            "worth": Worth(deal_value=1, score=1),
            "freshness": Freshness(half_life_hours=8), **policy}))


@pytest.mark.parametrize(("text", "matched"), [
    (None, "abc"), ('territory = "home"', "a"), ("territory is blank", "bc"),
    ("account.customer", "a"), ("age_hours >= 8 and age_days < 1", "a"), ("worth = 25", "a"),
    ("top 1", "b"), ("top 50 %", "ab"),
])
def test_routed_leads_are_asked_with_what_the_policy_makes_of_them(text: str | None, matched: str
                                                                   ) -> None:
    """Territory by the policy's rules, age and worth at the window's instant, accounts by id."""
    window = _window()
    asked = Filtered(window, triage(window), RepTable(window.reps))
    assert [lead_id for lead_id, held in zip("abc", asked.leads(text), strict=True) if held
            ] == list(matched)


def test_reps_and_pairs_are_asked_in_the_order_of_the_window() -> None:
    """Null matches all; what looks at the lead is no filter of reps alone."""
    window = _window()
    asked = Filtered(window, triage(window), RepTable(window.reps))
    assert asked.reps(None).tolist() == [True, True]
    assert asked.reps('team = "west"').tolist() == [True, False]
    assert asked.pairs("country = lead.country").block(slice(0, 3)).tolist() == [
        [True, False], [False, False], [False, False]]
    assert asked.pairs(None).block(slice(1, 3)).all()
    with pytest.raises(FilterError, match="stands without a lead"):
        asked.reps("country = lead.country")


def test_a_legal_hold_comes_after_missing_data_and_before_age() -> None:
    """Lead d lacks data, c would be too old, b stays."""
    window = _window(precedence={"legal_hold": 'country = "US" and score < 50'},
                     freshness=Freshness(max_age_hours=80))
    sorted_out = triage(window)
    assert {name: [lead.lead_id for lead in getattr(sorted_out, name)]
            for name in ("routed", "legal_hold", "too_old", "needs_data")} == {
        "routed": ["a", "b"], "legal_hold": ["c"], "too_old": [], "needs_data": ["d"]}
    assert sorted_out.age_hours == (8.0, 0.0)
