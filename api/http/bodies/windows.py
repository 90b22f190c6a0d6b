"""Windows in answers."""

from __future__ import annotations

import json
from typing import Any

from api.http.bodies.base import Answer, Moment
from api.service.owning import Refusal
from api.service.windows.closing import Status, Trigger
from api.store.windows import WindowRow
from solver.models import Certificate, Outcome, StoppedBy


class DroppedAssignment(Answer):
    """An assignment of the plan that was not carried out."""

    lead_id: str
    rep_id: str
    code: Refusal
    detail: str
    """What had changed between close and commit."""


class WindowSummary(Answer):
    """A window in a list."""

    window_id: str
    status: Status
    trigger: Trigger
    """Why it closed."""
    at: Moment
    """Instant of the decision; that of the request while it is queued."""
    policy_version: int
    """0 is the default policy, before any was activated."""
    shadow: bool
    """It decided and recorded, and assigned nothing."""
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    num_leads: int
    num_assigned: int | None
    num_held: int | None
    num_dropped: int | None
    outcome: Outcome | None
    """None where there is no plan."""
    stopped_by: StoppedBy | None


class Window(WindowSummary):
    """A window with what was dropped and what its plan proves."""

    dropped: list[DroppedAssignment]
    certificate: Certificate | None
    """Of the whole plan: it holds for the stored inputs."""
    inputs_sha256: str | None
    """Of the JSON that `inputs` gives."""
    plan_sha256: str | None
    """Of plan.json."""
    error: str | None
    """Why it failed."""


class Replay(Answer):
    """A window solved again from its stored inputs."""

    equal: bool
    """Whether plan.json is the same byte for byte. It need not be where a time limit ended the
    run, or another version of Fairlead or of its libraries solved it."""
    plan_sha256: str
    stored_sha256: str


def summary(row: WindowRow) -> WindowSummary:
    """Return a window for a list."""
    return WindowSummary.model_validate({name: getattr(row, name)
                                         for name in WindowSummary.model_fields})


def whole(row: WindowRow) -> Window:
    """Return a window."""
    facts: dict[str, Any] = {name: getattr(row, name) for name in Window.model_fields}
    facts["dropped"] = json.loads(row.dropped or "[]")
    facts["certificate"] = None if row.certificate is None else json.loads(row.certificate)
    return Window.model_validate(facts)
