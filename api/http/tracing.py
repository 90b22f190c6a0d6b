"""A span for every request, where traces are sent somewhere."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.telemetry import request_span


class TraceRequests:
    """Trace each request but those for the health of the service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        with request_span(scope["method"], Headers(scope=scope)) as attributes:

            async def send_noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    attributes["http.response.status_code"] = message["status"]
                await send(message)

            try:
                await self._app(scope, receive, send_noted)
            finally:
                attributes["http.route"] = getattr(scope.get("route"), "path", "none")
                attributes["request_id"] = scope.get("state", {}).get("request_id", "")
