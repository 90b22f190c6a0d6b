"""The report on the hand-off against figures worked out by hand."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from api.service.context import Scope
from tests.service.handed_off import own, put_lead, put_policy, put_rep, say
from tests.service.serving import Service

#: The days of the report: a Monday and a Tuesday, before the Wednesday on which it is asked for.
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
PERIOD = {"from": "2026-11-16T00:00:00Z", "to": "2026-11-18T00:00:00Z"}
#: Of the service level: an hour to accept, four to contact; put out in wall minutes by each lead.
DUE = {"accept_by": 60.0, "contact_by": 240.0}


def at(day: datetime, clock: str) -> datetime:
    """Return an instant of a day by the clock in UTC."""
    hours, minutes = map(int, clock.split(":"))
    return day + timedelta(hours=hours, minutes=minutes)


@pytest.fixture
def two_days(service: Service) -> Service:
    """Seven leads of two days, and three of other days, whose stories are told below."""
    context = service.context
    put_rep(context, "ana", "West", timezone="Europe/Berlin",
            working_hours=("Mon-Fri 09:00-17:00",))
    put_rep(context, "ben", "East")
    put_policy(context, min_touches=3, targets={"accepted": 0.9, "won": 0.25})
    # Won by Ana: an hour of Monday is left when she gets it, and she accepts on Tuesday at 9:30,
    # after 90 minutes at work; the hour that she had for it ended on Monday. Contact is in time.
    put_lead(context, "L1", at(MONDAY, "9:00"), "won", source="web", won_amount=1000.0)
    own(context, "L1", "ana", at(MONDAY, "15:00"), touches=2, accept_by=at(MONDAY, "16:00"),
        accepted_at=at(TUESDAY, "8:30"), contact_by=at(TUESDAY, "11:00"),
        contacted_at=at(TUESDAY, "9:00"), qualified_at=at(TUESDAY, "9:30"),
        ended_at=at(TUESDAY, "15:00"), end_reason="won")
    # Rejected by Ana in time, then with Ben, who is at work around the clock.
    put_lead(context, "L2", at(TUESDAY, "7:00"), "contacted", source="web")
    own(context, "L2", "ana", at(TUESDAY, "8:00"), minutes={**DUE, "ended_at": 20},
        end_reason="rejected")
    own(context, "L2", "ben", at(TUESDAY, "8:30"), touches=1,
        minutes={**DUE, "accepted_at": 10, "contacted_at": 20})
    # Not accepted by Ben within the hour.
    put_lead(context, "L3", at(MONDAY, "10:00"), source="fair", queue="manager")
    own(context, "L3", "ben", at(MONDAY, "10:00"), minutes={**DUE, "ended_at": 90},
        end_reason="returned")
    # Never owned here: junk, kept by its owner in the CRM, one with another.
    put_lead(context, "L4", at(MONDAY, "10:00"), source="fair", queue="junk")
    put_lead(context, "L5", at(MONDAY, "10:00"), "kept")
    put_lead(context, "L6", at(MONDAY, "10:00"), "merged", source="web", merged_into="L1")
    # Received at the very beginning; given up after two touches of three.
    put_lead(context, "L8", MONDAY, source="fair", queue="nurture")
    own(context, "L8", "ben", MONDAY, touches=2, end_reason="unreachable",
        minutes={**DUE, "accepted_at": 30, "contacted_at": 50, "ended_at": 100})
    # Received at the very end, which is not of the period; and two of the week before.
    put_lead(context, "L7", at(TUESDAY, "24:00"))
    put_lead(context, "L0", at(MONDAY, "0:00") - timedelta(days=6), "won", won_amount=500.0)
    own(context, "L0", "ana", at(MONDAY, "0:00") - timedelta(days=5),
        ended_at=at(MONDAY, "12:00"), end_reason="won")
    put_lead(context, "L9", at(MONDAY, "0:00") - timedelta(days=6), "lost")
    own(context, "L9", "ben", at(MONDAY, "0:00") - timedelta(days=5),
        ended_at=at(TUESDAY, "10:00"), end_reason="lost")
    say(context, "lead.lost", "L9", reason="price")
    return service


def ask(service: Service, headers: dict[str, str] | None = None, **query: str) -> httpx2.Response:
    """Ask for the report of the two days."""
    return service.client.get("/v1/reports/handoff", params={**PERIOD, **query},
                              headers=headers or {})


def report(service: Service, headers: dict[str, str] | None = None, **query: str) -> Any:
    """Return the report of the two days."""
    answer = ask(service, headers, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stages(figures: Any) -> dict[str, tuple[int | None, float | None]]:
    """Return stage to leads and share of the stage before."""
    return {one["stage"]: (one["leads"], one["share"]) for one in figures["stages"]}


def test_leads_are_counted_where_they_are(two_days: Service) -> None:
    """Those received from the beginning on and before the end, by state and queue."""
    total = report(two_days)["total"]
    assert total["leads"] == 7
    assert total["states"] == {"won": 1, "contacted": 1, "waiting": 3, "kept": 1, "merged": 1}
    assert total["queues"] == {"manager": 1, "junk": 1, "nurture": 1}


def test_stages_count_leads_that_came_so_far(two_days: Service) -> None:
    """Received: all but the kept and the merged one; who was won has passed all before."""
    found = report(two_days)
    assert stages(found["total"]) == {
        "received": (5, None), "assigned": (4, 0.8), "accepted": (3, 0.75),
        "contacted": (3, 1.0), "qualified": (1, pytest.approx(1 / 3)), "won": (1, 1.0)}
    assert [one["target"] for one in found["total"]["stages"]] == [None, None, 0.9, None, None,
                                                                  0.25]


def test_times_are_by_the_owners_calendar_and_by_the_wall(two_days: Service) -> None:
    """90, 10 and 30 minutes to acceptance, 120, 20 and 50 to contact; percentiles are of these."""
    total = report(two_days)["total"]
    assert total["to_acceptance"] == {
        "ownerships": 3, "median_minutes": 30.0, "p90_minutes": 90.0, "median_wall_minutes": 30.0,
        "p90_wall_minutes": 1050.0, "met": 2, "missed": 2, "share_met": 0.5}
    assert total["to_contact"] == {
        "ownerships": 3, "median_minutes": 50.0, "p90_minutes": 120.0, "median_wall_minutes": 50.0,
        "p90_wall_minutes": 1080.0, "met": 3, "missed": 0, "share_met": 1.0}


def test_rates_are_of_ownerships(two_days: Service) -> None:
    """Five ownerships; of the four with a deadline met or missed, two missed none."""
    total = report(two_days)["total"]
    assert total["ownerships"] == 5
    assert {name: (one["num"], one["of"]) for name, one in total["rates"].items()} == {
        "rejected": (1, 5), "returned": (1, 5), "recycled": (0, 5), "unreachable": (1, 5),
        "junk": (0, 5), "won": (1, 5), "lost": (0, 5), "within_service_level": (2, 4)}
    assert total["rates"]["rejected"]["share"] == 0.2
    assert total["touches"] == {"total": 5, "mean": 1.0,
                                "enough": {"num": 0, "of": 1, "share": 0.0}}


def test_an_open_deadline_is_missed_once_it_has_passed(service: Service) -> None:
    """Neither met nor missed before, and at the instant itself still in time."""
    put_rep(service.context, "ana")
    put_lead(service.context, "L1", MONDAY, "assigned")
    own(service.context, "L1", "ana", MONDAY, accept_by=service.clock.now)
    assert report(service)["total"]["to_acceptance"]["missed"] == 0
    service.clock.move(seconds=1)
    assert report(service)["total"]["to_acceptance"]["missed"] == 1


def test_outcomes_are_those_of_the_period(two_days: Service) -> None:
    """Whenever their leads came: two wins, and a loss with its reason; revenue is told apart."""
    found = report(two_days)
    assert found["total"]["revenue"] == 1000.0
    assert found["total"]["in_period"] == {"won": 2, "lost": 1, "revenue": 1500.0}
    assert [(one["lead_id"], one["rep_id"], one["outcome"], one["amount"], one["reason"])
            for one in found["outcomes"]] == [
        ("L0", "ana", "won", 500.0, None), ("L9", "ben", "lost", None, "price"),
        ("L1", "ana", "won", 1000.0, None)]
    assert found["outcomes"][0]["at"] == "2026-11-16T12:00:00Z"
    assert found["outcomes_left_off"] == 0


def test_groups_by_rep_count_what_each_had(two_days: Service) -> None:
    """A lead that two reps had is in the stages of both, and in the states of the last one."""
    groups = {one["key"]: one["figures"] for one in report(two_days, by="rep")["groups"]}
    assert list(groups) == ["ana", "ben", None]
    assert {key: one["leads"] for key, one in groups.items()} == {"ana": 1, "ben": 3, None: 3}
    assert {key: one["ownerships"] for key, one in groups.items()} == {"ana": 2, "ben": 3, None: 0}
    assert stages(groups["ana"])["received"] == (None, None)
    assert stages(groups["ana"])["assigned"] == (2, None)
    assert stages(groups["ben"])["accepted"] == (2, pytest.approx(2 / 3))
    assert groups["ana"]["to_acceptance"]["median_minutes"] == 90.0
    assert groups["ben"]["in_period"] == {"won": 0, "lost": 1, "revenue": 0.0}


@pytest.mark.parametrize(("by", "leads"), [
    ("team", {"East": 3, "West": 1, None: 3}),
    ("source", {"fair": 3, "web": 3, None: 1}),
    ("segment", {None: 7}),
    ("policy_version", {"7": 4, None: 3}),
])
def test_groups_of_each_kind(two_days: Service, by: str, leads: dict[str | None, int]) -> None:
    """Every lead is in one group, blank ones last."""
    groups = report(two_days, by=by)["groups"]
    assert {one["key"]: one["figures"]["leads"] for one in groups} == leads


def test_groups_of_leads_know_what_was_received(two_days: Service) -> None:
    """Of three leads from the web one is one with another; those of a fair are all routed."""
    groups = {one["key"]: one["figures"] for one in report(two_days, by="source")["groups"]}
    assert stages(groups["web"])["received"] == (2, None)
    assert stages(groups["fair"]) == {
        "received": (3, None), "assigned": (2, pytest.approx(2 / 3)), "accepted": (1, 0.5),
        "contacted": (1, 1.0), "qualified": (0, 0.0), "won": (0, None)}


def test_a_rep_sees_the_total_and_its_own(two_days: Service) -> None:
    """Its own row, its own team's, its own outcomes; segments and sources are nobody's."""
    headers = two_days.key(Scope.READ, rep_id="ana")
    by_rep = report(two_days, headers, by="rep")
    assert [one["key"] for one in by_rep["groups"]] == ["ana"]
    assert by_rep["total"]["leads"] == 7
    assert [one["lead_id"] for one in by_rep["outcomes"]] == ["L0", "L1"]
    assert by_rep["outcomes_left_off"] == 0
    assert [one["key"] for one in report(two_days, headers, by="team")["groups"]] == ["West"]
    assert len(report(two_days, headers, by="source")["groups"]) == 3
    stranger = two_days.key(Scope.READ, rep_id="zoe")
    assert report(two_days, stranger, by="rep")["groups"] == []


def test_intake_does_not_read_reports(service: Service) -> None:
    """The scope is read."""
    assert ask(service, service.key(Scope.INTAKE)).status_code == 403


def test_no_leads_are_no_shares(service: Service) -> None:
    """Nothing is 0 of nothing: counts are 0, shares and times are absent."""
    found = report(service, by="rep")
    assert found["groups"] == found["outcomes"] == []
    assert stages(found["total"])["assigned"] == (0, None)
    assert found["total"]["rates"]["won"] == {"num": 0, "of": 0, "share": None}
    assert found["total"]["to_contact"]["p90_minutes"] is None


@pytest.mark.parametrize(("query", "headers"), [
    ({"format": "csv"}, {}),
    ({}, {"Accept": "text/csv"}),
    ({"format": "csv"}, {"Accept": "application/json"}),
])
def test_csv_has_a_row_per_group(two_days: Service, query: dict[str, str],
                                 headers: dict[str, str]) -> None:
    """The total first; cells are the figures of the JSON, absent ones blank."""
    answer = ask(two_days, headers, by="rep", **query)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["row"], row["key"], row["leads"]) for row in rows] == [
        ("total", "", "7"), ("group", "ana", "1"), ("group", "ben", "3"), ("group", "", "3")]
    assert rows[0]["to_acceptance_p90_wall_minutes"] == "1050.00"
    assert rows[0]["rejected_rate"] == "0.2"
    assert rows[0]["queue_manager"] == "1"
    assert rows[1]["received"] == ""


def test_csv_has_no_formulas(service: Service) -> None:
    """A source that a spreadsheet would run is text."""
    put_lead(service.context, "L1", MONDAY, source="=1+1")
    assert ask(service, by="source", format="csv").text.splitlines()[2].startswith("group,'=1+1,")


def test_json_wins_where_both_are_taken(service: Service) -> None:
    """Whoever takes JSON too gets it."""
    answer = ask(service, {"Accept": "text/csv, application/json"})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("query", "pointer"), [
    ({"from": "2026-11-18T00:00:00Z"}, "from"),
    ({"from": "2024-11-18T00:00:00Z"}, "from"),
    ({"to": "0001-01-01T00:00:00Z"}, "to"),
    ({"to": "9999-12-31T23:59:59-05:00"}, "/query/to"),
    ({"from": "0001-01-01T00:00:00+05:00"}, "/query/from"),
    ({"from": "1"}, "/query/from"),
    ({"by": "colour"}, "/query/by"),
    ({"format": "xml"}, "/query/format"),
])
def test_what_is_no_period_is_refused(service: Service, query: dict[str, str], pointer: str
                                      ) -> None:
    """The parameter is named."""
    answer = ask(service, **query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].lstrip("/") == pointer.lstrip("/")


def test_the_period_ends_now_and_lasts_thirty_days(service: Service) -> None:
    """Where nothing is said."""
    found = service.client.get("/v1/reports/handoff").json()
    assert (found["from"], found["to"]) == ("2026-10-19T15:00:00Z", "2026-11-18T15:00:00Z")


def test_a_snapshot_is_one_state(service: Service) -> None:
    """What is committed while a report counts is of the next report."""
    put_lead(service.context, "L1", MONDAY)
    if service.context.database.is_sqlite:
        count = sa.text("SELECT count(*) FROM leads")
    else:  # waits for nobody, and writes nothing either
        count = sa.text("SELECT count(*) FROM leads WHERE "
                        "current_setting('transaction_read_only') = 'on'")
    with service.context.database.snapshot() as tx:
        before = tx.connection.execute(count).scalar()
        put_lead(service.context, "L2", MONDAY)
        assert tx.connection.execute(count).scalar() == before == 1
    with service.context.database.snapshot() as tx:
        assert tx.connection.execute(count).scalar() == 2
    put_lead(service.context, "L3", MONDAY)  # connections that come back can write again
