"""The application: middleware, error handlers, routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from api.http.middleware import BodyLimit, RequestLog
from api.http.problems import MEDIA_TYPE, add_handlers
from api.http.routes import ROUTERS
from api.http.security import RateLimit
from api.service.context import Context
from api.service.intake import warm_up

_DESCRIPTION = """\
Decides which sales rep owns which lead, and proves it. Leads are posted one by one or in bulk,
windows close by themselves, every lead ends with one owner or in a queue with a reason.

Every request needs an API key (`fairlead keys create`), as `Authorization: Bearer KEY`. Errors are
`application/problem+json`. Lists come in pages: send `next_cursor` back as `cursor`.
"""
#: FastAPI's own would send query strings, addresses of clients and texts of errors.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


class _Application(FastAPI):
    """Describes errors as what they are: problem documents, and no other JSON."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            for operations in super().openapi()["paths"].values():
                for operation in operations.values():
                    for answer in operation["responses"].values():
                        if MEDIA_TYPE in answer.get("content", {}):
                            answer["content"].pop("application/json", None)
        assert self.openapi_schema is not None
        return self.openapi_schema


def create_app(context: Context) -> FastAPI:
    """Return the application on a context; its tables must be there."""
    app = _Application(
        title="Fairlead", version=version("fairlead"), description=_DESCRIPTION,
        openapi_url="/v1/openapi.json", docs_url="/v1/docs", redoc_url=None, lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name, telemetry=_NO_TELEMETRY)
    app.state.context = context
    app.state.rate_limit = RateLimit(context.settings.rate_limit)
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(BodyLimit, most=context.settings.max_body_bytes)
    app.add_middleware(RequestLog)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Let as many requests work at once as there are connections."""
    context: Context = app.state.context
    anyio.to_thread.current_default_thread_limiter().total_tokens = context.settings.pool_size
    await anyio.to_thread.run_sync(warm_up)
    yield
