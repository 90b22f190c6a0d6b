"""Leads on their way through preparing, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from solver.models import Change, Lead, Merge
from solver.prepare.normalise.country_doubts import CountryDoubt
from solver.prepare.normalise.records import LeadNormaliser, apply

#: lead_id to the values of its fields that nobody knows, as they came.
Unknown = dict[str, dict[str, str]]


@dataclass
class State:
    """Leads on their way, and what is known of it so far."""

    leads: tuple[Lead, ...]
    changes: list[Change]
    unknown: Unknown = field(default_factory=dict)
    unreadable: Unknown = field(default_factory=dict)
    """What reading could not read."""
    merges: list[Merge] = field(default_factory=list)
    doubts: dict[str, CountryDoubt] = field(default_factory=dict)
    """lead_id to a country that the rest of the address contradicts."""

    def normalise(self, normaliser: LeadNormaliser) -> None:
        """Normalise every lead; what one was unknown by before is looked at anew."""
        leads = []
        for lead in self.leads:
            done = normaliser.normalise(lead)
            self.changes += done.changes
            lead = apply(lead, done)  # noqa: PLW2901
            unread = {name: text for name, text in self.unreadable.get(lead.lead_id, {}).items()
                      if getattr(lead, name) is None}
            self.unknown.pop(lead.lead_id, None)
            if done.unknown or unread:
                self.unknown[lead.lead_id] = {**unread, **dict(done.unknown)}
            if done.doubts:
                self.doubts[lead.lead_id] = done.doubts[0]
            elif self.doubts and (before := self.doubts.get(lead.lead_id)) is not None \
                    and before.region is None:
                del self.doubts[lead.lead_id]
            leads.append(lead)
        self.leads = tuple(leads)

    def forget_known(self) -> None:
        """Drop what was unknown of a lead that has another value by now."""
        for lead in self.leads:
            unknown = self.unknown.get(lead.lead_id)
            if unknown is None:
                continue
            left = {name: text for name, text in unknown.items()
                    if (value := getattr(lead, name)) is None or value == text
                    or isinstance(value, tuple)}
            if left:
                self.unknown[lead.lead_id] = left
            else:
                del self.unknown[lead.lead_id]
