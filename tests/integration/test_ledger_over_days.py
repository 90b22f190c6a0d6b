"""Days of windows through the library's solve, with the ledger's file from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from solver import solve
from solver.models import Lead, Ledger, Policy, Rep, Window
from solver.models.ledger import SHARE_SCALE
from solver.reading.ledger_file import read_ledger
from solver.sales_floor.ledger import next_ledger
from solver.writing.ledger import render_ledger

_START = datetime(2026, 11, 2, 9, tzinfo=UTC)
_REPS = tuple(Rep(rep_id=f"r{at}", capacity=20, weight=1 + at % 3, performance=1 + at / 10,
                  timezone="UTC", time_off=("2026-11-08/2026-11-12",) if at == 2 else ())
              for at in range(6))


def _days(policy: dict[str, object], file: Path) -> list[tuple[Ledger, list[int]]]:
    """Play twelve days of fifteen leads, one of which a person gives; return what came of each."""
    rng, ledger, found = np.random.default_rng(0), None, []
    for day in range(12):
        at = _START + timedelta(days=day)
        leads = tuple(Lead(lead_id=f"{day}-{n}", created_at=at - timedelta(hours=1), score=50,
                           deal_value=float(rng.lognormal(8, 1))) for n in range(14))
        window = Window(at=at, leads=leads, reps=_REPS, ledger=ledger,
                        policy=Policy.model_validate(policy))
        plan = solve(window)
        assert plan.certificate.gap == 0
        after = next_ledger(window, plan)
        counts = [slots.assigned for slots in plan.slots]
        file.write_bytes(render_ledger(after) + _by_hand(day, at))
        ledger, issues = read_ledger(file, currency="USD", timezone="UTC")
        assert not issues
        assert ledger is not None
        found.append((after, counts))
    return found


def _by_hand(day: int, at: datetime) -> bytes:
    when = (at + timedelta(hours=5)).isoformat()
    return f"manual,{when},r5,hand-{day}{',' * 14}\n".encode()


@pytest.mark.parametrize(("fairness", "bound"), [
    ({"method": "band", "band": 1}, 2.0), ({"method": "rotation"}, 1.0),
    ({"method": "price", "price": 200.0}, 2.0)])
def test_shares_are_kept_over_days(tmp_path: Path, fairness: dict[str, object], bound: float
                                   ) -> None:
    """Also by who comes back from an absence, and by who gets leads by hand.

    What the absent one is ahead or behind is shared by the others, a quarter of it at most.
    """
    for ledger, _ in _days({"fairness": fairness}, tmp_path / "ledger.csv"):
        assert max(abs(rep.leads) for rep in ledger.reps) <= 1.25 * bound * SHARE_SCALE


def test_without_fairness_they_are_not(tmp_path: Path) -> None:
    """The reps who bring the most get the most, and the ledger says so."""
    *_, (ledger, _) = _days({"limits": [{"name": "week", "period": "week", "upper": 999}]},
                            tmp_path / "ledger.csv")
    assert max(rep.leads for rep in ledger.reps) > 20 * SHARE_SCALE


def test_a_weeks_cap_holds_over_its_windows(tmp_path: Path) -> None:
    """With what was given by hand; it begins anew on Monday."""
    days = _days({"limits": [{"name": "cap", "period": "week", "upper": 30, "each": "rep"}]},
                 tmp_path / "ledger.csv")
    used = [{use.limit: use.used for use in ledger.periods} for ledger, _ in days]
    assert used[6]["cap:r4"] == sum(counts[4] for _, counts in days[:7]) == 30
    # six by hand; the plans stop at the cap, a person does not
    by_plan = sum(counts[5] for _, counts in days[:7])
    assert used[6]["cap:r5"] == by_plan + 6 > 30 > by_plan
    assert days[7][1][5] > 0
