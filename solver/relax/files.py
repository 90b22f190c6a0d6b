"""The files of a relaxation: relax.json, and CSV for people."""

from __future__ import annotations

from solver.plan_files import csv_bytes, csv_text, decimal_money
from solver.relax.records import Relaxation


def render_relaxation(relaxation: Relaxation) -> dict[str, bytes]:
    """Return the bytes of each file of a relaxation, the same for the same relaxation."""
    return {
        "relax.json": relaxation.model_dump_json(indent=2).encode() + b"\n",
        "changes.csv": csv_bytes(
            ("kind", "rep_id", "lead_id", "name", "amount", "cost", "leads", "change"),
            ((one.kind.value, csv_text(one.rep_id or ""), csv_text(one.lead_id or ""),
              csv_text(one.name or ""), "" if one.amount is None else f"{one.amount:g}",
              f"{one.cost:g}", len(one.lead_ids), csv_text(one.sentence))
             for one in relaxation.changes)),
        "owners.csv": csv_bytes(
            ("lead_id", "rep_id", "from_rep_id", "value", "use"),
            ((csv_text(one.lead_id), csv_text(one.rep_id), csv_text(one.from_rep_id or ""),
              decimal_money(one.value), one.use) for one in relaxation.owners)),
        "beyond_rules.csv": csv_bytes(
            ("lead_id", "reason", "queue", "lacks"),
            ((csv_text(one.lead_id), one.held.reasons[0].code.value, one.held.queue.value,
              csv_text(one.lacks)) for one in relaxation.beyond_rules)),
    }
