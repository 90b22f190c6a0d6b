"""Plans ahead against a linear program, and slot worths against solving again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from solver.certify.exchange import UNREACHABLE
from solver.horizon.ahead import AheadPairs, plan_pairs
from solver.horizon.slots import SlotsAhead

_MAX_REPS, _MAX_EPOCHS, _MAX_LEADS = 3, 3, 6


@st.composite
def _cases(draw: st.DrawFn) -> tuple[SlotsAhead, AheadPairs]:
    """Draw reps with up to three epochs, and leads, each in one epoch of every rep."""
    epochs = draw(st.lists(st.integers(1, _MAX_EPOCHS), min_size=1, max_size=_MAX_REPS))
    first = np.concatenate([[0], np.cumsum(epochs)]).astype(np.int64)
    number = st.integers(0, 2)
    slots = SlotsAhead(
        first=first, start=np.concatenate([np.arange(n) for n in epochs]).astype(np.int64),
        daily=np.array([draw(number) for _ in range(first[-1])], dtype=np.int64),
        refill=np.array([draw(number) for _ in range(first[-1])], dtype=np.int64))
    num_leads = draw(st.integers(0, _MAX_LEADS))
    pairs = [(lead, int(first[rep]) + draw(st.integers(0, n - 1)), surplus)
             for lead in range(num_leads) for rep, n in enumerate(epochs)
             if (surplus := draw(st.integers(0, 4))) > 0]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return slots, AheadPairs(num_leads, *(np.ascontiguousarray(c) for c in table.T))


def _best(slots: SlotsAhead, pairs: AheadPairs, taken_now: NDArray[np.int64] | None = None,
          one_more: int | None = None) -> float | None:
    """Solve the nested limits as a linear program; None where they cannot hold.

    ``taken_now`` are slots that something else uses in a rep's first epoch; ``one_more`` is a rep
    with a slot of its own for one lead of its first epoch.
    """
    num_pairs, num_reps = len(pairs.lead), len(slots.first) - 1
    taken = np.zeros(num_reps) if taken_now is None else taken_now
    extra = 0 if one_more is None else 1
    rows, bounds = [], []
    for lead in range(pairs.num_leads):
        rows.append(np.append(pairs.lead == lead, [0] * extra))
        bounds.append(1.0)
    for rep in range(num_reps):
        first, last = int(slots.first[rep]), int(slots.first[rep + 1])
        own = extra and one_more == rep
        for column in range(first, last):
            spare = [-1] * extra if own and column == first else [0] * extra
            rows.append(np.append(pairs.column == column, spare))
            bounds.append(slots.daily[column] - (taken[rep] if column == first else 0))
            within = (pairs.column >= first) & (pairs.column <= column)
            rows.append(np.append(within, [-1] * extra if own else [0] * extra))
            bounds.append(slots.refill[first:column + 1].sum() - taken[rep])
    if one_more is not None:
        rows.append(np.append(-(pairs.column == slots.first[one_more]).astype(int), [1]))
        bounds.append(0.0)
    solved = linprog(np.append(-pairs.surplus.astype(float), [0.0] * extra),
                     A_ub=np.array(rows, dtype=float).reshape(-1, num_pairs + extra), b_ub=bounds,
                     bounds=(0, 1)) if num_pairs + extra else None
    if solved is None:
        return 0.0 if min(bounds, default=0.0) >= 0 else None
    return -float(solved.fun) if solved.status == 0 else None


@given(_cases())
def test_the_plan_ahead_is_the_best(case: tuple[SlotsAhead, AheadPairs]) -> None:
    """Its objective is that of the linear program of the nested limits, and its pairs keep them."""
    slots, pairs = case
    plan = plan_pairs(slots, pairs)
    assert plan.objective == round(_best(slots, pairs) or 0.0)
    chosen = plan.pair_of_lead[plan.pair_of_lead >= 0]
    assert (pairs.lead[chosen] == np.flatnonzero(plan.pair_of_lead >= 0)).all()
    used = np.bincount(pairs.column[chosen], minlength=len(slots.start))
    assert (used <= slots.daily).all()
    for first, last in zip(slots.first[:-1], slots.first[1:], strict=True):
        assert (np.cumsum(used[first:last]) <= np.cumsum(slots.refill[first:last])).all()


@given(_cases())
def test_loss_is_what_a_slot_taken_now_costs(case: tuple[SlotsAhead, AheadPairs]) -> None:
    """Equal to solving again with a slot of the first epoch gone; unreachable without a slot."""
    slots, pairs = case
    plan = plan_pairs(slots, pairs)
    for rep in range(len(slots.first) - 1):
        taken = np.zeros(len(slots.first) - 1, dtype=np.int64)
        taken[rep] = 1
        again = _best(slots, pairs, taken_now=taken)
        if again is None:
            assert plan.loss[rep] == UNREACHABLE
        else:
            assert plan.loss[rep] == plan.objective - round(again)


@given(_cases())
def test_gain_is_what_one_slot_more_now_brings(case: tuple[SlotsAhead, AheadPairs]) -> None:
    """Equal to solving again with one more slot for a lead of the first epoch."""
    slots, pairs = case
    plan = plan_pairs(slots, pairs)
    for rep in range(len(slots.first) - 1):
        again = _best(slots, pairs, one_more=rep)
        assert plan.gain[rep] == round(again or 0.0) - plan.objective
