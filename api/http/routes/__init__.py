"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.windows import router as windows

ROUTERS: tuple[APIRouter, ...] = (health, keys, windows)

__all__ = ["ROUTERS"]
