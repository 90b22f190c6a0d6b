"""Enrichment: who wins, what is stale, what is refused, and what a failure leaves behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from solver.errors import UsageError
from solver.models import Lead
from solver.models.enrichment import Enrichment
from solver.prepare.enrich.csv_provider import CsvProvider
from solver.prepare.enrich.enriching import Enriched, EnrichmentProblem, enrich
from solver.prepare.enrich.provider import Provider, ProviderError
from solver.prepare.normalise.cell import Cell

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
OLD = AT - timedelta(days=400)
Answers = Mapping[str, Any]


class Told:
    """A provider that says what it is told to say, and remembers whom it was asked about."""

    def __init__(self, answers: object, name: str = "Oracle") -> None:
        self.name = name
        self.answers = answers
        self.asked: list[str] = []

    def enrich(self, leads: Sequence[Lead]) -> Any:
        """Remember who is asked about, and answer or raise."""
        self.asked += [lead.lead_id for lead in leads]
        if isinstance(self.answers, Exception):
            raise self.answers
        return self.answers


def a_lead(lead_id: str = "L1", **fields: Any) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": AT, **fields})


def rules(**fields: Any) -> Enrichment:
    """Return rules with these fields and no others."""
    return Enrichment.model_validate(
        {"fields": {**dict.fromkeys(Enrichment().fields, None), **fields}})


def enriched(lead: Lead, cells: Any, section: Enrichment | None = None, **options: Any) -> Enriched:
    return enrich([lead], [Told({lead.lead_id: cells})], section or Enrichment(), AT, **options)


def changes(found: Enriched) -> list[tuple[str, str | None, str | None, str]]:
    return [(change.field, change.before, change.after, change.rule) for change in found.changes]


# --- who wins -------------------------------------------------------------------------------------


def test_a_blank_is_filled_and_recorded() -> None:
    """The change names field, nothing, value, provider and rule; what is there stays."""
    found = enriched(a_lead(industry="Farming"), {"company": " Acme ", "industry": "Mining"})
    (lead,) = found.leads
    assert (lead.company, lead.industry) == ("Acme", "Farming")
    assert changes(found) == [("company", None, "Acme", "enriched by Oracle (if_blank)")]
    assert found.changes[0].record_id == "L1"
    assert not found.warnings
    assert not found.refused


@pytest.mark.parametrize(("wins", "ours", "theirs", "expected"), [
    ("if_blank", "Acme", "Acme Inc", "Acme"),
    ("ours", "Acme", "Acme Inc", "Acme"),
    ("theirs", "Acme", "Acme Inc", "Acme Inc"),
    ("longer", "Acme", "Acme Inc", "Acme Inc"),
    ("longer", "Acme Inc", "Acme", "Acme Inc"),
    ("longer", "Acme", "ACME", "Acme"),
    ("newer", "Acme", "Acme Inc", "Acme"),
    *((wins, None, "Acme Inc", "Acme Inc")
      for wins in ("if_blank", "ours", "theirs", "longer", "newer")),
])
def test_who_wins(wins: str, ours: str | None, theirs: str, expected: str) -> None:
    """A blank is always filled; what is not known to be newer is not."""
    found = enriched(a_lead(company=ours), {"company": theirs}, rules(company={"wins": wins}))
    assert found.leads[0].company == expected
    assert bool(found.changes) == (ours != expected)


@pytest.mark.parametrize(("theirs_at", "expected"), [
    ("2026-11-19T00:00:00Z", "new"), ("2026-11-17", "ours"), ("2026-11-18T08:00:00Z", "ours"),
    ("soon", "ours"), (None, "ours"),
])
def test_newer(theirs_at: str | None, expected: str) -> None:
    """Dates decide; ours is the attribute's, and then theirs is kept beside the value."""
    lead = a_lead(title="ours", attributes={"title_updated_at": "2026-11-18T08:00:00Z", "x": "1"})
    found = enriched(lead, {"title": "new", "title_updated_at": theirs_at}
                     if theirs_at else {"title": "new"}, rules(title={"wins": "newer"}))
    assert found.leads[0].title == expected
    assert found.leads[0].attributes["x"] == "1"
    if expected == "new":
        assert found.leads[0].attributes["title_updated_at"] == "2026-11-19T00:00:00+00:00"
        assert [change.field for change in found.changes] == ["title", "title_updated_at"]


