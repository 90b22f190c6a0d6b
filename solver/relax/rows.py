"""A linear program in integers: variables from 0 to an end, rows between two ends, costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: No end of a row.
ENDLESS = 2**50


@dataclass(frozen=True, slots=True)
class Linear:
    """Minimise ``cost x`` over integers ``0 <= x <= most`` with ``low <= A x <= high``."""

    cost: Ints
    """(N,)"""
    most: Ints
    """(N,)"""
    low: Ints
    """(M,) ``-ENDLESS`` where there is no end."""
    high: Ints
    """(M,) ``ENDLESS`` where there is no end."""
    row: Ints
    """(E,) of each entry, ascending."""
    column: Ints
    """(E,)"""
    factor: Ints
    """(E,)"""

    def of(self, values: Ints) -> int:
        """Return the cost of a point."""
        return int((self.cost * values).sum())

    def allows(self, values: Ints) -> bool:
        """Say whether a point keeps all ends, exactly."""
        total = np.zeros(len(self.low), dtype=np.int64)
        np.add.at(total, self.row, self.factor * values[self.column])
        return bool((values >= 0).all() and (values <= self.most).all()
                    and (total >= self.low).all() and (total <= self.high).all())

    def only(self, columns: NDArray[np.bool_]) -> Linear:
        """Return the program in which all other columns are 0."""
        kept = columns[self.column]
        number = np.cumsum(columns) - 1
        return Linear(self.cost[columns], self.most[columns], self.low, self.high, self.row[kept],
                      number[self.column[kept]], self.factor[kept])


@dataclass
class RowsBuilder:
    """Collects variables and rows."""

    cost: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    _row: list[int] = field(default_factory=list)
    _column: list[int] = field(default_factory=list)
    _factor: list[int] = field(default_factory=list)

    def variable(self, most: int, cost: int = 0) -> int:
        """Add a variable and return its number."""
        self.most.append(most)
        self.cost.append(cost)
        return len(self.most) - 1

    def add(self, terms: Iterable[tuple[int, int]], low: int = -ENDLESS, high: int = ENDLESS
            ) -> None:
        """Add a row of (variable, factor), each variable once."""
        for column, factor in terms:
            self._row.append(len(self.low))
            self._column.append(column)
            self._factor.append(factor)
        self.low.append(low)
        self.high.append(high)

    def linear(self) -> Linear:
        """Return the program."""
        return Linear(*(np.array(one, dtype=np.int64) for one in (
            self.cost, self.most, self.low, self.high, self._row, self._column, self._factor)))
