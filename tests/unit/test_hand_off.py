"""Deadlines, breaches and hot leads, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.hand_off import (
    Breach,
    BreachKind,
    Deadlines,
    LeadState,
    after_return,
    breach,
    business_minutes,
    deadline,
    deadlines,
    is_hot,
    next_due,
    pause_until,
)
from solver.models import Account, Lead, Policy, Queue, Rep
from solver.prepare.scoring.points import score_leads

_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
"""A Friday, 16:00 in Berlin."""


def _rep(**fields: Any) -> Rep:
    return Rep(rep_id="r", capacity=1, **fields)


def _berlin(**fields: Any) -> Rep:
    return _rep(timezone="Europe/Berlin", working_hours=("Mon-Fri 09:00-17:00",), **fields)


def _policy(**hand_off: Any) -> Policy:
    return Policy.model_validate({"hand_off": hand_off})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("fields", "minutes", "due"), [
    ({}, 30, "2026-11-20T15:30"),
    ({}, 60, "2026-11-20T16:00"),
    ({}, 61, "2026-11-23T08:01"),
    ({"time_off": ("2026-11-23/2026-11-24",)}, 61, "2026-11-25T08:01"),
    ({"time_off": ("2026-11-23T08:00:00Z/2026-11-23T10:00:00Z",)}, 61, "2026-11-23T10:01"),
    ({"holidays": ("DE",)}, 60 + 24 * 480 + 1, "2026-12-28T08:01"),
    ({}, 60 + 24 * 480 + 1, "2026-12-25T08:01"),
])
def test_a_deadline_counts_the_owners_hours(fields: dict[str, Any], minutes: float, due: str
                                            ) -> None:
    """An hour on Friday, then from Monday at 9 on; time off and holidays do not count."""
    assert deadline(_berlin(**fields), _AT, minutes) == _time(due)
    assert business_minutes(_berlin(**fields), _AT, _time(due)) == minutes


def test_an_hour_that_the_clocks_repeat_counts_twice() -> None:
    """A night shift in Berlin from midnight to 4 is five hours long on 25 October 2026."""
    rep = _rep(timezone="Europe/Berlin", working_hours=("Sun 00:00-04:00",))
    midnight = _time("2026-10-24T22:00")
    assert business_minutes(rep, midnight, midnight + timedelta(days=1)) == 300
    assert deadline(rep, midnight, 241) == _time("2026-10-25T02:01")


def test_an_owner_without_hours_always_works() -> None:
    """But for time off, and whatever the policy takes other reps for: no lead lies for ever."""
    assert deadline(_rep(), _AT, 600) == _AT + timedelta(hours=10)
    away = _rep(time_off=("2026-11-20T15:30:00Z/2026-11-20T17:30:00Z",))
    assert deadline(away, _AT, 60) == _time("2026-11-20T18:00")


def test_an_owner_who_is_away_for_good_has_no_deadline() -> None:
    """Nothing is found within the days that are looked at."""
    assert deadline(_berlin(time_off=("2026-11-20/2028-11-20",)), _AT, 1) is None


def test_there_are_no_minutes_before_the_beginning() -> None:
    """A clock that goes back is no reason for fewer than none."""
    assert business_minutes(_rep(), _AT, _AT - timedelta(hours=1)) == 0


def test_each_part_of_the_service_level_has_its_deadline() -> None:
    """All from the assignment on; what the policy does not set is not owed."""
    policy = _policy(accept_within_minutes=30, longest_work_minutes=600)
    due = deadlines(_berlin(), _AT, policy)
    assert due == Deadlines(_time("2026-11-20T15:30"), None, _time("2026-11-24T09:00"))
    assert deadlines(_berlin(), _AT, Policy()) == Deadlines()


_DUE = Deadlines(*(_AT + timedelta(hours=hours) for hours in (1, 2, 3)))


@pytest.mark.parametrize(("state", "hours", "kind", "due"), [
    (LeadState.ASSIGNED, 1, None, None),
    (LeadState.ASSIGNED, 1.1, BreachKind.ACCEPT, 1),
    (LeadState.ASSIGNED, 9, BreachKind.ACCEPT, 1),
    (LeadState.ACCEPTED, 2, None, None),
    (LeadState.ACCEPTED, 2.1, BreachKind.CONTACT, 2),
    (LeadState.CONTACTED, 2.1, None, None),
    (LeadState.CONTACTED, 3.1, BreachKind.WORK, 3),
    (LeadState.QUALIFIED, 9, None, None),
    (LeadState.WAITING, 9, None, None),
])
def test_a_breach_is_the_deadline_missed_first(state: LeadState, hours: float,
                                               kind: BreachKind | None, due: int | None) -> None:
    """The instant itself is in time; what is done, or past accepting, is owed no more."""
    expected = None if kind is None or due is None else Breach(kind, _AT + timedelta(hours=due))
    assert breach(state, _DUE, _AT + timedelta(hours=hours)) == expected


def test_what_is_due_next_is_known_before_it_is_missed() -> None:
    """So that nobody has to look at every lead; without limits nothing ever is."""
    assert next_due(LeadState.ACCEPTED, _DUE) == Breach(BreachKind.CONTACT,
                                                        _AT + timedelta(hours=2))
    assert next_due(LeadState.ASSIGNED, Deadlines(work_by=_AT)) == Breach(BreachKind.WORK, _AT)
    assert next_due(LeadState.ASSIGNED, Deadlines()) is None


def test_a_lead_goes_back_so_often_and_then_to_the_manager() -> None:
    """With max_returns 2 the third return is the manager's."""
    policy = _policy(max_returns=2)
    assert [after_return(before, policy) for before in range(4)] == [
        Queue.NEXT_WINDOW, Queue.NEXT_WINDOW, Queue.MANAGER, Queue.MANAGER]
    assert after_return(0, _policy(max_returns=0)) is Queue.MANAGER


