"""Comparisons of scenarios in requests and answers."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field

from api.http.bodies.base import Answer, Body, Moment
from api.http.bodies.solving import SolveBody
from api.service.scenarios.gathering import Source
from api.service.windows.closing import Status
from api.store.comparisons import ComparisonRow
from solver.what_ifs import Figures

#: Scenarios of one request, and edits of one scenario.
_MOST, _MOST_EDITS = 1_000, 100


class ScenarioBody(Body):
    """One scenario, as in the file of `fairlead whatif`."""

    name: str
    """Each name once."""
    edits: Annotated[list[dict[str, Any]], Field(max_length=_MOST_EDITS)]
    """What changes; none is what there is."""
    note: str | None = None
    """What it is about, for people."""


class ScenariosBody(Body):
    """Scenarios, and what they are compared with."""

    scenarios: Annotated[list[ScenarioBody], Field(min_length=1, max_length=_MOST)]
    window_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")] = None
    """The stored inputs of a window; none: the leads that wait now."""
    window: SolveBody | None = None
    """Or a window of your own."""


class ComparisonSummary(Answer):
    """A comparison in a list."""

    comparison_id: str
    status: Status
    source: Source
    """What the scenarios are compared with: the queue as it was, a window, or a posted one."""
    window_id: str | None
    at: Moment
    """Instant of the decision."""
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    num_leads: int
    num_reps: int
    num_scenarios: int
    num_done: int
    """Scenarios whose results are there, the first of them."""


class ComparisonJob(ComparisonSummary):
    """A comparison; the results of its scenarios come in pages of their own."""

    base: Figures | None
    """Without any edit; none before the first results."""
    inputs_sha256: str
    error: str | None
    """Why it failed."""


def summary(row: ComparisonRow) -> ComparisonSummary:
    """Return a comparison for a list."""
    return ComparisonSummary.model_validate({name: getattr(row, name)
                                             for name in ComparisonSummary.model_fields})


def whole(row: ComparisonRow) -> ComparisonJob:
    """Return a comparison."""
    facts = {name: getattr(row, name) for name in ComparisonJob.model_fields}
    facts["base"] = None if row.base is None else json.loads(row.base)
    return ComparisonJob.model_validate(facts)
