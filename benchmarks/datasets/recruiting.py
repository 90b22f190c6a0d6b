"""A marketplace recruiter's leads, each with its newest deal, by Fairlead's readers.

Observed: channel, owner and millisecond of every lead; the deals, each with its agent and value.
Owner 3212193 is a catch-all queue with three quarters of the leads, so it is nobody: its leads
count as unowned.

Mended: a deal id that stands on several rows counts once, the last of the file; of several deals
of a lead the newest counts. Both are reported with their rows. Values are 10,000 in most rows, so
they tell leads apart hardly at all; a lead without a deal gets that value, noted as assumed.

Stated, because nothing in the data says it: the score is 50 for all, and the five agents take as
many leads as there are unowned ones, in equal parts.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.quirks import Finding, Quirk, QuirkCode
from benchmarks.datasets.timeline import SCORE
from solver.models import Policy
from solver.models.policy import Match, Response, UnknownHours
from solver.reading import Reading, read_window

PART = "crm-recruiting"
#: Where leads lie that nobody has taken.
CATCH_ALL = "3212193"
#: The value of most deals.
USUAL_VALUE = 10_000
_DEALS = "deals.csv"
POLICY = Policy(currency="USD", match=Match(skill=1.0, territory=0.0),
                response=Response(unknown_hours=UnknownHours.WORKS),
                placeholder_owners=(CATCH_ALL,))


def recruiting_window(folder: Path | None = None) -> tuple[Reading, tuple[Quirk, ...]]:
    """Read the leads with their newest deals as one window at the end of the month.

    Parameters
    ----------
    folder
        Folder of ``leads.csv`` and ``deals.csv``; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    folder = folder or data_folder(PART)
    leads, (deals, quirks) = _text(folder / "leads.csv").drop("row"), read_deals(folder)
    agents = deals.select(pl.col("agent_id").unique().sort())
    unowned = leads.filter(pl.col("lead_owner_id") == CATCH_ALL).height
    rules = mapping(capacity=-(-unowned // max(agents.height, 1)))
    report = leads.join(deals.drop("row"), on="lead_id", how="left", maintain_order="left")
    last = leads.select(pl.col("lead_created_at").str.slice(0, 10).str.to_date().max()).item()
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        report.write_csv(target / "leads.csv")
        agents.write_csv(target / "reps.csv")
        (target / "columns.yaml").write_text(json.dumps(rules), encoding="utf-8")
        reading = read_window(target / "leads.csv", target / "reps.csv", policy=POLICY,
                              columns=target / "columns.yaml",
                              at=datetime.combine(last + timedelta(days=1), time(), UTC))
    return reading, quirks


def mapping(capacity: int) -> dict[str, dict[str, object]]:
    """Return the rules of a report of leads with their deals, as YAML takes JSON.

    Parameters
    ----------
    capacity
        Slots of each agent.
    """
    return {
        "leads": {"lead_id": "lead_id", "created_at": "lead_created_at", "source": "channel",
                  "owner_id": "lead_owner_id", "score": {"constant": SCORE},
                  "deal_value": {"column": "value", "default": USUAL_VALUE}},
        "reps": {"rep_id": "agent_id", "capacity": {"constant": capacity}},
    }


def read_deals(folder: Path) -> tuple[pl.DataFrame, tuple[Quirk, ...]]:
    """Read the deals, one per lead.

    Parameters
    ----------
    folder
        Folder of ``deals.csv``.

    Returns
    -------
    tuple
        deal_id, lead_id, deal_created_at, agent_id, value, status and row as text, by lead_id;
        and what was odd.
    """
    raw = _text(folder / _DEALS)
    once = raw.unique("deal_id", keep="last", maintain_order=True)
    newest = once.sort("lead_id", "deal_created_at", "row").unique(
        "lead_id", keep="last", maintain_order=True)
    return newest, tuple(sorted(_quirks(raw, once, newest), key=lambda quirk: quirk.row))


def _quirks(raw: pl.DataFrame, once: pl.DataFrame, newest: pl.DataFrame) -> Iterator[Quirk]:
    yield from Finding(QuirkCode.DUPLICATE_ID, _DEALS, "deal_id",
                       "a later row has the same id and counts").at(
                           raw.join(once, on="row", how="anti"))
    yield from Finding(QuirkCode.SEVERAL_DEALS, _DEALS, "lead_id",
                       "the lead has a newer deal, which counts").at(
                           once.join(newest, on="row", how="anti"))


def _text(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None)).with_row_index("row", offset=2)
