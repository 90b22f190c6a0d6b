"""Olist's marketing funnel: its leads by Fairlead's readers, its won deals by Fairlead's parsers.

Observed: each qualified lead with the day of its first contact, its landing page and its origin
(``unknown`` says nothing, so preparing makes it blank); each won deal with its reps and second.

Stated, because nothing in the data says it: dates are Sao Paulo's; the score is 50 for all; a lead
is worth 1, since the declared monthly revenue is 0 in every deal of this copy.

A spreadsheet turned ranges of the stock into dates (``5-20`` to ``May-20``, ``1-5`` to ``01-May``)
and wrote days first in the variant file: both are read back. A cell of several behaviours
(``cat, wolf``) is several behaviours.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import polars as pl

from benchmarks.datasets.locate import data_folder
from benchmarks.datasets.quirks import Finding, Quirk, QuirkCode
from benchmarks.datasets.timeline import SCORE
from solver.calendar.zones import zone
from solver.models import Policy
from solver.models.policy import Response, UnknownHours
from solver.prepare.normalise.dates import DateOrder, infer_order, read_instant
from solver.prepare.normalise.headcount import SPREADSHEET_DATE, read_headcount
from solver.reading import Reading, read_window

PART, ZONE = "crm-olist", "America/Sao_Paulo"
LEADS = "olist_marketing_qualified_leads_dataset.csv"
DEALS, DAMAGED_DEALS = "olist_closed_deals_dataset.csv", "variant_closed_deals_excel_mangled.csv"
#: A landing page without an address.
NO_PAGE = hashlib.md5(b"", usedforsecurity=False).hexdigest()
#: A column with this share of blank cells says too little to be used.
_EMPTY = 0.9
_STOCK, _PAGE, _WON = "average_stock", "landing_page_id", "won_date"
_POLICY = Policy(currency="BRL", response=Response(unknown_hours=UnknownHours.WORKS))


@dataclass(frozen=True)
class Deal:
    """One won deal."""

    lead_id: str
    sdr_id: str
    rep_id: str
    won_at: datetime | None
    """UTC; None: it could not be read, which is reported."""
    behaviours: tuple[str, ...]
    stock: int | None
    """Middle of the range; None: blank or not a number."""
    row: int
    """As in a spreadsheet."""


@dataclass(frozen=True)
class Deals:
    """The won deals of one file, in its order."""

    deals: tuple[Deal, ...]
    order: DateOrder
    """Order of day and month in the column of dates."""
    quirks: tuple[Quirk, ...]


def read_leads(folder: Path | None = None) -> tuple[Reading, tuple[Quirk, ...]]:
    """Read and prepare the qualified leads, with the reps of the won deals.

    Parameters
    ----------
    folder
        Folder of the source; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    folder = folder or data_folder(PART)
    leads = _text(folder / LEADS)
    pageless = leads.filter(pl.col(_PAGE) == NO_PAGE)
    quirks = Finding(QuirkCode.EMPTY_HASH, LEADS, _PAGE,
                     "the md5 of no text at all: taken as no landing page").at(pageless)
    rules = {"leads": {"lead_id": "mql_id", "created_at": {"column": "first_contact_date",
                                                           "date_formats": ["%Y-%m-%d"]},
                       "source": "origin", "score": {"constant": SCORE},
                       "deal_value": {"constant": 1}},
             "reps": {"rep_id": "sr_id", "capacity": {"constant": 100}}}
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        leads.drop("row").with_columns(pl.col(_PAGE).replace(NO_PAGE, None)).write_csv(
            target / LEADS)
        _text(folder / DEALS).select(pl.col("sr_id").unique().sort()).write_csv(
            target / "reps.csv")
        (target / "columns.yaml").write_text(json.dumps(rules), encoding="utf-8")
        last = leads.select(pl.col("first_contact_date").str.to_date(strict=False).max()).item()
        reading = read_window(target / LEADS, target / "reps.csv", policy=_POLICY,
                              columns=target / "columns.yaml", timezone=ZONE,
                              at=datetime.combine(last, time(23, 59), UTC))
    return reading, tuple(quirks)


def read_deals(folder: Path, file: str = DEALS) -> Deals:
    """Read the won deals.

    Parameters
    ----------
    folder
        Folder of the source.
    file
        ``DEALS``, or the copy that a spreadsheet has damaged.
    """
    raw = _text(folder / file)
    order = infer_order(raw[_WON].drop_nulls().unique().to_list())
    deals = tuple(_deal(row, order) for row in raw.iter_rows(named=True))
    contacts = dict(_text(folder / LEADS).select("mql_id", "first_contact_date").iter_rows())
    return Deals(deals, order, tuple(sorted(
        _quirks(raw, file, deals, contacts), key=lambda quirk: (quirk.row, quirk.column))))


def _deal(row: Mapping[str, str | None], order: DateOrder) -> Deal:
    won = read_instant(row[_WON] or "", order, zone(ZONE))
    stock = read_headcount(row[_STOCK] or "")
    behaviours = (row["lead_behaviour_profile"] or "").split(",")
    return Deal(lead_id=row["mql_id"] or "", sdr_id=row["sdr_id"] or "",
                rep_id=row["sr_id"] or "", won_at=won.instant, row=int(row["row"] or 0),
                behaviours=tuple(text.strip() for text in behaviours if text.strip()),
                stock=None if stock is None else stock.value)


def _quirks(raw: pl.DataFrame, file: str, deals: tuple[Deal, ...], contacts: Mapping[str, str]
            ) -> Iterator[Quirk]:
    for deal, text in zip(deals, raw[_WON].to_list(), strict=True):
        if deal.won_at is None:
            yield Quirk(QuirkCode.BAD_DATE, file, deal.row, _WON, text or "",
                        "taken as won at an unknown time")
        elif deal.won_at.astimezone(zone(ZONE)).date().isoformat() < contacts.get(deal.lead_id, ""):
            yield Quirk(QuirkCode.WON_BEFORE_CONTACT, file, deal.row, _WON, text or "",
                        "won before the first contact; no time to win is learnt from it")
    damaged = raw.filter(pl.col(_STOCK).map_elements(_is_damaged, return_dtype=pl.Boolean))
    yield from Finding(QuirkCode.DAMAGED_RANGE, file, _STOCK,
                       "a range that a spreadsheet took for a date; read back").at(damaged)
    for column in raw.columns:
        if raw.height and raw[column].null_count() >= _EMPTY * raw.height:
            yield Quirk(QuirkCode.EMPTY_COLUMN, file, 1, column, "",
                        f"{raw[column].null_count():,} of {raw.height:,} cells are blank; not used")


def _is_damaged(text: str) -> bool:
    found = read_headcount(text)
    return found is not None and found.rule == SPREADSHEET_DATE


def _text(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None)).with_row_index("row", offset=2)
