"""The checker's own reading of precedence, the organisation's rules and relaxation over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.models import Account, DecidedBy, Lead, Policy, ReasonCode, Rep, Window
from solver.verify.recompute.rows import Row, Rows
from solver.verify.recompute.triage import triage

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
ANA, BEN, CY = 0, 1, 2
#: Cy is on leave; only Ana sells in the North.
REPS = (Rep(rep_id="ana", capacity=1, team="West", territories=("North",), skills={"crm": 0.5}),
        Rep(rep_id="ben", capacity=1, team="East", territories=("South",)),
        Rep(rep_id="cy", capacity=1, timezone="UTC", time_off=("2026-11-16/2026-12-01",),
            territories=("North",)),
        Rep(rep_id="dee", capacity=1, active=False, territories=("North",)))
ACCOUNTS = (
    Account(account_id="top", owner_id="ben"),
    Account(account_id="mid", parent_id="top"),
    Account(account_id="low", parent_id="mid", named_rep_id="ana", open_opportunity_owner_id="ben"),
    Account(account_id="orphan", parent_id="gone", owner_id="dee"),
    Account(account_id="away", owner_id="cy", open_opportunity_owner_id="nobody"),
    Account(account_id="s1", parent_id="s0", owner_id="ana"),
    Account(account_id="s2", parent_id="s0", owner_id="ben"),
    Account(account_id="s0"),
)


def _window(policy: dict[str, Any], lead: dict[str, Any]) -> Window:
    return Window(
        at=AT, policy=Policy.model_validate(policy), reps=REPS, accounts=ACCOUNTS,
        leads=(Lead.model_validate({"lead_id": "L1", "created_at": AT - timedelta(hours=2),
                                    "deal_value": 1000.0, "score": 100.0, "territory": "North",
                                    **lead}),))


def _row(policy: dict[str, Any], **lead: Any) -> Row:
    window = _window(policy, lead)
    return Rows(window, window.leads).row(window.leads[0])


def _refused(row: Row, rep_idx: int) -> list[ReasonCode]:
    return [code for code, refused in row.refused.items() if refused[rep_idx]]


LAYERS: dict[str, tuple[dict[str, Any], str, DecidedBy | None, int | None]] = {
    "named in the accounts": ({}, "low", DecidedBy.NAMED_ACCOUNT, ANA),
    "named in the policy": ({"named_accounts": {"low": "ben"}}, "low", DecidedBy.NAMED_ACCOUNT,
                            BEN),
    "opportunity": ({"named_account": "off"}, "low", DecidedBy.OPEN_OPPORTUNITY, BEN),
    "owner": ({}, "top", DecidedBy.ACCOUNT_OWNER, BEN),
    "nearest ancestor": ({"named_account": "off", "open_opportunity": "off",
                          "family_owner": "hard"}, "low", DecidedBy.FAMILY_OWNER, BEN),
    "first of the family": ({"account_owner": "off", "family_owner": "hard"}, "s2",
                            DecidedBy.FAMILY_OWNER, ANA),
    "family, off by default": ({}, "mid", None, None),
    "owner inactive": ({}, "orphan", None, None),
    "no such account": ({}, "unknown", None, None),
    "owner away, held": ({}, "away", DecidedBy.ACCOUNT_OWNER, CY),
    "owner away, nearest": ({"owner_away": "nearest"}, "away", None, None),
    "preferred": ({"named_account": "preferred", "open_opportunity": "preferred"}, "low", None,
                  None),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_first_hard_layer_that_counts_decides(name: str) -> None:
    """Which layer decides, and whom it names."""
    precedence, account_id, layer, owner = LAYERS[name]
    decision = _row({"precedence": precedence}, account_id=account_id).decision
    assert (decision.decided_by, decision.owner) == (layer, owner)


def test_a_deciding_layer_refuses_all_others_and_lets_its_rep_off() -> None:
    """Ben owns the account: no territory, no skill stands in his way, and he sells at home."""
    row = _row({}, account_id="top", required_skills={"crm": 0.9}, languages=("de",))
    assert _refused(row, BEN) == []
    assert _refused(row, ANA) == [ReasonCode.ACCOUNT_OWNER, ReasonCode.NO_SKILL,
                                  ReasonCode.NO_LANGUAGE]
    assert row.eligible.tolist() == [False, True, False, False]
    assert row.territory_fit[BEN] == 1.0
    nowhere = _row({"territory_fit": {"home": None}}, account_id="top")
    assert nowhere.territory_fit[BEN] == 1.0


def test_an_owner_who_is_away_keeps_the_lead_or_is_passed_over() -> None:
    """By policy the lead is refused for the absence, or goes on and the plan can say whose."""
    held = _row({}, account_id="away")
    assert _refused(held, CY) == [ReasonCode.AWAY]
    assert not held.eligible.any()
    passed = _row({"precedence": {"owner_away": "nearest"}}, account_id="away")
    assert passed.decision.passed_over == CY
    assert passed.eligible.tolist() == [True, False, False, False]


def test_a_layer_does_not_count_for_an_excluded_rep() -> None:
    """The named rep is excluded by the lead or by a rule: the next layer is asked."""
    assert _row({}, account_id="low", excluded_rep_ids=("ana",)).decision.owner == BEN
    rule = {"name": "no", "kind": "must_not", "reps": 'team = "West"'}
    assert _row({"rules": [rule]}, account_id="low").decision.owner == BEN


def test_factors_of_rules_and_of_one_preferred_layer_multiply_the_match() -> None:
    """Two rules and the first preferred layer, in this order; no later layer multiplies again."""
    policy = {
        "territory_fit": {"outside": 0.5},
        "rules": [{"name": "x", "kind": "should", "leads": "deal_value > 10", "factor": 1.1},
                  {"name": "y", "kind": "should", "reps": 'team = "West"', "factor": 0.7},
                  {"name": "z", "kind": "should", "leads": "deal_value < 10", "factor": 9}],
        "precedence": {"named_account": "preferred", "open_opportunity": "preferred",
                       "preferred_factor": 1.3}}
    row = _row(policy, account_id="low")
    assert row.preference.tolist() == [1.1 * 0.7 * 1.3, 1.1, 1.1, 1.1]
    assert row.match[ANA] == (0.6 * 0.5 + 0.4 * 1.0) * (1.1 * 0.7 * 1.3)
    assert row.value[BEN] == round(1000 * ((0.6 * 0.5 + 0.4 * 0.5) * 1.1) * 100)


RULES: dict[str, tuple[dict[str, str], list[bool]]] = {
    "must": ({"kind": "must", "reps": 'team = "West"'}, [False, True, True, True]),
    "must not": ({"kind": "must_not", "reps": 'team = "West"'}, [True, False, False, False]),
    "other leads": ({"kind": "must", "leads": "score < 50", "reps": 'team = "West"'}, [False] * 4),
    "equal fields": ({"kind": "must", "reps": "lead.territory = rep.territories"},
                     [False, True, False, False]),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_of_the_organisation_refuses(name: str) -> None:
    """Whom ``must`` and ``must_not`` refuse, by fields of lead and rep."""
    rule, expected = RULES[name]
    row = _row({"rules": [{"name": "one", **rule}]})
    assert row.refused[ReasonCode.RULE].tolist() == expected


def test_the_last_step_of_the_relaxation_that_is_reached_applies() -> None:
    """Minimums fall by ten-thousandths, reps of other territories open; not before the age."""
    steps = [{"after_minutes": 120, "minimums_fall": 0.1},
             {"after_minutes": 180, "minimums_fall": 0.4, "outside_fit": 0.2}]
    early = _row({"relaxation": steps}, required_skills={"crm": 0.6001})
    assert early.step is not None
    assert early.step.after_minutes == 120
    assert _refused(early, ANA) == [ReasonCode.NO_SKILL]
    assert _refused(_row({"relaxation": steps}, required_skills={"crm": 0.6}), ANA) == []
    late = _row({"relaxation": steps}, required_skills={"crm": 0.4},
                created_at=AT - timedelta(hours=3))
    assert _refused(late, BEN) == []
    assert late.territory_fit.tolist() == [1.0, 0.2, 1.0, 1.0]
    young = _row({"relaxation": steps}, created_at=AT - timedelta(minutes=119))
    assert young.step is None
    assert _refused(young, BEN) == [ReasonCode.NO_TERRITORY]


def test_a_legal_hold_comes_after_missing_data_and_before_age() -> None:
    """What matches is held before routing; ``top`` ranks those that could be routed."""
    window = _window({"precedence": {"legal_hold": "top 1 or deal_value is blank"},
                      "freshness": {"max_age_hours": 1}}, {})
    blank = window.leads[0].model_copy(update={"lead_id": "L2", "deal_value": None})
    less = window.leads[0].model_copy(update={"lead_id": "L3", "deal_value": 10.0})
    sorted_out = triage(window.model_copy(update={"leads": (window.leads[0], blank, less)}))
    assert sorted_out.held == {"L1": ReasonCode.LEGAL_HOLD, "L2": ReasonCode.NEEDS_DATA,
                               "L3": ReasonCode.TOO_OLD}
