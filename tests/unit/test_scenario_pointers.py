"""Places of issues of scenarios as JSON pointers into the request that holds them."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from api.solving.pointers import with_pointer
from solver.models import Issue, IssueCode

_LIST: JsonValue = {"limits": [{"name": "East", "max": 1}, {"name": "W.est/1", "max": 2}]}
_SCENARIOS: list[JsonValue] = [{"name": "one", "edits": []}, {"name": "two", "edits": [
    {"edit": "campaign", "name": "expo", "like": "true"}, {"edit": "policy", "set": _LIST},
    {"edit": "policy", "set": {"limits": {"a.b": {"max": 1}}}}]}]


@pytest.mark.parametrize(("place", "pointer"), [
    ("scenarios[0].name", "/scenarios/0/name"), ("scenarios[0]", "/scenarios/0"),
    ("scenarios[1].edits[0]", "/scenarios/1/edits/0"),
    ("scenarios[1].edits[0].like", "/scenarios/1/edits/0/like"),
    ("scenarios[1].edits[0].set.country", "/scenarios/1/edits/0/set/country"),
    ("scenarios[1].edits[1].set.limits.W.est/1.max",
     "/scenarios/1/edits/1/set/limits/1/max"),
    ("scenarios[1].edits[2].set.limits.a.b.max", "/scenarios/1/edits/2/set/limits/a.b/max"),
    ("scenarios[1].edits[2].set.limits.c/d~e", "/scenarios/1/edits/2/set/limits/c~1d~0e"),
    ("leads", "plans.yaml/leads")])
def test_places_are_json_pointers(place: str, pointer: str) -> None:
    """Also below lists of named rules, and with the signs that a pointer escapes."""
    issue = Issue(code=IssueCode.BAD_SCENARIO, file="plans.yaml", column=place, rule="is wrong",
                  remedy="Mend it")
    assert with_pointer(issue, _SCENARIOS).pointer == pointer
