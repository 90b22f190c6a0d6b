"""The rows of the files that preparing writes, whether at once or from a stream."""

from __future__ import annotations

from types import MappingProxyType

from solver.models import Change, Hold, Merge
from solver.plan_files import csv_text
from solver.prepare.match.results import AccountMatch, PossibleMatch

Row = tuple[str, ...]
#: Header of each file.
HEADERS = MappingProxyType({
    "changes.csv": ("record_id", "field", "before", "after", "rule"),
    "merged.csv": ("lead_id", "into_lead_id", "confidence", "evidence"),
    "review.csv": ("lead_id", "may_be_lead_id", "may_be_account_id", "confidence", "evidence"),
    "held.csv": ("lead_id", "reason", "queue", "detail"),
})
#: Columns of leads.csv that are there whether a lead uses them or not.
ALWAYS = ("lead_id", "created_at", "deal_value", "score")


def change_row(change: Change) -> Row:
    """Return the row of a field that was changed."""
    return tuple(csv_text(cell or "") for cell in change)


def merge_row(merge: Merge) -> Row:
    """Return the row of a lead that is one with another."""
    return (csv_text(merge.lead_id), csv_text(merge.into_lead_id), f"{merge.confidence:.3f}",
            _evidence(merge))


def review_row(match: PossibleMatch | AccountMatch) -> Row:
    """Return the row of a lead that may be one with another, or of an account."""
    other, account = ("", match.account_id) if isinstance(match, AccountMatch) \
        else (match.other_lead_id, "")
    return (csv_text(match.lead_id), csv_text(other), csv_text(account), f"{match.confidence:.3f}",
            _evidence(match))


def hold_row(hold: Hold) -> Row:
    """Return the row of a lead that is kept out of routing."""
    return (csv_text(hold.lead_id), hold.reason.code.value, hold.queue.value,
            csv_text(hold.reason.detail))


def _evidence(match: Merge | PossibleMatch | AccountMatch) -> str:
    return csv_text("; ".join(f"{one.detail} ({one.weight:+.1f})" for one in match.evidence))
