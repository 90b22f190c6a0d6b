"""Limits of a window at their edges: names, rounded shares, large floors, worths, old ledgers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from solver import InvalidInputError, PolicyConflictError, solve
from solver.fairness.periods import period_limits
from solver.matrix.rows import ValueRows
from solver.models import (
    Floors,
    ForecastBasis,
    IssueCode,
    Lead,
    Ledger,
    Limit,
    Policy,
    PreviousOwner,
    Rep,
    Window,
)
from solver.models.floors import LimitFloor, RepFloor
from solver.sales_floor.building import sales_floor
from solver.sales_floor.ledger import next_ledger, settled, used_in_periods
from solver.verify import verify_plan

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
Row = dict[str, Any]
#: Leads are worth their deal value with everybody.
DEAL_ONLY: Row = {"match": {"skill": 0.5, "territory": 0.5, "unknown": 1.0}}


def _window(worths: tuple[float, ...], reps: tuple[Row, ...] = ({},), ledger: Ledger | None = None,
            previous: dict[str, str] | None = None, leads: Row | None = None, **policy: Any
            ) -> Window:
    """Leads l1, l2, ... of these worths; reps a, b, ... with nine slots."""
    return Window(
        at=AT, policy=Policy.model_validate(DEAL_ONLY | policy), ledger=ledger,
        leads=tuple(Lead.model_validate({
            "lead_id": f"l{n}", "created_at": AT, "deal_value": worth, "score": 100.0,
            **(leads or {})}) for n, worth in enumerate(worths, start=1)),
        reps=tuple(Rep.model_validate({"rep_id": rep_id, "name": rep_id.title(), "capacity": 9,
                                       **fields}) for rep_id, fields in zip("abc", reps,
                                                                            strict=False)),
        previous=tuple(PreviousOwner(lead_id=lead, rep_id=rep)
                       for lead, rep in (previous or {}).items()))


def _floors(floor: int) -> Floors:
    return Floors(
        at=AT, until=AT + timedelta(hours=9), refresh_at=AT, basis=ForecastBasis.STEADY,
        history_leads=9, history_days=1, scale=1, expected_leads=2, samples=8, seed=0,
        currency="USD", floors=(), limits=(LimitFloor(limit="day", floor=floor),))


def _faults(window: Window, plan: Any) -> list[str]:
    return [f"{check.detail}" for check in verify_plan(window, plan) if not check.passed]


@pytest.mark.parametrize("limit", [{"name": "FAIR:a"}, {"name": "FAIR", "each": "rep"}])
def test_no_limit_can_be_called_like_a_fair_share(limit: Row) -> None:
    """FAIR:a is the fair share of the rep a, in the policy and with each."""
    with pytest.raises(ValidationError, match="could be that of a rep's fair share"):
        Limit.model_validate({"upper": 1, **limit})
    assert Limit(name="FAIR", upper=1).name == "FAIR"


@pytest.mark.parametrize("period", ["window", "day"])
def test_two_limits_of_one_name_are_refused(period: str) -> None:
    """T of each rep makes a T:a, which another limit is called: nobody could tell them apart."""
    window = _window((100, 100), ({}, {}), limits=[
        {"name": "T", "each": "rep", "upper": 1, "period": period},
        {"name": "T:a", "upper": 2, "period": period}])
    with pytest.raises(InvalidInputError, match="2 limits have this name") as raised:
        solve(window)
    assert [(one.code, one.offending) for one in raised.value.issues] == [
        (IssueCode.BAD_POLICY, "T:a")]
    if period == "day":
        with pytest.raises(InvalidInputError, match="2 limits have this name"):
            period_limits(window)
    other = window.model_copy(update={"policy": Policy.model_validate(DEAL_ONLY | {"limits": [
        {"name": "T", "each": "rep", "upper": 1}, {"name": "T:c", "upper": 2}]})})
    assert "must stand for one limit" in _faults(window, solve(other))[0]


@pytest.mark.parametrize(("limit", "owned", "ends"), [
    ({"lower": "20 %", "upper": "25 %"}, 1, (1, 1)),
    ({"lower": "50 %", "upper": "50 %"}, 2, (2, 2)),
    ({"lower": "20 %", "upper": "25 %", "price": 900}, 1, (1, 1)),
    ({"lower": 3, "upper": 1, "price": 10}, 3, (3, 1)),
    ({"lower": 2, "upper": 1, "price": 900}, 2, (2, 1)),
])
def test_ends_that_cross_by_rounding_or_at_a_price_stop_no_window(
        limit: Row, owned: int, ends: tuple[int, int]) -> None:
    """Of three leads 0.6 to 0.75 is one; with a price, each unit past an end costs it."""
    window = _window((300, 200, 100), limits=[{"name": "n", **limit}])
    plan = solve(window)
    assert len(plan.assignments) == owned
    assert (plan.limits[0].lower, plan.limits[0].upper) == ends
    assert _faults(window, plan) == []


@pytest.mark.parametrize("limit", [{"lower": 3, "upper": 2}, {"lower": "26 %", "upper": "25 %"},
                                   {"lower": 1, "upper": "20 %"}])
def test_ends_that_cross_before_rounding_are_a_contradiction(limit: Row) -> None:
    """At least one and at most 0.6 of three leads: no rounding is to blame."""
    with pytest.raises(PolicyConflictError, match="lower must not be above upper"):
        solve(_window((300, 200, 100), limits=[{"name": "n", **limit}]))


@pytest.mark.parametrize("floor", [2**62, -2**62, 2**60])
def test_floors_of_limits_beyond_exact_sums_are_refused(floor: int) -> None:
    """A floor times what a lead counts must not go round; the checker refuses it as well."""
    window = _window((100, 100), leads={"effort": 4}, limits=[
        {"name": "day", "period": "day", "measure": "slots", "upper": 9}])
    with pytest.raises(InvalidInputError, match="day at the floors") as raised:
        solve(window, floors=_floors(floor))
    assert raised.value.issues[0].code is IssueCode.VALUE_RANGE
    plan = solve(window, floors=_floors(1_000))
    assert _faults(window, plan) == []
    faults = _faults(window, plan.model_copy(update={"floors": _floors(floor)}))
    assert "the floors of limits must stay below" in faults[0]


def test_floors_of_slots_beyond_exact_sums_are_refused() -> None:
    """Four slots at 2**62 each would be nothing in 64 bits."""
    with pytest.raises(InvalidInputError, match="the floors of the slots of a lead"):
        solve(_window((100,), leads={"effort": 4}), floors={"a": 2**62})


def test_floors_of_slots_and_limits_are_refused_where_only_both_are_too_large() -> None:
    """Each alone is within exact sums."""
    window = _window((100,), limits=[{"name": "day", "period": "day", "upper": 9}])
    large = 2**61 - 2**40
    slots = (RepFloor(rep_id="a", floor=large),)
    solve(window, floors=_floors(1).model_copy(update={"floors": slots}))
    solve(window, floors=_floors(large))
    with pytest.raises(InvalidInputError, match="the floors of its slots and limits"):
        solve(window, floors=_floors(large).model_copy(update={"floors": slots}))


def test_a_worth_beyond_exact_sums_is_refused_by_the_lead() -> None:
    """Nobody may have it, so that no value says that its worth is past 64 bits."""
    limits = [{"name": "n", "measure": "worth", "upper": 10}]
    window = _window((1e12, 1), limits=limits, worth={"deal_value": 2},
                     must_place="deal_value > 1e13",
                     rules=[{"name": "no", "kind": "must_not", "leads": "lead_id = 'l1'"}])
    with pytest.raises(InvalidInputError, match="the worth of lead 'l1'") as raised:
        solve(window)
    assert raised.value.issues[0].code is IssueCode.VALUE_RANGE
    small = _window((1, 1), limits=limits)
    assert "the inputs cannot be valued" in _faults(window, solve(small))[0]


def test_a_locked_lead_says_nothing_of_others() -> None:
    """Ben is eligible and would bring more; only the lock keeps the lead from him."""
    window = _window((100,), ({"performance": 0.5}, {"performance": 1.0}), previous={"l1": "a"},
                     stability={"lock": "lead_id = 'l1'"})
    (owned,) = solve(window).assignments
    assert "locked" in owned.why
    assert "Nobody else" not in owned.why


def test_an_owned_lead_names_its_dearest_limit() -> None:
    """West takes one of two: 200.00 is its price; the checker asks for the name."""
    window = _window((300, 200), ({"team": "West"}, {"team": "East", "performance": 0.1}), limits=[
        {"name": "of West", "reps": "team = 'West'", "upper": 1},
        {"name": "roomy", "upper": 9}])
    plan = solve(window)
    assert _faults(window, plan) == []
    (first, _) = plan.assignments
    assert first.limit_price
    assert ", limit of West " in first.why
    silent = first.model_copy(update={"why": first.why.replace("of West", "")})
    changed = plan.model_copy(update={"assignments": (silent, *plan.assignments[1:])})
    assert _faults(window, changed) == ["lead 'l1': why must name 'of West'"]


def test_of_several_limits_the_dearest_is_named_with_its_part() -> None:
    """A lead that counts for two caps with prices: the sum, and the larger part by name."""
    window = _window((300, 200, 100), ({}, {"performance": 0.5}), limits=[
        {"name": "ana's", "reps": "rep_id = 'a'", "upper": 1},
        {"name": "everybody's", "upper": 2}])
    plan = solve(window)
    assert _faults(window, plan) == []
    costs = {one.name: one.price for one in plan.limits}
    first = plan.assignments[0]
    assert all(costs.values())
    dearest = max(costs, key=lambda name: costs[name])
    assert first.limit_price == sum(costs.values())
    assert f"(above all {dearest} {costs[dearest] / 100:,.2f})" in first.why


@pytest.mark.parametrize("ask", [
    solve, lambda window: settled(ValueRows(window)),
    used_in_periods, lambda window: next_ledger(window, solve(_window((100,))))])
def test_a_ledger_of_later_is_an_input_that_is_wrong(ask: Callable[[Window], object]) -> None:
    """Its instant is named, and that the ledger from before the window is asked for."""
    window = _window((100,), ledger=Ledger(at=AT + timedelta(hours=1), currency="USD"),
                     limits=[{"name": "day", "period": "day", "upper": 3}])
    with pytest.raises(InvalidInputError, match="Give the ledger from before") as raised:
        ask(window)
    assert raised.value.issues[0].code is IssueCode.BAD_LEDGER
    before = window.model_copy(update={"ledger": None})
    assert "after this window's" in _faults(window, solve(before))[0]


def test_no_array_of_a_program_can_be_written_to() -> None:
    """Engines share them."""
    program = sales_floor(ValueRows(_window((100, 50), ({}, {}), limits=[
        {"name": "n", "lower": 1, "upper": 1, "price": 5}]))).program
    arrays = (program.indptr, program.rep, program.gain, program.must, program.group,
              program.limits.indptr, program.limits.column, program.limits.use,
              program.limits.lower, program.limits.upper, program.limits.hinge_limit,
              program.limits.hinge_at, program.limits.hinge_slope, program.limits.hinge_over)
    assert not any(array.flags.writeable for array in arrays)
