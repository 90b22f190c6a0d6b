"""Countries that the rest of the address contradicts: reported, and read otherwise if certain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pycountry
import pytest

from solver.models import Change, Lead, Policy
from solver.models.checking import Checking
from solver.prepare.normalise.records import LeadNormaliser
from solver.prepare.normalise.region_names import region_names
from solver.prepare.normalise.tables.state_cities import STATE_CITIES
from solver.reading.streaming import prepare_stream
from solver.reading.window import read_window

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_HEADER = "lead_id,created_at,deal_value,score,country,city,region,phone,postal_code,email\n"
_DENVER = "L1,2026-11-01T00:00:00Z,100,50,CO,Denver,,+1 303 555 0123,80202,\n"
_WIEN = "L2,2026-11-01T00:00:00Z,100,50,Germany,,Wien,+43 1 234567,,\n"
_RULE = "region in the country column"


def _normalised(**fields: str | None) -> tuple[Lead, list[Change], list[tuple[str, ...]]]:
    """Return the lead, its changes, and the evidence of each doubt."""
    lead = Lead.model_validate({"lead_id": "L", **fields})
    done = LeadNormaliser().normalise(lead)
    return (lead.model_copy(update=done.update), done.changes,
            [doubt.evidence for doubt in done.doubts])


@pytest.mark.parametrize(("fields", "region", "zone"), [
    ({"country": "CO", "city": "Denver", "phone": "+1 303 555 0123"}, "Colorado",
     "America/Denver"),
    ({"country": "IN", "region": "Indiana"}, "Indiana", None),
    ({"country": "GA", "city": "Atlanta", "postal_code": "30301"}, "Georgia", "America/New_York"),
    ({"country": "CA", "city": "Los Angeles", "postal_code": "90001"}, "California",
     "America/Los_Angeles"),
    ({"country": "DE", "city": "Wilmington", "region": "DE", "postal_code": "19801-1234",
      "phone": "302-555-0123"}, "Delaware", "America/New_York"),
    ({"country": "Georgia", "region": "GA", "phone": "+1 404 555 0123"}, "Georgia",
     "America/New_York"),
])
def test_a_state_in_the_country_column_is_read_as_one(
    fields: dict[str, str], region: str, zone: str | None
) -> None:
    """Two pieces that agree make the cell a state, with recorded changes and its own clock."""
    lead, changes, doubts = _normalised(**fields)
    assert (lead.country, lead.region, lead.timezone) == ("US", region, zone)
    assert Change("L", "country", fields["country"].upper() if len(fields["country"]) == 2
                  else "GE", "US", _RULE) in changes
    assert len(doubts) == 1
    assert len(doubts[0]) >= 2


def test_the_phone_is_read_by_the_country_that_is_meant() -> None:
    """A national number in Delaware is no German one, though it would be valid there."""
    lead, _, _ = _normalised(country="DE", city="Wilmington", postal_code="19801-1234",
                             phone="302-555-0123")
    assert lead.phone == "+13025550123"


@pytest.mark.parametrize("fields", [
    {"country": "CO", "city": "Denver"},
    {"country": "CA", "city": "Los Angeles"},
    {"country": "CO", "phone": "+1 303 555 0123"},
    {"country": "Germany", "region": "Ontario", "phone": "+1 416 967 1111"},
    {"country": "US", "region": "ON", "postal_code": "M5V 2T6", "email": "x@acme.ca"},
    {"country": "CO", "region": "Texas", "phone": "+1 303 555 0123"},
])
def test_what_is_not_certain_is_doubted_and_left(fields: dict[str, str]) -> None:
    """The country stays, counts as not known, and gives no time zone; nothing is guessed."""
    lead = Lead.model_validate({"lead_id": "L", **fields})
    done = LeadNormaliser().normalise(lead)
    assert ("country", done.update.get("country", fields["country"])) in done.unknown
    assert "timezone" not in done.update
    assert done.update.get("country", "DE") == "DE"
    assert len(done.doubts) == 1


@pytest.mark.parametrize("fields", [
    {"country": "CO", "city": "Bogotá", "region": "Bogota", "phone": "+57 1 3456789"},
    {"country": "CA", "city": "Toronto", "region": "ON", "postal_code": "M5V 2T6"},
    {"country": "DE", "city": "Berlin", "region": "Berlin", "phone": "+1 212 555 0123"},
    {"country": "GB", "city": "Saint Helier", "phone": "+44 1534 123456"},
    {"country": "DE", "city": "Hamburg", "email": "eva@klein.fr"},
    {"country": "US", "region": "Puerto Rico", "phone": "+1 787 555 0123"},
    {"country": "FR", "region": "EMEA", "phone": "01 42 68 53 00"},
    {"country": "GA", "city": "Libreville"},
])
def test_what_agrees_is_not_doubted(fields: dict[str, str]) -> None:
    """One piece against a place that others confirm, or a part of the country, says nothing."""
    assert _normalised(**fields)[2] == []


def test_normalising_again_changes_nothing() -> None:
    """What was read as a state, and what was left, stay as they are."""
    for fields in ({"country": "CO", "city": "Denver", "postal_code": "80202"},
                   {"country": "Germany", "region": "Wien", "phone": "+43 1 234567"}):
        lead, _, _ = _normalised(**fields)
        assert LeadNormaliser().normalise(lead).changes == []


def test_one_clock_is_named_though_the_country_is_doubted() -> None:
    """Paris and Brussels keep the same time, so a phone over the border costs no time zone."""
    lead, _, doubts = _normalised(country="FR", phone="+32 2 555 12 12")
    assert lead.timezone == "Europe/Paris"
    assert len(doubts) == 1


def test_doubts_are_reported_with_row_and_evidence(tmp_path: Path) -> None:
    """The warning names file, row, cell and all that was compared; the stream says the same."""
    leads, reps = tmp_path / "leads.csv", tmp_path / "reps.csv"
    leads.write_text(_HEADER + _DENVER + _WIEN, encoding="utf-8")
    reps.write_text("rep_id,capacity\nr1,5\n", encoding="utf-8")
    found = [issue for issue in read_window(leads, reps, at=_AT).issues
             if issue.code == "CONTRADICTED_COUNTRY"]
    assert [(issue.row, issue.column, issue.record_id, issue.offending) for issue in found] == [
        (2, "country", "L1", "CO"), (3, "country", "L2", "Germany")]
    assert found[0].rule == (
        "by itself the country is Colombia, by phone '+1 303 555 0123', postal code '80202', "
        "city 'Denver' it is United States; it was read as Colorado")
    out = tmp_path / "out"
    out.mkdir()
    assert [issue for issue in prepare_stream(leads, out, at=_AT).issues
            if issue.code == "CONTRADICTED_COUNTRY"] == found


def test_a_required_country_must_not_be_in_doubt(tmp_path: Path) -> None:
    """Where the policy requires the country, the lead waits until somebody has looked."""
    leads, reps = tmp_path / "leads.csv", tmp_path / "reps.csv"
    leads.write_text(_HEADER + _DENVER + _WIEN, encoding="utf-8")
    reps.write_text("rep_id,capacity\nr1,5\n", encoding="utf-8")
    policy = Policy(checking=Checking(required=("created_at", "deal_value", "score", "country")))
    window = read_window(leads, reps, at=_AT, policy=policy).window
    assert window is not None
    assert [hold.lead_id for hold in window.holds] == ["L2"]


def test_every_state_of_the_table_is_also_a_country() -> None:
    """The table holds no state that nobody could take for a country."""
    for code in STATE_CITIES:
        assert code in region_names()
        assert pycountry.countries.get(alpha_2=code.partition("-")[2]) is not None
    wanted = {f"US-{country.alpha_2}" for country in pycountry.countries} & set(region_names())
    assert wanted - set(STATE_CITIES) <= {"US-PR", "US-GU", "US-VI", "US-AS", "US-MP", "US-UM"}
