"""How fine the queue of fair amounts is, and when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from solver.fairness.aims import MAX_BLOCKS, queue_block
from solver.fairness.attainable import fairest_amounts
from solver.fairness.ends import FairLimits, Standing, fair_ends
from solver.fairness.offer import Offer
from solver.matrix.rows import ValueRows
from solver.models import Lead, Policy, Rep, Window
from solver.models.fairness import Fairness
from solver.models.ledger import SHARE_SCALE
from solver.sales_floor.building import sales_floor
from solver.verify.recompute.floor.floor import Costs, floor_of
from solver.verify.recompute.rows import Rows
from solver.verify.recompute.triage import triage

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_LEADS, _REPS, _WORTH = 20, 3, 50_000


def _asked(policy: Fairness) -> tuple[FairLimits, list[int]]:
    """Return what fairness asks of three equal reps, and the blocks in each queue asked."""
    offer = Offer(np.arange(0, _LEADS * _REPS + 1, _REPS),
                  np.tile(np.arange(_REPS, dtype=np.int32), _LEADS),
                  np.ones(_LEADS * _REPS, np.int64), np.full(_LEADS * _REPS, _WORTH),
                  np.full(_REPS, _LEADS))
    third = SHARE_SCALE // 3
    standing = Standing((third + 1, third, third), (0,) * _REPS, (None,) * _REPS)
    blocks: list[int] = []

    def fairest(offer: Offer, queue: Sequence[Sequence[int]], turn: Sequence[int],
                most: NDArray[np.int64], block: int) -> NDArray[np.int64]:
        blocks.append(sum(map(len, queue)))
        assert blocks[-1] <= MAX_BLOCKS + _REPS
        return fairest_amounts(offer, queue, turn, most, block)

    return fair_ends(policy, standing, offer, fairest, outweigh=100, alone=True), blocks


@pytest.mark.parametrize("method", ["rotation", "band"])
def test_a_small_unit_of_worth_makes_no_more_blocks_than_the_queue_takes(method: str) -> None:
    """Three million units of worth are not three million arcs; the amounts stay a third each."""
    limits, blocks = _asked(Fairness.model_validate(
        {"method": method, "band": 1, "measure": "worth", "unit": 1}))
    assert len(blocks) == 2
    assert limits.unit == 1
    assert limits.expected == _LEADS * _WORTH
    assert limits.amounts is not None
    assert limits.amounts.sum() == limits.expected
    assert np.ptp(limits.amounts) <= 2 * queue_block(1, _WORTH, [_LEADS * _WORTH] * _REPS)


def test_a_block_is_never_coarser_than_the_mean_lead() -> None:
    """Many leads that count one stay exact: each is a place of its own."""
    assert queue_block(1, 1, [MAX_BLOCKS] * 5) == 1
    assert queue_block(1, 3, [MAX_BLOCKS] * 5) == 3
    assert queue_block(10, 1_000, [MAX_BLOCKS] * 50) == 50
    assert queue_block(10, 7, [MAX_BLOCKS] * 500) == 10


def test_a_price_asks_only_how_much_can_go_out() -> None:
    """Its hinges stand at the aims: one queue, one block a rep."""
    limits, blocks = _asked(Fairness(method="price", price=1.0, measure="worth", unit=1))
    assert blocks == [_REPS]
    assert limits.amounts is None


@pytest.mark.parametrize("method", ["rotation", "band"])
def test_the_checker_asks_the_same_with_a_small_unit(method: str) -> None:
    """Its blocks are as coarse, so its hinges stand where those of the program do."""
    leads = tuple(Lead(lead_id=f"L{n}", created_at=_AT - timedelta(hours=1),
                       deal_value=40_000.0 + 1_000 * n, score=100.0) for n in range(6))
    window = Window(at=_AT, leads=leads, reps=tuple(
        Rep(rep_id=name, capacity=6) for name in ("ana", "ben", "cy")),
        policy=Policy.model_validate({"fairness": {"method": method, "measure": "worth",
                                                   "band": 1, "unit": 1}}))
    routed, nothing = triage(window).routed, np.zeros(3, dtype=np.int64)
    checked = floor_of(window, routed, Rows(window, routed), Costs(nothing, {}, 0))
    asked = [[(one.at, one.slope, one.over) for limit in limits for one in limit.hinges]
             for limits in (sales_floor(ValueRows(window)).limits, checked.limits)]
    assert asked[0]
    assert asked[0] == asked[1]
