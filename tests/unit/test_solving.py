"""The one entry point: what it refuses, and figures that pass 64 bits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from solver import compare, render_plan, solve, solving, verify_plan
from solver.errors import EngineError, InvalidInputError, UsageError
from solver.models import (
    Account,
    Engine,
    Hold,
    Lead,
    Policy,
    Queue,
    Reason,
    ReasonCode,
    Rep,
    Window,
)
from solver.models.base import MAX_COUNT
from solver.models.policy import Worth

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def lead(lead_id: str, deal_value: float, **more: Any) -> Lead:
    """Make a lead of score 100 that came in now."""
    return Lead(lead_id=lead_id, created_at=AT, deal_value=deal_value, score=100.0, **more)


@pytest.mark.parametrize("floor", [1.9, True, float("nan"), -1, 2**63, "7"])
def test_a_floor_is_an_integer_of_minor_units(floor: Any) -> None:
    """Nothing else is cut, rounded or wrapped into one."""
    window = Window(at=AT, leads=(lead("L1", 10),), reps=(Rep(rep_id="ana", capacity=1),))
    with pytest.raises(UsageError, match="the floor of rep 'ana' is"):
        solve(window, floors={"ana": floor})


def test_a_floor_of_a_stranger_is_refused() -> None:
    """A floor names a rep of the window."""
    window = Window(at=AT, leads=(), reps=(Rep(rep_id="ana", capacity=1),))
    with pytest.raises(UsageError, match="rep 'bob', who is not in the window"):
        solve(window, floors={"bob": 1})


def test_value_kept_may_pass_64_bits() -> None:
    """A billion free slots of a high floor are summed exactly."""
    window = Window(at=AT, leads=(lead("L1", 10),), reps=(Rep(rep_id="ana", capacity=MAX_COUNT),))
    plan = solve(window, floors={"ana": 10**11})
    assert plan.certificate.value_kept == MAX_COUNT * 10**11
    assert all(check.passed for check in verify_plan(window, plan))


def huge_window(performance: float) -> Window:
    """Make 100 leads of almost the largest deal value, for 10 reps."""
    return Window(
        at=AT, leads=tuple(lead(f"L{i:03d}", 1e12 - i) for i in range(100)),
        reps=tuple(Rep(rep_id=f"r{j}", capacity=5, performance=performance) for j in range(10)))


@pytest.mark.parametrize("performance", [1.0, 10.0, 100.0, 200.0, 210.0])
def test_the_largest_values_that_are_taken_are_solved(performance: float) -> None:
    """Up to the engine's limit a window is solved and proven: 2**63 / (5 x 111 + 10) is 1.6e16."""
    window = huge_window(performance)
    plan = solve(window)
    assert plan.certificate.gap == 0
    assert all(check.passed for check in verify_plan(window, plan))


@pytest.mark.parametrize("performance", [300.0, 1000.0])
def test_values_beyond_the_engine_are_refused_by_name(performance: float) -> None:
    """Past the limit the error names the lead and the rep of the largest value."""
    with pytest.raises(InvalidInputError, match="the value of lead 'L000' with rep 'r0'"):
        solve(huge_window(performance))


def test_a_plan_without_its_proof_is_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners that the prices do not prove are a fault of ours, and said to be one."""
    window = Window(at=AT, leads=(lead("L1", 10),), reps=(Rep(rep_id="ana", capacity=1),))
    monkeypatch.setattr(solving, "canonical_owners", lambda *_: np.array([-1]))
    with pytest.raises(EngineError, match="gap is 700 minor units"):
        solve(window)


def test_a_power_that_overflows_is_named() -> None:
    """Exponents have no upper end; a worth without one is refused with its lead."""
    window = Window(at=AT, leads=(lead("L1", 1e12),), reps=(Rep(rep_id="ana", capacity=1),),
                    policy=Policy(worth=Worth(deal_value=40.0)))
    with pytest.raises(InvalidInputError, match="the worth of lead 'L1'"):
        solve(window)


@pytest.mark.parametrize("wrong", [
    {"owner_id": ""}, {"territory": ""}, {"needs": {"x": 1, "X": 3}}, {"languages": ("de", "DE")},
    {"required_skills": {"": 0.5}}, {"timezone": "Mars/Base"}])
def test_a_lead_refuses_what_reading_refuses(wrong: dict[str, Any]) -> None:
    """Blank text is None, and names differ as names compare."""
    with pytest.raises(ValidationError):
        lead("L1", 10, **wrong)


def test_ids_stand_once_in_a_window() -> None:
    """Leads, reps and accounts are told apart by their ids."""
    rep, account = Rep(rep_id="ana", capacity=1), Account(account_id="A1")
    for twice in ({"leads": (lead("L1", 10), lead("L1", 20))}, {"reps": (rep, rep)},
                  {"accounts": (account, account)}):
        with pytest.raises(ValidationError, match="stands twice"):
            Window(**{"at": AT, "leads": (), "reps": (), **twice})


def test_every_attribute_has_its_column() -> None:
    """A column that only a held lead fills still stands in assignments.csv."""
    window = Window(at=AT, reps=(Rep(rep_id="ana", capacity=1),),
                    leads=(lead("L1", 10, attributes={"value": "mine"}),
                           lead("L2", 5, attributes={"campaign": "spring"})))
    header, row = render_plan(solve(window))["assignments.csv"].decode().splitlines()
    assert header.endswith(",why,campaign,lead.value")
    assert row.endswith(",,mine")


def test_current_lists_every_rule_that_the_export_breaks() -> None:
    """Strangers, refused owners and leads above capacity are listed, and count as held."""
    window = Window(
        at=AT, policy=Policy(route_when="all"),
        reps=(Rep(rep_id="ana", capacity=1), Rep(rep_id="ben", capacity=1, min_deal=50)),
        leads=(lead("L1", 10, owner_id="ana"), lead("L2", 10, owner_id="ana"),
               lead("L3", 10, owner_id="ben"), lead("L4", 10, owner_id="gone")))
    _, baselines = compare(window)
    current = baselines[Engine.CURRENT]
    assert [(v.lead_id, v.code) for v in current.violations] == [
        ("L2", "ABOVE_CAPACITY"), ("L3", "NOT_ELIGIBLE"), ("L4", "NOT_IN_REP_FILE")]
    assert [a.lead_id for a in current.assignments] == ["L1"]
    assert all(check.passed for check in verify_plan(window, current))


def test_a_hold_is_of_a_lead_of_the_window() -> None:
    """A hold of nobody would be silent: it is refused by the id."""
    def held(lead_id: str) -> Hold:
        return Hold(lead_id=lead_id, queue=Queue.REVIEW, reason=Reason(
            code=ReasonCode.POSSIBLE_DUPLICATE, detail="may be one with L0"))

    assert Window(at=AT, leads=(lead("L1", 10),), reps=(), holds=(held("L1"),)).holds
    with pytest.raises(ValidationError, match="'L2' is of no lead of the window"):
        Window(at=AT, leads=(lead("L1", 10),), reps=(), holds=(held("L1"), held("L2")))
