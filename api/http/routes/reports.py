"""Reports, as JSON and as CSV."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from api.http.bodies.base import Moment
from api.http.problems import responses
from api.http.security import Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.reports import By, HandOffReport, hand_off_report, period_of, report_csv

router = APIRouter(prefix="/v1/reports", tags=["reports"], route_class=StrictRoute)

_CSV = "text/csv"
_AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {_CSV: {"schema": {"type": "string"}}}}}


class Format(StrEnum):
    """How a report looks."""

    JSON = "json"
    CSV = "csv"


From = Annotated[Moment | None, Query(
    alias="from", description="Leads received from this instant on; 30 days before `to`.")]
To = Annotated[Moment | None, Query(alias="to", description="And before this one; now.")]
Grouped = Annotated[By | None, Query(description="Rows beside the total.")]
Wanted = Annotated[Format | None, Query(
    alias="format", description="Wins over `Accept: text/csv`; CSV has a row per group.")]
Accept = Annotated[str | None, Header(include_in_schema=False)]


@router.get("/handoff", response_model=HandOffReport, responses=responses(422) | _AS_CSV)
def report_hand_off(context: InContext, actor: Reader, begin: From = None, end: To = None,
                    by: Grouped = None, wanted: Wanted = None, accept: Accept = None
                    ) -> HandOffReport | Response:
    """Report what became of the leads received in a period: states, times, conversion, revenue."""
    report = hand_off_report(context, actor, period_of(begin, end, context.now), by)
    if wanted is Format.CSV or (wanted is None and _asks_for_csv(accept or "")):
        return Response(report_csv(report), media_type=_CSV)
    return report


def _asks_for_csv(accept: str) -> bool:
    return _CSV in accept and "json" not in accept
