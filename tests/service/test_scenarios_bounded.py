"""Bounds of scenarios: how many edits, and how large a window they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.service.comparing import fill
from tests.service.serving import Service, serving


@pytest.fixture
def floor(database_url: str) -> Iterator[Service]:
    """Two reps and seven leads that wait; windows may have sixty pairs."""
    with serving(database_url, scenario_max_pairs=60) as service:
        fill(service)
        yield service


def _post(service: Service, *edits: list[dict[str, Any]]) -> Any:
    return service.client.post("/v1/scenarios", json={
        "scenarios": [{"name": f"s{at}", "edits": list(some)} for at, some in enumerate(edits)]})


_CAMPAIGN = {"edit": "campaign", "name": "fair", "like": "true", "from": "2026-11-01",
             "to": "2026-11-30", "leads_per_day": 2e4}


@pytest.mark.parametrize(("edits", "made"), [
    ([_CAMPAIGN], "20,007 leads times 2 reps"),
    ([{"edit": "scale_leads", "factor": 100}], "700 leads times 2 reps"),
    ([{"edit": "scale_leads", "factor": 2},
      {"edit": "add_reps", "like": "ana", "count": 3}], "14 leads times 5 reps"),
    ([{"edit": "add_reps", "like": "ana", "count": 1000}], "7 leads times 1,002 reps")])
def test_a_scenario_that_makes_too_large_a_window_is_refused(
        floor: Service, edits: list[dict[str, Any]], made: str) -> None:
    """Before anything of it is made; the others are fine."""
    answer = _post(floor, [{"edit": "scale_leads", "factor": 4}], edits)
    assert answer.status_code == 422, answer.text
    (problem,) = answer.json()["errors"]
    assert problem["pointer"] == "/scenarios/1"
    assert made in problem["detail"]
    assert "60 pairs" in problem["detail"]
    assert "FAIRLEAD_SCENARIO_MAX_PAIRS" in problem["detail"]


def test_what_fits_is_taken(floor: Service) -> None:
    """Fewer leads make room for more reps; a campaign of another day adds nobody."""
    assert _post(floor, [{"edit": "scale_leads", "factor": 0.5},
                         {"edit": "add_reps", "like": "ana", "count": 13}],
                 [{**_CAMPAIGN, "to": "2026-11-17"}]).status_code == 202


def test_a_scenario_has_a_hundred_edits_at_most(floor: Service) -> None:
    """More are refused before they are looked at."""
    def away(count: int) -> list[dict[str, Any]]:
        return [{"edit": "close_day", "date": f"2027-{1 + at // 28:02}-{1 + at % 28:02}"}
                for at in range(count)]
    answer = _post(floor, away(1), away(101))
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["pointer"], problem["code"]) == ("/scenarios/1/edits", "too_long")
    assert _post(floor, away(100)).status_code == 202
