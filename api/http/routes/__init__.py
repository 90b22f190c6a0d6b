"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.lead_views import router as lead_views
from api.http.routes.windows import router as windows

ROUTERS: tuple[APIRouter, ...] = (health, keys, lead_views, windows)

__all__ = ["ROUTERS"]
