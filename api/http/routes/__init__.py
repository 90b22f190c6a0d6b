"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.accounts import router as accounts
from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.lead_views import router as lead_views
from api.http.routes.leads import router as leads
from api.http.routes.reps import router as reps
from api.http.routes.windows import router as windows

ROUTERS: tuple[APIRouter, ...] = (health, keys, leads, lead_views, reps, accounts, windows)

__all__ = ["ROUTERS"]
