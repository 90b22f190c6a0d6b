"""What each source brought, by month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from solver.models import Lead
from solver.models.checking import Checking
from solver.prepare.check import sources as sources_module
from solver.prepare.check.quality import Checker
from solver.prepare.check.sources import OTHER_SOURCES, Fate, SourceQuality, SourceTally

CHECKER = Checker(Checking.model_validate({"weights": {
    **dict.fromkeys(Checking().weights, 0), "email": 1, "phone": 1}}))


def a_lead(n: int, source: str | None = "Web", day: str = "2026-11-20", **fields: Any) -> Lead:
    created_at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    return Lead.model_validate({"lead_id": f"L{n}", "created_at": created_at, "source": source,
                                **fields})


def add(tally: SourceTally, lead: Lead, unknown: tuple[str, ...] = (), **fate: Any) -> None:
    tally.add(lead, unknown, CHECKER.quality(lead, unknown), Fate(**fate))


def tallied(*leads: Lead) -> tuple[SourceQuality, ...]:
    tally = SourceTally()
    for lead in leads:
        add(tally, lead)
    return tally.sources()


def test_counts_of_a_source() -> None:
    """Quality, unknown values, duplicates, junk and outcomes."""
    tally = SourceTally()
    add(tally, a_lead(1, email="a@b.example", phone="1"), owned=True, converted=True)
    add(tally, a_lead(2, email="at home"), ("email",), duplicate=True, owned=True, converted=False)
    add(tally, a_lead(3, phone="2"), junk=True, owned=False)
    add(tally, a_lead(4))
    (web,) = tally.sources()
    assert (web.source, web.leads, web.mean_quality, web.unknown_share) == ("Web", 4, 37.5, 0.25)
    assert (web.duplicates, web.junk, web.owned, web.converted) == (1, 1, 2, 1)


def test_outcomes_that_nobody_knows_are_null() -> None:
    """Not known is not none."""
    (web,) = tallied(a_lead(1))
    assert (web.owned, web.converted) == (None, None)


def test_months_in_order() -> None:
    """A history by month, unknown last; the parts add up to the whole."""
    (web,) = tallied(a_lead(1, day="2026-02-01"), a_lead(2, day=""), a_lead(3, day="2025-12-31"),
                     a_lead(4, day="2026-02-28"), a_lead(5, day="0987-01-01"))
    assert [(month.month, month.leads) for month in web.months] == [
        ("0987-01", 1), ("2025-12", 1), ("2026-02", 2), (None, 1)]


def test_spellings_are_one_source() -> None:
    """Sources compare as names do; the most frequent spelling is shown."""
    (google,) = tallied(a_lead(1, "google"), a_lead(2, "Google"), a_lead(3, "Google"))
    assert (google.source, google.leads) == ("Google", 3)


def test_a_lead_counts_with_each_of_its_sources() -> None:
    """What came from two sources speaks for both; sources come by leads, then by name."""
    found = tallied(a_lead(1, sources=("Web", "Fair")), a_lead(2, "Fair"), a_lead(3, None))
    assert [(source.source, source.leads) for source in found] == [
        ("Fair", 2), (None, 1), ("Web", 1)]


def test_sources_beyond_the_cap_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, and no lead is lost; the same goes for months."""
    monkeypatch.setattr(sources_module, "_MAX_SOURCES", 2)
    monkeypatch.setattr(sources_module, "_MAX_MONTHS", 3)
    found = tallied(*(a_lead(n, f"S{n}", day=f"2026-0{n}-01") for n in range(1, 7)))
    assert {source.source: source.leads for source in found} == {"S1": 1, "S2": 1, OTHER_SOURCES: 4}
    others = next(source for source in found if source.source == OTHER_SOURCES)
    assert [(month.month, month.leads) for month in others.months] == [("2026-03", 1), (None, 3)]
