"""Leads that arrive become what they would become if all leads were prepared together."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from solver.models import Account, Activity, Lead, Policy, Rep
from solver.prepare.arriving import Around, Arrivals, Arrived
from solver.prepare.match import account_keys, lead_account_keys, lead_keys
from solver.prepare.normalise.records import apply, normalise_account
from solver.prepare.preparing import prepare
from solver.prepare.results import Incoming, Prepared
from tests.property.test_match import ACCOUNTS, FIELDS, NOON

_SCORING = {"base": 20, "fit": [
    {"name": "boss", "when": {"seniority": ["c_level"]}, "points": 40},
    {"name": "free", "when": {"email": ["free"]}, "points": -15}],
    "behaviour": [{"name": "visit", "kind": "visit", "points": 30, "half_life_days": 2}],
    "alert": 60, "disqualify": {"below": 10}}
_POLICIES = st.builds(
    lambda matching, scored, required: Policy.model_validate({
        "matching": matching, "scoring": _SCORING if scored else None,
        "checking": {"any_of": [["email", "phone"]] if required else []}}),
    st.fixed_dictionaries({
        "same": st.sampled_from((0.8, 0.92)), "possible": st.sampled_from((0.5, 0.7)),
        "merge_duplicates": st.booleans(), "family": st.booleans(),
        "customers": st.sampled_from(("queue", "route", "reps")),
        "customer_rep_ids": st.just(["r-1"])}), st.booleans(), st.booleans())
_REPS = (Rep(rep_id="r-1", capacity=5), Rep(rep_id="r-2", capacity=5))
_ACTIVITIES = st.lists(st.tuples(st.sampled_from(("K0", "K1", "L0", "L1")), st.integers(0, 9)),
                       max_size=4).map(lambda rows: [
                           Activity(lead_id=lead_id, at=NOON - timedelta(days=days), kind="visit")
                           for lead_id, days in rows])


def _leads(prefix: str, days_ago: int, most: int) -> st.SearchStrategy[list[Lead]]:
    return st.lists(FIELDS, max_size=most).map(lambda rows: [
        Lead.model_validate({**row, "lead_id": f"{prefix}{at}",
                             "created_at": NOON - timedelta(days=days_ago, hours=at)})
        for at, row in enumerate(rows)])


def _together(leads: list[Lead], accounts: list[Account], activities: list[Activity],
              policy: Policy) -> Prepared:
    return prepare(Incoming(at=NOON, leads=leads, reps=_REPS, accounts=accounts, policy=policy,
                            activities=activities))


def _known(leads: list[Lead], policy: Policy) -> list[Lead]:
    return list(_together(leads, [], [], policy).leads)


def _check_same(arrived: Arrived, together: Prepared, known: set[str]) -> None:
    """Compare what became of every arriving lead, and of known ones that took one in."""
    leads = {lead.lead_id: lead for lead in together.leads}
    holds = {hold.lead_id: hold for hold in together.holds}
    scores = {score.lead_id: score for score in together.scores}
    assert arrived.merges == together.preparation.merged
    assert arrived.into == {merge.lead_id: merge.into_lead_id for merge in arrived.merges}
    assert {*arrived.leads} - known == {*leads} - known
    assert {*arrived.leads} & known == {merge.into_lead_id for merge in arrived.merges} & known
    for lead_id, one in arrived.leads.items():
        assert one.lead == leads[lead_id]
        assert one.score == scores.get(lead_id)
        assert one.account == together.account_of.get(lead_id)
        assert one.possible_accounts == tuple(
            match for match in together.review.accounts if match.lead_id == lead_id)
        if lead_id not in known:
            assert one.hold == holds.get(lead_id)
            assert one.possible_leads == tuple(
                match for match in together.review.leads if match.lead_id == lead_id)
            assert one.doubt == together.doubts.get(lead_id)
    concerned = {*arrived.leads, *(merge.lead_id for merge in arrived.merges)}
    assert sorted((change for one in arrived.leads.values() for change in one.changes), key=str) \
        == sorted((change for change in together.changes if change.record_id in concerned), key=str)


@given(_leads("L", 1, 4), _leads("K", 9, 4), ACCOUNTS, _ACTIVITIES, _POLICIES)
def test_arriving_leads_are_prepared_as_all_leads_together(
        arriving: list[Lead], older: list[Lead], accounts: list[Account],
        activities: list[Activity], policy: Policy) -> None:
    """The same leads, holds, scores, accounts and changes, unless known leads became one."""
    known = _known(older, policy)
    accounts = [apply(account, normalise_account(account)) for account in accounts]
    arrived = Arrivals(policy, _REPS).prepare(arriving, Around(known, accounts, activities), NOON)
    together = _together([*arriving, *known], accounts, activities, policy)
    if all(merge.lead_id.startswith("L") for merge in together.preparation.merged):
        _check_same(arrived, together, {lead.lead_id for lead in known})
    gone = {merge.lead_id for merge in arrived.merges}
    assert {lead.lead_id for lead in arriving} == gone | {
        lead_id for lead_id in arrived.leads if lead_id.startswith("L")}
    assert not gone & {lead.lead_id for lead in known}
    assert all(arrived.of(lead.lead_id).lead.lead_id in arrived.leads for lead in arriving)


@given(_leads("L", 1, 2), _leads("K", 9, 9), ACCOUNTS, _POLICIES)
def test_leads_and_accounts_without_a_common_key_change_nothing(
        arriving: list[Lead], older: list[Lead], accounts: list[Account], policy: Policy) -> None:
    """So a store is asked for those that share a key, and for the families of accounts."""
    arrivals, rules = Arrivals(policy, _REPS), policy.matching
    known = _known(older, policy)
    accounts = [apply(account, normalise_account(account)) for account in accounts]
    normal = arrivals.normalise(arriving)
    keys = {key for lead in normal for key in lead_keys(lead, rules)}
    near = [lead for lead in known if keys.intersection(lead_keys(lead, rules))]
    keys = {key for lead in (*normal, *near) for key in lead_account_keys(lead, rules)}
    named = {lead.account_id for lead in (*normal, *near)}
    found = [account for account in accounts if account.account_id in named
             or keys.intersection(account_keys(account, rules))]
    if not any(account.parent_id for account in accounts):
        assert arrivals.prepare(arriving, Around(near, found), NOON) \
            == arrivals.prepare(arriving, Around(known, accounts), NOON)
    assert arrivals.prepare(arriving, Around(near, accounts), NOON) \
        == arrivals.prepare(arriving, Around(known, accounts), NOON)
