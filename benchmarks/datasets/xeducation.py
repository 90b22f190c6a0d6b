"""X Education's leads: what was known of them before anybody called, and whether they enrolled.

The export has no time, so that nothing can be held back by date: rows are held back by a hash of
their id. Eight columns are filled in after contact (the data's README names them) and tell the
outcome; they are never read. ``Last Activity`` may be of any time, also after contact, and is read
only on demand.

Mended: ``Select`` is what the form shows where nobody chose, so it is blank; spellings that differ
only by case (``Google``, ``google``) are one, the commonest of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.datasets.locate import data_folder
from solver.models import Lead

PART, FILE = "crm-xeducation", "Leads.csv"
#: Filled in after contact: they leak the outcome.
LEAKS = ("Tags", "Lead Quality", "Last Notable Activity", "Lead Profile",
         "Asymmetrique Activity Index", "Asymmetrique Profile Index",
         "Asymmetrique Activity Score", "Asymmetrique Profile Score")
LAST_ACTIVITY = "Last Activity"
NUMBERS = ("TotalVisits", "Total Time Spent on Website", "Page Views Per Visit")
_IDS = ("Prospect ID", "Lead Number")
_OUTCOME, _SOURCE = "Converted", "Lead Source"
_HELD_BACK = 0.3
#: A lead as columns: numbers, texts, None where blank.
Columns = dict[str, str | float | None]


@dataclass(frozen=True)
class XEducation:
    """The leads in the order of the file."""

    lead_ids: tuple[str, ...]
    records: tuple[Columns, ...]
    """What was known of each, by column."""
    won: npt.NDArray[np.bool_]
    """Whether each enrolled, shape (leads,)."""
    held_back: npt.NDArray[np.bool_]
    """Whether each is kept for judging, shape (leads,)."""

    def leads(self) -> tuple[Lead, ...]:
        """Return the leads as records of the library, their columns as attributes."""
        return tuple(
            Lead(lead_id=lead_id, source=str(record[_SOURCE]) if record[_SOURCE] else None,
                 attributes={name: str(value) for name, value in record.items()
                             if value is not None})
            for lead_id, record in zip(self.lead_ids, self.records, strict=True))


def read_xeducation(folder: Path | None = None, *, last_activity: bool = False) -> XEducation:
    """Read the export without the columns that leak the outcome.

    Parameters
    ----------
    folder
        Folder of ``Leads.csv``; that of the shared data where not given.
    last_activity
        Whether ``Last Activity`` is read, which may leak.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    raw = pl.read_csv((folder or data_folder(PART)) / FILE, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace({"": None, "Select": None}))
    dropped = {*LEAKS, *_IDS, _OUTCOME, *(() if last_activity else (LAST_ACTIVITY,))}
    known = raw.select(
        pl.col(name).cast(pl.Float64, strict=False) if name in NUMBERS
        else _one_spelling(raw[name]) for name in raw.columns if name not in dropped)
    ids = raw[_IDS[0]].to_list()
    return XEducation(tuple(ids), tuple(known.iter_rows(named=True)),
                      (raw[_OUTCOME] == "1").to_numpy(),
                      np.array([is_held_back(lead_id) for lead_id in ids]))


def is_held_back(lead_id: str) -> bool:
    """Tell whether a lead is one of the three in ten kept for judging, by its id alone."""
    digest = hashlib.sha256(lead_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") < _HELD_BACK * 2**64


def _one_spelling(values: pl.Series) -> pl.Series:
    """Give values that differ only by case the commonest of their spellings."""
    frame = pl.DataFrame({"value": values}).with_columns(key=pl.col("value").str.to_lowercase())
    spellings = frame.drop_nulls().group_by("key", "value").len().sort(
        ["len", "value"], descending=[True, False]).unique("key", keep="first")
    found = frame["key"].replace_strict(spellings["key"], spellings["value"], default=None,
                                        return_dtype=pl.String)
    return found.alias(values.name)
