"""What every request goes through: an id, one line in the log, metrics, headers, a size limit."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import too_large, too_large_detail
from api.metrics import REQUEST_SECONDS

_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_log = structlog.get_logger()


class RequestLog:
    """Give each request an id, and write down how it went; bodies and keys are never logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._note(scope, status, time.perf_counter() - began, request_id)

    @staticmethod
    def _note(scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "none")
        REQUEST_SECONDS.labels(scope["method"], route, str(status)).observe(seconds)
        _log.info("request", method=scope["method"], route=route, status=status,
                  seconds=round(seconds, 4), request_id=request_id,
                  key=scope["state"].get("actor_id"))


class BodyLimit:
    """Refuse bodies above a size, by what they say and by what they are."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and int(said) > self._most:
            await too_large(Request(scope), self._most)(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise HTTPException(413, too_large_detail(self._most))
            return message

        await self._app(scope, counted, send)


def _id_of(scope: Scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return sent.decode() if _GOOD_ID.fullmatch(sent) else uuid4().hex
