"""The ledger as a CSV table that people read, append to, and that reads back exactly."""

from __future__ import annotations

from collections.abc import Iterator

from solver.models.ledger import SHARE_SCALE, Entry, Ledger, PeriodUse, RepBalance
from solver.writing.cells import cell_text
from solver.writing.records import table_line

#: Columns of the table; what a row does not have is blank.
LEDGER_COLUMNS = (
    "kind", "at", "rep_id", "lead_id", "leads", "slots", "worth", "limits", "assigned_at",
    "present_at", "absent_since", "period", "measure", "start", "used", "currency", "timezone",
    "schema_version")
_DIGITS = len(str(SHARE_SCALE)) - 1


def render_ledger(ledger: Ledger) -> bytes:
    """Return ``ledger.csv``, the same for the same ledger.

    One row of kind ``ledger``; a ``balance`` for each rep; ``used`` for each limit whose period
    runs; then what happened since.

    Raises
    ------
    UsageError
        If no cell reads back as some id or name of a limit.
    """
    return (table_line(LEDGER_COLUMNS) + "".join(
        table_line(cells.get(name, "") for name in LEDGER_COLUMNS)
        for cells in _rows(ledger))).encode()


def _rows(ledger: Ledger) -> Iterator[dict[str, str]]:
    yield {"kind": "ledger", "at": cell_text(ledger.at), "currency": ledger.currency,
           "timezone": ledger.timezone, "schema_version": ledger.schema_version}
    yield from map(_balance, ledger.reps)
    yield from map(_use, ledger.periods)
    yield from map(_entry, ledger.entries)


def _balance(rep: RepBalance) -> dict[str, str]:
    return {"kind": "balance", "rep_id": cell_text(rep.rep_id), "leads": _decimal(rep.leads),
            "slots": _decimal(rep.slots), "worth": _decimal(rep.worth),
            "at": cell_text(rep.last_assigned_at), "present_at": cell_text(rep.last_present_at),
            "absent_since": cell_text(rep.absent_since)}


def _use(use: PeriodUse) -> dict[str, str]:
    return {"kind": "used", "limits": cell_text(use.limit), "period": use.period.value,
            "measure": use.measure.value, "start": use.start.isoformat(), "used": str(use.used)}


def _entry(entry: Entry) -> dict[str, str]:
    return {"kind": entry.kind.value, "at": cell_text(entry.at), "rep_id": cell_text(entry.rep_id),
            "lead_id": cell_text(entry.lead_id), "slots": str(entry.slots),
            "worth": str(entry.worth), "limits": cell_text(entry.limits),
            "assigned_at": cell_text(entry.assigned_at)}


def _decimal(balance: int) -> str:
    """Write a balance in units exactly, without zeros at the end."""
    whole, part = divmod(abs(balance), SHARE_SCALE)
    digits = f"{part:0{_DIGITS}d}".rstrip("0")
    return f"{'-' if balance < 0 else ''}{whole}{'.' if digits else ''}{digits}"
