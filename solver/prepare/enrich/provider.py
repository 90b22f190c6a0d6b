"""Whoever fills in what a lead lacks: the protocol, and the error of one that cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from solver.errors import FairleadError
from solver.models.lead import Lead

#: lead_id to field to value as text; several names are separated by ``;``. What is not known is
#: left out. ``<field>_updated_at`` says when a value was last known to be right (RFC 3339).
Answer = Mapping[str, Mapping[str, str]]


class ProviderError(FairleadError):
    """A provider cannot answer: too late, out of order, unintelligible."""

    code = "provider"


class Provider(Protocol):
    """Somebody who knows more of leads than we do."""

    @property
    def name(self) -> str:
        """Name that stands in the record of every change."""

    def enrich(self, leads: Sequence[Lead]) -> Answer:
        """Return what is known of some of these leads.

        Raises
        ------
        ProviderError
            If no answer is to be had; any other exception counts the same.
        """
