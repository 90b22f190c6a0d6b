"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from api.http.bodies.base import Answer
from api.http.state import InContext
from api.service.health import readiness

router = APIRouter(prefix="/health", tags=["health"])


class Live(Answer):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Answer):
    """What the service needs, and whether it is there."""

    status: Literal["ready", "not_ready"]
    database: bool
    """It answers."""
    migrations: bool
    """Its tables are those that this version needs."""
    worker: bool
    """A worker was heard of within the time of a lease."""


@router.get("/live")
def live() -> Live:
    """Answer without asking anything else."""
    return Live()


@router.get("/ready", responses={503: {"model": Ready, "description": "Something is missing."}})
def ready(context: InContext, response: Response) -> Ready:
    """Check the database, its tables, and that a worker lives."""
    found = readiness(context)
    is_ready = all((found.database, found.migrations, found.worker))
    response.status_code = 200 if is_ready else 503
    return Ready(status="ready" if is_ready else "not_ready", database=found.database,
                 migrations=found.migrations, worker=found.worker)
