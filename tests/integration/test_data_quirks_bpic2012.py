"""The loan log's quirks: the system's user, leads nobody took, work over weekends, open cases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datasets.bpic2012 import PART, SYSTEM
from benchmarks.datasets.bpic2012_work import read_work
from benchmarks.datasets.quirks import QuirkCode
from solver.models import Policy
from solver.solving import solve
from tests.quirks import by_id, read, rows, shared

CASES = f"""\
case_id,arrival,amount_req,outcome,lead_queue,lead_first_resource,first_human_resource,\
work_minutes,n_work_items
1,2011-09-30T22:38:44Z,20000,APPROVED,True,ana,ana,47.9,5
2,2011-10-01T06:08:58Z,5000,,True,,,,0
3,2011-10-03T06:10:30Z,7000,DECLINED,False,,{SYSTEM},4000.5,2
"""
RULES: dict[str, object] = {
    "lead_id": "case_id", "created_at": "arrival", "deal_value": "amount_req",
    "owner_id": "first_human_resource", "score": {"constant": 50}}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small log with every quirk."""
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_work_over_weekends_is_clipped(source: Path) -> None:
    """Two items count two hours at most; the row is reported; no work is no number."""
    work, quirks = read_work(source)
    assert work["minutes"].to_list() == [47.9, None, 120.0]
    assert rows(quirks, QuirkCode.LONG_WORK) == [(4, "4000.5")]


def test_open_cases_are_neither_won_nor_lost(source: Path) -> None:
    """A blank outcome stays blank and is reported with its row."""
    work, quirks = read_work(source)
    assert work["outcome"].to_list() == ["APPROVED", None, "DECLINED"]
    assert rows(quirks, QuirkCode.OPEN_CASE) == [(3, "")]


def test_leads_that_nobody_took_are_reported(source: Path) -> None:
    """In the queue and without a handler: reported; outside the queue none is expected."""
    _, quirks = read_work(source)
    assert rows(quirks, QuirkCode.NO_HANDLER) == [(3, "")]


def test_the_system_user_owns_nothing(source: Path, tmp_path: Path) -> None:
    """As a placeholder owner: its case and the one without a handler are routed, Ana's is kept."""
    reading = read(tmp_path, source / "cases.csv", RULES,
                   policy=Policy(placeholder_owners=(SYSTEM,)))
    assert by_id(reading)["1"].created_at == datetime(2011, 9, 30, 22, 38, 44, tzinfo=UTC)
    assert by_id(reading)["2"].owner_id is None
    assert reading.window is not None
    plan = solve(reading.window)
    assert [lead.lead_id for lead in plan.kept] == ["1"]
    assert {assignment.lead_id for assignment in plan.assignments} == {"2", "3"}


@pytest.mark.data
def test_the_real_log() -> None:
    """10,203 cases: 853 open, 548 leads that nobody took, 197 with work left open."""
    work, quirks = read_work(shared(PART))
    assert work.height == 10_203
    assert {code: len(rows(quirks, code)) for code in
            (QuirkCode.OPEN_CASE, QuirkCode.NO_HANDLER, QuirkCode.LONG_WORK)} == {
        QuirkCode.OPEN_CASE: 853, QuirkCode.NO_HANDLER: 548, QuirkCode.LONG_WORK: 197}
    assert (work["minutes"] <= 60 * work["items"]).drop_nulls().all()


@pytest.mark.data
def test_the_real_log_comes_through_a_mapping(tmp_path: Path) -> None:
    """Every case is a lead with its second and amount; no row is reported."""
    reading = read(tmp_path, shared(PART) / "cases.csv", RULES,
                   policy=Policy(placeholder_owners=(SYSTEM,)))
    leads = by_id(reading)
    assert len(leads) == 10_203
    assert {issue.code.value for issue in reading.issues} == {"UNKNOWN_OWNER"}
    assert sum(lead.owner_id is None for lead in leads.values()) == 2_981
