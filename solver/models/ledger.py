"""The ledger: each rep's surplus or deficit across windows, and what limits of periods used.

Balances and counters stand for all that ever happened, so that a ledger is as large as its sales
floor, not as its history; entries are what happened since and is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from solver.models.base import MAX_COUNT, MAX_USE, CurrencyCode, Id, Instant, Record, Text
from solver.models.lead import ZoneName
from solver.models.limit import Measure, Period

#: Shares and balances are integers in this part of a unit, so that dues add up exactly.
SHARE_SCALE = 10**9
_Balance = Annotated[int, Field(strict=True)]
_Used = Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT**2)]


class RepBalance(Record):
    """What a rep got beyond what was due to it; a deficit is negative."""

    rep_id: Id
    """Identity, as in the rep file."""
    leads: _Balance = 0
    """Leads, in billionths."""
    slots: _Balance = 0
    """Slots, in billionths."""
    worth: _Balance = 0
    """Worth in units of the currency, in billionths."""
    last_assigned_at: Instant | None = None
    """When a lead was last given to the rep; None: never."""
    last_present_at: Instant | None = None
    """When a window last found the rep with a share; None: never."""
    absent_since: Instant | None = None
    """First window that found the rep without a share after the last that found one with it."""

    def of(self, measure: Measure) -> int:
        """Return the balance in one measure, in billionths of a unit."""
        return {Measure.LEADS: self.leads, Measure.SLOTS: self.slots,
                Measure.WORTH: self.worth}[measure]


class PeriodUse(Record):
    """What a limit that spans more than a window has used of its period."""

    limit: Text
    """Name of the limit; of one with ``each``: ``NAME:rep_id`` or ``NAME:team``."""
    period: Period
    """Day, week or month."""
    measure: Measure
    """What was counted."""
    start: date
    """First day of the period in the ledger's zone; weeks begin on Monday."""
    used: _Used
    """In the limit's measure."""

    @model_validator(mode="after")
    def _begins_its_period(self) -> Self:
        if self.period is Period.WINDOW:
            raise ValueError(f"limit {self.limit!r}: a window's own limit has nothing to remember")
        late = {Period.WEEK: self.start.weekday(), Period.MONTH: self.start.day - 1}
        if late.get(self.period, 0):
            raise ValueError(f"limit {self.limit!r}: {self.start} does not begin a "
                             f"{self.period.value}")
        return self


class EntryKind(StrEnum):
    """What happened to a lead."""

    ASSIGNED = "assigned"
    """A plan gave it to the rep."""
    MANUAL = "manual"
    """A person gave it to the rep."""
    RETURNED = "returned"
    """It came back from the rep, who is as if never given it."""


class Entry(Record):
    """One lead given to a rep, by a plan or by hand, or given back."""

    kind: EntryKind = EntryKind.ASSIGNED
    """``assigned``, ``manual`` or ``returned``."""
    at: Instant
    """When."""
    lead_id: Id
    """Which lead."""
    rep_id: Id
    """Who was given it, or gave it back."""
    slots: Annotated[int, Field(strict=True, ge=0, le=MAX_USE)] = 1
    """Slots that it takes."""
    worth: Annotated[int, Field(strict=True, ge=0, le=10**12)] = 0
    """Worth in whole units of the currency."""
    limits: tuple[Text, ...] = ()
    """Names of the limits of longer periods that it counts for, as in ``PeriodUse``."""
    assigned_at: Instant | None = None
    """Of a returned lead: when the rep was given it, whose periods it frees; None: ``at``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.assigned_at is None:
            return self
        if self.kind is not EntryKind.RETURNED:
            raise ValueError(f"assigned_at is for leads that came back; one that was "
                             f"{self.kind.value} has only at")
        if self.assigned_at > self.at:
            raise ValueError(f"assigned_at {self.assigned_at.isoformat()} must not be after at, "
                             f"{self.at.isoformat()}")
        return self

    @property
    def sign(self) -> int:
        """1 for a lead that was given, -1 for one that came back."""
        return -1 if self.kind is EntryKind.RETURNED else 1

    @property
    def counted_at(self) -> Instant:
        """The instant in whose periods it counts."""
        return self.assigned_at or self.at

    def amount(self, measure: Measure) -> int:
        """Return what it counts in a measure, below 0 for one that came back."""
        return self.sign * {Measure.LEADS: 1, Measure.SLOTS: self.slots,
                            Measure.WORTH: self.worth}[measure]


class Ledger(Record):
    """Balances and period counters after the last window or the last manual assignment."""

    schema_version: Literal["1.0"] = "1.0"
    """Version of the ledger's form."""
    at: Instant
    """Everything up to this instant is in the balances and counters."""
    currency: CurrencyCode
    """Of all worth."""
    timezone: ZoneName = "UTC"
    """Zone at whose midnight days, weeks and months begin."""
    reps: tuple[RepBalance, ...] = ()
    """Sorted by rep_id; whoever left stays, so that the balances sum to 0 in each measure."""
    periods: tuple[PeriodUse, ...] = ()
    """Sorted by limit; only limits that span more than a window."""
    entries: tuple[Entry, ...] = ()
    """What happened since ``at`` and is in no balance yet, in the order of :func:`entry_order`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_sorted("reps", (rep.rep_id for rep in self.reps))
        _check_sorted("periods", (use.limit for use in self.periods))
        _check_sorted("entries", map(entry_order, self.entries))
        for measure in Measure:
            if total := sum(rep.of(measure) for rep in self.reps):
                raise ValueError(f"the balances in {measure.value} must sum to 0, not to "
                                 f"{total / SHARE_SCALE:g}: what one rep got too much others got "
                                 "too little")
        for rep in self.reps:
            for name in ("last_assigned_at", "last_present_at", "absent_since"):
                instant = getattr(rep, name)
                if instant is not None and instant > self.at:
                    raise ValueError(f"rep {rep.rep_id!r}: {name} {instant.isoformat()} must not "
                                     f"be after the ledger's {self.at.isoformat()}")
        for entry in self.entries:
            if problem := self.entry_problem(entry):
                raise ValueError(f"lead {entry.lead_id!r}: {problem}")
        return self

    def entry_problem(self, entry: Entry) -> str | None:
        """Say why an entry cannot be new to the ledger, or None."""
        if entry.at > self.at or (entry.at == self.at and not self.reps):
            return None
        return (f"{entry.at.isoformat()} must be after the ledger's {self.at.isoformat()}; what "
                "is older counts already")

    def by_rep(self) -> dict[str, RepBalance]:
        """Return rep_id to balance."""
        return {rep.rep_id: rep for rep in self.reps}


def entry_order(entry: Entry) -> tuple[Instant, bool, str, str]:
    """Return the key of the order of entries: at one instant leads come back first."""
    return entry.at, entry.kind is not EntryKind.RETURNED, entry.lead_id, entry.kind.value


def _check_sorted(key: str, names: Iterable[Any]) -> None:
    for one, other in pairwise(names):
        if one >= other:
            raise ValueError(f"{key} must be sorted, each once: {other!r} follows {one!r}")
