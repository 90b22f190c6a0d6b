"""The checker's bound, gain and loss against plans that are simply all tried."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.verify.recompute.pairs import Pairs, bound
from solver.verify.recompute.paths import Network, NotOptimalError, gains, losses

#: Nets of a window, one row per lead; None is a pair that cannot be used.
Nets = list[list[int | None]]
RESERVE = 2


@st.composite
def windows(draw: st.DrawFn) -> tuple[Nets, list[int]]:
    """Draw up to 5 leads and 3 reps; few distinct nets, so that ties abound."""
    num_leads, num_reps = draw(st.integers(0, 5)), draw(st.integers(1, 3))
    net = st.none() | st.integers(RESERVE + 1, RESERVE + draw(st.sampled_from([2, 9, 1000])))
    nets = draw(st.lists(st.lists(net, min_size=num_reps, max_size=num_reps),
                         min_size=num_leads, max_size=num_leads))
    return nets, draw(st.lists(st.integers(0, 3), min_size=num_reps, max_size=num_reps))


def _best(nets: Nets, slots: list[int]) -> tuple[int, list[int]]:
    """Try every plan: the largest objective, and the place of each lead (number of reps: held)."""
    if not nets:
        return 0, []
    held, places = _best(nets[1:], slots)
    best = (held + RESERVE, [len(slots), *places])
    for rep, net in enumerate(nets[0]):
        if net is not None and slots[rep] > 0:
            rest, places = _best(nets[1:], [n - (r == rep) for r, n in enumerate(slots)])
            best = max(best, (rest + net, [rep, *places]))
    return best


def _changed(slots: list[int], rep: int, by: int) -> list[int]:
    return [n + by * (r == rep) for r, n in enumerate(slots)]


def _pairs(nets: Nets) -> Pairs:
    flat = [(lead, rep, net) for lead, row in enumerate(nets) for rep, net in enumerate(row)
            if net is not None]
    counts = [sum(net is not None for net in row) for row in nets]
    lead, rep, net = (np.array([pair[k] for pair in flat], dtype=np.int64) for k in range(3))
    return Pairs(starts=np.cumsum([0, *counts]).astype(np.int64), lead=lead, rep=rep, net=net,
                 num_eligible=len(flat))


def _network(nets: Nets, slots: list[int], places: list[int]) -> Network:
    earned = [RESERVE if place == len(slots) else nets[lead][place]
              for lead, place in enumerate(places)]
    left = [n > places.count(rep) for rep, n in enumerate(slots)]
    return Network(pairs=_pairs(nets), place=np.array(places, dtype=np.int64),
                   earned=np.array(earned, dtype=np.int64),
                   left_free=np.array(left, dtype=bool), reserve=RESERVE)


@settings(deadline=None)
@given(windows())
def test_gain_and_loss_are_those_of_solving_again(window: tuple[Nets, list[int]]) -> None:
    """One slot more and one fewer of each rep change the optimum by exactly gain and loss."""
    nets, slots = window
    optimum, places = _best(nets, slots)
    network = _network(nets, slots, places)
    gain, loss = gains(network).tolist(), losses(network).tolist()
    for rep, free in enumerate(slots):
        assert gain[rep] == _best(nets, _changed(slots, rep, 1))[0] - optimum
        if free > 0:
            assert loss[rep] == optimum - _best(nets, _changed(slots, rep, -1))[0]


@settings(deadline=None)
@given(windows(), st.lists(st.integers(0, 1000), min_size=3, max_size=3))
def test_any_prices_bound_every_plan_and_gains_are_tight(window: tuple[Nets, list[int]],
                                                         prices: list[int]) -> None:
    """Prices of 0 or more bound the optimum, and the gains reach it."""
    nets, slots = window
    optimum, places = _best(nets, slots)
    free = np.array(slots, dtype=np.int64)
    drawn = np.array(prices[:len(slots)], dtype=np.int64)
    assert bound(_pairs(nets), free, drawn, RESERVE) >= optimum
    gain = gains(_network(nets, slots, places))
    assert bound(_pairs(nets), free, gain, RESERVE) == optimum


@pytest.mark.parametrize("places", [[1, 0], [2, 2], [0, 2]])
def test_a_worse_plan_has_no_marginal_values(places: list[int]) -> None:
    """Swapped owners, nobody owned, one lead left out: a cycle that earns is found."""
    with pytest.raises(NotOptimalError):
        gains(_network([[10, 4], [9, 8]], [1, 1], places))
