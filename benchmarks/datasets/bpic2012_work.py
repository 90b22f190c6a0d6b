"""How long the staff worked on each loan application (BPI Challenge 2012), oddities reported.

Work items stay open over weekends, so that some applications have days of work: each item counts
60 minutes at most. An application without an outcome is open; one of the leads' queue may have no
first handler, for nobody ever took it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.datasets.quirks import Finding, Quirk, QuirkCode

#: Minutes that one work item counts at most.
CLIP_MINUTES = 60.0
_FILE = "cases.csv"


def read_work(folder: Path) -> tuple[pl.DataFrame, tuple[Quirk, ...]]:
    """Read what was done on each application.

    Parameters
    ----------
    folder
        Folder of ``cases.csv``.

    Returns
    -------
    tuple
        case_id, queued (whether in the queue of leads), handler (the first one of that queue),
        outcome (null: open), minutes (clipped; null: no work) and items; and what was odd.
    """
    raw = pl.read_csv(folder / _FILE, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None)).with_row_index("row", offset=2)
    minutes = pl.col("work_minutes").cast(pl.Float64)
    items = pl.col("n_work_items").cast(pl.Int64)
    longest = items * CLIP_MINUTES
    work = raw.select("case_id", "outcome", queued=pl.col("lead_queue") == "True",
                      handler="lead_first_resource",
                      minutes=pl.min_horizontal(minutes, pl.when(minutes.is_not_null()).then(
                          longest)), items=items)
    return work, tuple(sorted(_quirks(raw, minutes > longest),
                              key=lambda quirk: (quirk.row, quirk.column)))


def _quirks(raw: pl.DataFrame, is_long: pl.Expr) -> Iterator[Quirk]:
    yield from Finding(QuirkCode.LONG_WORK, _FILE, "work_minutes",
                       f"left open; clipped at {CLIP_MINUTES:g} minutes a work item").at(
                           raw.filter(is_long))
    yield from Finding(QuirkCode.OPEN_CASE, _FILE, "outcome",
                       "no outcome yet; counts neither as won nor as lost").at(
                           raw.filter(pl.col("outcome").is_null()))
    yield from Finding(QuirkCode.NO_HANDLER, _FILE, "lead_first_resource",
                       "nobody took the lead; it has no owner").at(
                           raw.filter((pl.col("lead_queue") == "True")
                                      & pl.col("lead_first_resource").is_null()))
