"""One lead at once is decided as the plan of a window with this lead alone decides it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.errors import UsageError
from solver.explanation import explain
from solver.instant import RoutingState, route_one
from solver.models import Floors, ForecastBasis, Lead, RepFloor, Window
from solver.solving import solve
from tests.property.strategies import AT, degenerate_windows, floors, windows

AnyFloors = Floors | dict[str, int] | None


class Desk:
    """A state beside rep records that are kept by hand; both must say the same."""

    def __init__(self, window: Window, given_floors: AnyFloors) -> None:
        self.at, self.policy, self.floors = window.at, window.policy, given_floors
        self.reps = {rep.rep_id: rep for rep in window.reps}
        self.state = RoutingState(window.reps, at=window.at, policy=window.policy,
                                  floors=given_floors)

    def change(self, rep_id: str, may: bool, **counts: int) -> bool:
        """Add to the counts of a rep's record if that may be; return whether it may."""
        rep = self.reps[rep_id]
        if may:
            self.reps[rep_id] = rep.model_copy(update={
                name: getattr(rep, name) + change for name, change in counts.items()})
        return may

    def take(self, rep_id: str) -> None:
        """Take a slot; without one the state refuses."""
        may = self.reps[rep_id].free_slots > 0
        if self.change(rep_id, may, open_leads=1, assigned_today=1):
            self.state.take(rep_id)
        else:
            with pytest.raises(UsageError, match="has 0 free slots"):
                self.state.take(rep_id)

    def close(self, rep_id: str) -> None:
        """Close a lead; without an open one the state refuses."""
        if self.change(rep_id, self.reps[rep_id].open_leads > 0, open_leads=-1):
            self.state.release(rep_id)
        else:
            with pytest.raises(UsageError, match="has 0 open leads"):
                self.state.release(rep_id)

    def refuse(self, rep_id: str) -> None:
        """Refuse an offer of today; without one the state refuses."""
        rep = self.reps[rep_id]
        may = rep.open_leads > 0 and rep.assigned_today > 0
        if self.change(rep_id, may, open_leads=-1, assigned_today=-1):
            self.state.release(rep_id, refused=True)
        else:
            with pytest.raises(UsageError, match=r"has 0 open leads|was assigned 0 leads today"):
                self.state.release(rep_id, refused=True)

    def midnight(self, rep_id: str) -> None:
        """Begin a day, from which on one rep is active no more, or again."""
        self.reps = {name: rep.model_copy(update={"assigned_today": 0,
                                                  "active": rep.active != (name == rep_id)})
                     for name, rep in self.reps.items()}
        self.state.set_loads(tuple(reversed(self.reps.values())))

    def move(self, at: datetime) -> None:
        """Go to another instant."""
        self.at = at
        self.state.move_to(at)

    def set_floors(self, given_floors: AnyFloors) -> None:
        """Take other floors."""
        self.floors = given_floors
        self.state.set_floors(given_floors)

    def check(self, lead: Lead) -> None:
        """Compare the decision with the plan, record by record and word by word."""
        window = Window(at=self.at, leads=(lead,), reps=tuple(self.reps.values()),
                        policy=self.policy)
        plan = solve(window, floors=self.floors)
        decision = route_one(lead, self.state)
        rows = (decision.assignment, decision.held, decision.kept)
        assert [row for row in rows if row is not None] == [
            *plan.assignments, *plan.held, *plan.kept]
        explanation = explain(plan, lead.lead_id)
        assert (decision.fate, decision.sentences) == (explanation.fate, explanation.sentences)
        assert (decision.lead_id, decision.at) == (lead.lead_id, self.at)
        owner = plan.assignments[0].rep_id if plan.assignments else None
        assert decision.rep_id == self.state.choose(lead) == owner
        assert self.state.free_slots == {slot.rep_id: slot.free_slots for slot in plan.slots}


def _forecast(by_rep: Mapping[str, int]) -> Floors:
    """Make floors of a forecast, by an hour of today, of another day, or of none."""
    hours = (2, 50, None)
    return Floors(
        at=AT, until=AT + timedelta(days=3), refresh_at=AT + timedelta(hours=1),
        basis=ForecastBasis.STEADY, history_leads=1, history_days=1.0, scale=1.0, currency="USD",
        expected_leads=1.0, samples=4, seed=0,
        floors=tuple(
            RepFloor(rep_id=rep_id, floor=floor,
                     by=None if (by := hours[at % 3]) is None else AT + timedelta(hours=by))
            for at, (rep_id, floor) in enumerate(sorted(by_rep.items()))))


def _any_floors(window: Window) -> SearchStrategy[AnyFloors]:
    given_floors = floors(window)
    return st.one_of(st.none(), given_floors, given_floors.map(_forecast))


@st.composite
def _desks(draw: st.DrawFn) -> tuple[Desk, Window]:
    window = draw(draw(st.sampled_from([degenerate_windows, windows, windows]))())
    return Desk(window, draw(_any_floors(window))), window


def _act(desk: Desk, window: Window, data: st.DataObject) -> None:
    """Change state and records in one of all ways."""
    rep_id = data.draw(st.sampled_from(sorted(desk.reps)))
    act = data.draw(st.sampled_from(["take"] * 6 + ["close", "refuse", "midnight", "move",
                                                    "floors"]))
    if act == "move":
        desk.move(AT + timedelta(minutes=data.draw(st.integers(-5000, 15000))))
    elif act == "floors":
        desk.set_floors(data.draw(_any_floors(window)))
    else:
        {"take": desk.take, "close": desk.close, "refuse": desk.refuse,
         "midnight": desk.midnight}[act](rep_id)


@settings(max_examples=120)
@given(_desks())
def test_one_lead_is_decided_as_its_own_plan_decides(case: tuple[Desk, Window]) -> None:
    """Owner, value, price, runners-up, reasons and words of every lead, ties included."""
    desk, window = case
    for lead in window.leads:
        desk.check(lead)


@settings(max_examples=120)
@given(_desks(), st.data())
def test_a_changed_state_decides_as_changed_records(case: tuple[Desk, Window],
                                                    data: st.DataObject) -> None:
    """Slots taken and released, midnights, other instants and floors: still the same plan."""
    desk, window = case
    for _ in range(data.draw(st.integers(1, 8))):
        _act(desk, window, data)
    for lead in window.leads:
        desk.check(lead)


@settings(max_examples=100)
@given(degenerate_windows())
def test_leads_one_by_one_fill_slots_as_records_say(window: Window) -> None:
    """Each owner's slot is taken before the next lead is decided, until all is held."""
    desk = Desk(window, None)
    for lead in (*window.leads, *window.leads):
        desk.check(lead)
        owner = desk.state.choose(lead)
        if owner is not None:
            desk.take(owner)


@settings(max_examples=50)
@given(windows(), st.randoms(use_true_random=False))
def test_the_order_of_the_reps_does_not_matter(window: Window, random: Random) -> None:
    """Reps in any order give the same decisions."""
    shuffled = list(window.reps)
    random.shuffle(shuffled)
    one = RoutingState(window.reps, at=AT, policy=window.policy)
    other = RoutingState(shuffled, at=AT, policy=window.policy)
    assert [route_one(lead, one) for lead in window.leads] == [
        route_one(lead, other) for lead in window.leads]
