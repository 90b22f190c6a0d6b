"""A check of a plan, and the faults that it collects."""

from __future__ import annotations

from solver.models.base import Record

#: Faults of one check that are kept in full; the rest are counted.
MAX_FAULTS = 20


class Check(Record):
    """One thing that must hold of a plan, and whether it does."""

    number: int | None
    """Number of the invariant in DESIGN section 8; None for the checks of inputs and files."""
    name: str
    """What must hold, in a few words."""
    passed: bool
    detail: str
    """What was compared, or the first fault and how many more there are."""
    faults: tuple[str, ...] = ()
    """The first faults, a sentence each."""


class Faults:
    """Faults found by one check, in the order found."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._count = 0

    def add(self, sentence: str) -> None:
        """Note a fault; a sentence without a full stop."""
        self._count += 1
        if len(self._shown) < MAX_FAULTS:
            self._shown.append(sentence)

    def compare(self, what: str, *, plan: object, recomputed: object) -> None:
        """Note a fault where the plan says something else than the recomputation."""
        if plan != recomputed:
            self.add(f"{what} is {plan} in the plan and {recomputed} recomputed")

    def check(self, number: int | None, name: str, compared: str) -> Check:
        """Close the check; ``compared`` says what was found to hold."""
        if not self._shown:
            return Check(number=number, name=name, passed=True, detail=compared)
        more = f" (and {self._count - 1:,} more)" if self._count > 1 else ""
        return Check(number=number, name=name, passed=False,
                     detail=f"{self._shown[0]}{more}", faults=tuple(self._shown))
