"""Text whose encoding was mistaken on the way: repaired with a record, or left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pycountry
import pytest

from solver.prepare.normalise.mojibake import mend_encoding
from solver.reading.streaming import prepare_stream
from solver.reading.window import read_window

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(("text", "meant"), [
    ("MÃ¼ller", "Müller"), ("MÃœLLER", "MÜLLER"), ("SÃ¸ren", "Søren"),
    ("JosÃ© GarcÃ­a", "José García"), ("MÃƒÂ¼ller", "Müller"),
    ("â€œAcmeâ€\x9d", "“Acme”"), ("Å\x81ukasz", "Łukasz"),
])
def test_what_was_meant_is_found(text: str, meant: str) -> None:
    """UTF-8 that was read as cp1252, once or twice, is read as UTF-8."""
    assert mend_encoding(text) == meant


@pytest.mark.parametrize("text", [
    "Müller", "São Paulo", "CAFÉ’S", "Zürich · Bern", "L’Oréal – Köln", "Łódź", "Åsa Ångström",
    "株式会社トヨタ", "Яндекс", "M\ufffdller", "Ãngela", "A® B™", "plain",
])
def test_what_may_be_meant_is_left(text: str) -> None:
    """Letters that stand together in sound names are no damage."""
    assert mend_encoding(text) == text


def test_names_of_all_places_are_left() -> None:
    """No name of a country or region looks damaged."""
    names = {place.name for place in (*pycountry.countries, *pycountry.subdivisions)}
    assert [name for name in names if mend_encoding(name) != name] == []


def test_a_damaged_export_is_repaired_and_recorded(tmp_path: Path) -> None:
    """Names are mended before they are compared; ids are exact; the stream does the same."""
    leads, reps = tmp_path / "leads.csv", tmp_path / "reps.csv"
    leads.write_text("lead_id,created_at,deal_value,score,last_name,company\n"
                     "LÃ¼1,2026-11-01T00:00:00Z,100,50,MÃ¼ller,Klein & SÃ¶hne\n", encoding="utf-8")
    reps.write_text("rep_id,capacity\nr1,5\n", encoding="utf-8")
    prepared = read_window(leads, reps, at=_AT).prepared
    assert prepared is not None
    (lead,) = prepared.leads
    assert (lead.lead_id, lead.last_name, lead.company) == ("LÃ¼1", "Müller", "Klein & Söhne")
    assert [change[1:] for change in prepared.changes] == [
        ("company", "Klein & SÃ¶hne", "Klein & Söhne", "encoding repaired"),
        ("last_name", "MÃ¼ller", "Müller", "encoding repaired")]
    out = tmp_path / "out"
    out.mkdir()
    prepare_stream(leads, out, at=_AT)
    assert (out / "leads.csv").read_text(encoding="utf-8").endswith(",Klein & Söhne,Müller\n")
