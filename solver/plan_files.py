"""The files of a plan: plan.json and the CSV files that people open; and floors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from solver.models import Floors, Plan

#: Names of the files of every plan.
PLAN_FILES = ("plan.json", "assignments.csv", "held.csv", "kept.csv", "slots.csv")
#: What only plans with limits besides the reps' slots, or with a plan before them, have.
FURTHER_PLAN_FILES = ("limits.csv", "moves.csv")
#: The ledger after a plan, written beside it.
LEDGER_FILE = "ledger.csv"
_ASSIGNMENT_COLUMNS = ("lead_id", "rep_id", "value", "match", "wait_minutes", "use", "floor",
                       "price", "limit_price", "net_value", "runner_up_rep_id",
                       "runner_up_net_value", "group", "why")
#: A spreadsheet takes text that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def render_plan(plan: Plan) -> dict[str, bytes]:
    """Return the bytes of each file of a plan, the same for the same plan.

    Those of ``PLAN_FILES`` always, of ``FURTHER_PLAN_FILES`` those that have something to say.
    """
    files = {
        "plan.json": plan.model_dump_json(indent=2).encode() + b"\n",
        "assignments.csv": _assignments_csv(plan),
        "held.csv": csv_bytes(
            ("lead_id", "reason", "queue", "detail"),
            ((csv_text(lead.lead_id), reason.code.value, lead.queue.value, csv_text(reason.detail))
             for lead in plan.held for reason in lead.reasons)),
        "kept.csv": csv_bytes(("lead_id", "owner_id"),
                         ((csv_text(lead.lead_id), csv_text(lead.owner_id)) for lead in plan.kept)),
        "slots.csv": csv_bytes(
            ("rep_id", "free_slots", "assigned", "used", "floor", "price", "gain", "loss"),
            ((csv_text(s.rep_id), s.free_slots, s.assigned, s.used, decimal_money(s.floor),
              decimal_money(s.price), decimal_money(s.gain), decimal_money(s.loss))
             for s in plan.slots)),
    }
    if plan.limits:
        files["limits.csv"] = _limits_csv(plan)
    if plan.inputs.previous is not None:
        files["moves.csv"] = _moves_csv(plan)
    return files


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
          a.wait_minutes, a.use, decimal_money(a.floor), decimal_money(a.price),
          decimal_money(a.limit_price), decimal_money(a.net_value),
          csv_text(a.runner_up_rep_id or ""), decimal_money(a.runner_up_net_value),
          csv_text(a.group or ""), csv_text(a.why),
          *(csv_text(a.attributes.get(name, "")) for name in names))
         for a in plan.assignments))


def _limits_csv(plan: Plan) -> bytes:
    return csv_bytes(
        ("limit", "measure", "period", "used_before", "used", "lower", "upper", "price", "penalty"),
        ((csv_text(one.name), one.measure.value, one.period.value, one.used_before, one.used,
          one.lower, "" if one.upper is None else one.upper, decimal_money(one.price),
          decimal_money(one.penalty)) for one in plan.limits))


def _moves_csv(plan: Plan) -> bytes:
    return csv_bytes(
        ("lead_id", "from_rep_id", "to_rep_id", "value_before", "value_after", "price"),
        ((csv_text(one.lead_id), csv_text(one.from_rep_id), csv_text(one.to_rep_id or ""),
          decimal_money(one.value_before), decimal_money(one.value_after),
          decimal_money(one.price)) for one in plan.moves))


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


def plain_text(cell: str) -> str:
    """Return the text of a cell that :func:`csv_text` made."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV table with LF line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()
