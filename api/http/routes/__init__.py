"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.accounts import router as accounts
from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.leads import router as leads
from api.http.routes.reps import router as reps

ROUTERS: tuple[APIRouter, ...] = (health, keys, leads, reps, accounts)

__all__ = ["ROUTERS"]
