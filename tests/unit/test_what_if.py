"""A window beside the same window with edits: figures, differences, movers."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from solver.errors import InvalidInputError, UsageError
from solver.matrix.floors import AnyFloors
from solver.models import Floors, ReasonCode, Territory, Window
from solver.running import Runner
from solver.scenarios import (
    AddReps,
    AddSkill,
    Campaign,
    CapacityOf,
    ChangeCapacity,
    ChangePolicy,
    CloseDay,
    Edit,
    OpenLeads,
    OpenTerritory,
    RampUpStep,
    RemoveReps,
    RepChanges,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
    apply,
)
from solver.solving import solve
from solver.what_ifs import Comparison, Mover, ScenarioResult, what_if
from tests.golden.instances import three_leads_two_reps
from tests.scenario_windows import floor, with_rules


def _one(window: Window, *edits: Edit, floors: AnyFloors = None) -> ScenarioResult:
    (result,) = what_if(window, [Scenario(name="try", edits=edits)], floors=floors).results
    return result


def _moves(result: ScenarioResult) -> list[tuple[str, str | None, str | None, bool]]:
    return [(move.lead_id, move.before, move.after, move.cascade) for move in result.moves]


def test_a_window_that_a_reader_solves_by_hand() -> None:
    """Values and prices as the instance's docstring works them out."""
    found = what_if(three_leads_two_reps(), [
        Scenario(name="ana +1", edits=(ChangeCapacity(rep_ids=("ana",), add=1),)),
        Scenario(name="no ben", edits=(RemoveReps(rep_ids=("ben",)),))])
    base = found.base
    assert (base.value, base.objective, base.gap, base.leads, base.owned) == (
        1700_00, 1700_00, 0, 3, 2)
    assert base.held == {ReasonCode.OUTBID: 1}
    assert (base.worth_held, base.load_spread) == (600_00, 0.0)
    assert (base.lowest_price, base.highest_price) == (300_00, 600_00)
    more, fewer = found.results
    assert more.difference is not None
    assert (more.difference.value, more.difference.owned) == (600_00, 1)
    assert more.difference.held == {ReasonCode.OUTBID: -1}
    assert more.difference.worth_held == -600_00
    assert _moves(more) == [("L3", None, "ana", False)]
    assert fewer.difference is not None
    assert (fewer.difference.value, fewer.difference.worth_held) == (-700_00, 800_00)
    assert _moves(fewer) == [("L1", "ben", "ana", False), ("L2", "ana", None, True)]


def test_the_window_and_the_scenarios_stay_as_they_are() -> None:
    """Nothing mutates, and each result echoes its edits."""
    window, scenario = floor(), Scenario(name="more", note="why", edits=(
        AddReps(like="ana", changes=RepChanges(skills={"crm": 1.0})),))
    found = what_if(window, [scenario])
    assert window == floor()
    assert found.results[0].scenario == scenario


@pytest.mark.parametrize("window", [floor(), with_rules()], ids=["plain", "limits"])
def test_figures_are_those_of_the_plan(window: Window) -> None:
    """Of base and edited window, whatever engine they need."""
    scenario = Scenario(name="try", edits=(
        ChangeCapacity(where='team = "West"', add=1), AddSkill(rep_ids=("ben",), skill="crm")))
    found = what_if(window, [scenario], time_limit=None)
    for figures, edited in ((found.base, window), (found.results[0].figures,
                                                   apply(window, scenario))):
        plan = solve(edited, time_limit=None)
        assert figures is not None
        assert figures.value == plan.certificate.value
        assert figures.objective == plan.certificate.objective
        assert figures.gap == plan.certificate.gap
        assert figures.owned == len(plan.assignments)
        assert sum(figures.held.values()) == len(plan.held)
        owned = {one.lead_id: one.rep_id for one in plan.assignments}
        moved = {move.lead_id: move.after for move in found.results[0].moves}
        if edited is not window:
            assert {lead_id: owned.get(lead_id) for lead_id in moved} == moved


def test_held_leads_count_by_their_first_reason() -> None:
    """Kept ones do not; sorted-out ones do, and are worth nothing that is known."""
    base = what_if(floor(), []).base
    assert base.leads == 6
    assert base.held == {ReasonCode.NEEDS_DATA: 1, ReasonCode.OUTBID: 2}
    assert base.owned == 4


