"""What the tests of the data's quirks share: files by hand, and Fairlead's own way of reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.quirks import Quirk, QuirkCode
from solver.models import Lead, Policy
from solver.prepare.results import Prepared
from solver.reading import Reading, read_window

#: Where a mapping has nothing to say of reps.
REPS = ("rep_id,capacity,timezone,working_hours\n"
        "ana,9,UTC,Mon-Sun 00:00-24:00\nben,9,UTC,Mon-Sun 00:00-24:00\n")


def shared(part: str) -> Path:
    """Return a folder of the shared data, or skip with what is missing."""
    try:
        return data_folder(part)
    except MissingDataError as error:
        pytest.skip(str(error))


def read(folder: Path, leads: str | Path, rules: Mapping[str, object], *, raw: bool = False,
         reps: str = REPS, timezone: str | None = "UTC", policy: Policy | None = None) -> Reading:
    """Read leads through a mapping; a text is written to a file first."""
    columns, rep_file = folder / "columns.yaml", folder / "reps_by_hand.csv"
    columns.write_text(json.dumps({"leads": rules}), encoding="utf-8")
    rep_file.write_text(reps, encoding="utf-8")
    if isinstance(leads, str):
        (folder / "leads_by_hand.csv").write_text(leads, encoding="utf-8", newline="")
        leads = folder / "leads_by_hand.csv"
    return read_window(leads, rep_file, at=datetime(2022, 1, 3, 15, tzinfo=UTC), columns=columns,
                       timezone=timezone, raw=raw, policy=policy)


def prepared(reading: Reading) -> Prepared:
    """Return what preparing did; rows in are rows out, merged or in quarantine."""
    assert reading.prepared is not None
    balance = reading.prepared.report.balance
    assert balance.rows_in == balance.rows_out + balance.merged + balance.quarantined
    return reading.prepared


def by_id(reading: Reading) -> dict[str, Lead]:
    """Return the leads of a window by their ids."""
    return {lead.lead_id: lead for lead in prepared(reading).leads}


def said(reading: Reading) -> set[tuple[str, int | None, str | None]]:
    """Return code, row and offending text of every issue."""
    return {(issue.code.value, issue.row, issue.offending) for issue in reading.issues}


def changed(reading: Reading) -> set[tuple[str, str, str | None, str | None, str]]:
    """Return every recorded change: record, field, before, after, rule."""
    return {(c.record_id, c.field, c.before, c.after, c.rule) for c in prepared(reading).changes}


def rows(quirks: tuple[Quirk, ...], code: QuirkCode) -> list[tuple[int, str]]:
    """Return row and value of each report of one kind."""
    return [(quirk.row, quirk.value) for quirk in quirks if quirk.code is code]
