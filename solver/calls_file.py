"""The call list of a plan: whom each rep calls first on each day, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from solver.calendar.zones import zone
from solver.models import Activity, Assignment, Lead, Plan, Rep, Window
from solver.plan_files import csv_bytes, csv_text, decimal_money
from solver.prepare.results import Prepared
from solver.prepare.scoring.points import Score
from solver.prepare.scoring.priorities import Call, CallList, priorities
from solver.prepare.scoring.sentences import breakdown_sentence

_HEADER = ("rep_id", "day", "order", "due_at", "lead_id", "name", "title", "company", "phone",
           "email", "contact", "score", "stage", "value", "why")


def plan_calls(plan: Plan, window: Window, prepared: Prepared | None = None,
               activities: Iterable[Activity] = ()) -> tuple[CallList, ...]:
    """List whom each rep of a plan calls first, on the days on which the calls are due.

    A call is due when the rep is next at work after the window closed. Hot leads come first, then
    qualified ones, then by value with the rep, last activity, score.

    Parameters
    ----------
    plan, window
        The plan and the inputs that it was made from.
    prepared
        What preparing made of the leads; None: they were routed as they came.
    activities
        What leads did; the last one breaks ties.

    Returns
    -------
    tuple of CallList
        One for each rep and day in the rep's zone, sorted by them.
    """
    leads = {lead.lead_id: lead for lead in window.leads}
    scores = {score.lead_id: score for score in (prepared.scores if prepared else ())}
    last = last_activities(activities, plan.at, prepared)
    return priorities(
        (_call(owned, leads[owned.lead_id], scores.get(owned.lead_id),
               last.get(owned.lead_id), plan.at) for owned in plan.assignments),
        plan.at, {rep.rep_id: rep.timezone for rep in window.reps})


def last_activities(activities: Iterable[Activity], at: datetime, prepared: Prepared | None
                    ) -> dict[str, datetime]:
    """Return when each lead last did something before an instant; merged leads are one."""
    merged = prepared.preparation.merged if prepared else ()
    into = {merge.lead_id: merge.into_lead_id for merge in merged}
    last: dict[str, datetime] = {}
    for activity in activities:
        if activity.at <= at:
            lead_id = into.get(activity.lead_id, activity.lead_id)
            last[lead_id] = max(activity.at, last.get(lead_id, activity.at))
    return last


def render_calls(lists: Sequence[CallList], window: Window, prepared: Prepared | None = None
                 ) -> bytes:
    """Return a CSV file of call lists: a row per call, the first of each day first.

    ``due_at`` is on the rep's wall clock; ``contact`` says ``1 of 3`` where the lead's account has
    several leads, by decision power; ``why`` is what the score is made of.
    """
    leads = {lead.lead_id: lead for lead in window.leads}
    reps = {rep.rep_id: rep for rep in window.reps}
    scores = {score.lead_id: score for score in (prepared.scores if prepared else ())}
    places = _places(prepared.contacts if prepared else {})
    return csv_bytes(_HEADER, (
        (csv_text(calls.rep_id), calls.day.isoformat(), order,
         _local(call.due_at or window.at, reps[calls.rep_id]),
         *map(csv_text, _person(leads[call.lead_id])), places.get(call.lead_id, ""),
         "" if call.score is None else f"{call.score:g}", call.stage or "",
         decimal_money(call.value), csv_text(_why(scores.get(call.lead_id), window.at)))
        for calls in lists for order, call in enumerate(calls.calls, 1)))


def _call(owned: Assignment, lead: Lead, score: Score | None, last: datetime | None,
          at: datetime) -> Call:
    return Call(
        lead_id=owned.lead_id, rep_id=owned.rep_id, score=lead.score, value=owned.value,
        stage=score.stage if score else None, last_activity=last,
        qualified=bool(score and score.qualified), hot=bool(score and score.hot),
        due_at=at + timedelta(minutes=owned.wait_minutes))


def _places(contacts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {lead_id: f"{place} of {len(lead_ids)}" for lead_ids in contacts.values()
            if len(lead_ids) > 1 for place, lead_id in enumerate(lead_ids, 1)}


def _person(lead: Lead) -> tuple[str, ...]:
    name = " ".join(part for part in (lead.first_name, lead.last_name) if part)
    return (lead.lead_id, name, lead.title or "", lead.company or "", lead.phone or "",
            lead.email or "")


def _local(instant: datetime, rep: Rep) -> str:
    local = instant.astimezone(zone(rep.timezone) if rep.timezone else UTC)
    return local.isoformat(timespec="minutes")


def _why(score: Score | None, at: datetime) -> str:
    return "" if score is None else breakdown_sentence(score, at)
