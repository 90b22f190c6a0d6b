"""One lead at once: examples by hand, loads in place, and what is refused."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks import route_one as benchmark
from solver.errors import InvalidInputError, UsageError
from solver.explanation import Fate
from solver.instant import Decision, RoutingState, route_one
from solver.models import (
    Account,
    Floors,
    ForecastBasis,
    Lead,
    Policy,
    Queue,
    ReasonCode,
    Rep,
    RepFloor,
)
from solver.models.policy import Match
from solver.optimise import flow

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
#: Skill fit is the value: a lead of deal value 100 and score 100 is worth 100.00 x level.
POLICY = Policy(match=Match(skill=1.0, territory=0.0))


def lead(lead_id: str = "L1", deal_value: float = 100.0, **more: Any) -> Lead:
    """Make a lead of score 100 that came in now and needs the skill ``a``."""
    return Lead(lead_id=lead_id, created_at=AT, deal_value=deal_value, score=100.0,
                needs={"a": 1.0}, **more)


def rep(rep_id: str, level: float, capacity: int = 1, **more: Any) -> Rep:
    """Make a rep by the level in skill ``a``."""
    return Rep(rep_id=rep_id, capacity=capacity, skills={"a": level}, **more)


def desk(*reps: Rep, floors: Any = None, policy: Policy = POLICY) -> RoutingState:
    """Make a state at 15:00 UTC."""
    return RoutingState(reps, at=AT, policy=policy, floors=floors)


THREE = (rep("ana", 1.0), rep("ben", 0.9), rep("cid", 0.5))


def test_the_floor_sends_the_lead_to_the_next_best() -> None:
    """Ana brings 100.00 less a floor of 30.00, Ben 90.00 less 10.00: Ben gets the lead."""
    decision = route_one(lead(), desk(*THREE, floors={"ana": 3000, "ben": 1000}))
    assert (decision.rep_id, decision.fate) == ("ben", Fate.OWNED)
    assert decision.assignment is not None
    assert (decision.assignment.value, decision.assignment.floor) == (9000, 1000)
    assert [(up.rep_id, up.net_value) for up in decision.assignment.runners_up] == [
        ("ana", 7000), ("cid", 5000)]
    assert decision.sentences[0] == (
        "Lead L1 went to ben: value 90.00, the slot costs 10.00 (floor 10.00 + price 0.00), net "
        "80.00. ana: value 100.00, slot 30.00, net 70.00.")


def test_a_full_rep_has_the_price_of_one_slot_more() -> None:
    """With Ana full, her slot would win 10.00 more than Ben's; Cid's would win nothing."""
    state = desk(*THREE)
    state.take("ana")
    state.take("cid")
    decision = route_one(lead(), state)
    assert decision.assignment is not None
    assert decision.rep_id == "ben"
    assert [(up.rep_id, up.price, up.net_value) for up in decision.assignment.runners_up] == [
        ("ana", 1000, 9000), ("cid", 0, 5000)]


def test_equal_reps_take_turns_by_leads_of_today_then_by_id() -> None:
    """Of equals the one with the fewest leads today, then the smallest id."""
    state = desk(*(rep(name, 1.0, capacity=2, assigned_today=today)
                   for name, today in (("ana", 1), ("ben", 0), ("cid", 0))))
    owners = []
    while (owner := state.choose(lead())) is not None:
        owners.append(owner)
        state.take(owner)
    assert owners == ["ben", "cid", "ana", "ben", "cid", "ana"]


def test_a_lead_is_held_for_a_better_one_by_the_hour() -> None:
    """A floor above the value holds the lead, and the forecast's hour stands in the reason."""
    floors = Floors(
        at=AT, until=AT + timedelta(days=1), refresh_at=AT, basis=ForecastBasis.STEADY,
        history_leads=9, history_days=1.0, scale=1.0, currency="USD",
        expected_leads=3.0, samples=4, seed=0,
        floors=(RepFloor(rep_id="ana", floor=230000, by=AT + timedelta(hours=2)),))
    decision = route_one(lead(), desk(rep("ana", 1.0), floors=floors))
    assert (decision.rep_id, decision.fate) == (None, Fate.HELD)
    assert decision.held is not None
    assert decision.held.queue is Queue.NEXT_WINDOW
    assert [reason.code for reason in decision.held.reasons] == [ReasonCode.SLOT_KEPT]
    assert "ana's slot is expected to bring 2,300.00 by 17:00 UTC" in decision.sentences[1]


