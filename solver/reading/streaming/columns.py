"""What whole columns show of how their cells are read, learned from a part after another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from solver.models.policy import Policy
from solver.prepare.normalise.dates import DateOrder, infer_order
from solver.reading.columns import Column, Kind
from solver.reading.mapping.lenient import Lenient
from solver.reading.parsing.table import Table

_TELLING = frozenset({DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST})
_LATER_DIGIT = re.compile(r"(?<=\d)\d", re.ASCII)
_FIRST_DIGIT = re.compile(r"(?<!\d)[1-9]", re.ASCII)
#: More forms than any column of numbers has.
_MOST_FORMS = 10_000


class ColumnSigns:
    """Order of day and month, and decimal sign, by column; in bounded memory.

    Of numbers their forms are kept: which digits they have says nothing of the sign, but for a 0
    at the front.

    Parameters
    ----------
    columns
        Canonical columns by the header of the file.
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._dates = {header: column for header, column in columns.items()
                       if column.kind is Kind.INSTANT}
        self._numbers = {header: column for header, column in columns.items()
                         if column.kind is Kind.NUMBER}
        self._orders: dict[str, frozenset[DateOrder]] = dict.fromkeys(self._dates, frozenset())
        self._forms: dict[str, dict[str, None]] = {header: {} for header in self._numbers}

    def look_at(self, table: Table) -> None:
        """See a part of the columns."""
        for header, seen in self._orders.items():
            if seen < _TELLING:
                # What begins with the year shows nothing.
                order = infer_order(dict.fromkeys(
                    cell for cell in table.columns[header] if cell[4:5] != "-"))
                self._orders[header] = seen | (
                    _TELLING if order is DateOrder.MIXED else {order} & _TELLING)
        for header, forms in self._forms.items():
            if len(forms) < _MOST_FORMS:
                forms.update(dict.fromkeys(map(_form, dict.fromkeys(table.columns[header]))))

    def lenient(self, policy: Policy, timezone: ZoneInfo | None) -> Lenient:
        """Return second readings of cells that know what the columns show."""
        lenient = Lenient(policy, timezone, orders={
            self._dates[header].name: _order(seen) for header, seen in self._orders.items()})
        for header, column in self._numbers.items():
            lenient.look_at(column, self._forms[header])
        return lenient


def _order(seen: frozenset[DateOrder]) -> DateOrder:
    if len(seen) > 1:
        return DateOrder.MIXED
    return next(iter(seen), DateOrder.UNKNOWN)


def _form(cell: str) -> str:
    return _FIRST_DIGIT.sub("1", _LATER_DIGIT.sub("1", cell))
