"""Leads and reps as tables of columns; a column is read when a filter first names it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from solver.filters.language.fields import FIELDS, FieldRef, Kind, Side
from solver.filters.language.tree import moment_of
from solver.filters.masks.columns import Column, number_column, text_column
from solver.names import name_key


class Attributed(Protocol):
    """A record: declared fields, and the texts of all other columns."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """Every other column of the file."""


#: How each declared field is read off its record; only these names are ever asked for.
_READ: dict[tuple[Side, str], Callable[[Any], Any]] = {
    (side, name): attrgetter(name)
    for side, fields in FIELDS.items() for name, declared in fields.items() if not declared.derived
}


@dataclass(frozen=True)
class LeadContext:
    """What filters of leads look at beyond the lead; asked for when a filter names it."""

    at: datetime | None = None
    """Instant at which ages are taken; aware."""
    accounts: Callable[[], Mapping[str, Attributed]] = dict
    """Gives accounts by id."""
    territory: Callable[[], Sequence[str | None]] | None = None
    """Gives (L,) the territory of each lead as the policy finds it."""
    worth: Callable[[], Sequence[float | None]] | None = None
    """Gives (L,) the worth of each lead, major units."""


class Table:
    """Records of one side as columns.

    Parameters
    ----------
    side
        What the records are.
    records
        The records, None where there is none; frozen, and of declared fields.
    """

    def __init__(self, side: Side, records: Sequence[Attributed | None]) -> None:
        self.side, self.records = side, tuple(records)
        self._columns: dict[FieldRef, Column] = {}

    def __len__(self) -> int:
        return len(self.records)

    def column(self, ref: FieldRef) -> Column:
        """Return a column, read at the first call.

        Raises
        ------
        ValueError
            If the context has not what a derived field needs.
        """
        found = self._columns.get(ref)
        if found is None:
            found = self._columns[ref] = self._read(ref)
        return found

    def _read(self, ref: FieldRef) -> Column:
        if ref.is_attribute:
            return text_column(self._attribute(ref.name), _texts)
        read = _READ[ref.side, ref.name]
        if ref.part is not None:
            return number_column(_parts(self._values(read), ref.part), Kind.NUMBER)
        if ref.kind is Kind.MOMENT:
            return number_column((None if at is None else moment_of(at)
                                  for at in self._values(read)), ref.kind)
        if ref.kind in (Kind.NUMBER, Kind.FLAG):
            return number_column(self._values(read), ref.kind)
        if ref.field.parts:
            return text_column((None if numbers is None else tuple(
                name for name, number in numbers.items() if number > 0)
                for numbers in self._values(read)), _texts)
        return text_column(self._values(read), _texts)

    def _values(self, read: Callable[[Any], Any]) -> Iterable[Any]:
        return (None if record is None else read(record) for record in self.records)

    def _attribute(self, name: str) -> Iterable[str | None]:
        """Yield an attribute by its name, or else by a name that compares equal."""
        wanted = name_key(name)
        spelt: dict[tuple[str, ...], str | None] = {}
        for record in self.records:
            attributes: Mapping[str, str] = {} if record is None else record.attributes
            text = attributes.get(name)
            if text is None and attributes:
                columns = tuple(attributes)
                if columns not in spelt:
                    spelt[columns] = next((one for one in columns if name_key(one) == wanted), None)
                found = spelt[columns]
                text = None if found is None else attributes.get(found)
            yield text

    def attribute_names(self) -> tuple[str, ...]:
        """Return the names of all attributes of all records, in the order of sight."""
        return tuple(dict.fromkeys(
            name for columns in dict.fromkeys(
                () if record is None else tuple(record.attributes) for record in self.records)
            for name in columns))


class LeadTable(Table):
    """Leads with their accounts and what the context knows of them.

    Parameters
    ----------
    leads
        The leads; ``top`` ranks among them.
    context
        Instant, accounts, territories, worths.
    """

    def __init__(self, leads: Sequence[Attributed], context: LeadContext) -> None:
        super().__init__(Side.LEAD, leads)
        self.context = context
        self._accounts: Table | None = None

    @property
    def accounts(self) -> Table:
        """The account of each lead."""
        if self._accounts is None:
            by_id = self.context.accounts()
            ids = self._values(_READ[Side.LEAD, "account_id"])
            self._accounts = Table(Side.ACCOUNT, [by_id.get(one) for one in ids])
        return self._accounts

    def _read(self, ref: FieldRef) -> Column:
        if ref.side is Side.ACCOUNT:
            return self.accounts.column(ref)
        if ref.is_attribute:
            return super()._read(ref)
        if ref.name in ("source", "sources"):
            return text_column(self._sources(), _texts)
        return self._derived(ref.name) if ref.field.derived else super()._read(ref)

    def _sources(self) -> Iterable[Hashable]:
        first, every = _READ[Side.LEAD, "source"], _READ[Side.LEAD, "sources"]
        return (every(lead) or first(lead) for lead in self.records)

    def _derived(self, name: str) -> Column:
        context = self.context
        if name == "territory":
            return text_column(self._given(name, context.territory), _texts)
        if name == "worth":
            return number_column(self._given(name, context.worth), Kind.NUMBER)
        if context.at is None:
            raise ValueError(f"{name} needs the instant of the decision; give context.at")
        hours = 1 if name == "age_hours" else 24
        created = self._values(_READ[Side.LEAD, "created_at"])
        return number_column((None if one is None else _hours(one, context.at) / hours
                              for one in created), Kind.NUMBER)

    def _given(self, name: str, give: Callable[[], Sequence[Any]] | None) -> Sequence[Any]:
        if give is None:
            raise ValueError(f"{name} is not known here; give context.{name}")
        values = give()
        if len(values) != len(self):
            raise ValueError(f"the context gives {name} of {len(values)} leads, not of {len(self)}")
        return values


class RepTable(Table):
    """Reps, active or not.

    Parameters
    ----------
    reps
        The reps.
    """

    def __init__(self, reps: Sequence[Attributed]) -> None:
        super().__init__(Side.REP, reps)


def _hours(created_at: datetime, at: datetime) -> float:
    """Hours since a lead came in; 0 for one that comes later."""
    return max(0.0, (at - created_at).total_seconds() / 3600)


def _texts(raw: Hashable) -> Iterable[str]:
    if raw is None:
        return ()
    return (raw,) if isinstance(raw, str) else raw  # type: ignore[return-value]


def _parts(tables: Iterable[Mapping[str, float] | None], part: str) -> Iterable[float]:
    """Yield the number of one member, by its name or one that compares equal; 0 for none."""
    wanted = name_key(part)
    for numbers in tables:
        found = 0.0 if numbers is None else numbers.get(part)
        yield next((number for name, number in (numbers or {}).items()
                    if name_key(name) == wanted), 0.0) if found is None else found
