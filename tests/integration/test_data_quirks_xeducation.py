"""X Education's quirks through Fairlead's own readers; `test_xeducation` has the adapter's."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.datasets.xeducation import LEAKS, PART
from solver.models import Policy, Territory
from solver.models.scoring import FitRule, Scoring, When
from solver.reading import Reading
from solver.solving import solve
from tests.quirks import by_id, changed, prepared, read, shared

LEADS = """\
Prospect ID,Lead Source,City,Country,Lead Profile,Tags
a,Google,Select,India,Select,Closed by Horizzon
b,google,Mumbai,india,Potential Lead,
c,bing,,United States,Select,
"""
RULES: dict[str, object] = {
    "lead_id": "Prospect ID", "source": "Lead Source", "city": "City", "country": "Country",
    "created_at": {"constant": "2021-12-01T00:00:00Z"}, "deal_value": {"constant": 100},
    "score": {"constant": 50}}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The leads of the shared data, prepared."""
    return read(tmp_path_factory.mktemp("xeducation"), shared(PART) / "Leads.csv", RULES)


def test_select_is_missing(tmp_path: Path) -> None:
    """What a form shows where nobody chose is blank, on the record."""
    reading = read(tmp_path, LEADS, RULES)
    assert [by_id(reading)[n].city for n in "abc"] == [None, "Mumbai", None]
    assert ("a", "city", "Select", None, "placeholder") in changed(reading)


def test_sources_that_differ_by_case_are_one(tmp_path: Path) -> None:
    """``google`` counts as ``Google`` in the report and lies in its territory."""
    policy = Policy(territories=(Territory(name="Search", sources=("GOOGLE",)),))
    reading = read(tmp_path, LEADS, RULES, policy=policy,
                   reps="rep_id,capacity,territories\nana,9,Search\n")
    sources = {s.source: s.leads for s in prepared(reading).report.sources}
    assert sources == {"Google": 2, "bing": 1}
    assert reading.window is not None
    assert {a.lead_id for a in solve(reading.window).assignments} == {"a", "b"}


def test_leaks_change_nothing_unless_a_rule_names_them(tmp_path: Path) -> None:
    """They stay attributes: scores are the same without them, until a rule reads one."""
    blind = {"when": When(source=("Google",)), "points": 20.0, "name": "search"}
    leak = FitRule(name="leak", when=When(attributes={"Tags": ("Closed by Horizzon",)}),
                   points=60)
    def points(*rules: FitRule) -> dict[str, float]:
        reading = read(tmp_path, LEADS, RULES, policy=Policy(scoring=Scoring(fit=rules)))
        return {score.lead_id: score.points for score in prepared(reading).scores}
    fair = FitRule.model_validate(blind)
    assert points(fair) == {"a": 20.0, "b": 20.0, "c": 0.0}
    assert points(fair, leak) == {"a": 80.0, "b": 20.0, "c": 0.0}


@pytest.mark.data
def test_the_real_export(export: Reading) -> None:
    """6,902 leads; ``Select`` of 1,704 cities is blank, 2,115 are of Google in either case."""
    found = prepared(export)
    assert len(found.leads) == 6_902
    assert "Select" not in {lead.city for lead in found.leads}
    assert sum(c.field == "city" and c.before == "Select" for c in found.changes) == 1_704
    sources = {source.source: source.leads for source in found.report.sources}
    assert (sources["Google"], "google" in sources) == (2_112 + 3, False)
    assert set(LEAKS) <= {name for lead in found.leads for name in lead.attributes}
