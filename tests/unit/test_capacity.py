"""What slots are worth, solved by hand; what is refused, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from solver.capacity import (
    BestToAdd,
    BestToMove,
    Bought,
    Ranking,
    ValueCurve,
    ValueOfHire,
    ValueOfTraining,
    best_slots_to_add,
    best_slots_to_move,
    best_slots_within,
    check_ranking,
    rank_slots,
    value_curve,
    value_of_hire,
    value_of_training,
)
from solver.errors import UsageError
from solver.models import Lead, Policy, Rep, SlotLimit, Window
from solver.models.base import Record
from solver.reoptimise import Reoptimiser, reoptimised
from solver.scenarios import AddReps, Scenario
from solver.solving import solve, solve_exactly
from solver.what_ifs import what_if

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _window(**policy: Any) -> Window:
    """Make four leads of 400, 300, 200 and 100 for Ana (1 slot), Ben (1 slot) and Cy (none).

    Ana sells everything at its deal value, Ben at half of it, Cy knows nothing of it.
    """
    leads = tuple(Lead(lead_id=f"L{money}", created_at=AT, deal_value=float(money), score=100.0,
                       territory="North", needs={"crm": 1.0})
                  for money in (100, 200, 300, 400))
    reps = (
        Rep(rep_id="ana", capacity=1, team="West", territories=("North",), skills={"crm": 1.0}),
        Rep(rep_id="ben", capacity=1, team="West", territories=("north", "*"), skills={"crm": 0.5}),
        Rep(rep_id="cy", capacity=0, team="East"),
        Rep(rep_id="dee", capacity=3, team="East", active=False),
    )
    given = {"match": {"skill": 1.0, "territory": 0.0}, "territory_fit": {"outside": 0.5}}
    return Window(at=AT, leads=leads, reps=reps, policy=Policy.model_validate(given | policy))


def test_the_ranking_of_four_leads() -> None:
    """Ana has L400, Ben L300 for 150. One more of Ana takes L300 over, and Ben has L200 for 100."""
    window = _window()
    ranking = rank_slots(solve(window), window)
    assert [(row.name, row.more, row.fewer) for row in ranking.reps] == [
        ("ana", 250_00, 350_00), ("ben", 100_00, 150_00), ("cy", 0, None), ("dee", None, None)]


def _crossing() -> Window:
    """Return the window with limits that no flow takes: each two cross."""
    pairs = {"A": ("L100", "L200"), "B": ("L200", "L300"), "C": ("L300", "L400"),
             "D": ("L100", "L300")}
    return _window(limits=[{"name": name, "leads": f"lead.lead_id in {ids!r}", "upper": 1}
                           for name, ids in pairs.items()])


def test_a_window_that_a_flow_solves_has_a_ranking() -> None:
    """One limit over a team is one."""
    window = _window(limits=[{"name": "West", "reps": 'team = "West"', "upper": 2}])
    check_ranking(window)
    assert rank_slots(solve(window), window).reps


def test_the_ranking_says_which_number_must_be_raised() -> None:
    """To raise the other alone brings nothing."""
    window = _window()
    ana, ben, cy, dee = window.reps
    window = window.model_copy(update={"reps": (
        ana.model_copy(update={"capacity": 5, "daily_cap": 1}),
        ben.model_copy(update={"daily_cap": 1}), cy, dee)})
    ranking = rank_slots(solve(window), window)
    assert {row.name: row.limited_by for row in ranking.reps} == {
        "ana": SlotLimit.DAILY_CAP, "ben": SlotLimit.BOTH, "cy": SlotLimit.CAPACITY, "dee": None}
    assert [(row.name, row.more_rep_id, row.limited_by) for row in ranking.teams] == [
        ("West", "ana", SlotLimit.DAILY_CAP), ("East", "cy", SlotLimit.CAPACITY)]
    for rep in window.reps[:3]:
        raised = {"capacity": {"capacity": rep.capacity + 1},
                  "daily_cap": {"daily_cap": (rep.daily_cap or 0) + 1}}
        raised["both"] = {**raised["capacity"], **raised["daily_cap"]}
        assert rep.slot_limit is not None
        more = rep.model_copy(update=raised[rep.slot_limit.value])
        assert more.free_slots == rep.free_slots + 1


def test_teams_and_territories_take_the_best_and_the_cheapest_member() -> None:
    """North and north are one; who sells everywhere is at home where the file says so only."""
    window = _window()
    ranking = rank_slots(solve(window), window)
    west, east = ranking.teams
    assert (west.name, west.reps, west.slots) == ("West", 2, 2)
    assert (west.more, west.more_rep_id, west.fewer, west.fewer_rep_id) == (
        ranking.reps[0].more, "ana", 150_00, "ben")
    assert (east.name, east.reps, east.more_rep_id, east.fewer) == ("East", 1, "cy", None)
    assert [(row.name, row.reps) for row in ranking.territories] == [("North", 2)]


def test_the_curve_of_a_team() -> None:
    """West from no slot to four leads: 400, then 150 of Ben or 300 of Ana, as slots come."""
    curve = value_curve(_window(), ["ana", "ben"], fewer=5, more=4)
    assert [(point.slots, point.objective) for point in curve.points] == [
        (0, 0), (1, 400_00), (2, 550_00), (3, 800_00), (4, 950_00), (5, 1000_00), (6, 1000_00)]
    assert [point.rep_id for point in curve.points] == [
        "ana", "ben", None, "ana", "ana", "ana", "ana"]


def test_floors_go_with_the_slots() -> None:
    """A slot more of Cy wins its floor; taking Ben's costs his floor and what he brings above."""
    window, floors = _window(), {"ben": 20_00, "cy": 30_00}
    ranking = {row.name: row for row in rank_slots(solve(window, floors=floors), window).reps}
    assert ranking["cy"].more == 30_00
    assert ranking["ben"].fewer == 150_00
    best = best_slots_to_add(window, 3, reps=["cy"], floors=floors)
    assert [one.change for one in best.slots] == [30_00, 60_00, 90_00]


