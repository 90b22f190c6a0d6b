"""What one provider knows of one lead, merged into it by the rule of each field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from solver.models.base import Id, Record, Text
from solver.models.enrichment import Enrichment, FieldEnrichment, Wins
from solver.models.lead import Lead
from solver.models.preparation import Change
from solver.prepare.check.filled import is_filled
from solver.prepare.enrich.values import (
    Normalise,
    RefusedValueError,
    date_name,
    instant,
    is_stale,
    our_date,
    parsed,
    shown,
    theirs_stands,
)


class RefusedValue(Record):
    """A value of a provider that a lead cannot take; the lead stays as it was."""

    provider: Text
    lead_id: Id
    field: Text
    value: str
    rule: Text
    """What must hold, as a sentence without a full stop."""

    @property
    def message(self) -> str:
        """One sentence that names provider, lead, field, value and rule."""
        return (f"{self.provider} says {self.field} {self.value!r} of lead {self.lead_id!r}, which "
                f"was not taken: {self.rule}. Correct it there.")


def is_blank(lead: Lead, name: str, unknown: Collection[str]) -> bool:
    """Tell whether a field is there to be filled in: blank, assumed or not recognised."""
    return not is_filled(getattr(lead, name)) or name in lead.assumed or name in unknown


@dataclass
class Merger:
    """Merges the answers of one provider."""

    provider: str
    rules: Enrichment
    at: datetime
    normalise: Normalise
    changes: list[Change] = field(default_factory=list)
    refused: list[RefusedValue] = field(default_factory=list)

    def merge(self, lead: Lead, cells: Mapping[str, str], unknown: Collection[str]) -> Lead:
        """Return the lead with what wins of the provider's values.

        Parameters
        ----------
        lead
            As it is.
        cells
            The provider's values as text, by field.
        unknown
            Fields of the lead whose value was not recognised.
        """
        values: dict[str, object] = {}
        dates: dict[str, object] = {}
        for name, rule in self.rules.fields.items():
            if rule is not None and name in cells:
                for update in self._updates(lead, name, rule, cells, name in unknown):
                    (values if update[0] == name else dates).update([update])
        if not values and not dates:
            return lead
        return lead.model_copy(update={
            **values, "attributes": {**lead.attributes, **dates},
            "assumed": tuple(name for name in lead.assumed if name not in values)})

    def _updates(self, lead: Lead, name: str, rule: FieldEnrichment, cells: Mapping[str, str],
                 unknown: bool) -> Iterator[tuple[str, object]]:
        """Yield the field's new value, and its date where the rule goes by it."""
        theirs = self._value(lead, name, cells[name])
        if theirs is None:
            return
        before, after = shown(getattr(lead, name)), shown(theirs) or ""
        ours_at, theirs_at = our_date(lead, name), self._date(cells.get(date_name(name)))
        blank = is_blank(lead, name, (name,) if unknown else ())
        stale = not blank and is_stale(rule, ours_at, self.at)
        stands = blank or theirs_stands(rule, (before or "", after), (ours_at, theirs_at), self.at)
        if not stands or (before == after and not (stale or blank)):
            return
        why = f"enriched by {self.provider} ({rule.wins.value}{', stale' if stale else ''})"
        yield name, theirs
        if before != after:
            self._record(lead, name, (before, after), why)
        if rule.stale_days is not None or rule.wins is Wins.NEWER:
            key, date = date_name(name), (theirs_at or self.at).isoformat()
            yield key, date
            if lead.attributes.get(key) != date:
                self._record(lead, key, (lead.attributes.get(key), date), why)

    def _value(self, lead: Lead, name: str, text: object) -> object:
        """Return a value as the lead holds it; None where it says nothing or is refused."""
        if not isinstance(text, str) or not _is_unicode(text):
            self._refuse(lead, name, repr(text), "it must be Unicode text")
            return None
        cell = self.normalise(name, text)
        try:
            value = None if cell.value is None else parsed(name, cell.value)
        except RefusedValueError as error:
            self._refuse(lead, name, text, str(error))
            return None
        if value is not None and not cell.known:
            self._refuse(lead, name, text, f"it is not a known {name}")
            return None
        return value if is_filled(value) else None

    def _date(self, text: object) -> datetime | None:
        """Return the date of their value; one in the future is now."""
        read = instant(text if isinstance(text, str) else None)
        return None if read is None else min(read, self.at)

    def _record(self, lead: Lead, name: str, change: tuple[str | None, str], why: str) -> None:
        before, after = change
        self.changes.append(Change(record_id=lead.lead_id, field=name, before=before, after=after,
                                   rule=why))

    def _refuse(self, lead: Lead, name: str, value: str, rule: str) -> None:
        self.refused.append(RefusedValue(provider=self.provider, lead_id=lead.lead_id, field=name,
                                         value=value[:200], rule=rule))


def _is_unicode(text: str) -> bool:
    """Tell whether text has no half of a surrogate pair, which JSON can smuggle in."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
