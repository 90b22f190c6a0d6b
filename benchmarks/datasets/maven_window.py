"""Maven's open opportunities as one window: a CRM report, a mapping, and Fairlead's own readers.

The report is what a CRM would show of the pipeline joined with its accounts, spelt as in the
source: nothing is mended here. ``GTXPro`` becomes ``GTX Pro``, and each product its list price as
deal value, by the mapping; countries and sectors by preparing.

Stated, because nothing in the data says it: the window closes at the midnight after the pipeline's
last day; the score is 50 for all; opportunities that nobody has engaged yet (``Prospecting``) have
no date and count as of the window's instant; all 35 agents of the teams work around the clock and
share the slots evenly. Agents fit alike, for who sells makes no difference in this source. No
account counts as a customer, for each of the 85 has bought before.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.maven import PART, PRODUCTS
from benchmarks.datasets.timeline import SCORE
from solver.models import Policy, RouteWhen
from solver.models.policy import Match, Response, UnknownHours
from solver.reading import Reading, read_window

#: Stages of opportunities that are neither won nor lost.
OPEN = ("Prospecting", "Engaging")
#: Millions of USD, says the data dictionary.
_REVENUE_UNIT = 1e6
#: Owners are dealt anew; skill alone makes the match, and it is the same for all.
POLICY = Policy(currency="USD", match=Match(skill=1.0, territory=0.0), route_when=RouteWhen.ALL,
                response=Response(unknown_hours=UnknownHours.WORKS))
_INPUTS = {"leads": "leads.csv", "reps": "reps.csv", "accounts": "accounts.csv",
           "columns": "columns.yaml"}


def open_window(folder: Path | None = None, *, slots_per_lead: float = 0.5) -> Reading:
    """Read the open opportunities, their agents and accounts.

    Parameters
    ----------
    folder
        Folder of the source; that of the shared data where not given.
    slots_per_lead
        Slots of all agents together per open opportunity.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    with tempfile.TemporaryDirectory() as name:
        paths, at = write_open_pipeline(folder or data_folder(PART), Path(name), slots_per_lead)
        return read_window(paths["leads"], paths["reps"], accounts=paths["accounts"],
                           columns=paths["columns"], at=at, policy=POLICY, timezone="UTC")


def write_open_pipeline(source: Path, target: Path, slots_per_lead: float = 0.5
                        ) -> tuple[dict[str, Path], datetime]:
    """Write the report of open opportunities, the other files and the mapping.

    Parameters
    ----------
    source
        Folder of the source's four files.
    target
        Folder for leads, reps, accounts and the mapping.
    slots_per_lead
        Slots of all agents together per open opportunity.

    Returns
    -------
    tuple
        The arguments of ``read_window`` that are files, and the window's instant.
    """
    pipeline, accounts, teams, prices = (
        _text(source / name) for name in
        ("sales_pipeline.csv", "accounts.csv", "sales_teams.csv", "products.csv"))
    leads = pipeline.filter(pl.col("deal_stage").is_in(OPEN)).join(
        accounts, on="account", how="left", maintain_order="left")
    paths = {use: target / file for use, file in _INPUTS.items()}
    for use, frame in (("leads", leads), ("reps", teams), ("accounts", accounts)):
        frame.write_csv(paths[use])
    last = pipeline.select(pl.max_horizontal(
        pl.col("engage_date", "close_date").str.to_date().max())).item()
    at = datetime.combine(last + timedelta(days=1), time(), UTC)
    capacity = -(-round(slots_per_lead * leads.height) // teams.height)
    rules = _mapping(prices.rows(named=True), at, capacity)
    paths["columns"].write_text(json.dumps(rules, indent=2), encoding="utf-8")
    return paths, at


def _mapping(prices: Sequence[Mapping[str, str]], at: datetime, capacity: int
             ) -> dict[str, dict[str, object]]:
    """Return the rules, as YAML takes JSON."""
    return {
        "leads": {
            "lead_id": "opportunity_id", "owner_id": "sales_agent", "account_id": "account",
            "company": "account", "industry": "sector", "country": "office_location",
            "employees": "employees", "score": {"constant": SCORE},
            "annual_revenue": {"column": "revenue", "multiply": _REVENUE_UNIT},
            "created_at": {"column": "engage_date", "date_formats": ["%Y-%m-%d"],
                           "default": at.isoformat()},
            "products": {"column": "product", "values": PRODUCTS},
            "deal_value": {"defaults": [
                {"when": {"products": price["product"]}, "value": float(price["sales_price"])}
                for price in prices]},
        },
        "reps": {"rep_id": "sales_agent", "name": "sales_agent", "team": "regional_office",
                 "manager_id": "manager", "capacity": {"constant": capacity}},
        "accounts": {"account_id": "account", "name": "account", "country": "office_location",
                     "parent_id": "subsidiary_of"},
    }


def _text(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
