"""What holds for the plan of every window (DESIGN section 8), against the oracle."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.models import Assignment, Lead, Outcome, Plan, Rep, Window
from solver.plan_files import render_plan
from solver.solving import solve
from solver.verify import verify_plan
from tests import oracle
from tests.property.strategies import degenerate_windows, windows, windows_with_floors

Case = tuple[Window, dict[str, int]]


def _owners(plan: Plan) -> dict[str, str]:
    return {a.lead_id: a.rep_id for a in plan.assignments}


@settings(max_examples=200)
@given(windows_with_floors())
def test_objective_is_the_best_of_all_plans_with_gap_0(case: Case) -> None:
    """No plan is better than the solved one, and the certificate proves it."""
    window, floors = case
    plan, numbers = solve(window, floors=floors), oracle.problem(window, floors)
    owners = _owners(plan)
    assert plan.outcome is Outcome.OPTIMAL
    assert plan.certificate.objective == oracle.best(numbers)
    assert plan.certificate.objective == oracle.objective(
        numbers, {lead: owners.get(lead) for lead in numbers.leads})
    assert plan.certificate.bound == plan.certificate.objective
    assert plan.certificate.gap == 0


@settings(max_examples=120)
@given(windows_with_floors())
def test_totals_are_those_of_the_pairs(case: Case) -> None:
    """Counts, value and value kept follow from the pairs and the slots."""
    window, floors = case
    plan, numbers = solve(window, floors=floors), oracle.problem(window, floors)
    assigned = Counter(a.rep_id for a in plan.assignments)
    assert plan.inputs.window_leads == len(numbers.leads)
    assert plan.inputs.eligible_pairs == sum(p.eligible for p in numbers.pairs.values())
    assert plan.inputs.usable_pairs == sum(numbers.usable(*ids) for ids in numbers.pairs)
    assert plan.certificate.value == sum(
        numbers.pairs[a.lead_id, a.rep_id].value or 0 for a in plan.assignments)
    assert plan.certificate.value_kept == sum(
        numbers.floors[rep] * (numbers.slots[rep] - assigned[rep]) for rep in numbers.reps)


def _check_pair(facts: oracle.RichPair, rep: Rep, row: Assignment) -> None:
    assert (row.value, row.match, row.wait_minutes) == (facts.value, facts.match, facts.wait)
    assert (row.factors.worth, row.factors.skill_fit) == (facts.worth, facts.skill_fit)
    assert row.factors.territory_fit == facts.territory_fit
    assert (row.factors.performance, row.factors.response) == (rep.performance, facts.response)


@settings(max_examples=200)
@given(windows_with_floors())
def test_each_owned_lead_has_the_value_of_the_rules(case: Case) -> None:
    """Value, match, wait and every factor of an owner are the oracle's, bit by bit."""
    window, floors = case
    numbers = oracle.problem(window, floors)
    reps = {rep.rep_id: rep for rep in window.reps}
    for row in solve(window, floors=floors).assignments:
        assert numbers.usable(row.lead_id, row.rep_id)
        _check_pair(numbers.pairs[row.lead_id, row.rep_id], reps[row.rep_id], row)
        assert row.floor == numbers.floors[row.rep_id]


@settings(max_examples=120)
@given(windows_with_floors())
def test_no_rep_is_above_capacity(case: Case) -> None:
    """A rep owns at most its free slots, and the slots in the plan are those of the rules."""
    window, floors = case
    plan, numbers = solve(window, floors=floors), oracle.problem(window, floors)
    assigned = Counter(a.rep_id for a in plan.assignments)
    assert [slot.rep_id for slot in plan.slots] == list(numbers.reps)
    for slot in plan.slots:
        assert slot.free_slots == numbers.slots[slot.rep_id]
        assert slot.assigned == assigned[slot.rep_id] <= slot.free_slots
        assert slot.floor == numbers.floors[slot.rep_id]


@settings(max_examples=200)
@given(windows_with_floors())
def test_each_lead_is_owned_held_or_kept(case: Case) -> None:
    """Nothing is lost and nothing stands twice; kept leads are those the rules keep."""
    window, floors = case
    plan = solve(window, floors=floors)
    rows = [row.lead_id for part in (plan.assignments, plan.held, plan.kept) for row in part]
    assert sorted(rows) == [lead.lead_id for lead in window.leads]
    assert [(row.lead_id, row.owner_id) for row in plan.kept] == [
        (lead.lead_id, lead.owner_id) for lead in window.leads
        if oracle.triage(lead, window) == "kept"]
    for part in (plan.assignments, plan.held, plan.kept):
        ids = [row.lead_id for row in part]
        assert ids == sorted(ids)


