"""The files of `fairlead prepare`: leads that can be trusted, and all that was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from solver.calls_file import last_activities
from solver.models import Activity, Alert, Lead, Rep
from solver.plan_files import csv_bytes, csv_text, decimal_money
from solver.prepare.file_rows import (
    ALWAYS,
    HEADERS,
    change_row,
    hold_row,
    merge_row,
    review_row,
)
from solver.prepare.match.results import AccountMatch, PossibleMatch
from solver.prepare.results import Prepared
from solver.prepare.scoring.points import Score
from solver.prepare.scoring.priorities import Call, CallList, priorities
from solver.prepare.scoring.sentences import breakdown_sentence
from solver.writing.records import records_csv

#: Names of the files.
PREPARED_FILES = ("report.json", "leads.csv", "changes.csv", "merged.csv", "review.csv",
                  "held.csv", "scores.csv", "alerts.csv", "contacts.csv", "calls.csv")
#: Written beside them where rows were set aside; it can be mended and read again.
QUARANTINE_FILE = "quarantine.csv"


def render_prepared(prepared: Prepared, at: datetime, activities: Iterable[Activity] = ()
                    ) -> dict[str, bytes]:
    """Return the bytes of each file of ``PREPARED_FILES``, the same for the same input.

    Parameters
    ----------
    prepared
        What preparing gave.
    at
        Instant of the decision: ages in sentences count to it.
    activities
        What leads did; call lists name the last.
    """
    review: list[PossibleMatch | AccountMatch] = [*prepared.review.leads,
                                                  *prepared.review.accounts]
    return {
        "report.json": prepared.report.model_dump_json(indent=2).encode() + b"\n",
        "leads.csv": records_csv(prepared.leads, ALWAYS).encode(),
        "changes.csv": csv_bytes(HEADERS["changes.csv"], map(change_row, prepared.changes)),
        "merged.csv": csv_bytes(HEADERS["merged.csv"],
                                map(merge_row, prepared.preparation.merged)),
        "review.csv": csv_bytes(HEADERS["review.csv"], map(review_row, review)),
        "held.csv": csv_bytes(HEADERS["held.csv"], map(hold_row, prepared.holds)),
        "scores.csv": csv_bytes(
            ("lead_id", "points", "stage", "qualified", "why"),
            ((csv_text(s.lead_id), f"{s.points:g}", s.stage or "",
              "true" if s.qualified else "false", csv_text(breakdown_sentence(s, at)))
             for s in prepared.scores)),
        "alerts.csv": csv_bytes(
            ("at", "lead_id", "kind", "score", "threshold", "detail"),
            ((_stamp(a.at), csv_text(a.lead_id), a.kind.value, f"{a.score:g}",
              f"{a.threshold:g}", csv_text(a.detail)) for a in _alerts(prepared.scores))),
        "contacts.csv": csv_bytes(
            ("account", "order", "lead_id"),
            ((csv_text(account), place, csv_text(lead_id))
             for account, lead_ids in prepared.contacts.items() if len(lead_ids) > 1
             for place, lead_id in enumerate(lead_ids, 1))),
        "calls.csv": csv_bytes(
            ("rep_id", "day", "order", "lead_id", "score", "stage", "worth"),
            ((csv_text(calls.rep_id), calls.day.isoformat(), place, csv_text(call.lead_id),
              "" if call.score is None else f"{call.score:g}", call.stage or "",
              decimal_money(call.value))
             for calls in _calls(prepared, at, activities)
             for place, call in enumerate(calls.calls, 1))),
    }


def _alerts(scores: Sequence[Score]) -> list[Alert]:
    return sorted((alert for score in scores for alert in score.alerts),
                  key=lambda alert: (alert.at, alert.lead_id, alert.threshold))


def _calls(prepared: Prepared, at: datetime, activities: Iterable[Activity]
           ) -> Sequence[CallList]:
    """List whom each rep calls first: the leads that the rep owns, by worth."""
    reps: Mapping[str, Rep] = {rep.rep_id: rep for rep in prepared.reps}
    last = last_activities(activities, at, prepared)
    scores = {score.lead_id: score for score in prepared.scores}
    return priorities(
        (_call(lead, scores.get(lead.lead_id), last.get(lead.lead_id))
         for lead in prepared.leads if lead.owner_id in reps),
        at, {rep_id: rep.timezone for rep_id, rep in reps.items()})


def _call(lead: Lead, score: Score | None, last: datetime | None) -> Call:
    worth = (lead.deal_value or 0.0) * (lead.score or 0.0)
    return Call(
        lead_id=lead.lead_id, rep_id=lead.owner_id or "", score=lead.score, value=round(worth),
        stage=score.stage if score else None, last_activity=last,
        qualified=bool(score and score.qualified), hot=bool(score and score.hot))


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
