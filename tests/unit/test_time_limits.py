"""Windows for the MIP, and what is said where its time does not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from solver import solve, why_not
from solver.errors import NoPlanInTimeError
from solver.matrix.rows import ValueRows
from solver.models import Lead, Plan, Policy, Rep, StoppedBy, Window
from solver.program.beside import Beside
from solver.program.bound import violations
from solver.program.clock import Clock
from solver.program.core_run import NoChoiceFoundError
from solver.program.engine import solve_mip
from solver.program.program import Choice, Ints, Program, SolveLimits
from solver.relax import relax
from solver.relax.model import cheapest
from solver.sales_floor.building import sales_floor
from solver.sales_floor.engine import solve_floor
from solver.sales_floor.start import choice_of

_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
_Mip = Callable[[Program, SolveLimits, Ints | None], Choice]


def _window() -> Window:
    """Make leads of 2, 3 and 2 slots, which all of Ana's and Ben's slots leave one without."""
    leads = tuple(Lead(lead_id=f"l{n}", created_at=_AT - timedelta(hours=1), deal_value=worth,
                       score=100, effort=effort)
                  for n, (worth, effort) in enumerate([(300, 2), (200, 3), (100, 2)]))
    reps = (Rep(rep_id="ana", name="Ana", capacity=3), Rep(rep_id="ben", name="Ben", capacity=2))
    return Window(at=_AT, leads=leads, reps=reps, policy=Policy())


def _engine(monkeypatch: pytest.MonkeyPatch, mip: _Mip) -> None:
    monkeypatch.setattr("solver.sales_floor.engine.solve_mip", mip)


def _finds_nothing(_: Program, limits: SolveLimits, __: Ints | None = None) -> Choice:
    raise NoChoiceFoundError(limits)


class _Recorder:
    """The engine, with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Program, SolveLimits, Ints | None]] = []

    def __call__(self, program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
        self.asked.append((program, limits, start))
        return solve_mip(program, limits, start)


@pytest.fixture
def plan() -> Plan:
    """Solve the window."""
    return solve(_window(), time_limit=None, rounds=50)


def test_no_plan_in_time_has_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is neither a wrong call nor a fault of ours."""
    _engine(monkeypatch, _finds_nothing)
    with pytest.raises(NoPlanInTimeError, match="allow more time"):
        solve(_window())


def test_the_limit_that_was_asked_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the run has less of it, and says so of itself alone."""
    def rest(_: Program, limits: SolveLimits, *__: object) -> Choice:
        raise NoChoiceFoundError(replace(limits, seconds=19.48))
    monkeypatch.setattr("solver.program.engine._solve", rest)
    monkeypatch.setattr("solver.program.engine.LARGE", 0)
    with pytest.raises(NoChoiceFoundError, match=r"in 30\.0 seconds"):
        solve_mip(sales_floor(ValueRows(_window())).program, SolveLimits(30.0, None))


def test_the_error_of_a_thread_is_not_lost() -> None:
    """It is raised where the thread was waited for."""
    def fails(said: str) -> None:
        raise ZeroDivisionError(said)
    beside = Beside(fails, "nothing")
    beside.start()
    beside.join()
    with pytest.raises(ZeroDivisionError, match="nothing"):
        beside.reraise()


def test_why_not_without_a_plan_in_time_is_a_sentence(plan: Plan, monkeypatch: pytest.MonkeyPatch
                                                      ) -> None:
    """What was not found is not called impossible, and has no cost."""
    _engine(monkeypatch, _finds_nothing)
    answer = why_not(_window(), plan, "l2", "ana")
    assert answer.cost is None
    assert "was found in time, and none is proven impossible" in answer.sentence


def test_why_not_keeps_its_time_and_begins_with_the_plan(plan: Plan,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """The start gives l2 to Ana, whose lead makes room, leaves Ben's, and breaks nothing."""
    mip = _Recorder()
    _engine(monkeypatch, mip)
    answer = why_not(_window(), plan, "l2", "ana", time_limit=7.0)
    [(program, limits, start)] = mip.asked
    assert limits.seconds is not None
    assert 0 < limits.seconds <= 7
    assert start is not None
    assert not violations(program, start)
    assert (start >= 0).sum() == 2
    assert (answer.cost, answer.cost_at_least) == (20_000 * 7 // 10 - 10_000 * 7 // 10, None)
    assert "between" not in answer.sentence


def test_owners_are_a_choice_again() -> None:
    """What a choice makes of leads and groups leads back to it; who may not have a lead is left."""
    window = _window().model_copy(update={"policy": Policy.model_validate(
        {"groups": {"by": "account"}})})
    leads = tuple(lead.model_copy(update={"account_id": account, "excluded_rep_ids": ("ben",)})
                  for lead, account in zip(window.leads, ("A", "B", "A"), strict=True))
    reps = tuple(rep.model_copy(update={"capacity": 4}) for rep in window.reps)
    floor = sales_floor(ValueRows(window.model_copy(update={"leads": leads, "reps": reps})))
    choice, _ = solve_floor(floor, SolveLimits(seconds=None, rounds=50))
    assert (choice.column >= 0).any()
    owner = floor.owners(choice.column)
    assert owner[0] == owner[2]
    assert choice_of(floor, owner).tolist() == choice.column.tolist()
    refused = np.full(3, 1)
    assert (choice_of(floor, refused) < 0).all()


def test_why_not_says_between_what_an_unproven_cost_lies(plan: Plan,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """The forced plan may bring up to 30.00 more than the one that was found."""
    exact = why_not(_window(), plan, "l2", "ana").cost
    assert exact is not None

    def unsure(program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
        choice = solve_mip(program, limits, start)
        return replace(choice, bound=choice.objective + 9_000,
                       engine_bound=choice.objective + 3_000)
    _engine(monkeypatch, unsure)
    answer = why_not(_window(), plan, "l2", "ana")
    assert (answer.cost_at_least, answer.cost) == (exact - 3_000, exact)
    assert f"between {(exact - 3_000) / 100:.2f} and {exact / 100:.2f}" in answer.sentence


def test_changes_that_the_time_leaves_unchecked_are_kept(plan: Plan,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """The note says that the time was over, not that there is no plan."""
    assert relax(_window(), plan).checked
    _engine(monkeypatch, _finds_nothing)
    found = relax(_window(), plan)
    assert [change.rep_id for change in found.changes]
    assert not found.checked
    assert "the time was over before a plan" in found.notes[0]


def test_rounds_of_the_search_for_changes_are_not_those_of_the_check(
        plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """One deterministic second of CP-SAT is not one node of the MIP that checks its changes."""
    mip = _Recorder()
    _engine(monkeypatch, mip)
    found = relax(_window(), plan, time_limit=None, rounds=1)
    [(program, limits, start)] = mip.asked
    assert (limits.seconds, limits.rounds) == (None, 2_000)
    assert start is not None
    assert not violations(program, start)
    assert np.all(start >= 0)
    assert found.checked


def test_search_and_check_share_one_time_limit(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three quarters for the search; the check gets what is left, not all of it again."""
    passed = [0.0]
    monkeypatch.setattr(Clock, "passed", property(lambda _: passed[0]))
    seconds: list[float | None] = []

    def searching(*args: object) -> object:
        limits = args[-1]
        assert isinstance(limits, SolveLimits)
        seconds.append(limits.seconds)
        passed[0] += 15.0
        return cheapest(*args)  # type: ignore[arg-type]
    monkeypatch.setattr("solver.relax.relaxing.cheapest", searching)

    def checking(program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
        seconds.append(limits.seconds)
        return solve_mip(program, SolveLimits(seconds=None, rounds=50), start)
    _engine(monkeypatch, checking)
    found = relax(_window(), plan, time_limit=20.0)
    assert seconds == [15.0, 5.0]
    assert found.stopped_by is StoppedBy.PROOF
