"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.health import router as health
from api.http.routes.keys import router as keys

ROUTERS: tuple[APIRouter, ...] = (health, keys)
