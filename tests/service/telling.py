"""What tests of the relay share: targets, things that happen, and what became of deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.service.context import Context
from api.service.happenings import Happening, tell
from tests.service.serving import Service, serving


@contextmanager
def open_service(database_url: str, **changes: Any) -> Iterator[Service]:
    """Start a service that may send to receivers on this machine."""
    with serving(database_url, **{"allow_private_targets": True, "delivery_timeout_seconds": 5.0,
                                  "people_schemas": ("json", "mailto"), **changes}) as started:
        yield started


def post_target(service: Service, url: str, *kinds: str, **fields: Any) -> dict[str, Any]:
    """Make a target, a webhook for everything unless said otherwise."""
    made = service.client.post("/v1/targets", json={
        "kind": "webhook", "url": url, "kinds": kinds or ["*"], **fields})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def happen(context: Context, *kinds: str, lead_id: str | None = None, **fields: Any) -> None:
    """Let things happen now, as a use case tells them."""
    with context.database.write() as tx:
        tell(tx, [Happening(kind, context.now, "worker", lead_id=lead_id, **fields)
                  for kind in kinds])


def happen_to(context: Context, count: int, kind: str = "lead.queued") -> None:
    """Let something happen to so many leads that nobody stored."""
    with context.database.write() as tx:
        tell(tx, [Happening(kind, context.now, "worker", lead_id=f"L{one}", state="waiting",
                            queue="next_window") for one in range(count)])


def deliveries(service: Service, **asked: Any) -> list[dict[str, Any]]:
    """Return deliveries as the API shows them."""
    answer = service.client.get("/v1/deliveries", params={"limit": 1000, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def statuses(service: Service) -> list[str]:
    """Return the status of every delivery, in order."""
    return [one["status"] for one in deliveries(service)]
