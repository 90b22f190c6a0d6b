"""Named windows whose plans are known: worked out by hand, or written down and compared."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from solver.explanation import Move, why_not
from solver.models import Plan, Queue, ReasonCode
from solver.plan_files import render_plan
from solver.solving import solve
from solver.verify import verify_plan
from tests import oracle
from tests.golden import instances
from tests.golden.kitchen_sink import FLOORS, kitchen_sink

_KITCHEN_SINK = Path(__file__).parent / "kitchen_sink.json"


def _owners(plan: Plan) -> dict[str, tuple[str, int]]:
    return {a.lead_id: (a.rep_id, a.value) for a in plan.assignments}


def _reasons(plan: Plan) -> dict[str, tuple[Queue, dict[ReasonCode, int | None]]]:
    return {held.lead_id: (held.queue, {reason.code: reason.count for reason in held.reasons})
            for held in plan.held}


def _gain_and_loss(plan: Plan) -> dict[str, tuple[int, int | None]]:
    return {slot.rep_id: (slot.gain, slot.loss) for slot in plan.slots}


def test_three_leads_two_reps_is_the_plan_found_by_hand() -> None:
    """Owners, prices, net values and certificate are those of the docstring."""
    plan = solve(instances.three_leads_two_reps())
    assert _owners(plan) == {"L1": ("ben", 90_000), "L2": ("ana", 80_000)}
    assert _reasons(plan) == {"L3": (Queue.NEXT_WINDOW, {ReasonCode.OUTBID: None})}
    assert _gain_and_loss(plan) == {"ana": (60_000, 80_000), "ben": (30_000, 70_000)}
    first, second = plan.assignments
    assert (first.net_value, first.runner_up_rep_id, first.runner_up_net_value) == (
        60_000, "ana", 40_000)
    assert (second.net_value, second.runner_up_rep_id, second.runner_up_net_value) == (
        20_000, "ben", 2_000)
    assert (plan.certificate.objective, plan.certificate.bound, plan.certificate.gap) == (
        170_000, 170_000, 0)


def test_three_leads_two_reps_says_what_the_other_choice_costs() -> None:
    """L1 with ana pushes L2 to ben, 1320 in all; L3 with ana pushes L2 out, 1500."""
    window = instances.three_leads_two_reps()
    plan = solve(window)
    swap, push = why_not(window, plan, "L1", "ana"), why_not(window, plan, "L3", "ana")
    assert (swap.cost, swap.moves) == (38_000, (
        Move(lead_id="L1", from_rep_id="ben", to_rep_id="ana"),
        Move(lead_id="L2", from_rep_id="ana", to_rep_id="ben")))
    assert (push.cost, push.moves) == (20_000, (
        Move(lead_id="L3", from_rep_id=None, to_rep_id="ana"),
        Move(lead_id="L2", from_rep_id="ana", to_rep_id=None)))


def test_three_leads_two_reps_with_floors_keeps_a_slot() -> None:
    """With ana's slot expected to bring 1,100 later, no lead of now is worth it."""
    plan = solve(instances.three_leads_two_reps(), floors={"ana": 110_000})
    assert _owners(plan) == {"L1": ("ben", 90_000)}
    assert (plan.certificate.objective, plan.certificate.value_kept) == (90_000, 110_000)
    assert _gain_and_loss(plan) == {"ana": (0, 0), "ben": (32_000, 90_000)}


def test_night_shift_belongs_to_the_day_it_began_on() -> None:
    """Friday's shift works on Saturday at 05:00; four hours of waiting halve a value."""
    plan = solve(instances.night_shift())
    assert _owners(plan) == {"L1": ("night", 100_000), "L2": ("weekend", 40_000)}
    assert [a.wait_minutes for a in plan.assignments] == [0, 240]
    assert _reasons(plan) == {
        "L3": (Queue.NEXT_WINDOW, {ReasonCode.EXCLUDED: 2, ReasonCode.AWAY: 1})}


@pytest.mark.parametrize(("num_leads", "owners", "price"), [
    (4, {"L1": "ana", "L2": "ben", "L3": "ben", "L4": "ben"}, 0),
    (6, {"L2": "ana", "L3": "ana", "L4": "ben", "L5": "ben", "L6": "ben"}, 10_000),
])
def test_all_equal_leads_go_by_age_then_evenly_then_by_id(
        num_leads: int, owners: dict[str, str], price: int) -> None:
    """Where every plan is worth the same, the rules of the choice decide."""
    plan = solve(instances.all_equal(num_leads))
    assert {a.lead_id: a.rep_id for a in plan.assignments} == owners
    assert _gain_and_loss(plan) == {"ana": (price, price), "ben": (price, price)}


def test_a_rep_on_holiday_is_away_whatever_the_hours() -> None:
    """Only a rep away for nothing but want of hours counts as UNKNOWN_HOURS."""
    window = instances.off_without_hours()
    plan = solve(window)
    assert _reasons(plan) == {
        "L1": (Queue.NEXT_WINDOW, {ReasonCode.AWAY: 1, ReasonCode.UNKNOWN_HOURS: 1})}
    assert [check for check in verify_plan(window, plan) if not check.passed] == []


def test_a_rule_called_everywhere_names_no_territory() -> None:
    """A lead without a territory stays home to everybody."""
    window = instances.everywhere_rule()
    plan = solve(window)
    assert _owners(plan) == {"L1": ("ana", 100_000)}
    assert [check for check in verify_plan(window, plan) if not check.passed] == []


def test_kitchen_sink_has_every_reason() -> None:
    """The window with every feature shows each reason but the one of a window without reps."""
    codes = {code for _, counts in _reasons(solve(kitchen_sink(), floors=FLOORS)).values()
             for code in counts}
    assert codes == set(ReasonCode) - {ReasonCode.NO_REPS}


def test_kitchen_sink_is_best_and_passes_the_checker() -> None:
    """The oracle finds no better plan, the same gains and losses, and the checker no fault."""
    window = kitchen_sink()
    plan, numbers = solve(window, floors=FLOORS), oracle.problem(window, FLOORS)
    assert plan.certificate.objective == oracle.best(numbers)
    assert _gain_and_loss(plan) == {
        rep: (oracle.gain(numbers, rep), oracle.loss(numbers, rep)) for rep in numbers.reps}
    assert [check for check in verify_plan(window, plan) if not check.passed] == []


def test_kitchen_sink_gives_the_committed_plan() -> None:
    """plan.json, but for the versions, is the committed one, byte for byte.

    With FAIRLEAD_REGOLD=1 the file is written anew; read the difference before committing it.
    """
    plan = solve(kitchen_sink(), floors=FLOORS).model_copy(update={"versions": {}})
    written = render_plan(plan)["plan.json"]
    if os.environ.get("FAIRLEAD_REGOLD") == "1":
        _KITCHEN_SINK.write_bytes(written)
    assert json.loads(written) == json.loads(_KITCHEN_SINK.read_bytes())
    assert written == _KITCHEN_SINK.read_bytes()
