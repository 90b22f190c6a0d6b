"""The recruiter's quirks: ids that come twice, several deals a lead, one value for nearly all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from benchmarks.datasets.quirks import QuirkCode
from benchmarks.datasets.recruiting import (
    CATCH_ALL,
    PART,
    mapping,
    read_deals,
    recruiting_window,
)
from solver.solving import solve
from solver.verify import verify_plan
from tests.quirks import by_id, prepared, read, rows, said, shared

LEADS = f"""\
lead_id,lead_created_at,channel,candidate_id,lead_owner_id
a,2019-01-03T21:36:32.000Z,Facebook,1,{CATCH_ALL}
b,2019-01-06T14:31:35.250Z,SEM_Google,2,{CATCH_ALL}
c,2019-01-06T14:31:35.250Z,SEM_Bing,3,5385017
"""
DEALS = """\
deal_id,lead_id,deal_created_at,agent_id,value,status
1,a,2019-01-11T15:54:16.000Z,5,10000,lost
2,a,2019-01-23T17:35:26.000Z,3,3000,lost
3,b,2019-01-21T09:48:42.000Z,3,10000,lost
3,b,2019-01-21T09:48:42.000Z,3,10000,won
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small source with every quirk."""
    for name, text in (("leads.csv", LEADS), ("deals.csv", DEALS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_ids_that_come_twice_are_reported(source: Path) -> None:
    """The later of two rows of a deal counts; the other is reported with its row."""
    deals, quirks = read_deals(source)
    assert rows(quirks, QuirkCode.DUPLICATE_ID) == [(4, "3")]
    assert deals.filter(pl.col("deal_id") == "3")["status"].to_list() == ["won"]


def test_ids_that_come_twice_by_fairlead(tmp_path: Path) -> None:
    """Read raw they are an error with the row; prepared, the two rows are one lead."""
    rules: dict[str, object] = {"lead_id": "deal_id", "created_at": "deal_created_at",
                                "deal_value": "value", "score": {"constant": 50}}
    assert ("DUPLICATE_ID", 5, "3") in said(read(tmp_path, DEALS, rules, raw=True))
    found = prepared(read(tmp_path, DEALS, rules))
    assert [(merge.lead_id, merge.into_lead_id) for merge in found.preparation.merged] == [
        ("3", "3")]
    assert found.report.balance.merged == 1


def test_the_newest_of_several_deals_counts(source: Path) -> None:
    """A lead of two deals has the value of the newer; the older is reported with its row."""
    reading, quirks = recruiting_window(source)
    assert {n: lead.deal_value for n, lead in by_id(reading).items()} == {
        "a": 3000.0, "b": 10_000.0, "c": 10_000.0}
    assert rows(quirks, QuirkCode.SEVERAL_DEALS) == [(2, "a")]


def test_values_that_were_supplied_are_noted(source: Path) -> None:
    """A lead without a deal gets the usual value, and says that it was assumed."""
    found = by_id(recruiting_window(source)[0])
    assert ["deal_value" in found[n].assumed for n in "abc"] == [False, False, True]


def test_the_catch_all_queue_owns_nothing(source: Path) -> None:
    """Its leads are routed, those of a real owner are kept."""
    window = recruiting_window(source)[0].window
    assert window is not None
    plan = solve(window)
    assert {assignment.lead_id for assignment in plan.assignments} == {"a", "b"}
    assert [lead.lead_id for lead in plan.kept] == ["c"]


@pytest.mark.data
def test_a_report_with_a_row_for_each_deal(tmp_path: Path) -> None:
    """Leads joined with all their deals: 94 rows more than leads, merged by id, none lost."""
    folder = shared(PART)
    leads, deals = (pl.read_csv(folder / name, infer_schema=False)
                    for name in ("leads.csv", "deals.csv"))
    joined = leads.join(deals, on="lead_id", how="left", maintain_order="left")
    joined.write_csv(tmp_path / "joined.csv")
    rules = mapping(capacity=9)["leads"]
    found = prepared(read(tmp_path, tmp_path / "joined.csv", rules))
    assert joined.height == 4_658 + 94
    assert (len(found.leads), found.report.balance.merged) == (4_658, 94)


@pytest.mark.data
def test_the_real_window() -> None:
    """4,658 leads, 3,401 of the queue; 94 older deals; 10,000 for nearly all; proven."""
    reading, quirks = recruiting_window(shared(PART))
    assert reading.window is not None
    leads = reading.window.leads
    assert (len(leads), sum(lead.owner_id == CATCH_ALL for lead in leads)) == (4_658, 3_401)
    assert Counter(quirk.code for quirk in quirks) == {QuirkCode.SEVERAL_DEALS: 94}
    assert sum(lead.deal_value == 10_000 for lead in leads) == 4_649
    assert len({lead.created_at for lead in leads}) > 4_500
    plan = solve(reading.window)
    assert (plan.certificate.gap, len(plan.assignments), len(plan.kept)) == (0, 3_401, 1_257)
    assert [check for check in verify_plan(reading.window, plan) if not check.passed] == []