def test_load_spread_is_of_reps_with_a_free_slot() -> None:
    """One full, one empty: half; who has no free slot counts for nothing."""
    window = three_leads_two_reps()
    idle = window.reps[1].model_copy(update={"rep_id": "idle", "performance": 0.0})
    none = idle.model_copy(update={"rep_id": "none", "capacity": 0})
    spread = what_if(window.model_copy(update={"reps": (window.reps[0], idle, none)}), []).base
    assert spread.load_spread == 0.5
    assert (spread.lowest_price, spread.highest_price) == (0, 800_00)


def test_a_window_without_slots_has_no_price() -> None:
    """And a difference to one that has is none."""
    result = _one(floor(), ChangeCapacity(where="active", set=0))
    assert result.figures is not None
    assert (result.figures.highest_price, result.figures.load_spread) == (None, 0.0)
    assert result.difference is not None
    assert result.difference.highest_price is None


def test_floors_stand_and_hires_have_those_of_their_model() -> None:
    """A slot of a second ana is expected to bring what one of ana is."""
    floors = {"ana": 100_00, "ben": 50_00}
    hire = _one(floor(), AddReps(like="ana", capacity=50), floors=floors)
    edited = apply(floor(), Scenario(name="try", edits=(AddReps(like="ana", capacity=50),)))
    plan = solve(edited, floors={**floors, "ana+1": 100_00})
    assert hire.figures is not None
    assert hire.figures.objective == plan.certificate.objective
    assert hire.figures.value_kept == plan.certificate.value_kept
    assert solve(edited, floors=floors).certificate.objective != plan.certificate.objective


def test_floors_of_a_forecast_are_taken_too() -> None:
    """As by hand."""
    at = floor().at
    made = Floors.model_validate({
        "at": at, "until": at, "refresh_at": at, "basis": "steady", "history_leads": 1,
        "history_days": 1, "scale": 1, "expected_leads": 1, "samples": 4, "seed": 1,
        "currency": "USD", "floors": [{"rep_id": "ana", "floor": 100_00},
                                      {"rep_id": "ben", "floor": 50_00}]})
    by_hand = {"ana": 100_00, "ben": 50_00}
    edit = AddReps(like="ben", capacity=5)
    assert _one(floor(), edit, floors=made) == _one(floor(), edit, floors=by_hand)


def test_floors_of_strangers_are_refused() -> None:
    """Before anything runs."""
    with pytest.raises(UsageError, match="anna"):
        what_if(floor(), [], floors={"anna": 1})


def test_scaled_leads_are_no_cascades() -> None:
    """A copy comes from nowhere; who makes room for it moves because of it."""
    result = _one(three_leads_two_reps(), ScaleLeads(where='lead_id = "L1"', factor=2))
    moves = {move.lead_id: move for move in result.moves}
    assert moves["L1+1"] == Mover(lead_id="L1+1", before=None, after="ben", cascade=False)
    assert moves["L1"] == Mover(lead_id="L1", before="ben", after="ana", cascade=True)
    assert moves["L2"] == Mover(lead_id="L2", before="ana", after=None, cascade=True)


def test_leads_that_a_scenario_leaves_out_leave_their_rep() -> None:
    """They are edited; who takes the slot is a cascade."""
    result = _one(three_leads_two_reps(), ScaleLeads(where='lead_id = "L2"', factor=0))
    assert _moves(result) == [("L2", "ana", None, False), ("L3", None, "ana", True)]


def test_a_shifted_lead_is_edited() -> None:
    """Also where it stays with nobody it was with."""
    result = _one(three_leads_two_reps(),
                  ShiftLeads(where='lead_id = "L2"', set={"deal_value": 1.0}))
    assert ("L2", "ana", None, False) in _moves(result)


def test_under_another_policy_every_lead_is_edited() -> None:
    """Nothing moves because of others alone."""
    result = _one(floor(), ChangePolicy(set={"rules": {
        "not L1": {"kind": "must_not", "leads": 'lead_id = "L1"'}}}))
    assert _moves(result) == [("L1", "ana", None, False), ("L2", "ben", "ana", False),
                              ("L4", "cleo", "ben", False), ("L5", None, "cleo", False)]


