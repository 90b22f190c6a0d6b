"""Forecasts from histories whose future is plain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from solver.errors import UsageError
from solver.horizon import Forecast, learn
from solver.models import ForecastBasis, Lead, Policy, Territory

#: A Monday.
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
_HOURS = timedelta(hours=1)
_DAY = timedelta(days=1)


def _lead(n: int, created: datetime, country: str = "DE", **fields: object) -> Lead:
    return Lead.model_validate({"lead_id": f"h{n}", "created_at": created, "deal_value": 1000.0 + n,
                                "score": 50.0, "country": country, **fields})


def _days(num_days: int, hours: tuple[int, ...], until: datetime = MONDAY, each: int = 1,
          weekends: bool = True) -> list[Lead]:
    """Leads at the same hours of every day before an instant."""
    instants = [until - (day + 1) * _DAY + hour * _HOURS
                for day in range(num_days) for hour in hours for _ in range(each)
                if weekends or (until - (day + 1) * _DAY).weekday() < 5]
    return [_lead(n, instant) for n, instant in enumerate(sorted(instants))]


def _expected(forecast: Forecast, start: datetime, hours: float) -> float:
    return forecast.expected(start, start + hours * _HOURS)


def test_four_weeks_stand_for_the_hours_of_the_week() -> None:
    """Working days bring what they brought, weekends nothing."""
    forecast = learn(_days(35, (9, 10), each=3, weekends=False), at=MONDAY, policy=Policy())
    assert forecast.basis is ForecastBasis.HOUR_OF_WEEK
    assert _expected(forecast, MONDAY, 24) == pytest.approx(6)
    assert _expected(forecast, MONDAY + 8.5 * _HOURS, 1) == pytest.approx(3)
    assert _expected(forecast, MONDAY + 11 * _HOURS, 12) == 0
    assert _expected(forecast, MONDAY + 5 * _DAY, 48) == 0
    assert _expected(forecast, MONDAY, 24 * 14) == pytest.approx(60)


def test_days_stand_for_days_of_their_kind() -> None:
    """A short history knows working days from weekends, and no more."""
    leads = [*_days(7, (9,), each=5), _lead(900, MONDAY - _DAY + 9 * _HOURS)]
    forecast = learn(leads, at=MONDAY, policy=Policy())
    assert forecast.basis is ForecastBasis.HOUR_OF_DAY
    assert _expected(forecast, MONDAY, 24) == pytest.approx(5)
    assert _expected(forecast, MONDAY + 5 * _DAY, 24) == pytest.approx(5.5)


def test_a_kind_of_day_never_seen_is_taken_for_the_other() -> None:
    """Three days of one working week say nothing of a weekend."""
    friday = MONDAY + 4 * _DAY
    forecast = learn(_days(3, (9,), friday, each=10), at=friday, policy=Policy())
    assert _expected(forecast, friday + _DAY, 24) == pytest.approx(10)


def test_some_hours_give_a_steady_rate() -> None:
    """Thirty leads in five hours are six an hour, at night too."""
    leads = [_lead(n, MONDAY + n * _HOURS / 6) for n in range(30)]
    forecast = learn(leads, at=MONDAY + 5 * _HOURS, policy=Policy())
    assert forecast.basis is ForecastBasis.STEADY
    assert _expected(forecast, MONDAY + 5 * _HOURS, 24) == pytest.approx(144)


@pytest.mark.parametrize("leads", [[], _days(2, (9,), each=9), [
    _lead(n, MONDAY - timedelta(minutes=n), deal_value=None) for n in range(40)]])
def test_too_little_gives_nothing(leads: list[Lead]) -> None:
    """Nineteen leads, or leads without a deal value, forecast nothing."""
    forecast = learn(leads, at=MONDAY, policy=Policy())
    assert forecast.basis is ForecastBasis.NONE
    assert _expected(forecast, MONDAY, 24) == 0
    assert forecast.sample(np.random.default_rng(0), MONDAY, MONDAY + _DAY) == ()


def test_recent_weeks_count_more_and_a_trend_more_still() -> None:
    """Flat weeks are repeated; after a rise the forecast lies nearer to the last weeks."""
    flat = learn(_days(70, (9,), each=4), at=MONDAY, policy=Policy())
    assert _expected(flat, MONDAY, 24) == pytest.approx(4)
    risen = _days(56, (9,), MONDAY - 14 * _DAY, each=2) + _days(14, (10,), each=6)
    assert 4.5 < _expected(learn(risen, at=MONDAY, policy=Policy()), MONDAY, 24) < 6


def test_last_years_season_comes_again() -> None:
    """Twice as many came in these weeks a year ago as in those before: so it will be."""
    year_ago = MONDAY - 364 * _DAY
    leads = _days(420, (9,), each=4) + [
        _lead(9000 + n, year_ago + (n % 14 - 7) * _DAY + 10 * _HOURS) for n in range(56)]
    assert 6 < _expected(learn(leads, at=MONDAY, policy=Policy()), MONDAY, 24) < 8.2


def test_samples_are_past_leads_at_new_hours() -> None:
    """Their mean number is the expected one, and each is a lead of the same hour."""
    forecast = learn(_days(28, (9, 15), each=5), at=MONDAY, policy=Policy())
    rng = np.random.default_rng(1)
    samples = [forecast.sample(rng, MONDAY, MONDAY + _DAY) for _ in range(1_000)]
    assert np.mean([len(sample) for sample in samples]) == pytest.approx(10, rel=0.06)
    for lead in samples[0]:
        assert lead.created_at is not None
        assert lead.created_at.hour in (9, 15)
        assert MONDAY < lead.created_at <= MONDAY + _DAY
    assert [lead.lead_id for lead in samples[0]] == [f"~{n}" for n in range(1, len(samples[0]) + 1)]


def test_same_seed_same_future() -> None:
    """A sample depends on nothing but the history and the generator."""
    forecast = learn(_days(28, (9,), each=5), at=MONDAY, policy=Policy())
    shuffled = learn(_days(28, (9,), each=5)[::-1], at=MONDAY, policy=Policy())
    drawn = [f.sample(np.random.default_rng(3), MONDAY, MONDAY + _DAY)
             for f in (forecast, shuffled)]
    assert drawn[0] == drawn[1]


def test_a_quiet_morning_is_believed_at_once() -> None:
    """None of 120 leads came by noon: little is left to expect."""
    forecast = learn(_days(28, tuple(range(24)), each=10), at=MONDAY, policy=Policy())
    noon = MONDAY + 12 * _HOURS
    scaled = forecast.scaled_to([], noon)
    assert scaled.scale == pytest.approx(20 / 140)
    assert _expected(scaled, noon, 12) == pytest.approx(120 * 20 / 140)


def test_a_rush_is_believed_as_far_as_it_lasts() -> None:
    """Twice as many as foreseen: believed to a fifth after three hours, to a half after twelve."""
    forecast = learn(_days(28, tuple(range(24)), each=10), at=MONDAY, policy=Policy())
    scales = []
    for hours in (3, 12):
        now = MONDAY + hours * _HOURS
        came = [_lead(n, MONDAY + (n + 1) * (now - MONDAY) / (20 * hours + 1))
                for n in range(20 * hours)]
        scales.append(forecast.scaled_to(came, now).scale)
    assert scales == pytest.approx([(20 + 30 + 6) / 50, (20 + 120 + 60) / 140])


def test_a_segment_that_stays_away_loses_its_share() -> None:
    """The other segment keeps what it had."""
    policy = Policy(territories=(Territory(name="North", countries=("DE",)),
                                 Territory(name="South", countries=("IT",))))
    history = _days(28, tuple(range(24)), each=5)
    history = [lead.model_copy(update={"country": ("DE", "IT")[n % 2]})
               for n, lead in enumerate(history)]
    forecast = learn(history, at=MONDAY, policy=policy)
    noon = MONDAY + 12 * _HOURS
    came = [_lead(n, MONDAY + (n + 1) * timedelta(minutes=10), "DE") for n in range(60)]
    recurrences = forecast.scaled_to(came, noon).recurrences(noon, MONDAY + _DAY)
    own = forecast.history.segment[recurrences.lead]
    north, south = (recurrences.weight[own == forecast.history.segments.index(key)].sum()
                    for key in ("north", "south"))
    assert north > 2 * south


def test_a_history_of_the_future_is_refused() -> None:
    """With the number of such leads, the first of them, and what to do."""
    leads = _days(28, (9,), each=2, until=MONDAY + 2 * _DAY)
    with pytest.raises(UsageError, match=r"4 leads created after .*'h52'.*later instant"):
        learn(leads, at=MONDAY, policy=Policy())


def test_an_instant_needs_a_time_zone() -> None:
    """A naive instant is refused."""
    with pytest.raises(UsageError, match="no time zone"):
        learn([], at=datetime(2026, 11, 16), policy=Policy())


def test_weekends_seen_without_leads_bring_none() -> None:
    """Twenty-five days with leads on working days only: Saturdays were seen, and empty."""
    friday = MONDAY - 3 * _DAY
    forecast = learn(_days(25, (9,), friday, each=4, weekends=False), at=friday, policy=Policy())
    assert forecast.basis is ForecastBasis.HOUR_OF_DAY
    assert _expected(forecast, friday + _DAY, 48) == 0
    assert _expected(forecast, MONDAY, 24) == pytest.approx(4)


def test_a_short_history_that_ended_before_keeps_its_first_day() -> None:
    """Three working days of eight leads each, learnt two days later, are eight a day."""
    thursday = MONDAY + 3 * _DAY
    leads = _days(3, tuple(range(9, 17)), thursday)
    for at in (thursday, thursday + _DAY):
        assert _expected(learn(leads, at=at, policy=Policy()), MONDAY + 7 * _DAY, 24) == (
            pytest.approx(8))


def test_a_day_cut_short_counts_for_the_hours_it_saw() -> None:
    """Two leads at nine and two at four each day; today is known until noon only."""
    noon = MONDAY + 2.5 * _DAY
    leads = [*_days(2, (9, 16), MONDAY + 2 * _DAY, each=6), *[
        _lead(900 + n, MONDAY + 2 * _DAY + 9 * _HOURS) for n in range(6)]]
    assert _expected(learn(leads, at=noon, policy=Policy()), noon, 24) == pytest.approx(12)


def test_incomplete_arrivals_do_not_scale_the_forecast() -> None:
    """Sixty complete leads came as foreseen; sixty without a score change nothing."""
    forecast = learn(_days(28, tuple(range(24)), each=5), at=MONDAY, policy=Policy())
    noon = MONDAY + 12 * _HOURS
    came = [_lead(n, MONDAY + (n + 1) * timedelta(minutes=11)) for n in range(60)]
    blank = [lead.model_copy(update={"lead_id": f"b{n}", "score": None})
             for n, lead in enumerate(came)]
    both, complete = (forecast.scaled_to(some, noon) for some in ([*came, *blank], came))
    assert (both.scale, both.num_arrived) == (complete.scale, 60)
    assert both.expected(noon, MONDAY + _DAY) == complete.expected(noon, MONDAY + _DAY)