@pytest.mark.parametrize(("wins", "created_at", "attributes", "expected"), [
    ("if_blank", OLD, {}, 20),
    ("newer", OLD, {}, 20),
    ("longer", OLD, {}, 20),
    ("ours", OLD, {}, 3000),
    ("if_blank", AT, {}, 3000),
    ("if_blank", AT, {"employees_updated_at": OLD.isoformat()}, 20),
    ("if_blank", OLD, {"employees_updated_at": AT.isoformat()}, 3000),
    ("if_blank", AT - timedelta(days=365), {}, 3000),
    ("if_blank", None, {}, 3000),
    ("if_blank", AT, {"employees_updated_at": "some day"}, 3000),
])
def test_what_is_stale_is_refreshed(wins: str, created_at: datetime | None,
                                    attributes: dict[str, str], expected: float) -> None:
    """The age is that of the field, else of the lead; of unknown age is not stale."""
    lead = a_lead(employees=3000, created_at=created_at, attributes=attributes)
    section = rules(employees={"wins": wins, "stale_days": 365})
    found = enriched(lead, {"employees": "20"}, section)
    assert found.leads[0].employees == expected
    if expected == 20:
        assert changes(found)[0] == ("employees", "3000", "20",
                                     f"enriched by Oracle ({wins}, stale)")
        assert found.leads[0].attributes["employees_updated_at"] == AT.isoformat()
        again = enrich(found.leads, [Told({"L1": {"employees": "30"}})], section, AT)
        assert again.leads == found.leads, "what was refreshed is no longer stale"


def test_a_value_older_than_ours_does_not_refresh_it() -> None:
    """Stale as ours is, theirs is staler."""
    cells = {"title": "Clerk", "title_updated_at": (OLD - timedelta(days=1)).isoformat()}
    found = enriched(a_lead(title="Boss", created_at=OLD), cells)
    assert (found.leads[0].title, found.changes) == ("Boss", ())


def test_a_stale_value_that_is_confirmed_is_fresh_again() -> None:
    """Only its date changes, and a date in the future counts as now."""
    cells = {"title": "Boss", "title_updated_at": "2030-01-01"}
    found = enriched(a_lead(title="Boss", created_at=OLD), cells)
    assert changes(found) == [("title_updated_at", None, AT.isoformat(),
                               "enriched by Oracle (if_blank, stale)")]


def test_what_is_assumed_or_not_known_is_as_good_as_blank() -> None:
    """A default of the mapping gives way, and is no longer called assumed."""
    lead = a_lead(company="?", industry="wdgts", assumed=["company"])
    found = enriched(lead, {"company": "Acme", "industry": "Mining"}, unknown={"L1": ["industry"]})
    (after,) = found.leads
    assert (after.company, after.industry, after.assumed) == ("Acme", "Mining", ())


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "text", "value"), [
    ("employees", "120", 120.0), ("employees", "1.5", 1.5), ("timezone", "Europe/Madrid", None),
    ("products", "A; B;", ("A", "B")), ("languages", "en", ("en",)), ("phone", "+1 555", None),
])
def test_values_are_read(field: str, text: str, value: object) -> None:
    """Text becomes what the lead holds."""
    found = enriched(a_lead(), {field: text}, rules(**{field: {}}))
    assert getattr(found.leads[0], field) == (text if value is None else value)


