"""Made-up sales floors: every feature alone and together, seeded, feasible, read back equal."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from solver.errors import UsageError
from solver.generate import (
    Feature,
    FloorOptions,
    generate_sales_floor,
    generate_window,
    parse_features,
)
from solver.matrix.refusals import Refusal
from solver.matrix.rows import ValueRows
from solver.matrix.triage import triage
from solver.models import Each, GroupBy, Period, Window
from solver.rule_checks import rule_findings
from solver.solving import check, solve

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
ALL = frozenset(Feature)


@pytest.fixture(scope="module")
def floor() -> Window:
    """A window with every feature, large enough to count shares."""
    return generate_sales_floor(1500, 60, 5, AT).window


def only(*features: Feature) -> FloorOptions:
    """Options with these features and what they need."""
    return FloorOptions(frozenset(features))


def test_nothing_asked_is_the_plain_window() -> None:
    """Without features the window is that of generate_window, and no plan comes before it."""
    made = generate_sales_floor(120, 12, 7, AT, FloorOptions(frozenset()))
    assert made.window == generate_window(120, 12, 7, AT)
    assert made.previous is None


@pytest.mark.parametrize("feature", list(Feature))
def test_each_feature_alone_is_switched_on(feature: Feature) -> None:
    """A feature sets its own section of the policy, or its files, and others stay off."""
    made = generate_sales_floor(150, 12, 7, AT, only(feature))
    window, policy = made.window, made.window.policy
    shown = {
        Feature.ACCOUNTS: bool(window.accounts),
        Feature.NAMED: bool(policy.precedence.named_accounts),
        Feature.OPPORTUNITIES: any(a.open_opportunity_owner_id for a in window.accounts),
        Feature.FAMILIES: any(a.parent_id for a in window.accounts),
        Feature.RULES: bool(policy.rules),
        Feature.GROUPS: policy.groups.by is not GroupBy.NONE,
        Feature.USE: bool(policy.use) and any(lead.effort for lead in window.leads),
        Feature.LIMITS: any(limit.period is Period.WINDOW for limit in policy.limits),
        Feature.PERIODS: any(limit.period is not Period.WINDOW for limit in policy.limits),
        Feature.MUST_PLACE: policy.must_place is not None,
        Feature.FAIRNESS: policy.fairness.binds,
        Feature.STABILITY: bool(window.previous) and policy.stability.lock is not None,
        Feature.RELAXATION: bool(policy.relaxation)}
    assert {one for one, is_on in shown.items() if is_on} == only(feature).features
    assert (window.ledger is not None) == (feature in (Feature.PERIODS, Feature.FAIRNESS))
    assert (made.previous is not None) == (feature is Feature.STABILITY)
    check(window)


@pytest.mark.parametrize(("num_leads", "num_reps", "seed"),
                         [(1, 1, 1), (1, 7, 2), (9, 2, 3), (40, 6, 4), (120, 10, 5), (30, 40, 6)])
def test_a_plan_keeps_every_rule_at_any_size(num_leads: int, num_reps: int, seed: int) -> None:
    """What is locked, must be placed or capped never contradicts."""
    window = generate_sales_floor(num_leads, num_reps, seed, AT).window
    assert (len(window.leads), len(window.reps)) == (num_leads, num_reps)
    plan = solve(window, time_limit=None, rounds=20)
    owned = {one.lead_id: one.rep_id for one in plan.assignments}
    marked = {lead.lead_id for lead in window.leads if lead.attributes.get("vip") == "yes"}
    assert marked <= owned.keys()
    had = {one.lead_id: one.rep_id for one in window.previous}
    for lead in window.leads:
        if lead.attributes.get("locked") == "yes":
            assert owned[lead.lead_id] == had[lead.lead_id]


def test_the_same_seed_gives_the_same_floor() -> None:
    """The seed alone decides, and another one differs."""
    made = generate_sales_floor(120, 10, 3, AT)
    assert generate_sales_floor(120, 10, 3, AT) == made
    assert generate_sales_floor(120, 10, 4, AT).window != made.window


def test_one_feature_more_leaves_the_others_as_they_are() -> None:
    """Features draw from numbers of their own: groups and limits do not move the accounts."""
    few = generate_sales_floor(150, 12, 7, AT, only(Feature.ACCOUNTS)).window
    more = generate_sales_floor(150, 12, 7, AT, only(
        Feature.GROUPS, Feature.LIMITS, Feature.FAIRNESS, Feature.RELAXATION)).window
    assert (more.accounts, more.leads, more.reps) == (few.accounts, few.leads, few.reps)


def test_a_share_of_the_leads_is_in_accounts_of_two_to_six(floor: Window) -> None:
    """Fifteen of a hundred leads that compete, or whatever is asked for."""
    for window, share in ((floor, 0.15), (generate_sales_floor(
            800, 30, 2, AT, FloorOptions(frozenset({Feature.GROUPS}), 0.5)).window, 0.5)):
        sizes = Counter(lead.account_id for lead in _could_be_routed(window) if lead.account_id)
        several = [size for size in sizes.values() if size > 1]
        assert set(several) == {2, 3, 4, 5, 6}
        assert sum(several) / len(_could_be_routed(window)) == pytest.approx(share, abs=0.005)


def _could_be_routed(window: Window) -> tuple[object, ...]:
    """Leads that compete for slots, legal holds among them: accounts are drawn before those."""
    policy = window.policy.model_copy(update={"precedence": type(window.policy.precedence)()})
    return triage(window.model_copy(update={"policy": policy})).routed


def test_leads_of_an_account_are_of_one_company(floor: Window) -> None:
    """Company, domain and place agree within an account and with its row."""
    accounts = {account.account_id: account for account in floor.accounts}
    told = {}
    for lead in floor.leads:
        if lead.account_id is not None:
            account = accounts[lead.account_id]
            assert (lead.company, lead.domain, lead.country) == (
                account.name, account.domain, account.country)
            assert told.setdefault(lead.account_id, lead.region) == lead.region
            assert str(lead.email).endswith(f"@{account.domain}")


def test_owners_and_parents_exist(floor: Window) -> None:
    """Reps of accounts are in the rep file, parents in the accounts file."""
    reps = {rep.rep_id for rep in floor.reps}
    ids = {account.account_id for account in floor.accounts}
    for field in ("owner_id", "named_rep_id", "open_opportunity_owner_id"):
        named = {getattr(account, field) for account in floor.accounts} - {None}
        assert named
        assert named <= reps
    assert {account.parent_id for account in floor.accounts} - {None} <= ids


def test_leads_take_one_to_three_slots_and_reps_have_as_many_more(floor: Window) -> None:
    """Large deals take more; slots are still about three quarters of what leads would take."""
    assert {lead.effort for lead in floor.leads} == {None, 2, 3}
    taken = sum(lead.effort or 1 for lead in triage(floor).routed)
    assert 0.6 <= sum(rep.free_slots for rep in floor.reps) / taken <= 0.9


def test_limits_cross_and_bind_whom_they_should(floor: Window) -> None:
    """Caps per team and region, three enterprise leads a rep, a fifth of the top tenth."""
    limits = {limit.name: limit for limit in floor.policy.limits}
    teams = {rep.team for rep in floor.reps}
    assert {f"team {team}" for team in teams} <= limits.keys()
    assert any(name.startswith("region ") for name in limits)
    assert (limits["enterprise leads"].each, limits["enterprise leads"].upper) == (Each.REP, 3)
    assert limits["top tenth to learners"].lower == "20 %"
    assert {limit.period for limit in limits.values()} == set(Period)
    learners = sum(rep.attributes["developing"] == "yes" for rep in floor.reps)
    assert learners / len(floor.reps) == pytest.approx(0.3, abs=0.02)


def test_thirty_limits_cross_at_five_hundred_reps() -> None:
    """The size of the benchmark: besides each rep's three enterprise leads."""
    window = generate_sales_floor(1200, 500, 1, AT, only(Feature.LIMITS)).window
    assert sum(limit.each is None for limit in window.policy.limits) == 30