@settings(max_examples=200)
@given(windows_with_floors())
def test_held_leads_carry_the_reasons_of_the_rules(case: Case) -> None:
    """Codes, counts, order and queue of every held lead are the oracle's, with an example."""
    window, floors = case
    numbers = oracle.problem(window, floors)
    leads = {lead.lead_id: lead for lead in window.leads}
    plan = solve(window, floors=floors)
    left = {slot.rep_id for slot in plan.slots if slot.assigned < slot.free_slots}
    for held in plan.held:
        counts, queue = oracle.held_reasons(leads[held.lead_id], window, numbers, left)
        assert [(reason.code, reason.count) for reason in held.reasons] == list(counts.items())
        assert held.queue is queue
        for reason in held.reasons:
            assert reason.detail
            if reason.count is not None:
                assert reason.rep_id is not None
                assert numbers.active[reason.rep_id]
                assert reason.code in numbers.pairs[held.lead_id, reason.rep_id].reasons


@settings(max_examples=100)
@given(windows_with_floors(), st.randoms(use_true_random=False))
def test_input_order_does_not_change_a_byte(case: Case, random: Random) -> None:
    """Leads, reps and floors in another order give the same files."""
    window, floors = case
    leads, reps = list(window.leads), list(window.reps)
    random.shuffle(leads)
    random.shuffle(reps)
    shuffled = Window(at=window.at, leads=tuple(leads), reps=tuple(reps), policy=window.policy)
    turned = dict(reversed(floors.items()))
    assert render_plan(solve(shuffled, floors=turned)) == render_plan(solve(window, floors=floors))


@settings(max_examples=100)
@given(windows())
def test_order_within_a_cell_does_not_change_the_owners(window: Window) -> None:
    """Needs, skills, languages and excluded reps in another order give the same plan."""
    def turn_lead(lead: Lead) -> Lead:
        return lead.model_copy(update={
            "needs": dict(reversed(lead.needs.items())),
            "languages": lead.languages[::-1],
            "excluded_rep_ids": lead.excluded_rep_ids[::-1]})

    def turn_rep(rep: Rep) -> Rep:
        return rep.model_copy(update={
            "skills": dict(reversed(rep.skills.items())),
            "territories": rep.territories[::-1],
            "working_hours": rep.working_hours[::-1]})

    turned = window.model_copy(update={"leads": tuple(map(turn_lead, window.leads)),
                                       "reps": tuple(map(turn_rep, window.reps))})
    plan, again = solve(window), solve(turned)
    assert again.certificate == plan.certificate
    assert [(a.lead_id, a.rep_id, a.value) for a in again.assignments] == [
        (a.lead_id, a.rep_id, a.value) for a in plan.assignments]


@settings(max_examples=60)
@given(windows_with_floors())
def test_same_window_gives_the_same_bytes(case: Case) -> None:
    """A second run writes the same files, and the plan read back from its JSON is the plan."""
    window, floors = case
    plan = solve(window, floors=floors)
    assert render_plan(solve(window, floors=floors)) == render_plan(plan)
    assert Plan.model_validate_json(render_plan(plan)["plan.json"]) == plan


@settings(max_examples=100)
@given(windows_with_floors(), st.data())
def test_more_capacity_never_lowers_the_objective(case: Case, data: st.DataObject) -> None:
    """One slot more for any rep is worth 0 or more: exactly the rep's gain."""
    window, floors = case
    rep = data.draw(st.sampled_from(window.reps))
    roomier = rep.model_copy(update={
        "open_leads": 0, "daily_cap": None, "capacity": rep.free_slots + 1})
    reps = tuple(roomier if other is rep else other for other in window.reps)
    plan = solve(window, floors=floors)
    after = solve(window.model_copy(update={"reps": reps}), floors=floors)
    gain = next(slot.gain for slot in plan.slots if slot.rep_id == rep.rep_id)
    assert after.certificate.objective - plan.certificate.objective == gain >= 0


@settings(max_examples=100)
@given(windows_with_floors(), st.data())
def test_one_pair_fewer_never_raises_the_objective(case: Case, data: st.DataObject) -> None:
    """Excluding one rep from one lead can only lose."""
    window, floors = case
    lead, rep = data.draw(st.sampled_from(window.leads)), data.draw(st.sampled_from(window.reps))
    stricter = lead.model_copy(update={
        "excluded_rep_ids": (*(name for name in lead.excluded_rep_ids if name != rep.rep_id),
                             rep.rep_id)})
    leads = tuple(stricter if other is lead else other for other in window.leads)
    after = solve(window.model_copy(update={"leads": leads}), floors=floors)
    assert after.certificate.objective <= solve(window, floors=floors).certificate.objective


@settings(max_examples=200)
@given(windows_with_floors())
def test_the_independent_checker_passes_every_plan(case: Case) -> None:
    """The checker, which shares nothing with the optimiser, finds no fault."""
    window, floors = case
    failed = [check for check in verify_plan(window, solve(window, floors=floors))
              if not check.passed]
    assert failed == []


@settings(max_examples=200)
@given(st.one_of(degenerate_windows(), windows()))
def test_of_all_best_plans_the_canonical_one_is_chosen(window: Window) -> None:
    """Most leads owned, then the oldest, then the most even: no best plan ranks higher."""
    numbers = oracle.problem(window)
    owners = _owners(solve(window))
    chosen = oracle.rank(numbers, {lead: owners.get(lead) for lead in numbers.leads})
    assert chosen == oracle.best_rank(numbers)
