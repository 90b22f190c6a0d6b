"""Every operation of the service, as its OpenAPI document lists them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from api.http.app import create_app
from api.service.context import Context
from api.settings import Settings
from api.store.database import Database

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """A method of a path, and what the document says of it."""

    method: str
    path: str
    described: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def needs_key(self) -> bool:
        """Whether it is none of those for the health of the service."""
        return not self.path.startswith("/health/")

    @property
    def address(self) -> str:
        """The path with something in the place of its parameters."""
        return self.path.replace("{", "").replace("}", "")


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of the application; no database is asked."""
    return create_app(Context(Database("sqlite:///nowhere.db"), Settings())).openapi()


def operations() -> list[Operation]:
    """Return all of them, in the order of the document."""
    return [Operation(method.upper(), path, described)
            for path, methods in document()["paths"].items()
            for method, described in methods.items() if method in _METHODS]