@pytest.mark.parametrize(("field", "value", "message"), [
    ("employees", "many", "valid number"),
    ("employees", "-3", "greater than or equal to 0"),
    ("employees", "nan", "finite"),
    ("annual_revenue", "1e13", "less than or equal"),
    ("timezone", "Mars/Base", "Mars/Base"),
    ("products", "A;a", "stands twice"),
    ("company", 7, "Unicode text"),
    ("company", True, "Unicode text"),
    ("company", "half \ud83d", "Unicode text"),
])
def test_invalid_values_are_refused_and_reported(field: str, value: object, message: str) -> None:
    """The lead stays as it was, the sound values are taken all the same."""
    found = enriched(a_lead(), {field: value, "city": "Rome"}, rules(**{field: {}}, city={}))
    assert found.leads == (a_lead(city="Rome"),)
    (refused,) = found.refused
    assert (refused.provider, refused.lead_id, refused.field) == ("Oracle", "L1", field)
    assert message in refused.rule
    assert refused.message.isprintable()


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_says_nothing(blank: str) -> None:
    """It neither fills nor deletes, even where theirs wins."""
    found = enriched(a_lead(city="Rome"), {"city": blank}, rules(city={"wins": "theirs"}))
    assert found == Enriched((a_lead(city="Rome"),))


def test_values_are_normalised_as_ours_are() -> None:
    """What the normaliser does not know is refused."""
    known = {"Germany": Cell("DE", "country name"), "Narnia": Cell("Narnia", known=False)}
    found = enrich([a_lead("L1"), a_lead("L2")],
                   [Told({"L1": {"country": "Germany"}, "L2": {"country": "Narnia"}})],
                   Enrichment(), AT, normalise=lambda _, text: known[text])
    assert [lead.country for lead in found.leads] == ["DE", None]
    assert [refused.rule for refused in found.refused] == ["it is not a known country"]


# --- providers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answers", "shown"), [
    (ProviderError("its answer was not there after 2 s"), "not there after 2 s"),
    (TimeoutError("timed out"), "TimeoutError: timed out"),
    (ZeroDivisionError("half \ud83d"), r"half \ud83d"),
    (None, "not a mapping of lead_id to fields"),
    (["L1"], "not a mapping"),
    ({"L1": "Acme"}, "lead 'L1' is not a mapping of field"),
    ({1: {"city": "Rome"}}, "lead 1 is not a mapping"),
])
def test_a_failure_leaves_the_leads_as_they_were(answers: object, shown: str) -> None:
    """One warning; the next provider is asked all the same."""
    leads = (a_lead("L1"), a_lead("L2"))
    failed = enrich(leads, [Told(answers, "Bad")], Enrichment(), AT)
    assert (failed.leads, failed.changes) == (leads, ())
    (warning,) = failed.warnings
    assert (warning.provider, warning.kind) == ("Bad", EnrichmentProblem.FAILED)
    assert shown in warning.rule
    assert "2 lead(s), which stay as they were" in warning.message
    both = enrich(leads, [Told(answers, "Bad"), Told({"L2": {"city": "Rome"}})], Enrichment(), AT)
    assert [lead.city for lead in both.leads] == [None, "Rome"]
    assert both.warnings == failed.warnings


def test_providers_are_asked_in_turn() -> None:
    """What the first filled in is not blank to the second; who needs nothing is not asked."""
    first, second = Told({"L1": {"city": "Rome"}}, "A"), Told({"L1": {"city": "Oslo"}}, "B")
    leads = [a_lead("L1"), a_lead("L2", city="Bern")]
    found = enrich(leads, [first, second], rules(city={}), AT, unknown={"L2": ["city"]})
    assert [lead.city for lead in found.leads] == ["Rome", "Bern"]
    assert (first.asked, second.asked) == (["L1", "L2"], ["L2"])
    assert [warning.kind for warning in found.warnings] == [EnrichmentProblem.UNASKED_LEADS]


@pytest.mark.parametrize(("section", "asked"), [
    ({"wins": "if_blank"}, False), ({"wins": "ours"}, False), ({"wins": "theirs"}, True),
    ({"wins": "longer"}, True), ({"wins": "newer"}, True),
    ({"wins": "if_blank", "stale_days": 30}, True), ({"wins": "ours", "stale_days": 30}, False),
    ({"wins": "if_blank", "stale_days": 500}, False),
])
def test_only_what_could_change_is_asked_about(section: dict[str, Any], asked: bool) -> None:
    """A full and fresh lead costs no question."""
    provider = Told({})
    enrich([a_lead(city="Rome", created_at=OLD)], [provider], rules(city=section), AT)
    assert provider.asked == (["L1"] if asked else [])


