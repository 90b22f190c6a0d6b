"""Opportunities of a made-up hardware maker (Maven's CRM Sales Opportunities) as worlds of a day.

Observed: every opportunity with an engage date is a lead of that day; its deal value is the list
price of its product; agents, their managers and offices.

Derived, from the part before the judged days: the reps are the agents who engaged an opportunity in
it, and an agent's share of the slots is the share of those opportunities.

Stated, because nothing in the data says it: the source has days and no times, so each lead arrives
between 09:00 and 17:00 UTC at a time drawn from its id (evenly spaced arrivals would tell the day's
total with the first of them); the score is 50 for all; reps work around the clock. Won or lost is
independent of agent, product and sector, so all reps fit all leads alike: an assignment can choose
which leads get a slot, not who is better at them.

Mended: ``GTXPro`` is the products' ``GTX Pro``; ``technolgy``; ``Philipines``. Opportunities
without an engage date (``Prospecting``) are left out; those without account have no industry and no
country. Closing values play no part: those of lost deals are 0, those of won ones lie in the
future.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.timeline import (
    CAPACITY,
    RECENT,
    SCORE,
    Timeline,
    in_order,
    mean_day,
    part_days,
    policy_for,
)
from solver.calendar.zones import zone
from solver.models import Lead, Rep

PART = "crm-maven"
#: How the pipeline writes products that the price list writes otherwise.
PRODUCTS = {"GTXPro": "GTX Pro"}
SECTORS = {"technolgy": "technology"}
COUNTRIES = {"Belgium": "BE", "Brazil": "BR", "China": "CN", "Germany": "DE", "Italy": "IT",
             "Japan": "JP", "Jordan": "JO", "Kenya": "KE", "Korea": "KR", "Norway": "NO",
             "Panama": "PA", "Philipines": "PH", "Poland": "PL", "Romania": "RO",
             "United States": "US"}
_AROUND_THE_CLOCK = "Mon-Sun 00:00-24:00"
_OPENS, _HOURS = time(9, tzinfo=UTC), 8


def opportunities(folder: Path | None = None) -> Timeline:
    """Return the opportunities as a time line.

    Parameters
    ----------
    folder
        Folder of the four files; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    folder = folder or data_folder(PART)
    rows, clock = read_pipeline(folder), zone("UTC")
    leads = in_order([_lead(row) for row in rows.iter_rows(named=True)])
    learnt, judged = part_days(leads, clock)
    return Timeline(
        leads=leads,
        reps=_agents(_text(folder / "sales_teams.csv"),
                     rows.filter(pl.col("engaged") < judged[0])),
        policy=policy_for("USD"),
        zone=clock,
        days=judged,
        leads_per_day=mean_day(leads, [day for day in learnt if judged[0] - day <= RECENT], clock),
    )


def read_pipeline(folder: Path) -> pl.DataFrame:
    """Read the engaged opportunities with their list prices and accounts, mended.

    Parameters
    ----------
    folder
        Folder with ``sales_pipeline.csv``, ``products.csv`` and ``accounts.csv``.

    Returns
    -------
    DataFrame
        opportunity_id, agent, product, price (USD), account, sector, country, engaged (a date).

    Raises
    ------
    ValueError
        If a product has no list price.
    """
    prices = _text(folder / "products.csv").select(
        "product", price=pl.col("sales_price").cast(pl.Float64))
    accounts = _text(folder / "accounts.csv").select(
        "account", sector=pl.col("sector").replace(SECTORS),
        country=pl.col("office_location").replace(COUNTRIES))
    rows = _text(folder / "sales_pipeline.csv").drop_nulls("engage_date").select(
        "opportunity_id", "account", agent="sales_agent",
        product=pl.col("product").replace(PRODUCTS), engaged=pl.col("engage_date").str.to_date())
    rows = rows.join(prices, on="product", how="left", maintain_order="left").join(
        accounts, on="account", how="left", maintain_order="left")
    if unpriced := sorted(rows.filter(pl.col("price").is_null())["product"].unique()):
        raise ValueError(f"products.csv must have a price of every product sold; {unpriced[0]!r} "
                         "has none: add it there or to PRODUCTS")
    return rows


def _text(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None))


def _lead(row: Mapping[str, object]) -> Lead:
    return Lead.model_validate({
        "lead_id": row["opportunity_id"],
        "created_at": _instant(row["engaged"], str(row["opportunity_id"])),
        "deal_value": row["price"], "score": SCORE, "products": (row["product"],),
        "company": row["account"], "industry": row["sector"], "country": row["country"]})


def _instant(day: object, opportunity_id: str) -> datetime:
    """Return a time of the day that depends on the id alone, whole seconds."""
    if not isinstance(day, date):
        raise TypeError(f"opportunity {opportunity_id!r} must have an engage date, not {day!r}")
    digest = hashlib.sha256(opportunity_id.encode()).digest()
    second = int.from_bytes(digest[:8], "big") % (3600 * _HOURS)
    return datetime.combine(day, _OPENS) + timedelta(seconds=second)


def _agents(teams: pl.DataFrame, engaged: pl.DataFrame) -> tuple[Rep, ...]:
    """Return the agents who engaged an opportunity, sorted by name, which is their id."""
    counts = engaged.group_by("agent").len().join(teams, left_on="agent", right_on="sales_agent")
    total = engaged.height
    return tuple(Rep(rep_id=row["agent"], capacity=CAPACITY, team=row["regional_office"],
                     manager_id=row["manager"], weight=100 * row["len"] / total,
                     timezone="UTC", working_hours=(_AROUND_THE_CLOCK,))
                 for row in counts.sort("agent").iter_rows(named=True))