def test_a_new_territory_edits_the_leads_that_lie_in_it() -> None:
    """And its reps; the others move because of them."""
    result = _one(floor(), OpenTerritory(
        territory=Territory(name="Fairs", sources=("fair",)), reps=("cleo",), before="North"))
    moves = {move.lead_id: move for move in result.moves}
    assert moves["L3"].after in {None, "cleo"}
    assert not moves["L3"].cascade
    assert any(move.cascade for move in result.moves) or "L6" not in moves


def test_leads_of_a_rep_who_leaves_are_movers() -> None:
    """Where they are routed, from the rep who owned them."""
    result = _one(floor(), RemoveReps(rep_ids=("cleo",), leads=OpenLeads.ROUTE))
    assert all(move.before != "ana" or move.lead_id != "kept" for move in result.moves)
    result = _one(floor(), RemoveReps(rep_ids=("ana",), leads=OpenLeads.ROUTE))
    assert next(move for move in result.moves if move.lead_id == "kept").before == "ana"


def test_a_scenario_without_a_plan_says_why_and_the_others_go_on() -> None:
    """Rules that cannot be kept together are no reason to lose the rest."""
    impossible = ChangePolicy(set={"limits": {"West": {"lower": 2}, "Most": {"upper": 1}}})
    found = what_if(with_rules(), [
        Scenario(name="impossible", edits=(impossible,)),
        Scenario(name="as it is", edits=())])
    assert found.results[0].figures is None
    assert found.results[0].difference is None
    assert "West" in (found.results[0].no_plan or "")
    assert found.results[1].figures == found.base
    assert found.results[1].moves == ()


@pytest.mark.parametrize(("edit", "says"), [
    (AddReps(like="ana", starts_on=date(2026, 11, 19)), "starts on 2026-11-19"),
    (AddReps(like="ana", ramp=(RampUpStep(after_days=5, share=0.5),)), "before the first step"),
    (Campaign(name="spring", like="true", from_=date(2027, 3, 1), to=date(2027, 3, 9),
              leads_per_day=9), "from 2027-03-01 to 2027-03-09"),
    (Campaign(name="drip", like="true", from_=date(2026, 11, 1), to=date(2026, 11, 30),
              leads_per_day=0.2), "0.2 leads a day"),
    (ScaleLeads(where='country = "ES"', factor=1.2), "1.2 times 2 leads"),
    (ShiftLeads(where='country = "ES"', share=0.2, set={"country": "GB"}), "0.2 of 2 leads"),
    (ChangePolicy(set={"horizon": {"horizon_hours": 5}, "version": 2}), "horizon, version"),
    (ChangePolicy(set={"reserve_value": 0}), "the window has it so already"),
    (AddSkill(rep_ids=("ana",), skill="CRM", level=0.9), "the window has it so already"),
    (ChangeCapacity(rep_ids=("ana",), set=3), "the window has it so already"),
    (ScaleLeads(factor=1), "the window has it so already"),
    (ShiftLeads(share=0, days=1), "the window has it so already"),
    (ShiftLeads(where='country = "ES"', set={"country": "ES"}), "the window has it so already"),
    (TakeTimeOff(rep_ids=("ana",), from_=date(2026, 11, 9), to=date(2026, 11, 17)),
     "next at work when it was"),
    (TakeTimeOff(rep_ids=("ana", "ben"), from_=date(2026, 11, 19), to=date(2026, 11, 19)),
     "next at work when it was"),
    (CloseDay(date=date(2026, 11, 17)), "in this window, of 2026-11-18 15:00 UTC"),
])
def test_an_edit_that_the_window_does_not_show_says_so(edit: Edit, says: str) -> None:
    """No difference without a word why."""
    result = _one(floor(), edit)
    assert result.moves == ()
    assert result.figures == what_if(floor(), []).base
    (note,) = result.notes
    assert note.startswith("edits[0]: ")
    assert says in note


def test_a_scenario_without_edits_says_so() -> None:
    """It may be meant as the base, or edits were forgotten."""
    assert "no edits" in _one(floor()).notes[0]