def test_what_nobody_asked_for_is_said_to_be_passed_over() -> None:
    """Other leads, fields without a rule; a field's date needs none."""
    answer = {"L1": {"shoe_size": "44", "city": "Rome", "city_updated_at": "2026-01-01"},
              "L9": {"city": "Rome"}}
    found = enrich([a_lead()], [Told(answer)], rules(city={}), AT)
    assert [(warning.kind, "L9" in warning.rule, "shoe_size" in warning.rule)
            for warning in found.warnings] == [
        (EnrichmentProblem.UNASKED_LEADS, True, False),
        (EnrichmentProblem.FIELDS_WITHOUT_RULE, False, True)]


def test_enriching_twice_changes_nothing_more() -> None:
    """Whatever the rule, at the same instant."""
    section = rules(**{name: {"wins": wins, "stale_days": 30} for name, wins in {
        "city": "if_blank", "title": "newer", "company": "longer", "region": "theirs",
        "street": "ours"}.items()})
    cells = {"city": "Rome", "title": "Boss", "title_updated_at": "2026-05-01", "company": "Acme",
             "region": "LA", "street": "Via 1"}
    lead = a_lead(created_at=OLD, title="Clerk", region="NY")
    once = enriched(lead, cells, section)
    assert (once.leads[0].title, once.leads[0].region) == ("Boss", "LA")
    twice = enriched(once.leads[0], cells, section)
    assert (twice.leads, twice.changes) == (once.leads, ())


# --- the table ------------------------------------------------------------------------------------


TABLE = """\
\ufeffdomain, email,employees,title,notes
acme.example,,120,,
,ann@acme.example,,Boss,x
,bob@gmail.com,3,,
"""


@pytest.mark.parametrize(("fields", "cells"), [
    ({"domain": "ACME.example"}, {"employees": "120"}),
    ({"email": "joe@acme.example"}, {"employees": "120"}),
    ({"email": "Ann@Acme.Example"}, {"employees": "120", "title": "Boss", "notes": "x"}),
    ({"email": "bob@gmail.com", "domain": "acme.example"}, {"employees": "3"}),
    ({"email": "eve@gmail.com"}, None),
    ({}, None),
])
def test_the_table_finds_people_and_companies(fields: dict[str, str], cells: dict[str, str] | None
                                              ) -> None:
    """By e-mail address, then by domain; what is known of the person goes before."""
    provider: Provider = CsvProvider.from_text(TABLE, "Table")
    assert provider.enrich([a_lead(**fields)]) == ({} if cells is None else {"L1": cells})


def test_leads_enriched_from_a_table() -> None:
    """The whole way, with the columns that have no rule reported."""
    found = enrich([a_lead(email="ann@acme.example")], [CsvProvider.from_text(TABLE, "Table")],
                   Enrichment(), AT)
    assert (found.leads[0].employees, found.leads[0].title) == (120, "Boss")
    assert {change.rule for change in found.changes} == {"enriched by Table (if_blank)"}
    assert [warning.kind for warning in found.warnings] == [EnrichmentProblem.FIELDS_WITHOUT_RULE]


@pytest.mark.parametrize(("rows", "message"), [
    ([{"company": "Acme"}], "record 1: it has neither email nor domain"),
    ([{"domain": "a.example"}, {"domain": "A.example "}], "record 2: the domain 'a.example' "),
])
def test_a_faulty_table_is_refused(rows: list[dict[str, str | None]], message: str) -> None:
    """With the record and the remedy."""
    with pytest.raises(UsageError, match=message):
        CsvProvider(rows)


@pytest.mark.parametrize(("fields", "message"), [
    ({"owner_id": {}}, "'owner_id' is not a field"), ({"citi": {}}, "maybe 'city'"),
    ({"city": {"wins": "loser"}}, "if_blank"), ({"city": {"stale_days": 0}}, "greater than 0"),
])
def test_a_faulty_section_is_refused(fields: dict[str, Any], message: str) -> None:
    """What identifies a lead or says whose it is, is nobody else's to fill in."""
    with pytest.raises(ValidationError, match=message):
        Enrichment.model_validate({"fields": fields})
