"""The section hand_off of a policy: what it may say, and what is found of it beside the files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from solver.models import IssueCode, Lead, Milestone, Policy, Queue, Rate, Rep, UsualRange, Window
from solver.reading import read_window
from solver.reading.policy_file import read_policy
from solver.rule_checks import rule_findings

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(("text", "key", "says"), [
    ("hot: 'top 10 %'", "hot", "this filter is asked of one lead alone"),
    ("hot: 'not (country = \"DE\" or score in top 5)'", "hot", "compare with a number"),
    ("hot: 'rep.team = \"West\"'", "hot", "a filter of leads cannot look at the rep"),
    ("accept_within_minutes: 0", "accept_within_minutes", "must be above 0"),
    ("accept_within_minutes: 90, contact_within_minutes: 60", "",
     "accept_within_minutes 90 must not be above contact_within_minutes 60"),
    ("accept_within_minutes: 90, longest_work_minutes: 60", "",
     "accept_within_minutes 90 must not be above longest_work_minutes 60"),
    ("min_touches: -1", "min_touches", "must be 0 or more"),
    ("max_returns: 1.5", "max_returns", "whole number"),
    ("pause_after_breaches: 0", "pause_after_breaches", "must be 1 or more"),
    ("contacts: {next_window: r-1}", "contacts.next_window", "emptied by windows"),
    ("contacts: {revue: r-1}", "contacts.revue", "'review'"),
    ("targets: {accepted: 95}", "targets.accepted", "must be at most 1"),
    ("usual: {rejected: {low: 0.5, high: 0.2}}", "usual.rejected",
     "low 0.5 must not be above high 0.2"),
    ("usual: {rejected: {days: 28}}", "usual.rejected", "needs low, high or both"),
    ("usual: {rejected: {high: 0.2, least: 0}}", "usual.rejected.least", "must be 1 or more"),
])
def test_a_slip_is_an_issue_of_its_key(text: str, key: str, says: str) -> None:
    """With the value, what must hold, and the key."""
    policy, (issue,) = read_policy(f"hand_off: {{{text}}}".encode(), "policy.yaml")
    assert policy is None
    assert issue.column == f"hand_off.{key}".removesuffix(".")
    assert says in issue.message


def test_all_of_it_is_read() -> None:
    """Keys of mappings are queues, milestones and rates; what a range leaves out is open."""
    policy, issues = read_policy(b"""
hand_off:
  hot: 'source = "Demo"'
  contacts: {review: r-1}
  targets: {won: 0.2}
  usual: {within_service_level: {low: 0.9}}
""", "policy.yaml")
    assert (issues, policy and policy.hand_off.contacts) == ([], {Queue.REVIEW: "r-1"})
    assert policy is not None
    assert policy.hand_off.targets == {Milestone.WON: 0.2}
    assert policy.hand_off.usual == {
        Rate.WITHIN_SERVICE_LEVEL: UsualRange(low=0.9, high=1, least=20, days=7)}


def test_contacts_must_be_in_the_reps_file(tmp_path: Path) -> None:
    """One warning for each queue whose contact nobody is."""
    for name, text in (
            ("leads.csv", "lead_id,created_at,deal_value,score\nL1,2026-11-18T08:00:00Z,900,50\n"),
            ("reps.csv", "rep_id,capacity\nr1,5\n"),
            ("policy.yaml", "hand_off: {contacts: {review: r1, manager: r9}}")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    reading = read_window(tmp_path / "leads.csv", tmp_path / "reps.csv", at=_AT,
                          policy=tmp_path / "policy.yaml")
    (issue,) = [one for one in reading.warnings if one.code is IssueCode.UNKNOWN_REP]
    assert (issue.column, issue.offending) == ("hand_off.contacts.manager", "r9")


@pytest.mark.parametrize(("hot", "codes"), [
    ("score > 60", []),
    ("score > 100", [IssueCode.NEVER_MATCHES]),
    ('campain = "Spring"', [IssueCode.DEAD_CONDITION]),
    ('country = "Germani"', [IssueCode.DEAD_CONDITION]),
])
def test_what_a_filter_of_hot_leads_names_in_vain_is_found(hot: str, codes: list[IssueCode]
                                                           ) -> None:
    """But not that no lead of the window matches: hot leads are gone before it closes."""
    lead = Lead(lead_id="L1", created_at=_AT, deal_value=100, score=50, country="Germany",
                attributes={"campaign": "Spring"})
    rep = Rep(rep_id="r1", capacity=5, timezone="UTC", working_hours=("Mon-Sun 00:00-24:00",))
    window = Window(at=_AT, leads=(lead,), reps=(rep,),
                    policy=Policy.model_validate({"hand_off": {"hot": hot}}))
    found = rule_findings(window, "policy.yaml")
    assert [(issue.code, issue.column) for issue in found] == [
        (code, "hand_off.hot") for code in codes]
