"""The five files of a plan: plan.json and the four CSV files that people open; and floors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from solver.models import Floors, Plan

#: Names of the files of a plan.
PLAN_FILES = ("plan.json", "assignments.csv", "held.csv", "kept.csv", "slots.csv")
_ASSIGNMENT_COLUMNS = ("lead_id", "rep_id", "value", "match", "wait_minutes", "floor", "price",
                       "net_value", "runner_up_rep_id", "runner_up_net_value", "why")
#: A spreadsheet takes text that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def render_plan(plan: Plan) -> dict[str, bytes]:
    """Return the bytes of each file of ``PLAN_FILES``, the same for the same plan."""
    return {
        "plan.json": plan.model_dump_json(indent=2).encode() + b"\n",
        "assignments.csv": _assignments_csv(plan),
        "held.csv": csv_bytes(
            ("lead_id", "reason", "queue", "detail"),
            ((csv_text(lead.lead_id), reason.code.value, lead.queue.value, csv_text(reason.detail))
             for lead in plan.held for reason in lead.reasons)),
        "kept.csv": csv_bytes(("lead_id", "owner_id"),
                         ((csv_text(lead.lead_id), csv_text(lead.owner_id)) for lead in plan.kept)),
        "slots.csv": csv_bytes(
            ("rep_id", "free_slots", "assigned", "floor", "price", "gain", "loss"),
            ((csv_text(s.rep_id), s.free_slots, s.assigned, decimal_money(s.floor),
              decimal_money(s.price), decimal_money(s.gain), decimal_money(s.loss))
             for s in plan.slots)),
    }


def parse_plan(data: bytes) -> Plan:
    """Read plan.json.

    Raises
    ------
    pydantic.ValidationError
        If the bytes are not a plan of this schema version.
    """
    return Plan.model_validate_json(data)


def render_floors(floors: Floors) -> dict[str, bytes]:
    """Return ``floors.json``, which reads back as the floors, and ``floors.csv`` for people."""
    return {
        "floors.json": floors.model_dump_json(indent=2).encode() + b"\n",
        "floors.csv": csv_bytes(
            ("rep_id", "floor", "standard_error", "by"),
            ((csv_text(f.rep_id), decimal_money(f.floor), f"{f.standard_error / 100:.2f}",
              "" if f.by is None else f.by.isoformat().replace("+00:00", "Z"))
             for f in floors.floors)),
    }


def decimal_money(minor: int | None) -> str:
    """Write minor units with two decimals and no separators; nothing for None."""
    if minor is None:
        return ""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _assignments_csv(plan: Plan) -> bytes:
    names = plan.inputs.lead_attributes
    return csv_bytes(
        (*_ASSIGNMENT_COLUMNS, *map(csv_text, _attribute_headers(names))),
        ((csv_text(a.lead_id), csv_text(a.rep_id), decimal_money(a.value), f"{a.match:.6f}",
          a.wait_minutes, decimal_money(a.floor), decimal_money(a.price),
          decimal_money(a.net_value), csv_text(a.runner_up_rep_id or ""),
          decimal_money(a.runner_up_net_value), csv_text(a.why),
          *(csv_text(a.attributes.get(name, "")) for name in names))
         for a in plan.assignments))


def _attribute_headers(names: Sequence[str]) -> list[str]:
    """Name the attribute columns; one that is called like a column of the plan gets ``lead.``."""
    taken = {*_ASSIGNMENT_COLUMNS, *names}
    headers = []
    for name in names:
        header = name
        if name in _ASSIGNMENT_COLUMNS:
            while header in taken:
                header = f"lead.{header}"
        headers.append(header)
    return headers


def csv_text(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV table with LF line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()
