"""The report as CSV: a row per group, the total first."""

from __future__ import annotations

from collections.abc import Mapping

from api.service.reports.models import HandOffFigures, HandOffReport, Times
from solver.hand_off import LeadState
from solver.models import Queue
from solver.plan_files import csv_bytes, csv_text


def report_csv(report: HandOffReport) -> bytes:
    """Return the figures of a report as CSV; shares that are of nothing are blank cells."""
    rows = [("total", "", report.total)]
    rows += [("group", csv_text(one.key or ""), one.figures) for one in report.groups]
    cells = [{"row": kind, "key": key, **_cells(each)} for kind, key, each in rows]
    return csv_bytes(list(cells[0]), ([_text(value) for value in row.values()] for row in cells))


def _cells(one: HandOffFigures) -> Mapping[str, float | str | None]:
    cells: dict[str, float | str | None] = {"leads": one.leads}
    cells |= {f"state_{state.value}": one.states.get(state, 0) for state in LeadState}
    cells |= {f"queue_{queue.value}": one.queues.get(queue, 0) for queue in Queue}
    for stage in one.stages:
        cells |= {stage.stage.value: stage.leads, f"{stage.stage.value}_share": stage.share,
                  f"{stage.stage.value}_target": stage.target}
    cells["ownerships"] = one.ownerships
    for name, times in (("acceptance", one.to_acceptance), ("contact", one.to_contact)):
        cells |= _cells_of_times(name, times)
    cells |= {f"{name.value}_rate": found.share for name, found in one.rates.items()}
    return cells | {"touches": one.touches.total, "touches_mean": one.touches.mean,
                    "touches_enough_share": one.touches.enough.share, "revenue": one.revenue,
                    "period_won": one.in_period.won, "period_lost": one.in_period.lost,
                    "period_revenue": one.in_period.revenue}


def _cells_of_times(name: str, one: Times) -> dict[str, float | None]:
    return {f"to_{name}_{field}": value for field, value in one.model_dump().items()}


def _text(value: float | str | None) -> object:
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1 else f"{value:.2f}"
    return "" if value is None else value
