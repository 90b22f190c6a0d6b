"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.deliveries import router as deliveries
from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.targets import router as targets

ROUTERS: tuple[APIRouter, ...] = (health, keys, targets, deliveries)

__all__ = ["ROUTERS"]
