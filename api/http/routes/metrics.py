"""Metrics for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.problems import responses
from api.http.security import Reader
from api.http.state import InContext
from api.metrics import CONTENT_TYPE, exposition
from api.service.gauges import database_gauges

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses=responses() | {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
def metrics(context: InContext, _: Reader) -> Response:
    """Answer with this process's counters, and how the service stands by the database."""
    return Response(exposition(database_gauges(context)), media_type=CONTENT_TYPE)