def test_slots_that_bring_nothing_are_not_listed() -> None:
    """Cy can own no lead: no slot is worth adding."""
    best = best_slots_to_add(_window(), 5, reps=["cy"])
    assert (best.slots, best.change(5)) == ((), 0)


def test_ben_gives_his_slot_to_ana() -> None:
    """Ana with both makes 700 of 550; the second move has nothing to give."""
    best = best_slots_to_move(_window(), 4)
    assert [(one.from_rep_id, one.to_rep_id, one.step) for one in best.slots] == [
        ("ben", "ana", 150_00)]


def test_a_budget_beyond_all_leads_is_spent_on_floors_at_once() -> None:
    """A billion slots that only keep their floor are not bought one by one."""
    bought = best_slots_within(_window(), 10**9, {"ana": 3, "cy": 1}, floors={"cy": 7})
    assert bought.gap == 0
    assert bought.spent <= 10**9
    assert bought.change > 7 * 9 * 10**8


def test_nobody_is_changed_by_a_question() -> None:
    """The window is the same afterwards."""
    window = _window()
    before = window.model_dump_json()
    value_of_training(window, "cy", "CRM", 0.9)
    value_of_hire(window, Rep(rep_id="eve", capacity=1, skills={"crm": 0.8}), 2)
    assert window.model_dump_json() == before


@pytest.mark.parametrize("floors", [{}, {"ana": 120_00, "ben": 20_00}, {"ben": 90_00}])
@pytest.mark.parametrize("like", ["ana", "ben"])
def test_a_hire_is_worth_what_the_scenario_says(like: str, floors: dict[str, int]) -> None:
    """With the floor of the rep who the hire is like, as ``add_reps`` has it."""
    window = _window()
    rep = next(rep for rep in window.reps if rep.rep_id == like)
    hire = value_of_hire(window, rep.model_copy(update={"rep_id": "new"}), 3, floors=floors,
                         floor=floors.get(like, 0))
    for point in hire.points:
        scenario = Scenario(name="hire", edits=(AddReps(like=like, capacity=point.slots),))
        (result,) = what_if(window, [scenario], floors=floors).results
        assert result.difference is not None
        assert point.change == result.difference.value + result.difference.value_kept


def test_training_by_another_spelling_of_the_skill() -> None:
    """Ben's level of CRM is the one that he has of crm."""
    found = value_of_training(_window(), "ben", "CRM", 1.0)
    assert (found.skill, found.level_before, found.change) == ("crm", 0.5, 150_00)


def test_a_hire_with_the_floor_of_its_like_is_the_scenario() -> None:
    """The question about a candidate and the edit that hires the same rep give one answer."""
    window, floors = _window(), {"ana": 120_00, "ben": 30_00}
    hire = value_of_hire(window, window.reps[0].model_copy(update={"rep_id": "ana+1"}), 3,
                         floors=floors, floor=floors["ana"])
    for point in hire.points[1:]:
        scenario = Scenario(name="hire", edits=(AddReps(like="ana", capacity=point.slots),))
        figures = what_if(window, [scenario], floors=floors).results[0].figures
        assert figures is not None
        assert figures.objective == point.objective
    assert hire.points[3].objective != value_of_hire(
        window, window.reps[0].model_copy(update={"rep_id": "ana+1"}), 3,
        floors=floors).points[3].objective
    with pytest.raises(UsageError, match="floor of rep 'eve' is -1"):
        value_of_hire(window, Rep(rep_id="eve", capacity=1), 1, floor=-1)


