"""MarketStar's export as typed tables: what it says, parsed; what is odd, reported.

Dates stand in two forms (``20210105`` for leads, ``1/18/2021 0:00`` for opportunities), quota
amounts are text (``"$200,000 "``), industries and titles have many spellings, an opportunity column
has no name. Everything that has one sensible reading is parsed; the rest becomes a
:class:`~benchmarks.datasets.quirks.Quirk` with its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.datasets.marketstar_industries import VAGUE, industry_group, industry_words
from benchmarks.datasets.quirks import Finding, Quirk, QuirkCode

#: The export's time zone abbreviations.
ZONES = {"PST": "America/Los_Angeles", "MST": "America/Denver", "CST": "America/Chicago",
         "EST": "America/New_York"}
#: Amounts above this multiple of the median are reported; medians bear them.
FAR = 10.0
_VAGUE_TITLES = ("n/a", "example-job-title")
#: First and last company size of each segment; no bin of the export lies in two of them.
SIZES = {"small": (0, 100), "mid": (101, 1_000), "large": (1_001, None)}
_QUOTES = "[\u2018\u2019\u201c\u201d\ufffd]"
_LEADS, _OPPORTUNITIES = "leads.csv", "opportunities.csv"


@dataclass(frozen=True)
class MarketStar:
    """The export, typed; ``row`` is the row in the file, the header being row 1."""

    leads: pl.DataFrame
    """lead_id, created, title, industry, industry_group, employees, size, zone, stage, owner_id,
    opportunity_id, source, reason, row."""
    opportunities: pl.DataFrame
    """opportunity_id, created, creator_id, accepted, decided, amount, row."""
    employees: pl.DataFrame
    """employee_id, hired, role, years, row."""
    quotas: pl.DataFrame
    """year, quarter, converted_leads, amount (USD), row."""
    quirks: tuple[Quirk, ...]

    @property
    def rep_ids(self) -> tuple[str, ...]:
        """Ids of the sales development reps, who own leads; account managers do not."""
        team = self.employees.filter(pl.col("role") == "Sales Development Rep")
        return tuple(sorted(team["employee_id"]))


def read_marketstar(folder: Path) -> MarketStar:
    """Read the four files of the export.

    Parameters
    ----------
    folder
        Folder with ``leads.csv``, ``opportunities.csv``, ``employees.csv`` and ``quotas.csv``.
    """
    raw_leads, raw_opportunities = _text(folder / _LEADS), _text(folder / _OPPORTUNITIES)
    leads, opportunities = _leads(raw_leads), _opportunities(raw_opportunities)
    quirks = (*_lead_quirks(raw_leads, leads), *_opportunity_quirks(raw_opportunities,
                                                                    opportunities),
              *_link_quirks(leads, opportunities))
    return MarketStar(leads, opportunities, _employees(_text(folder / "employees.csv")),
                      _quotas(_text(folder / "quotas.csv")),
                      tuple(sorted(quirks, key=lambda q: (q.file, q.row, q.column, q.code))))


def _text(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False).with_columns(
        pl.all().str.strip_chars().replace("", None))
    return frame.with_row_index("row", offset=2)


def _leads(raw: pl.DataFrame) -> pl.DataFrame:
    groups = {label: industry_group(label) for label in raw["Industry"].drop_nulls().unique()
              if industry_words(label) not in VAGUE}
    employees = pl.col("Employees").cast(pl.Float64, strict=False)
    return raw.select(
        "row", lead_id="LeadId", created=pl.col("CreatedDate").str.to_date("%Y%m%d", strict=False),
        title=_one_spelling(raw["Title"]), industry="Industry",
        industry_group=pl.col("Industry").replace_strict(groups, default=None,
                                                         return_dtype=pl.String),
        employees=employees, size=_size(employees),
        zone=pl.col("TimeZone").replace_strict(ZONES, default=None, return_dtype=pl.String),
        stage="Stage", owner_id="OwnerEmployeeId", opportunity_id="ConvertedOpportunityId",
        source="LeadSource", reason="DisqualifiedReason")


def _size(employees: pl.Expr) -> pl.Expr:
    segment = pl.lit(None, dtype=pl.String)
    for name, (low, high) in SIZES.items():
        inside = employees >= low if high is None else employees.is_between(low, high)
        segment = pl.when(inside).then(pl.lit(name)).otherwise(segment)
    return segment


def _one_spelling(titles: pl.Series) -> pl.Series:
    """Give titles that differ only by case or stray signs the commonest of their spellings."""
    clean = pl.col("title").str.replace_all(_QUOTES, "").str.strip_chars()
    frame = titles.alias("title").to_frame().with_columns(clean).with_columns(
        key=pl.col("title").str.to_lowercase())
    spellings = frame.drop_nulls().group_by("key", "title").len().sort(
        ["len", "title"], descending=[True, False])
    commonest = spellings.unique("key", keep="first", maintain_order=True).filter(
        ~pl.col("key").is_in(_VAGUE_TITLES))
    return frame.select(pl.col("key").replace_strict(
        commonest["key"], commonest["title"], default=None, return_dtype=pl.String))["key"]


def _opportunities(raw: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("AcceptedDecisionDate").str.split(" ").list.first()
    return raw.select(
        "row", opportunity_id="OpportunityId",
        created=pl.col("CreatedDate").str.split(" ").list.first()
        .str.to_date("%m/%d/%Y", strict=False),
        creator_id="created_by_id",
        accepted=pl.col("IsAccepted").str.to_uppercase() == "TRUE",
        decided=day.str.to_date("%m/%d/%Y", strict=False),
        amount=_money("Amount"))


def _money(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(r"[$,\s]", "").cast(pl.Float64, strict=False)


def _employees(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.select("row", employee_id="EmployeeId",
                      hired=pl.col("Hired").str.to_date("%Y%m%d"), role="Role",
                      years=pl.col("YearsOfExperience").cast(pl.Int64))


def _quotas(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.select("row", year=pl.col("Year").cast(pl.Int64),
                      quarter=pl.col("Quarter").cast(pl.Int64),
                      converted_leads=pl.col("Quota").cast(pl.Int64, strict=False),
                      amount=_money("Quota Amount"))


def _lead_quirks(raw: pl.DataFrame, leads: pl.DataFrame) -> Iterator[Quirk]:
    def odd(code: QuirkCode, column: str, parsed: str, treatment: str) -> list[Quirk]:
        lost = raw[column].is_not_null() & leads[parsed].is_null()
        return Finding(code, _LEADS, column, treatment).at(raw.filter(lost))

    yield from odd(QuirkCode.BAD_DATE, "CreatedDate", "created", "the lead is left out")
    yield from odd(QuirkCode.BAD_NUMBER, "Employees", "employees", "taken as unknown")
    yield from odd(QuirkCode.UNKNOWN_ZONE, "TimeZone", "zone", "taken as unknown")
    vague = raw["Industry"].map_elements(industry_words, return_dtype=pl.String).is_in(list(VAGUE))
    lost = raw["Industry"].is_not_null() & leads["industry_group"].is_null() & ~vague
    yield from Finding(QuirkCode.UNKNOWN_INDUSTRY, _LEADS, "Industry",
                       "the label is kept, the lead gets no industry need").at(raw.filter(lost))
    yield from Finding(QuirkCode.STRAY_QUOTE, _LEADS, "Title", "the quote is dropped").at(
        raw.filter(pl.col("Title").str.contains(_QUOTES)))
    same = [column for column in raw.columns if column not in ("row", "LeadId")]
    repeated = raw.filter(~pl.struct(same).is_first_distinct())
    yield from Finding(QuirkCode.DUPLICATE_ROW, _LEADS, "LeadId",
                       "equal to an earlier row but for its id; both are routed, because the "
                       "export names no person or company that could tell them apart").at(repeated)


def _opportunity_quirks(raw: pl.DataFrame, parsed: pl.DataFrame) -> Iterator[Quirk]:
    for column, name in (("CreatedDate", "created"), ("AcceptedDecisionDate", "decided")):
        lost = raw[column].is_not_null() & parsed[name].is_null()
        yield from Finding(QuirkCode.BAD_DATE, _OPPORTUNITIES, column,
                           "taken as not yet known").at(raw.filter(lost))
    amount = parsed["amount"]
    lost = raw["Amount"].is_not_null() & amount.is_null()
    yield from Finding(QuirkCode.BAD_NUMBER, _OPPORTUNITIES, "Amount",
                       "no deal value is learned from it").at(raw.filter(lost))
    yield from Finding(QuirkCode.NEGATIVE_AMOUNT, _OPPORTUNITIES, "Amount",
                       "no deal value is learned from it").at(raw.filter(amount < 0))
    middle = amount.filter(amount > 0).median()
    if isinstance(middle, float):
        yield from Finding(QuirkCode.FAR_AMOUNT, _OPPORTUNITIES, "Amount",
                           f"more than {FAR:g} times the median; kept, deal values are medians",
                           ).at(raw.filter(amount > FAR * middle))
    for column in raw.columns:
        if column.startswith("Unnamed") or not column:
            yield from Finding(QuirkCode.UNNAMED_COLUMN, _OPPORTUNITIES, column,
                               "ignored: nothing says what it is").at(
                                   raw.filter(pl.col(column).is_not_null()))


def _link_quirks(leads: pl.DataFrame, opportunities: pl.DataFrame) -> Iterator[Quirk]:
    linked = leads.filter(pl.col("opportunity_id").is_not_null()).join(
        opportunities.select("opportunity_id", "creator_id"), on="opportunity_id", how="left")
    known = opportunities["opportunity_id"].to_list()
    missing = linked.filter(~pl.col("opportunity_id").is_in(known))
    yield from Finding(QuirkCode.UNKNOWN_OPPORTUNITY, _LEADS, "ConvertedOpportunityId",
                       "the lead counts as not converted").at(
                           missing.rename({"opportunity_id": "ConvertedOpportunityId"}))
    other = linked.filter(pl.col("creator_id") != pl.col("owner_id"))
    yield from Finding(QuirkCode.OTHER_CREATOR, _LEADS, "OwnerEmployeeId",
                       "another employee created the opportunity; the lead's owner is credited",
                       ).at(other.rename({"owner_id": "OwnerEmployeeId"}))
