"""Real windows with the rules of a sales floor: what the rules find in them, and the report."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.real_floors import RealFloor, backlog_floors, maven_floors
from benchmarks.sales_floor_real import report
from solver.matrix.rows import ValueRows
from solver.models import IssueCode
from solver.rule_checks import rule_findings
from solver.sales_floor.grouping import group_names
from solver.solving import check


@pytest.fixture(scope="module")
def floors() -> list[RealFloor]:
    """Every real window but the largest; skipped where the shared data is not there."""
    try:
        return [*maven_floors(), *backlog_floors()]
    except MissingDataError as error:
        pytest.skip(str(error))


def named(floors: list[RealFloor], source: str, rules: str) -> RealFloor:
    """Return one of them."""
    return next(one for one in floors if one.source.startswith(source) and one.rules == rules)


def test_no_rule_of_a_real_policy_is_dead(floors: list[RealFloor]) -> None:
    """Every filter finds leads and reps in the data, and every policy can be put into integers."""
    for floor in floors:
        check(floor.window)
        codes = {issue.code for issue in rule_findings(floor.window, None)}
        assert not codes & {IssueCode.DEAD_RULE, IssueCode.DEAD_CONDITION,
                            IssueCode.NEVER_MATCHES}, floor.rules


def test_families_of_maven_are_its_subsidiaries_with_their_parents(floors: list[RealFloor]) -> None:
    """Leads of the fifteen subsidiaries stand in the groups of their parents."""
    window = named(floors, "Maven", "families whole").window
    parents = {account.account_id: account.parent_id for account in window.accounts}
    assert sum(parent is not None for parent in parents.values()) == 15
    rows = ValueRows(window)
    groups = group_names(rows)
    of_account = {lead.account_id: group for lead, group in zip(rows.leads.leads, groups,
                                                                strict=True) if lead.account_id}
    for account_id, group in of_account.items():
        assert group == of_account.get(parents[account_id] or account_id, group)
    sizes = Counter(group for group in groups if group is not None)
    assert sum(sizes.values()) == sum(lead.account_id is not None for lead in rows.leads.leads)
    assert len(sizes) == 85 - 15


def test_owners_before_are_those_of_the_export(floors: list[RealFloor]) -> None:
    """Each of Maven's open opportunities has an agent, so each is a previous owner."""
    window = named(floors, "Maven", "moves cost 100").window
    owners = {lead.lead_id: lead.owner_id for lead in window.leads}
    assert {one.lead_id: one.rep_id for one in window.previous} == owners


def test_the_report_shows_use_and_limits_of_the_backlog(floors: list[RealFloor]) -> None:
    """One row for each policy, proven and verified; with limits a second table."""
    chosen = [named(floors, "MarketStar, backlog", rules)
              for rules in ("none", "limits by size, source, zone")]
    text, failed = report(chosen, time_limit=20.0)
    assert failed == []
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    plain, limited = (next(row for row in rows if row[0] == f"| {one.rules}") for one in chosen)
    assert (plain[3], plain[6], plain[7]) == ("77", "1.0000", "0.0000%")
    assert limited[3] == "77"
    assert 0.95 < float(limited[6]) < 1
    assert any(line.startswith("| limits by size, source, zone | 9 | 6 |")
               for line in text.splitlines())
