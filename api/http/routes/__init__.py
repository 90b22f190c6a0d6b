"""The routes, one module a resource."""

from fastapi import APIRouter

from api.http.routes.accounts import router as accounts
from api.http.routes.control import router as control
from api.http.routes.deliveries import router as deliveries
from api.http.routes.events import router as events
from api.http.routes.health import router as health
from api.http.routes.keys import router as keys
from api.http.routes.lead_views import router as lead_views
from api.http.routes.leads import router as leads
from api.http.routes.metrics import router as metrics
from api.http.routes.policies import router as policies
from api.http.routes.queues import router as queues
from api.http.routes.reports import router as reports
from api.http.routes.reps import router as reps
from api.http.routes.scenarios import router as scenarios
from api.http.routes.solve import router as solve
from api.http.routes.targets import router as targets
from api.http.routes.windows import router as windows

ROUTERS: tuple[APIRouter, ...] = (health, keys, leads, lead_views, events, queues, reps, accounts,
                                  policies, control, windows, solve, scenarios, targets, deliveries,
                                  reports, metrics)
