"""The second flow: packed into one cost or solved step by step, the choice is as good."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from solver.matrix.pairs import Problem
from solver.models import Lead, Policy, Rep, Window
from solver.optimise import canonical
from solver.solving import solve_exactly

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _tied_window(seed: int) -> Window:
    """Many leads of the same value, reps of different load, capacity below demand."""
    rng = np.random.default_rng(seed)
    created = [datetime(2026, 11, int(day), tzinfo=UTC) for day in rng.integers(1, 18, 30)]
    leads = tuple(Lead(lead_id=f"L{i:02d}", created_at=at, deal_value=1000.0, score=50.0)
                  for i, at in enumerate(created))
    reps = tuple(Rep(rep_id=f"r{j}", capacity=int(rng.integers(1, 8)),
                     assigned_today=int(rng.integers(0, 5))) for j in range(5))
    return Window(at=AT, leads=leads, reps=reps, policy=Policy(reserve_value=float(seed % 2)))


def _levels(problem: Problem, owner: np.ndarray) -> tuple[int, list[int], int]:
    """Number owned, ranks by age of the owned, sum of squared loads."""
    leads = problem.rows.leads.leads
    by_age = sorted(range(len(leads)), key=lambda i: (leads[i].created_at, leads[i].lead_id))
    ranks = [rank for rank, i in enumerate(by_age) if owner[i] >= 0]
    counts = np.bincount(owner[owner >= 0], minlength=len(problem.capacity))
    today = np.array([rep.assigned_today for rep in problem.rows.window.reps])
    return int((owner >= 0).sum()), ranks, int(((today + counts) ** 2).sum())


@pytest.mark.parametrize("seed", range(6))
def test_steps_and_one_packed_flow_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cost range forces several flows, each keeps what the one before has chosen."""
    packed = solve_exactly(_tied_window(seed))
    monkeypatch.setattr(canonical, "_fits", lambda *_: False)
    stepped = solve_exactly(_tied_window(seed))
    assert _levels(packed.problem, packed.owner) == _levels(stepped.problem, stepped.owner)
    assert (packed.owner >= 0).tolist() == (stepped.owner >= 0).tolist()


def test_equal_leads_and_reps_go_in_the_order_of_ids() -> None:
    """Three equal leads and two equal reps: the first lead to the first rep, and so on."""
    leads = tuple(Lead(lead_id=name, created_at=AT, deal_value=100.0, score=100.0)
                  for name in ("L1", "L2", "L3"))
    reps = tuple(Rep(rep_id=name, capacity=2) for name in ("ana", "ben"))
    solution = solve_exactly(Window(at=AT, leads=leads, reps=reps))
    assert solution.owner.tolist() == [0, 0, 1]