def _answers() -> dict[type[Record], Record]:
    window, eve = _window(), Rep(rep_id="eve", capacity=1)
    return {
        Ranking: rank_slots(solve(window), window),
        ValueCurve: value_curve(window, ["ana"], fewer=1, more=1),
        BestToAdd: best_slots_to_add(window, 2), BestToMove: best_slots_to_move(window, 2),
        Bought: best_slots_within(window, 3, {"ana": 2, "ben": 1}),
        ValueOfHire: value_of_hire(window, eve, 1),
        ValueOfTraining: value_of_training(window, "ben", "crm", 1.0),
    }


def test_answers_are_written_and_read_back() -> None:
    """As JSON, nothing is lost."""
    for kind, answer in _answers().items():
        assert kind.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(("ask", "says"), [
    (lambda: best_slots_to_add(_window(), -1), "slots to add is -1; it must be 0 or more"),
    (lambda: best_slots_to_add(_window(), 1, reps=["bem"]), "'bem' is not in the window; did you"),
    (lambda: best_slots_to_add(_window(), 1, reps=["dee"]), "'dee' is not active"),
    (lambda: best_slots_to_move(_window(), 1, reps=[]), "name at least one active rep"),
    (lambda: best_slots_within(_window(), 5, {"ana": 0}), "'ana' costs 0; it must cost 1"),
    (lambda: best_slots_within(_window(), 5, {}), "name at least one active rep"),
    (lambda: value_curve(_window(), ["ana"], fewer=0, more=-2), "more is -2"),
    (lambda: value_of_hire(_window(), Rep(rep_id="ana", capacity=1), 1), "another id"),
    (lambda: value_of_hire(_window(), Rep(rep_id="eve", capacity=1), 0), "must be 1 or more"),
    (lambda: value_of_hire(_window(), Rep(rep_id="eve", capacity=1), 1, floor=-1), "floor of rep"),
    (lambda: value_of_training(_window(), "eve", "crm", 1.0), "'eve' is not in the window"),
    (lambda: value_of_training(_window(), "ana", "crm", 1.5), "level 1.5 of skill 'crm'"),
    (lambda: value_of_training(_window(), "ana", "crn", 1.0), "skill 'crn'. Maybe it is 'crm'"),
    (lambda: value_of_training(_window(), "ana", "golf", 1.0), "skill 'golf'. Use one of: 'crm'"),
    (lambda: best_slots_to_add(_window(groups={"by": "account"}), 1), "has groups by account"),
    (lambda: best_slots_to_add(_crossing(), 1), "limits .'A', 'B', 'C' and 1 more.; what slots"),
    (lambda: check_ranking(_crossing()), "has limits .'A', 'B', 'C' and 1 more.; with these"),
    (lambda: rank_slots(solve(_crossing()), _crossing()), "has limits .'A', 'B', 'C'"),
    (lambda: rank_slots(solve(_window()), _window().model_copy(update={"reps": ()})),
     "made from other reps"),
])
def test_what_cannot_be_answered_is_said(ask: Any, says: str) -> None:
    """Each message names the object, the value and the remedy."""
    with pytest.raises(UsageError, match=says):
        ask()


def test_more_than_the_reps_is_not_reoptimised() -> None:
    """Another policy, another lead or another instant: None, so that the caller solves cold."""
    window = _window()
    solution = solve_exactly(window)
    assert reoptimised(solution, window) is not None
    for other in ({"policy": _window(reserve_value=1.0).policy}, {"leads": window.leads[1:]},
                  {"at": AT.replace(hour=16)}):
        assert reoptimised(solution, window.model_copy(update=other)) is None


def test_a_change_of_nearly_everything_is_left_to_a_cold_solve() -> None:
    """Where most leads would move one by one, there is nothing to win."""
    window = _window()
    other = window.model_copy(update={"reps": tuple(
        rep.model_copy(update={"performance": 2.0, "capacity": 4}) for rep in window.reps)})
    solution = solve_exactly(window)
    assert Reoptimiser(solution, most_steps=13).solve(other) is None
    assert Reoptimiser(solution, most_steps=14).solve(other) is not None
