"""What preparing loads when it first needs it, loaded before a lead has to wait for it."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from threading import Thread

from solver.models import Lead, Policy
from solver.prepare.arriving import Around, Arrivals
from solver.reading.arriving import read_lead

#: Objects made between two looks for garbage: a bulk makes some hundred thousand that are none.
_YOUNG = 50_000
_AT = datetime(2026, 11, 18, tzinfo=UTC)
_USUAL: Mapping[str, str] = {
    "created_at": "2026-11-18", "company": "Acme Inc.", "deal_value": "1,5 Mio",
    "employees": "11-50", "country": "Germany", "region": "Bavaria", "industry": "Software",
    "title": "Head of IT", "email": "ana@acme.example", "phone": "+49 30 123456",
    "languages": "German"}
#: Leads whose address contradicts itself, whose words are misspelt or in a wrong encoding.
_ODD: Sequence[Mapping[str, str]] = (
    {"country": "DE", "region": "Berlin", "postal_code": "10169", "city": "New York",
     "phone": "+1 212 555 0100"},
    {"country": "Grmany", "region": "Bayren", "industry": "Sofware & stuff",
     "title": "Cheif wizard", "company": "Müller GmbH & Co KG", "languages": "Deutsch,Englisch"},
    {"company": "M\u00c3\u00bcller", "deal_value": "kr 5.000", "created_at": "18. Nov 2026"})


@cache
def warm_up() -> None:
    """Prepare a lead as most are, and go on with odd ones beside other work; once a process."""
    _prepare(_USUAL)
    Thread(target=_go_on, name="warm-up", daemon=True).start()


def _go_on() -> None:
    for fields in _ODD:
        _prepare(fields)
    # Millions of objects stay for good now: looking at them for garbage takes half a second, and
    # whatever request is worked on then has to wait.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


def _prepare(fields: Mapping[str, str]) -> None:
    found = read_lead({"lead_id": "warm-up", **fields}, Policy())
    assert found.lead is not None
    Arrivals(Policy()).prepare([found.lead], Around(known=(
        Lead(lead_id="known", email="ana@acme.example"),)), _AT)
