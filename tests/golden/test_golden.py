"""Named windows whose plans are known: worked out by hand, or written down and compared."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from solver.explanation import Move, why_not
from solver.models import DecidedBy, Engine, Outcome, Plan, Queue, ReasonCode, StoppedBy
from solver.plan_files import render_plan
from solver.solving import solve
from solver.verify import verify_plan
from tests import oracle
from tests.golden import instances
from tests.golden import sales_floor_sink as rich
from tests.golden.kitchen_sink import FLOORS, kitchen_sink

_KITCHEN_SINK = Path(__file__).parent / "kitchen_sink.json"
_SALES_FLOOR_SINK = Path(__file__).parent / "sales_floor_sink.json"


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
    """The plain window with every feature shows each reason that a plain window with reps has."""
    codes = {code for _, counts in _reasons(solve(kitchen_sink(), floors=FLOORS)).values()
             for code in counts}
    assert codes == set(ReasonCode) - {
        ReasonCode.NO_REPS, ReasonCode.GROUP, ReasonCode.GROUP_TOO_LARGE, ReasonCode.LIMIT,
        ReasonCode.RETURNED, ReasonCode.RECYCLED, ReasonCode.UNREACHABLE, ReasonCode.BY_HAND}


def test_kitchen_sink_says_who_came_first() -> None:
    """Owners of opportunity and account, named reps and the steps of the relaxation are named."""
    plan = solve(kitchen_sink(), floors=FLOORS)
    rows = (*plan.assignments, *plan.held)
    assert {row.lead_id: row.decided_by for row in rows if row.decided_by is not None} == {
        "007": DecidedBy.ACCOUNT_OWNER, "L03": DecidedBy.OPEN_OPPORTUNITY,
        "L22": DecidedBy.NAMED_ACCOUNT, "L23": DecidedBy.OPEN_OPPORTUNITY,
        "L24": DecidedBy.ACCOUNT_OWNER, "L25": DecidedBy.FAMILY_OWNER,
        "L28": DecidedBy.ACCOUNT_OWNER, "L29": DecidedBy.NAMED_ACCOUNT}
    assert {row.lead_id: row.relaxed_from_minutes for row in rows if row.relaxed_from_minutes} == {
        "L01": 600, "L02": 600, "L16": 15_000, "L30": 15_000}


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
    _is_committed(render_plan(plan)["plan.json"], _KITCHEN_SINK)


@pytest.fixture(scope="module")
def sales_floor() -> Plan:
    """Return the plan of the rich window, which is the only best one, by a MIP that repeats."""
    return solve(rich.sales_floor_sink(), floors=rich.FLOORS, time_limit=None, rounds=2_000)


def test_sales_floor_sink_is_best_and_passes_the_checker(sales_floor: Plan) -> None:
    """It goes to the MIP, the gap is 0, and the checker finds no fault."""
    assert sales_floor.engine is Engine.MIP
    assert (sales_floor.outcome, sales_floor.stopped_by, sales_floor.certificate.gap) == (
        Outcome.OPTIMAL, StoppedBy.PROOF, 0)
    assert sales_floor.certificate.price_bound >= sales_floor.certificate.objective
    checks = verify_plan(rich.sales_floor_sink(), sales_floor)
    assert [check for check in checks if not check.passed] == []


def test_sales_floor_sink_shows_what_rules_can_do(sales_floor: Plan) -> None:
    """Reasons, limits, moves, locks and use of a rich window, each at least once."""
    codes = {code for _, counts in _reasons(sales_floor).values() for code in counts}
    assert codes >= {ReasonCode.GROUP, ReasonCode.GROUP_TOO_LARGE, ReasonCode.LIMIT}
    assert max(assignment.use for assignment in sales_floor.assignments) == 3
    limits = {one.name: one for one in sales_floor.limits}
    for name in ("West today", "month:cy"):  # at the end that the ledger leaves
        assert limits[name].used_before > 0
        assert limits[name].used == limits[name].upper
    assert limits["team worth:West"].penalty > 0 == limits["team worth:East"].penalty
    assert limits["FAIR:ana"].penalty > 0
    assert sales_floor.certificate.penalties == sum(one.penalty for one in sales_floor.limits)
    assert [(one.lead_id, one.from_rep_id, one.to_rep_id) for one in sales_floor.moves] == [
        ("E2", "cy", "ana"), ("E3", "dee", "ben"), ("E4", "cy", None)]
    why = {assignment.lead_id: assignment.why for assignment in sales_floor.assignments}
    for lead_id, said in (("A1", "Kept together with 1 more of acme"), ("E1", "It is locked"),
                          ("E3", "It moved from Dee"), ("H1", "It had to be placed"),
                          ("E5", "It stays with its owner"), ("G1", "its 3 slots cost")):
        assert said in why[lead_id]


def test_sales_floor_sink_gives_the_committed_answer(sales_floor: Plan) -> None:
    """Owners, reasons, limits, moves and objective, but not prices, which are the engine's."""
    certificate = sales_floor.certificate
    answer = {
        "objective": certificate.objective, "value": certificate.value,
        "moves": certificate.moves, "penalties": certificate.penalties,
        "owners": {one.lead_id: [one.rep_id, one.value, one.use, one.floor]
                   for one in sales_floor.assignments},
        "held": {one.lead_id: [one.queue.value, *(reason.code.value for reason in one.reasons)]
                 for one in sales_floor.held},
        "groups": {one.lead_id: one.group
                   for one in (*sales_floor.assignments, *sales_floor.held) if one.group},
        "limits": {one.name: [one.used_before, one.used, one.lower, one.upper, one.penalty]
                   for one in sales_floor.limits},
        "moved": [one.model_dump() for one in sales_floor.moves],
    }
    _is_committed(json.dumps(answer, indent=1).encode() + b"\n", _SALES_FLOOR_SINK)


def _is_committed(written: bytes, file: Path) -> None:
    """Compare with the committed file, or write it where asked to."""
    if os.environ.get("FAIRLEAD_REGOLD") == "1":
        file.write_bytes(written)
    assert json.loads(written) == json.loads(file.read_bytes())
    assert written == file.read_bytes()