def test_an_edit_that_shows_needs_no_note() -> None:
    """Whatever it wins."""
    result = _one(floor(), AddReps(like="ana", starts_on=date(2026, 11, 18)),
                  TakeTimeOff(rep_ids=("ben",), from_=date(2026, 11, 18), to=date(2026, 11, 20)),
                  CloseDay(rep_ids=("cleo",), date=date(2026, 11, 18)),
                  ChangeCapacity(rep_ids=("ana",), add=1), ScaleLeads(factor=0.5))
    assert result.notes == ()


def _capped() -> Window:
    """Return the floor with a ben who has 1 slot: the daily cap leaves 1, the capacity 5."""
    window = floor()
    return window.model_copy(update={"reps": tuple(
        rep.model_copy(update={"capacity": 5, "daily_cap": 2}) if rep.rep_id == "ben" else rep
        for rep in window.reps)})


def test_a_number_that_does_not_bind_brings_no_slot_and_says_so() -> None:
    """Capacity where the daily cap binds; both raised together bring one."""
    capacity = ChangeCapacity(rep_ids=("ben",), add=1)
    cap = ChangeCapacity(rep_ids=("ben",), of=CapacityOf.DAILY_CAP, add=1)
    assert _one(_capped(), capacity).notes == (
        "edits[0]: leaves rep 'ben' with no slot more or fewer: at capacity 5 -> 6 'ben' has 1 "
        "free as before, because the daily cap of 2 binds (1 assigned today)",)
    assert "the capacity of 2 binds (0 open)" in _one(floor(), cap).notes[0]
    assert _one(_capped(), cap).notes == _one(_capped(), cap, capacity).notes == ()
    some = ChangeCapacity(where='team = "West"', add=1)
    assert "leaves rep 'ben' with no slot" in _one(_capped(), some).notes[0]


def test_a_team_of_a_hire_that_nobody_else_is_in_is_named() -> None:
    """A slip of a name looks like a new team."""
    (note,) = _one(floor(), AddReps(like="ana", changes=RepChanges(team="Wset"))).notes
    assert note == "edits[0]: no other rep is in team 'Wset': maybe 'West' is meant"
    (note,) = _one(floor(), AddReps(like="ana", changes=RepChanges(team="Recruiters"))).notes
    assert note == "edits[0]: no other rep is in team 'Recruiters'"
    assert _one(floor(), AddReps(like="ana", changes=RepChanges(team="East"))).notes == ()


def test_wrong_scenarios_stop_the_call_before_anything_runs() -> None:
    """No runner is asked."""
    class Never(Runner):
        def run(self, *_: object) -> tuple[object, ...]:  # type: ignore[override]
            raise AssertionError("ran")

    with pytest.raises(InvalidInputError, match="scenarios\\[0\\]"):
        what_if(floor(), [Scenario(name="wrong", edits=(RemoveReps(rep_ids=("x",)),))],
                runner=Never())


@pytest.mark.parametrize("window", [floor(), with_rules()], ids=["plain", "limits"])
def test_another_process_gives_the_same_bytes(window: Window) -> None:
    """The base is made anew there from owners and prices."""
    class Elsewhere:
        def run(self, function, shared, items):  # type: ignore[no-untyped-def]
            function, shared, items = pickle.loads(  # noqa: S301 - our own bytes
                pickle.dumps((function, shared, items)))
            return tuple(function(shared, item) for item in items)

    scenarios = [Scenario(name="one", edits=(ChangeCapacity(rep_ids=("ana",), add=1),)),
                 Scenario(name="two", edits=(AddReps(like="ben"),)),
                 Scenario(name="three", edits=(ScaleLeads(factor=1.5),))]
    floors = {"ana": 10_00, "ben": 20_00}
    here = what_if(window, scenarios, floors=floors, time_limit=None)
    there = what_if(window, scenarios, floors=floors, time_limit=None, runner=Elsewhere())
    assert here.model_dump_json() == there.model_dump_json()


def test_a_comparison_writes_to_json_and_reads_back() -> None:
    """Edits, figures and movers alike."""
    found = what_if(floor(), [Scenario(name="all", edits=(
        AddReps(like="ana", changes=RepChanges(daily_cap=None)),
        ChangeCapacity(rep_ids=("ben",), add=1),
        ScaleLeads(where='country = "GB"', factor=1.5)))])
    assert Comparison.model_validate_json(found.model_dump_json()) == found
