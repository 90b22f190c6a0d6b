"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.events import router as events
from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.queues import router as queues

ROUTERS: tuple[APIRouter, ...] = (health, keys, events, queues)
