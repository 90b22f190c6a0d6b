"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.metrics import router as metrics
from api.http.routes.reports import router as reports

ROUTERS: tuple[APIRouter, ...] = (health, keys, metrics, reports)

__all__ = ["ROUTERS"]
