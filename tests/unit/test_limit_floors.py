"""Floors of limits that span more than a window: from the forecast to the window's hinges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.limit_floors import shares
from solver.fairness.posting import period_end
from solver.horizon import horizon_prices, learn
from solver.models import Floors, Lead, Period, Policy, Rep

#: A Wednesday noon.
_NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
_REPS = (Rep(rep_id="ana", capacity=500, team="West"),
         Rep(rep_id="ben", capacity=500, team="West", performance=0.5))


def _lead(lead_id: str, value: float, created: datetime = _NOON) -> Lead:
    return Lead(lead_id=lead_id, created_at=created, deal_value=10 * value, score=10.0)


def _floors(limit: dict[str, object], used: dict[str, int] | None = None,
            hours: float = 12.0) -> Floors:
    """Leads worth 500 came at three in the afternoon of each of the last days, thirty a day."""
    policy = Policy.model_validate({
        "match": {"skill": 1.0, "territory": 0.0, "unknown": 1.0},
        "horizon": {"horizon_hours": hours},
        "limits": [{"name": "west", "period": "day", **limit}]})
    history = [_lead(f"h{day}-{n}", 500, _NOON.replace(hour=15) - timedelta(days=day))
               for day in range(1, 4) for n in range(30)]
    return horizon_prices(_REPS, None, [_lead("L", 100)], learn(history, at=_NOON, policy=policy),
                          _NOON, policy, used=used)


def test_a_unit_of_a_days_cap_is_kept_for_the_better_leads_expected() -> None:
    """The cap is scarce, slots are not: it has the floor, reps have none."""
    floors = _floors({"upper": 5})
    assert floors.by_limit() == {"west": 49_999}
    assert set(floors.by_rep().values()) == {0}
    assert floors.limits[0].standard_error == 0
    assert _floors({"upper": 1000}).by_limit() == {"west": 0}


def test_what_was_used_is_gone() -> None:
    """A cap that is far enough for all leads is not after most of it has been used."""
    assert _floors({"upper": 100}).by_limit() == {"west": 0}
    assert _floors({"upper": 100}, used={"west": 97}).by_limit() == {"west": 49_999}


def test_a_soft_cap_is_never_worth_more_than_its_price() -> None:
    """Whoever pays may pass it."""
    soft: dict[str, object] = {"upper": 5, "price": 70.0}
    assert _floors(soft).by_limit() == {"west": 6_999}
    assert _floors(soft, used={"west": 4}).by_limit() == {"west": 6_999}


def test_a_soft_cap_that_is_used_up_keeps_nothing() -> None:
    """A lead pays its price in the window already, and takes nothing from those to come."""
    assert _floors({"upper": 5, "price": 70.0}, used={"west": 5}).by_limit() == {"west": 0}


def test_a_quota_has_a_floor_below_nothing() -> None:
    """What Ana brings more than Ben is what a lead for Ben is worth on top, until it is met."""
    quota: dict[str, object] = {"reps": "rep_id = 'ben'", "lower": 3}
    assert _floors(quota).by_limit() == {"west": -25_000}
    assert _floors(quota, used={"west": 3}).by_limit() == {"west": 0}
    assert _floors({**quota, "price": 70.0}).by_limit() == {"west": -7_000}


def test_each_part_has_a_floor_of_its_own() -> None:
    """By rep or by team, in the order of the reps."""
    assert list(_floors({"upper": 5, "each": "rep"}).by_limit()) == ["west:ana", "west:ben"]
    assert list(_floors({"upper": 5, "each": "team"}).by_limit()) == ["west:West"]


def test_of_a_period_beyond_the_horizon_a_part_counts() -> None:
    """A week's cap of 100 serves two of five days' leads with 40: of sixty they are too few."""
    week = {"period": "week", "upper": 100}
    assert _floors(week, hours=36).by_limit()["west"] == 49_999
    assert _floors({**week, "upper": 1000}, hours=36).by_limit()["west"] == 0


@pytest.mark.parametrize(("period", "end"), [
    (Period.DAY, datetime(2026, 10, 25, 23, tzinfo=UTC)),
    (Period.WEEK, datetime(2026, 10, 25, 23, tzinfo=UTC)),
    (Period.MONTH, datetime(2026, 10, 31, 23, tzinfo=UTC)),
])
def test_a_period_ends_at_midnight_of_its_zone(period: Period, end: datetime) -> None:
    """Also on the Sunday that has 25 hours."""
    at = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert period_end("Europe/Paris", period, at) == end
    assert period_end("Europe/Paris", period, end - timedelta(seconds=1)) == end
    assert period_end("Europe/Paris", period, end) > end


def test_floors_bring_back_what_a_days_limits_cost_small_windows() -> None:
    """Shares of the optimum in hindsight of a day in windows of ten."""
    for _, without, with_floors in shares(300, 20, 10, seed=2):
        assert float(without) < 0.9
        assert 0.95 < float(with_floors) <= 1
