"""Random scenarios on random windows: what comes out is what the edited window gives alone."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.errors import InvalidInputError, PolicyConflictError
from solver.matrix.triage import triage
from solver.models import Plan, Window
from solver.scenarios import (
    AddReps,
    AddSkill,
    Campaign,
    ChangeCapacity,
    ChangePolicy,
    CloseDay,
    Edit,
    MoveTerritory,
    OpenLeads,
    RemoveReps,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
    apply,
    check_scenarios,
)
from solver.solving import solve
from solver.what_ifs import what_if
from tests.property.rich_strategies import fair_windows, rich_windows, who_may_windows
from tests.property.strategies import degenerate_windows, floors, windows

_TODAY = date(2026, 11, 18)
_LEVELS = st.sampled_from([0.0, 0.5, 1.0])
_FACTORS = st.sampled_from([0.0, 0.5, 1.0, 1.5, 3.0])


def _of_reps(ids: list[str]) -> SearchStrategy[Edit]:
    some = st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True).map(tuple)
    return st.one_of(
        st.builds(AddReps, like=st.sampled_from(ids), count=st.integers(1, 2),
                  capacity=st.none() | st.integers(0, 3)),
        st.builds(RemoveReps, rep_ids=some, leads=st.sampled_from(OpenLeads)),
        st.builds(ChangeCapacity, rep_ids=some, add=st.integers(-1, 2)),
        st.builds(ChangeCapacity, where=st.just("active"), factor=_FACTORS),
        st.builds(TakeTimeOff, rep_ids=some, from_=st.just(_TODAY), to=st.just(_TODAY)),
        st.builds(CloseDay, date=st.just(_TODAY)),
        st.builds(AddSkill, rep_ids=some, skill=st.sampled_from(["crm", "payroll"]),
                  level=_LEVELS),
        st.builds(MoveTerritory, territory=st.sampled_from(["North", "south"]), from_=some))


_OF_THE_REST: SearchStrategy[Edit] = st.one_of(
    st.builds(ScaleLeads, where=st.none() | st.just('country = "DE"'), factor=_FACTORS),
    st.builds(ShiftLeads, share=_LEVELS, days=st.sampled_from([-1.0, 1.0, 0.01])),
    st.builds(ShiftLeads, share=_LEVELS, set=st.just({"country": "GB", "needs": {"crm": 1.0}})),
    st.builds(Campaign, name=st.just("c"), like=st.just("true"), from_=st.just(_TODAY),
              to=st.just(_TODAY), leads_per_day=st.sampled_from([0.4, 1.0, 3.0])),
    st.builds(ChangePolicy, set=st.sampled_from([
        {"reserve_value": 250.0}, {"match": {"skill": 1.0, "territory": 0.0}}])))


@st.composite
def _scenarios(draw: st.DrawFn, window: Window) -> Scenario:
    """Draw edits and keep those that can be made together."""
    ids = [rep.rep_id for rep in window.reps]
    kinds = st.one_of(_of_reps(ids), _of_reps(ids), _OF_THE_REST) if ids else _OF_THE_REST
    edits: tuple[Edit, ...] = ()
    for edit in draw(st.lists(kinds, min_size=1, max_size=4)):
        try:
            check_scenarios(window, [Scenario(name="s", edits=(*edits, edit))])
        except InvalidInputError:
            continue
        edits = (*edits, edit)
    return Scenario(name="s", edits=edits)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Window, dict[str, int], Scenario]:
    kind = draw(st.sampled_from([degenerate_windows, windows, who_may_windows]))
    window = draw(kind()).model_copy(update={"previous": ()})
    return window, draw(floors(window)), draw(_scenarios(window))


def _floors_of_hires(floors: dict[str, int], edited: Window) -> dict[str, int]:
    """Give every new rep the floor of the rep before the plus."""
    known = {rep.rep_id for rep in edited.reps}
    models = {rep_id: rep_id.rpartition("+")[0] for rep_id in known if "+" in rep_id}
    return floors | {new: floors[old] for new, old in models.items() if old in floors}


@settings(max_examples=60)
@given(_cases())
def test_a_scenario_is_the_edited_window_solved_alone(
        case: tuple[Window, dict[str, int], Scenario]) -> None:
    """Figures, movers, and nothing mutated: whichever way it was solved."""
    window, given_floors, scenario = case
    before = window.model_dump_json()
    (result,) = what_if(window, [scenario], floors=given_floors, time_limit=None).results
    assert window.model_dump_json() == before
    edited = apply(window, scenario)
    their_floors = _floors_of_hires(given_floors, edited)
    assert result.figures is not None
    assert result.figures == what_if(edited, [], floors=their_floors, time_limit=None).base
    plan = solve(edited, floors=their_floors, time_limit=None)
    assert result.figures.held == Counter(held.reasons[0].code for held in plan.held)
    was, now = _owners(solve(window, floors=given_floors, time_limit=None)), _owners(plan)
    assert {move.lead_id: (move.before, move.after) for move in result.moves} == {
        lead_id: (was.get(lead_id), now.get(lead_id)) for lead_id in was | now
        if was.get(lead_id) != now.get(lead_id)}


@st.composite
def _rich_cases(draw: st.DrawFn) -> tuple[Window, Scenario]:
    window = draw(st.one_of(rich_windows(), fair_windows()))
    return window, draw(_scenarios(window))


@settings(max_examples=30)
@given(_rich_cases())
def test_scenarios_of_windows_with_more_rules(case: tuple[Window, Scenario]) -> None:
    """Limits, groups, shares: figures of the edited window, or why there are none."""
    window, scenario = case
    try:
        (result,) = what_if(window, [scenario], time_limit=None).results
    except PolicyConflictError:
        return
    alone, why = None, None
    try:
        alone = what_if(apply(window, scenario), [], time_limit=None).base
    except PolicyConflictError as error:
        why = str(error)
    assert (result.figures, result.no_plan) == (alone, why)


def _owners(plan: Plan) -> dict[str, str | None]:
    return {one.lead_id: one.rep_id for one in plan.assignments} | {
        one.lead_id: one.owner_id for one in plan.kept}


@settings(max_examples=40)
@given(_cases(), st.randoms(use_true_random=False))
def test_the_order_of_edits_plays_no_part(
        case: tuple[Window, dict[str, int], Scenario], random: st.DataObject) -> None:
    """But for the numbers behind the ids of copies and hires of one rep or campaign."""
    window, _, scenario = case
    edits = list(scenario.edits)
    random.shuffle(edits)  # type: ignore[attr-defined]
    one = apply(window, scenario)
    other = apply(window, scenario.model_copy(update={"edits": tuple(edits)}))
    assert sorted(map(_bare_rep, one.reps)) == sorted(map(_bare_rep, other.reps))
    assert one.policy == other.policy
    assert len(one.leads) == len(other.leads)


def _bare_rep(rep: object) -> str:
    text: str = rep.model_copy(  # type: ignore[attr-defined]
        update={"rep_id": rep.rep_id.partition("+")[0], "name": None}  # type: ignore[attr-defined]
    ).model_dump_json()
    return text


@settings(max_examples=30)
@given(_cases())
def test_an_edited_window_could_be_read(case: tuple[Window, dict[str, int], Scenario]) -> None:
    """Every record of it is valid, sorted and there once."""
    window, _, scenario = case
    edited = apply(window, scenario)
    assert Window.model_validate_json(edited.model_dump_json()) == edited


@settings(max_examples=40)
@given(windows(), st.lists(st.floats(0, 4), min_size=2, max_size=4))
def test_scaled_flows_are_nested(window: Window, factors: list[float]) -> None:
    """Whatever the factors: the more leads hold the fewer."""
    num = len(triage(window).routed)
    held = {lead.lead_id for lead in window.leads} - {
        lead.lead_id for lead in triage(window).routed}
    previous: set[str] = set()
    for factor in sorted(factors):
        scaled = apply(window, Scenario(name="s", edits=(ScaleLeads(factor=factor),)))
        ids = {lead.lead_id for lead in scaled.leads}
        assert previous <= ids
        assert held <= ids
        assert abs(len(ids) - len(held) - num * factor) <= 0.5 + 1e-9
        previous = ids