def test_owned_incomplete_and_unserved_leads_have_their_fates() -> None:
    """Kept by the owner of the export, held for data, held for want of reps."""
    state = desk(*THREE)
    kept = route_one(lead(owner_id="zoe"), state)
    assert (kept.fate, kept.rep_id, kept.sentences) == (
        Fate.KEPT, None, ("Lead L1 is kept by its owner zoe.",))
    blank = route_one(Lead(lead_id="L2"), state)
    assert blank.held is not None
    assert blank.held.queue is Queue.NEEDS_DATA
    nobody = route_one(lead(), desk())
    assert nobody.held is not None
    assert [reason.code for reason in nobody.held.reasons] == [ReasonCode.NO_REPS]
    assert [desk(*THREE).choose(one) for one in (lead(owner_id="z"), Lead(lead_id="L2"))] == [
        None, None]


def test_no_solver_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision never opens the engine."""
    monkeypatch.setattr(flow.min_cost_flow, "SimpleMinCostFlow", None)
    assert route_one(lead(), desk(*THREE)).rep_id == "ana"


def test_a_decision_survives_json() -> None:
    """What the intake service sends can be read back."""
    decision = route_one(lead(), desk(*THREE))
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_a_closed_lead_counts_today_and_a_refused_one_does_not() -> None:
    """With a daily cap of 1, a closed lead gives no slot back before midnight; a refusal does."""
    state = desk(rep("ana", 1.0, capacity=5, daily_cap=1))
    state.take("ana")
    state.release("ana")
    assert state.free_slots == {"ana": 0}
    state.set_loads((rep("ana", 1.0, capacity=5, daily_cap=1),))
    assert state.free_slots == {"ana": 1}
    state.take("ana")
    state.release("ana", refused=True)
    assert state.free_slots == {"ana": 1}


def test_a_closed_lead_of_an_overfull_rep_gives_no_slot() -> None:
    """A rep with two leads above capacity has none free until three are closed."""
    state = desk(rep("ana", 1.0, capacity=3, open_leads=5))
    free = []
    for _ in range(3):
        state.release("ana")
        free.append(state.free_slots["ana"])
    assert free == [0, 0, 1]


def test_a_rep_who_falls_ill_takes_nothing_until_back() -> None:
    """Loads set anew say who is active, in the slots and in the reasons."""
    ana = rep("ana", 1.0)
    state = desk(ana, rep("ben", 0.5))
    state.set_loads((ana.model_copy(update={"active": False}), rep("ben", 0.5)))
    assert (state.free_slots["ana"], state.choose(lead())) == (0, "ben")
    state.set_loads((ana, rep("ben", 0.5)))
    assert (state.free_slots["ana"], state.choose(lead())) == (1, "ana")


def test_calendars_run_when_the_state_moves() -> None:
    """Ana works from 9 to 17 in London; two hours after 15:00 Ben, who works on, is better."""
    ana = rep("ana", 1.0, timezone="Europe/London", working_hours=("Mon-Fri 09:00-17:00",))
    ben = rep("ben", 0.9, timezone="Europe/London", working_hours=("Mon-Fri 09:00-21:00",))
    state = desk(ana, ben)
    assert state.choose(lead()) == "ana"
    state.move_to(AT + timedelta(hours=2))
    assert state.choose(lead()) == "ben"
    assert state.at == AT + timedelta(hours=2)
    state.move_to(AT)
    assert state.choose(lead()) == "ana"


def test_thousands_of_changes_in_place_leave_no_trace() -> None:
    """A state that took and released every slot many times decides like a new one."""
    reps = tuple(rep(f"r{at:02d}", 0.5 + at / 100, capacity=3, assigned_today=at % 4)
                 for at in range(40))
    state = desk(*reps)
    for _ in range(20):
        for one in reps:
            for _ in range(3):
                state.take(one.rep_id)
        assert set(state.free_slots.values()) == {0}
        for one in reps:
            for _ in range(3):
                state.release(one.rep_id, refused=True)
    assert state.free_slots == {one.rep_id: 3 for one in reps}
    assert route_one(lead(), state) == route_one(lead(), desk(*reps))


def test_what_free_slots_shows_is_a_copy() -> None:
    """Whoever looks at the slots cannot change them."""
    state = desk(*THREE)
    state.free_slots["ana"] = 0
    assert state.free_slots["ana"] == 1


@pytest.mark.parametrize(("change", "message"), [
    (lambda state: state.take("zoe"), "rep 'zoe' is not in the state"),
    (lambda state: state.release("zoe"), "rep 'zoe' is not in the state"),
    (lambda state: (state.take("ana"), state.take("ana")), "rep 'ana' has 0 free slots"),
    (lambda state: state.release("ana"), "rep 'ana' has 0 open leads"),
    (lambda state: state.set_floors({"zoe": 1}), "floors name rep 'zoe'"),
    (lambda state: state.set_floors({"ana": -1}), "the floor of rep 'ana' is -1"),
    (lambda state: state.move_to(datetime(2026, 11, 18)), "has no time zone"),
    (lambda state: state.set_loads(THREE[:2]), "rep 'cid' is missing"),
    (lambda state: state.set_loads((*THREE, rep("zoe", 1.0))), "rep 'zoe' is not in the state"),
    (lambda state: state.set_loads((*THREE, THREE[0])), "rep 'ana' stands twice"),
])
def test_what_cannot_be_meant_is_named(change: Any, message: str) -> None:
    """The error names the rep and the rule, and the state stays as it was."""
    state = desk(*THREE, floors={"cid": 1})
    with pytest.raises(UsageError, match=message):
        change(state)
    assert set(state.free_slots) == {"ana", "ben", "cid"}
    assert route_one(lead(), state).assignment is not None


def test_a_refusal_needs_a_lead_of_today() -> None:
    """An open lead of an earlier day cannot be refused today."""
    state = desk(rep("ana", 1.0, capacity=2, open_leads=1))
    with pytest.raises(UsageError, match="rep 'ana' was assigned 0 leads today"):
        state.release("ana", refused=True)
    assert state.free_slots == {"ana": 1}


def test_a_new_state_refuses_what_cannot_be_meant() -> None:
    """An instant without a zone, a rep twice, floors of strangers."""
    with pytest.raises(UsageError, match="has no time zone"):
        RoutingState(THREE, at=datetime(2026, 11, 18), policy=POLICY)
    with pytest.raises(UsageError, match="rep 'ana' stands twice"):
        desk(*THREE, THREE[0])
    with pytest.raises(UsageError, match="floors name rep 'zoe'"):
        desk(*THREE, floors={"zoe": 1})


def test_a_value_beyond_64_bits_is_refused_by_name() -> None:
    """The range check of a plan holds for one lead too."""
    state = desk(rep("ana", 1.0, performance=1000.0), policy=Policy.model_validate(
        {"worth": {"deal_value": 1.5}, "match": {"skill": 1, "territory": 0}}))
    with pytest.raises(InvalidInputError, match="the value of lead 'L1' with rep 'ana'"):
        route_one(lead(deal_value=1e12), state)


def test_the_benchmark_checks_and_measures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    """At a small size the command asserts its answers, prints the table and writes the times."""
    file = tmp_path / "out" / "times.json"
    monkeypatch.setattr(sys, "argv", ["route_one", "--reps", "12", "--leads", "40",
                                      "--json", str(file)])
    benchmark.main()
    printed = capsys.readouterr()
    assert "answers as of solve" in printed.err
    assert [line.split(" | ")[0] for line in printed.out.splitlines()[2:]] == [
        "| numpy argmax of a ready row", "| choose (owner only)", "| route_one (owner and words)",
        "| solve of the one-lead window"]
    written = json.loads(file.read_text(encoding="utf-8"))
    assert {len(times) for times in written["seconds"].values()} == {written["num_leads"]}


def test_counts_are_taken_as_arrays() -> None:
    """The same loads as of records; who takes no leads has no slot; one number for each rep."""
    state = desk(*THREE)
    state.set_counts([1, 0, 0], [1, 0, 0], [True, True, False])
    assert state.rep_ids == ("ana", "ben", "cid")
    assert state.free_slots == {"ana": 0, "ben": 1, "cid": 0}
    assert route_one(lead(), state).rep_id == "ben"
    state.set_counts([0, 0, 0], [0, 0, 0], [True, True, True])
    assert route_one(lead(), state).rep_id == "ana"
    with pytest.raises(UsageError, match="2 loads are given for 3 reps"):
        state.set_counts([0, 0], [0, 0, 0], [True, True, True])


def test_accounts_may_come_with_the_lead() -> None:
    """They stand for those that the state was built with, for this lead alone."""
    state = desk(*THREE)
    with_owner = (Account(account_id="acme", owner_id="cid"),)
    assert route_one(lead(account_id="acme"), state, with_owner).rep_id == "cid"
    assert route_one(lead(account_id="acme"), state).rep_id == "ana"