def test_the_offender_is_paused_after_enough_breaches() -> None:
    """For the minutes of the policy; by default never."""
    policy = _policy(pause_after_breaches=2, pause_minutes=90)
    assert pause_until(1, _AT, policy) is None
    assert pause_until(2, _AT, policy) == _AT + timedelta(minutes=90)
    assert pause_until(99, _AT, Policy()) is None


def _lead(**fields: Any) -> Lead:
    return Lead(**{"lead_id": "L", "created_at": _AT - timedelta(hours=2), "deal_value": 1000.0,
                   "score": 80.0, "country": "DE", "account_id": "A", **fields})


@pytest.mark.parametrize(("hot", "lead", "expected"), [
    ("score >= 80", {}, True),
    ("score >= 81", {}, False),
    ("age_hours > 2", {}, False),
    ("age_hours >= 2", {}, True),
    ("worth > 700", {}, True),
    ("worth > 700", {"score": None}, False),
    ('territory = "DACH"', {}, True),
    ('territory = "DACH"', {"country": "US"}, False),
    ("account.customer", {}, True),
    ("account.customer", {"account_id": "B"}, False),
    ('plan = "Pro"', {"attributes": {"Plan": "pro"}}, True),
])
def test_the_filter_of_hot_leads_sees_all_of_the_lead(hot: str, lead: dict[str, Any],
                                                      expected: bool) -> None:
    """Its age, worth, territory, account and other columns, as filters of a window do."""
    policy = Policy.model_validate({
        "hand_off": {"hot": hot}, "territories": [{"name": "DACH", "countries": ["DE"]}]})
    account = Account(account_id="A", customer=True)
    assert is_hot(_lead(**lead), policy, at=_AT, account=account) is expected


@pytest.mark.parametrize(("scoring", "expected"), [
    ({"base": 60, "alert": 50}, True),
    ({"base": 40, "alert": 50}, False),
    ({"base": 60, "alert": 50,
      "disqualify_when": [{"name": "rivals", "when": {"country": "DE"}}]}, False),
])
def test_points_make_a_lead_hot_too(scoring: dict[str, Any], expected: bool) -> None:
    """From the threshold of the scoring on, unless it is disqualified."""
    policy = Policy.model_validate({"scoring": scoring})
    assert policy.scoring is not None
    (score,) = score_leads([_lead()], {}, policy.scoring, _AT)
    assert is_hot(_lead(), policy, at=_AT, score=score) is expected
    assert not is_hot(_lead(), policy, at=_AT)


def test_a_disqualified_lead_is_not_hot_whatever_the_filter_says() -> None:
    """It is held, so it cannot be routed at once."""
    policy = Policy.model_validate({"hand_off": {"hot": "true"}, "scoring": {
        "disqualify_when": [{"name": "rivals", "when": {"country": "DE"}}]}})
    assert policy.scoring is not None
    scores = score_leads([_lead(), _lead(country="US")], {}, policy.scoring, _AT)
    assert [is_hot(_lead(), policy, at=_AT, score=score) for score in scores] == [False, True]
