"""Rates that leave their usual range are told once, and once more when they are back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from api.service.happenings import Happening
from api.service.watching import watch_rates
from api.store.rate_alerts import Watched, outside_now
from api.store.schema import events, outbox
from tests.service.handed_off import own, put_lead, put_policy, put_rep
from tests.service.serving import Service


def fill(service: Service, ends: str, *, rep_id: str = "ana", source: str | None = None) -> None:
    """Give one lead a letter to a rep, ended as it says: r rejected, w won, . open."""
    context = service.context
    with context.database.read() as tx:
        number = tx.connection.execute(text("SELECT count(*) FROM leads")).scalar_one()
    for place, end in enumerate(ends):
        lead_id = f"L{number + place}"
        reason = {"r": "rejected", "w": "won", ".": None}[end]
        put_lead(context, lead_id, context.now, source=source)
        own(context, lead_id, rep_id, context.now, end_reason=reason,
            ended_at=context.now if reason else None)


@pytest.fixture
def watched(service: Service) -> Service:
    """Two reps of two teams; at most half of four leads in seven days are usually rejected."""
    put_rep(service.context, "ana", "West")
    put_rep(service.context, "ben", "East")
    put_policy(service.context, usual={"rejected": {"high": 0.5, "least": 4}})
    return service


def told(happenings: list[Happening]) -> list[tuple[Any, ...]]:
    """Return scope, name and change of each alert."""
    return [(one.detail["scope"], one.detail["name"], one.detail["change"]) for one in happenings]


def test_a_rate_that_leaves_is_told_once(watched: Service) -> None:
    """Of the whole and of the team; not again while it stays outside."""
    fill(watched, "rrr.")
    first = watch_rates(watched.context)
    assert told(first) == [("team", "West", "left"), ("whole", None, "left")]
    assert first[1].kind == "alert.rate"
    assert first[1].detail == {
        "rate": "rejected", "scope": "whole", "name": None, "change": "left", "share": 0.75,
        "leads": 4, "low": 0.0, "high": 0.5, "days": 7.0, "policy_version": 7,
        "why": "The rate rejected is 75.0% (3 of 4 leads in 7 days) and has left its usual range, "
               "0.0% to 50.0%."}
    watched.clock.move(minutes=1)
    assert watch_rates(watched.context) == []


def test_alerts_are_events_and_messages(watched: Service) -> None:
    """In the history and in the outbox, so that people and webhooks hear of them."""
    fill(watched, "rrr.")
    watch_rates(watched.context)
    with watched.context.database.read() as tx:
        history = tx.connection.execute(select(events.c.kind, events.c.actor)).all()
        payloads = tx.connection.execute(select(outbox.c.payload)).scalars().all()
    assert history == [("alert.rate", "worker")] * 2
    assert [json.loads(one)["detail"]["scope"] for one in payloads] == ["team", "whole"]


def test_a_rate_that_returns_is_told_once(watched: Service) -> None:
    """When more leads bring it back; then it may leave once more."""
    fill(watched, "rrr.")
    watch_rates(watched.context)
    fill(watched, "..")
    back = watch_rates(watched.context)
    assert told(back) == [("team", "West", "returned"), ("whole", None, "returned")]
    assert "is back in its usual range" in back[0].detail["why"]
    assert watch_rates(watched.context) == []
    fill(watched, "rr")
    assert told(watch_rates(watched.context)) == [("team", "West", "left"),
                                                  ("whole", None, "left")]


def test_teams_and_sources_are_judged_alone(watched: Service) -> None:
    """One team and one source are outside where the whole is not; blank sources are nobody's."""
    fill(watched, "....", rep_id="ana", source="web")
    fill(watched, "rrr.", rep_id="ben", source="fair")
    assert told(watch_rates(watched.context)) == [("source", "fair", "left"),
                                                  ("team", "East", "left")]


def test_the_end_of_the_range_is_in_it(watched: Service) -> None:
    """Half is usual where half is the most."""
    fill(watched, "rr..")
    assert watch_rates(watched.context) == []


def test_few_leads_are_not_judged(watched: Service) -> None:
    """Neither as outside, nor as back."""
    fill(watched, "rrr")
    assert watch_rates(watched.context) == []
    fill(watched, "r")
    assert len(watch_rates(watched.context)) == 2
    watched.clock.move(days=8)
    fill(watched, "...")
    assert watch_rates(watched.context) == []
    fill(watched, ".")
    assert {change for _, _, change in told(watch_rates(watched.context))} == {"returned"}


def test_only_the_last_days_count(watched: Service) -> None:
    """Leads given more than seven days ago do not."""
    fill(watched, "rrr.")
    watched.clock.move(days=7)
    assert len(watch_rates(watched.context)) == 2
    watched.clock.move(days=1)
    fill(watched, "....")
    assert len(watch_rates(watched.context)) == 2


def test_a_rate_below_its_range_is_told(watched: Service) -> None:
    """Each rate has its own days and its own least number."""
    put_policy(watched.context, 8, usual={"won": {"low": 0.2, "least": 5, "days": 28},
                                          "rejected": {"high": 0.1, "least": 50}})
    fill(watched, "r.")
    watched.clock.move(days=20)
    fill(watched, "..")
    assert watch_rates(watched.context) == []
    fill(watched, ".")
    found = watch_rates(watched.context)
    assert {(one.detail["rate"], one.detail["share"]) for one in found} == {("won", 0.0)}


def test_the_service_level_is_watched(watched: Service) -> None:
    """Of leads with a deadline that was met or missed."""
    context = watched.context
    put_policy(context, 8, usual={"within_service_level": {"low": 0.5, "least": 2}})
    for number in range(3):
        put_lead(context, f"L{number}", context.now, "assigned")
        own(context, f"L{number}", "ana", context.now,
            accept_by=context.now + timedelta(hours=1 + number))
    watched.clock.move(minutes=90)
    assert watch_rates(context) == []
    watched.clock.move(hours=1)
    assert {one.detail["share"] for one in watch_rates(context)} == {0.0}


def test_what_the_policy_no_longer_names_is_forgotten(watched: Service) -> None:
    """Without an alert; and nothing is watched by a policy that names no rate."""
    fill(watched, "rrr.")
    watch_rates(watched.context)
    put_policy(watched.context, 8)
    assert watch_rates(watched.context) == []
    with watched.context.database.read() as tx:
        assert outside_now(tx) == set()


def test_two_workers_tell_once(watched: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either has told; only one tells."""
    fill(watched, "rrr.")
    seen: set[Watched] = set()
    monkeypatch.setattr("api.service.watching.outside_now", lambda _: set(seen))
    assert len(watch_rates(watched.context)) == 2
    assert watch_rates(watched.context) == []
    fill(watched, "...")
    seen = {Watched("rejected", "whole", ""), Watched("rejected", "team", "West")}
    assert len(watch_rates(watched.context)) == 2
    assert watch_rates(watched.context) == []
