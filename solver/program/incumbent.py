"""The best choice so far and the least bound so far, shared by what runs side by side."""

from __future__ import annotations

from threading import Lock

from solver.program.bound import objective, violations
from solver.program.linear import Relaxation
from solver.program.program import Ints, Program, SolveLimits


class Incumbent:
    """Keeps only choices that keep all limits, checked in integers as they come in."""

    def __init__(self, program: Program, limits: SolveLimits) -> None:
        self._program = program
        self._gap = limits.gap
        self._lock = Lock()
        self.column: Ints | None = None
        self.objective: int | None = None
        self.relaxation: Relaxation | None = None
        self.engine_bound: int | None = None
        self.mip_columns = 0

    def offer(self, column: Ints | None) -> bool:
        """Take a choice of the whole program if it is allowed and better; say whether it was."""
        if column is None or violations(self._program, column):
            return False
        brings = objective(self._program, column)
        with self._lock:
            if self.objective is not None and brings <= self.objective:
                return False
            self.column, self.objective = column.copy(), brings
            return True

    def price(self, relaxation: Relaxation) -> None:
        """Take prices if their bound is lower, or equal and with a fractional choice."""
        if self.relaxation is None or relaxation.bound <= self.relaxation.bound:
            self.relaxation = relaxation

    def claim(self, bound: int) -> None:
        """Take what a MIP engine says that no choice can pass."""
        with self._lock:
            known = self.engine_bound
            self.engine_bound = bound if known is None else min(known, bound)

    def count(self, columns: int) -> None:
        """Note the columns of a MIP; the largest number is kept."""
        self.mip_columns = max(self.mip_columns, columns)

    @property
    def bound(self) -> int | None:
        """The lower of both bounds."""
        bounds = [self.engine_bound] if self.engine_bound is not None else []
        if self.relaxation is not None:
            bounds.append(self.relaxation.bound)
        return min(bounds, default=None)

    @property
    def is_good_enough(self) -> bool:
        """Whether the choice is proven to be as good as the limits ask."""
        if self.objective is None or self.bound is None:
            return False
        return self.bound - self.objective <= self._gap * abs(self.objective)
