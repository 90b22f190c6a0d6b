"""Cells that the strict reader refuses: amounts, sizes, dates and zones as people write them.

Used for leads that are prepared. What is read anyway is noted with its rule; what is not stays
blank, with a warning that names the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from solver.models.issue import IssueCode
from solver.models.policy import Policy
from solver.prepare.normalise.amount import read_amount
from solver.prepare.normalise.currency import currency_of
from solver.prepare.normalise.dates import DateOrder, infer_order, read_instant
from solver.prepare.normalise.headcount import read_headcount
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.quantity import DecimalSign, infer_decimal
from solver.prepare.normalise.zone import normalise_zone
from solver.reading.columns import Column, Kind
from solver.reading.mapping.cell_reader import Read, Value
from solver.reading.parsing.cells import CellError

#: A number that leaves nothing to understand.
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
#: A number of people.
_WHOLE = re.compile(r"\d+(?:\.0*)?", re.ASCII)
_MONEY = frozenset({"deal_value", "annual_revenue"})
#: What is no sign of a currency.
_NO_SIGN = re.compile(r"[\d.,'()+\-\s]|\b(?:mio|mrd|k|m|bn|mil)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"\D*\d{1,3}(?:\.\d{3})+\D*")
#: Zones of the tables that keep no summer time, though people who write them do.
_FIXED_ZONES = frozenset({"EST", "MST", "HST"})
_DATE_PROBLEMS = {
    "ambiguous": (IssueCode.AMBIGUOUS_DATE,
                  "day and month could each be the other, and no date of the column tells which",
                  "Name the form under date_formats in a mapping"),
    "naive": (IssueCode.NAIVE_TIME, "the time has no offset from UTC",
              "Say with --timezone in which zone the times are"),
}


def _points_part_thousands(texts: Iterable[str]) -> bool:
    """Tell whether every point of a column parts thousands: no amount has three decimals."""
    pointed = [text for text in texts if "." in text]
    return bool(pointed) and all(_THOUSANDS.fullmatch(text) for text in pointed)


@dataclass(frozen=True, slots=True)
class Mended:
    """A cell that the strict reader refuses, and what became of it."""

    name: str
    """Canonical column."""
    position: int
    before: str
    after: str | None
    """None: it could not be read, or says nothing, so that the field is blank."""
    rule: str


@dataclass(frozen=True, slots=True)
class Reread:
    """What a cell says by the lenient reading."""

    value: Value | None
    rule: str | None
    """None: it was read strictly."""

    @property
    def shown(self) -> str | None:
        """The value as text."""
        if isinstance(self.value, datetime):
            return self.value.isoformat().replace("+00:00", "Z")
        if isinstance(self.value, float):
            return f"{self.value:.15g}"
        return None if self.value is None else str(self.value)


@dataclass
class Lenient:
    """Second readings of the cells of one file."""

    policy: Policy
    timezone: ZoneInfo | None
    orders: dict[str, DateOrder] = field(default_factory=dict)
    """Order of day and month by canonical column."""
    decimals: dict[str, DecimalSign | None] = field(default_factory=dict)
    """Decimal sign of numbers by canonical column; None: the column shows none, or both."""
    mended: list[Mended] = field(default_factory=list)

    def look_at(self, column: Column, cells: Iterable[str]) -> None:
        """See a whole column before its cells are read: its dates tell each other's order.

        What is known of a column already stands.
        """
        if column.kind is Kind.INSTANT and column.name not in self.orders:
            self.orders[column.name] = infer_order(dict.fromkeys(cells))
        elif column.kind is Kind.NUMBER and column.name not in self.decimals:
            distinct = list(dict.fromkeys(cells))
            self.decimals[column.name] = \
                "," if _points_part_thousands(distinct) else infer_decimal(distinct)

    def read(self, column: Column, text: str, strict: Read, multiply: float | None = None
             ) -> Reread:
        """Read a cell strictly, else leniently; what is plain is read strictly.

        Where a column's dates show that days come first, forms that put months first come last;
        a number with separators is not read by dropping them before it is understood.

        Raises
        ------
        CellError
            Neither helps.
        """
        if is_placeholder(text):
            return Reread(None, "placeholder")
        if self._comes_first(column, text) and (found := self._again(column, text, multiply)):
            return found
        try:
            return Reread(strict(text), None)
        except CellError:
            found = self._again(column, text, multiply)
            if found is None:
                raise
            return found

    def _comes_first(self, column: Column, text: str) -> bool:
        if column.kind is Kind.INSTANT:
            return self.orders.get(column.name) in {DateOrder.DAY_FIRST, DateOrder.MIXED}
        if column.name == "timezone":
            return text in _FIXED_ZONES
        if column.name not in _MONEY and column.name != "employees":
            return False
        if column.name == "employees" and _WHOLE.fullmatch(text) is None:
            return True
        # No amount has three decimals: in a column of decimal commas, 1.200 is 1200.
        return _PLAIN.fullmatch(text) is None or (
            self.decimals.get(column.name) == "," and "." in text)

    def _again(self, column: Column, text: str, multiply: float | None) -> Reread | None:
        if column.kind is Kind.NUMBER:
            found = self._number(column, text)
            if found is None or multiply is None or not isinstance(found.value, float):
                return found
            return Reread(found.value * multiply, f"{found.rule}, times {multiply:g}")
        return self._other(column, text)

    def _number(self, column: Column, text: str) -> Reread | None:
        if column.name in _MONEY:
            return self._money(text)
        if column.name == "employees":
            size = read_headcount(text)
            return None if size is None else Reread(float(size.value), size.rule)
        amount = read_amount(text.rstrip("%").strip())
        return None if amount is None else Reread(amount.value, amount.rule)

    def _other(self, column: Column, text: str) -> Reread | None:
        if column.kind is Kind.INSTANT:
            return self._instant(column, text)
        if column.name == "timezone":
            zone = normalise_zone(text)
            return Reread(zone.value, zone.rule or "time zone") if zone.known else None
        return None

    def _money(self, text: str) -> Reread | None:
        amount = read_amount(text)
        if amount is None:
            return None
        own = self.policy.currency
        if amount.currency is None:
            signs = currency_of(_NO_SIGN.sub("", text))
            if signs is not None and own not in signs:
                raise CellError(
                    IssueCode.NO_EXCHANGE_RATE,
                    f"the amount has a sign of other currencies than {own}",
                    f"Write the amount with its code, as in USD 100, or in {own}")
            return Reread(amount.value, amount.rule)
        if amount.currency == own:
            return Reread(amount.value, amount.rule)
        rate = self.policy.exchange_rates.get(amount.currency)
        if rate is None:
            raise CellError(
                IssueCode.NO_EXCHANGE_RATE,
                f"the amount is in {amount.currency} and the policy has no rate to {own}",
                f"Give exchange_rates: {{{amount.currency}: ...}} in the policy")
        return Reread(round(amount.value * rate, 2),
                      f"{amount.rule}, {amount.currency} at {rate:g}")

    def _instant(self, column: Column, text: str) -> Reread | None:
        order = self.orders.get(column.name, DateOrder.UNKNOWN)
        when = read_instant(text, order, self.timezone)
        if when.instant is not None:
            return Reread(when.instant, when.rule)
        if when.problem in _DATE_PROBLEMS:
            raise CellError(*_DATE_PROBLEMS[when.problem])
        return None