def test_the_ledger_is_one_of_this_floor(floor: Window) -> None:
    """Balances of all reps that sum to nothing, counters of all limits of longer periods."""
    ledger = floor.ledger
    assert ledger is not None
    assert [rep.rep_id for rep in ledger.reps] == [rep.rep_id for rep in floor.reps]
    assert sum(rep.leads for rep in ledger.reps) == 0
    assert any(rep.absent_since for rep in ledger.reps)
    assert {use.period for use in ledger.periods} == {Period.DAY, Period.WEEK, Period.MONTH}
    assert any(use.used for use in ledger.periods)


def test_the_plan_before_is_of_the_day_before(floor: Window) -> None:
    """Former owners had leads that were there then, and are in the rep file."""
    created = {lead.lead_id: lead.created_at for lead in floor.leads}
    assert floor.previous
    assert all(created[one.lead_id] <= AT - timedelta(days=1) for one in floor.previous)
    assert {one.rep_id for one in floor.previous} <= {rep.rep_id for rep in floor.reps}


def test_a_custom_rule_and_every_layer_bind_somewhere(floor: Window) -> None:
    """Rules refuse pairs and layers decide leads: none of them is there in vain."""
    rows = ValueRows(floor)
    refused = np.bitwise_or.reduce([np.bitwise_or.reduce(rows.refused(block), axis=None)
                                    for block in rows.blocks()])
    assert Refusal.RULE | Refusal.NAMED_ACCOUNT | Refusal.OPEN_OPPORTUNITY | (
        Refusal.ACCOUNT_OWNER) in Refusal(int(refused))


def test_no_rule_is_dead(floor: Window) -> None:
    """What `validate` finds in such a policy are no errors."""
    assert [issue for issue in rule_findings(floor, "policy.yaml")
            if issue.severity.value == "error"] == []


def test_features_by_name() -> None:
    """Names by commas, or all; another name is refused with those that there are."""
    assert parse_features("groups, use") == {Feature.GROUPS, Feature.USE}
    assert parse_features("all") == ALL
    assert only(Feature.GROUPS).features == {Feature.GROUPS, Feature.ACCOUNTS}
    with pytest.raises(UsageError, match="'colour' must be one of accounts, named"):
        parse_features("use,colour")
    with pytest.raises(UsageError, match=r"group_share 1\.5 must be from 0 to 1"):
        FloorOptions(group_share=1.5)
