"""MarketStar's windows: what is in them, and that their plans are proven and verified."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.marketstar import Knowledge, backlog_window, busiest_day_window
from solver.models import Engine, Plan, Window
from solver.solving import compare, solve
from solver.verify import verify_plan

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def backlog() -> Window:
    """The leads that nobody owns, or a skip that says what is missing."""
    try:
        return backlog_window()
    except MissingDataError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def busiest_day(backlog: Window) -> Window:  # noqa: ARG001 - skips with the data folder
    """The busiest day, valued in hindsight."""
    return busiest_day_window(Knowledge.HINDSIGHT)


@pytest.fixture(scope="module")
def plans(busiest_day: Window) -> tuple[Plan, dict[Engine, Plan]]:
    """The busiest day's optimum and baselines."""
    return compare(busiest_day)


def assert_proven(window: Window, plan: Plan) -> None:
    assert plan.certificate.gap == 0
    assert [check for check in verify_plan(window, plan) if not check.passed] == []


def test_backlog_is_what_the_export_says(backlog: Window) -> None:
    """365 leads without an owner, five reps, on the first working morning of 2022."""
    assert len(backlog.leads) == 365
    assert all(lead.owner_id is None for lead in backlog.leads)
    assert [rep.rep_id for rep in backlog.reps] == ["1", "2", "3", "4", "5"]
    assert backlog.at == datetime(2022, 1, 3, 15, tzinfo=UTC)


def test_backlog_is_routed_with_proof(backlog: Window) -> None:
    """A day's intake of each rep is filled from the backlog; the rest is outbid."""
    plan = solve(backlog)
    assert_proven(backlog, plan)
    assert len(plan.assignments) == sum(rep.free_slots for rep in backlog.reps) == 77
    assert {reason.code.value for lead in plan.held for reason in lead.reasons} == {"OUTBID"}


def test_busiest_day_is_what_the_export_says(busiest_day: Window) -> None:
    """9,754 leads of 2021-01-05; each rep's slots are the leads the rep owns of them."""
    assert len(busiest_day.leads) == 9_754
    assert sum(lead.owner_id is None for lead in busiest_day.leads) == 53
    for rep in busiest_day.reps:
        assert rep.capacity == sum(lead.owner_id == rep.rep_id for lead in busiest_day.leads)


def test_busiest_day_beside_its_owners(busiest_day: Window,
                                       plans: tuple[Plan, dict[Engine, Plan]]) -> None:
    """The plan is proven; the present owners break no rule and are worth less."""
    plan, baselines = plans
    assert_proven(busiest_day, plan)
    current = baselines[Engine.CURRENT]
    assert len(current.assignments) == len(plan.assignments) == 9_701
    assert current.violations == ()
    assert 0.98 < current.certificate.value / plan.certificate.value < 1.0


def test_without_history_every_full_plan_is_worth_the_same() -> None:
    """By what was known that morning, all leads and reps are alike: no uplift is claimed."""
    try:
        window = busiest_day_window(Knowledge.PRIOR)
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len({(lead.deal_value, lead.score) for lead in window.leads}) == 1
    assert {level for rep in window.reps for level in rep.skills.values()} == {0.5}
