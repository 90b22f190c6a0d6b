"""The header by which a request may be sent again, and the answer that says it was."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from api.service.intake import Answered, Once, once

REPLAYED = "Idempotent-Replay"
IdempotencyKey = Annotated[str | None, Header(
    alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[!-~]+$",
    description="Any text of the caller's own, new for each request. Sent again with the same "
                "body, it gives the answer of the first time and does nothing.")]
#: What a route declares for the header of its answers.
REPLAYED_HEADER: dict[str, Any] = {REPLAYED: {
    "description": "`true`: the request was done before, and this is the answer of then.",
    "schema": {"type": "string", "enum": ["true"]}}}


async def _body(request: Request) -> bytes:
    return await request.body()


#: The body as it came.
RawBody = Annotated[bytes, Depends(_body)]


def asked_once(key: str | None, request: Request, body: bytes) -> Once | None:
    """Return what tells this request from others; None where it has no key."""
    query = f"?{request.url.query}" if request.url.query else ""
    return once(key, f"{request.method} {request.url.path}{query}", body)


def answer(done: Answered) -> Response:
    """Return what was answered as a response."""
    headers = {REPLAYED: "true"} if done.replayed else None
    return Response(done.body, done.status, headers, media_type="application/json")
