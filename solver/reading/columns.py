"""The canonical columns of leads, reps and accounts: what a cell holds and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from solver.calendar.grammar import check_date, check_shift, check_time_off
from solver.calendar.public_holidays import check_holidays_code
from solver.calendar.zones import check_zone
from solver.models.account import Account
from solver.models.issue import IssueCode
from solver.models.lead import Lead
from solver.models.rep import Rep

AnyRecord = Lead | Rep | Account


class Kind(Enum):
    """What a cell of a column holds."""

    TEXT = auto()
    NUMBER = auto()
    WHOLE = auto()
    FLAG = auto()
    INSTANT = auto()
    NAMES = auto()
    """List of names; a name stands once, in any case."""
    IDS = auto()
    """List of ids, exact; an id stands once."""
    ITEMS = auto()
    """List of anything."""
    WEIGHTS = auto()
    """List of name:number."""


NUMERIC = frozenset({Kind.NUMBER, Kind.WHOLE})
LISTS = frozenset({Kind.NAMES, Kind.IDS, Kind.ITEMS, Kind.WEIGHTS})


@dataclass(frozen=True)
class Column:
    """One canonical column."""

    name: str
    kind: Kind = Kind.TEXT
    needed: bool = False
    """The column must be there."""
    filled: bool = False
    """Every cell of the column must be filled."""
    remedy: str = "Correct the cell"
    """What to do about a value that is refused."""
    grammar: Callable[[str], str] | None = None
    """Raises ValueError on a text, or an item of a list, that the column does not take."""
    grammar_code: IssueCode = IssueCode.BAD_LIST
    """Code of what the grammar refuses."""


@dataclass(frozen=True)
class FileKind:
    """One kind of file: its records, their id and its canonical columns by name."""

    use: str
    """``leads``, ``reps`` or ``accounts``."""
    model: type[AnyRecord]
    id_column: str
    columns: Mapping[str, Column]


def _kind(use: str, model: type[AnyRecord], *columns: Column) -> FileKind:
    return FileKind(use, model, columns[0].name, {column.name: column for column in columns})


def _id(name: str) -> Column:
    return Column(name, needed=True, filled=True, remedy="Give every row an id of its own")


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


_MONEY = "Write the amount in the currency's major unit; a mapping can multiply a whole column"
_LEVEL = "Write a level from 0 to 1, as in spanish:0.8"
_ZONE = Column("timezone", grammar=check_zone, grammar_code=IssueCode.UNKNOWN_ZONE,
               remedy="Write the name of the zone, or convert it under values in a mapping")

LEADS = _kind(
    "leads", Lead,
    _id("lead_id"),
    Column("created_at", Kind.INSTANT, needed=True),
    Column("deal_value", Kind.NUMBER, needed=True, remedy=_MONEY),
    Column("score", Kind.NUMBER, needed=True,
           remedy="Write the score on a scale of 0 to 100; a mapping can multiply a whole column"),
    *_texts("account_id", "company", "domain", "street", "city", "country", "region",
            "postal_code"),
    _ZONE,
    *_texts("territory", "industry", "sector"),
    Column("employees", Kind.NUMBER),
    Column("annual_revenue", Kind.NUMBER, remedy=_MONEY),
    *_texts("first_name", "last_name", "title", "function", "seniority", "email", "phone"),
    Column("products", Kind.NAMES),
    Column("languages", Kind.NAMES),
    *_texts("source"),
    Column("sources", Kind.NAMES),
    Column("needs", Kind.WEIGHTS, remedy="Write a weight of 0 or more, as in spanish:0.8"),
    Column("required_skills", Kind.WEIGHTS, remedy=_LEVEL),
    Column("effort", Kind.WHOLE, remedy="Write how many slots the lead takes; blank is one"),
    *_texts("owner_id"),
    Column("excluded_rep_ids", Kind.IDS),
)

REPS = _kind(
    "reps", Rep,
    _id("rep_id"),
    Column("capacity", Kind.WHOLE, needed=True, filled=True,
           remedy="Write the most open leads the rep may have; 0 for a rep who takes none"),
    Column("open_leads", Kind.WHOLE, remedy="Write how many leads the rep has open"),
    Column("daily_cap", Kind.WHOLE, remedy="Write the most leads of a day; blank is no cap"),
    Column("assigned_today", Kind.WHOLE, remedy="Write how many leads the rep got today"),
    *_texts("name", "email", "team", "manager_id"),
    Column("territories", Kind.NAMES),
    Column("skills", Kind.WEIGHTS, remedy=_LEVEL),
    Column("languages", Kind.NAMES),
    _ZONE,
    Column("working_hours", Kind.ITEMS, grammar=check_shift, grammar_code=IssueCode.BAD_HOURS,
           remedy="Write days and hours, several stretches separated by semicolons"),
    Column("time_off", Kind.ITEMS, grammar=check_time_off, grammar_code=IssueCode.BAD_TIME_OFF,
           remedy="Correct the absence; several are separated by semicolons"),
    Column("holidays", Kind.NAMES, grammar=check_holidays_code,
           grammar_code=IssueCode.UNKNOWN_HOLIDAYS,
           remedy="Write a country or a subdivision, as in GB or GB-ENG"),
    Column("min_deal", Kind.NUMBER, remedy=_MONEY),
    Column("max_deal", Kind.NUMBER, remedy=_MONEY),
    Column("performance", Kind.NUMBER, remedy="Write a factor, 1 for the average rep"),
    Column("weight", Kind.NUMBER, remedy="Write a number above 0, 1 for an equal share"),
    Column("started_on", grammar=check_date, grammar_code=IssueCode.BAD_INSTANT,
           remedy="Write the rep's first day as YYYY-MM-DD; blank is long ago"),
    Column("active", Kind.FLAG),
)

ACCOUNTS = _kind(
    "accounts", Account,
    _id("account_id"),
    *_texts("name", "domain", "phone", "street", "city", "postal_code", "country", "parent_id",
            "owner_id", "named_rep_id", "open_opportunity_owner_id"),
    Column("customer", Kind.FLAG),
)

FILE_KINDS = {kind.use: kind for kind in (LEADS, REPS, ACCOUNTS)}
