"""The checker's second implementation of a sales floor against the first and every plan."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.errors import PolicyConflictError
from solver.fairness import attainable
from solver.fairness import offer as offers
from solver.filters.language.fields import Side
from solver.filters.language.tree import About, Node, fields_of
from solver.matrix.rows import ValueRows
from solver.models import Account, Lead, Rep, Window
from solver.program.bound import bound, objective, violations
from solver.program.closed import possible_part
from solver.program.program import NONE, InfeasibleError
from solver.sales_floor.building import sales_floor
from solver.sales_floor.floor import SalesFloor
from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.filters.evaluate import Evaluator
from solver.verify.recompute.filters.fields import Fields
from solver.verify.recompute.floor.attainable import Offer, fairest_amounts, most_amounts
from solver.verify.recompute.floor.bound import NoPlanError, price_bound
from solver.verify.recompute.floor.choices import choices_of
from solver.verify.recompute.floor.floor import Costs, Floor, floor_of
from solver.verify.recompute.floor.plain import is_plain
from solver.verify.recompute.rows import Rows
from solver.verify.recompute.triage import triage
from tests.oracle.filters import World, matches
from tests.property.filter_trees import TEXTS, accounts, leads, reps, trees
from tests.property.rich_strategies import rich_windows_with_floors
from tests.property.strategies import AT

_PLACES = {text: TEXTS[at % 3] for at, text in enumerate(TEXTS) if at % 4}
_WORTHS = {text: float(at % 5) for at, text in enumerate(TEXTS) if at % 4}


@given(st.sampled_from(About).flatmap(trees), leads(), reps(), accounts())
def test_filters_say_what_the_naive_evaluator_says(
        tree: Node, people: tuple[Lead, ...], sellers: tuple[Rep, ...],
        companies: tuple[Account, ...]) -> None:
    """Every tree over leads alone or over pairs, for every pair of records."""
    window = Window(at=AT, leads=(), reps=(), accounts=companies)
    fields = Fields(window, lambda lead: _PLACES.get(lead.lead_id),
                    lambda lead: _WORTHS.get(lead.lead_id))
    evaluator = Evaluator(fields, people)
    world = World(people, companies, AT, _PLACES, _WORTHS)
    names_reps = any(ref.side is Side.REP for ref in fields_of(tree))
    beside: tuple[Rep | None, ...] = sellers if names_reps else (None,)
    for lead, rep in product(people, beside):
        assert evaluator.matches(tree, lead, rep) is matches(tree, world, lead, rep)


def _both(window: Window, floors: dict[str, int]) -> tuple[SalesFloor, Floor] | None:
    """Build a window twice; None where it is plain or its limits exclude each other."""
    rows = ValueRows(window)
    routed = triage(window).routed
    if is_plain(window, routed):
        return None
    try:
        program = sales_floor(rows, floors)
    except PolicyConflictError:
        return None
    of_rep = np.array([floors.get(rep.rep_id, 0) for rep in window.reps], dtype=np.int64)
    reserve = int(np.rint(window.policy.reserve_value * 100))
    return program, floor_of(window, routed, Rows(window, routed),
                             Costs(of_rep, {}, reserve))


_PRICES = st.integers(-10**11, 10**11) | st.sampled_from([0, 1, -1, 5_000 << 20, 2**62])


@settings(max_examples=150)
@given(rich_windows_with_floors(), st.data())
def test_the_bound_is_the_programs_and_above_every_plan(
        case: tuple[Window, dict[str, int]], data: st.DataObject) -> None:
    """Prices of any sign and size: both bounds are the same number, or both find no plan."""
    if (both := _both(*case)) is None:
        return
    program, floor = both
    num_reps, limits = program.program.num_reps, program.program.limits
    prices = data.draw(st.lists(_PRICES, min_size=limits.count, max_size=limits.count))
    choices = choices_of(floor, program.capacity)
    possible = possible_part(program.program).program
    assert len(choices.unit) == possible.num_columns
    try:
        expected = program.base + bound(possible, np.array(prices, dtype=np.int64))
    except InfeasibleError:
        expected = None
    try:
        found = price_bound(floor, choices, program.capacity, prices[:num_reps],
                            prices[num_reps:])
    except NoPlanError:
        found = None
    assert found == expected
    if found is not None:
        _is_above_every_plan(program, found)


def _is_above_every_plan(floor: SalesFloor, found: int) -> None:
    """Go through all plans of small windows."""
    program = floor.program
    options = [[NONE, *range(first, last)] for first, last
               in zip(program.indptr[:-1].tolist(), program.indptr[1:].tolist(), strict=True)]
    if np.prod([len(one) for one in options]) > 200:
        return
    for chosen in product(*options):
        column = np.array(chosen, dtype=np.int64)
        if not violations(program, column):
            assert floor.base + objective(program, column) <= found


@st.composite
def _offers(draw: st.DrawFn) -> Offer:
    num_reps = draw(st.integers(1, 5))
    rows = draw(st.lists(st.sets(st.integers(0, num_reps - 1)), max_size=9))
    rep = [one for row in rows for one in sorted(row)]
    slots = draw(st.sampled_from([st.just(1), st.integers(1, 3)]))
    amount = draw(st.sampled_from([st.just(1), st.integers(0, 3), st.integers(0, 40)]))
    size = len(rep)
    return Offer(
        starts=np.cumsum([0, *map(len, rows)]).astype(np.int64),
        rep=np.array(rep, dtype=np.int64),
        slots=np.array(draw(st.lists(slots, min_size=size, max_size=size)), dtype=np.int64),
        amount=np.array(draw(st.lists(amount, min_size=size, max_size=size)), dtype=np.int64),
        capacity=np.array(draw(st.lists(st.integers(0, 4), min_size=num_reps,
                                        max_size=num_reps)), dtype=np.int64))


@settings(max_examples=300)
@given(_offers(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_fairest_amounts_are_those_of_the_flow(offer: Offer, block: int,
                                                   random: st.DataObject) -> None:
    """Augmenting paths and OR-Tools serve the same queue with the same amounts."""
    most: IntArray = np.array(most_amounts(offer), dtype=np.int64)
    other = offers.Offer(offer.starts, offer.rep.astype(np.int32), offer.slots, offer.amount,
                        offer.capacity)
    assert most.tolist() == offers.most_amounts(other).tolist()
    assume(most.sum() < 200)
    queue = [sorted(random.randrange(6) for _ in range(-(-one // block))) for one in most.tolist()]
    turn = random.sample(range(len(most)), len(most))
    found = fairest_amounts(offer, queue, turn, most.tolist(), block)
    assert found == attainable.fairest_amounts(other, queue, turn, most, block).tolist()
