"""Why not X: the rules that refuse, or what forcing X costs, against trying every plan."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.explanation import why_not
from solver.explanation.why_not import WhyNot
from solver.models import Plan, ReasonCode, Window
from solver.solving import solve
from tests import oracle
from tests.property.strategies import degenerate_windows, floors, windows_with_floors

Case = tuple[Window, dict[str, int]]


def _apply(plan: Plan, numbers: oracle.Problem, answer: WhyNot) -> dict[str, str | None]:
    """Return the owners of the window's leads after the moves, each from where the lead is."""
    owners: dict[str, str | None] = dict.fromkeys(numbers.leads)
    owners.update({a.lead_id: a.rep_id for a in plan.assignments})
    for move in answer.moves:
        assert owners[move.lead_id] == move.from_rep_id != move.to_rep_id
        owners[move.lead_id] = move.to_rep_id
    return owners


def _check_forcing(plan: Plan, numbers: oracle.Problem, answer: WhyNot) -> None:
    expected = oracle.forced(numbers, answer.lead_id, answer.rep_id)
    if expected is None:
        assert answer.cost is None
        assert answer.moves == ()
        return
    assert answer.cost == plan.certificate.objective - expected
    owners = _apply(plan, numbers, answer)
    assert owners[answer.lead_id] == answer.rep_id
    assigned = Counter(owner for owner in owners.values() if owner is not None)
    assert all(assigned[rep] <= numbers.slots[rep] for rep in numbers.reps)
    assert all(numbers.usable(lead, owner) for lead, owner in owners.items()
               if owner is not None and lead != answer.lead_id)
    assert oracle.objective(numbers, owners) == expected


def _check_every_pair(case: Case) -> None:
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    plan = solve(window, floors=given_floors)
    for (lead, rep), pair in numbers.pairs.items():
        answer = why_not(window, plan, lead, rep)
        assert answer.refused_by == tuple(code for code in ReasonCode if code in pair.reasons)
        assert answer.sentence
        if pair.eligible:
            _check_forcing(plan, numbers, answer)
        else:
            assert answer.cost is None
            assert answer.moves == ()


@settings(max_examples=120)
@given(windows_with_floors())
def test_every_pair_is_refused_by_its_rules_or_costs_what_it_costs(case: Case) -> None:
    """The codes are the oracle's; the cost is exact and the moves lead to a plan of that cost."""
    _check_every_pair(case)


@settings(max_examples=150)
@given(degenerate_windows().flatmap(lambda window: st.tuples(st.just(window), floors(window))))
def test_forcing_is_exact_where_values_tie(case: Case) -> None:
    """Ties and free slots change nothing about cost and moves."""
    _check_every_pair(case)


@settings(max_examples=60)
@given(windows_with_floors(), st.data())
def test_a_lead_outside_the_window_is_answered_too(case: Case, data: st.DataObject) -> None:
    """A kept, incomplete or too old lead has no cost; the sentence says what keeps it out."""
    window, given_floors = case
    plan = solve(window, floors=given_floors)
    rep = data.draw(st.sampled_from(window.reps))
    for lead in window.leads:
        sorted_out = oracle.place(lead, window)
        if sorted_out != "window":
            answer = why_not(window, plan, lead.lead_id, rep.rep_id)
            assert answer.cost is None
            assert answer.refused_by == (
                () if sorted_out == "kept" else (ReasonCode(sorted_out),))
            assert lead.lead_id in answer.sentence
