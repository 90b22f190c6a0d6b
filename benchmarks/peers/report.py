"""The peers' runs as Markdown tables for RESULTS.md, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.markdown import markdown_table
from benchmarks.peers.registry import FAIRLEAD, Size
from benchmarks.peers.running import Row, flow_of
from benchmarks.processes import gigabytes
from solver.versions import versions

_HEAD = ("peer", "time, s", "ratio to the flow", "peak memory", "below the best, cents", "proof")


@dataclass(frozen=True, slots=True)
class Played:
    """All peers on one window."""

    shape: str
    size: Size
    rows: list[Row]

    @property
    def title(self) -> str:
        """What window it was."""
        return (f"{self.shape}, {self.size.num_leads:,} × {self.size.num_reps:,}: "
                f"{self.size.num_pairs:,} usable pairs, {self.size.num_slots:,} slots")


def render_tables(played: Sequence[Played]) -> str:
    """Return a table per window: every peer beside the min-cost flow."""
    return "\n\n".join(f"**{one.title}**\n\n{markdown_table(_HEAD, _rows(one.rows))}"
                       for one in played)


def render_shapes(played: Sequence[Played]) -> str:
    """Return one table, a row per window: Fairlead beside the min-cost flow."""
    return markdown_table(
        ("shape", "leads × reps", "usable pairs", "flow, s", "prices first, s", "ratio",
         "flow, memory", "prices first, memory", "gap", "bids", "passes"),
        [cells for one in played for cells in _shape(one)])


def _rows(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    flow = flow_of(rows)
    best = max((run.surplus for row in rows for run in row.done), default=0)
    cells: list[tuple[str, ...]] = []
    for row in rows:
        if not row.done:
            cells.append((row.peer.label, row.why, "", "", "", ""))
            continue
        run = row.done[0]
        proof = run.proof.value
        if run.bound is not None and run.bound != run.surplus:
            proof += f" of {(run.bound - run.surplus) / max(1, run.bound):.2g}"
        cells.append((row.peer.label, _seconds(row.seconds), _ratio(row, flow),
                      gigabytes(max(run.own_bytes for run in row.done)),
                      f"{best - run.surplus:,}", proof))
    return cells


def _shape(one: Played) -> list[tuple[str, ...]]:
    row = next((row for row in one.rows if row.peer.name == FAIRLEAD), None)
    if row is None or not row.done:
        return []
    flow, run = flow_of(one.rows), row.done[0]
    gap = "" if run.bound is None else f"{run.bound - run.surplus:,}"
    counted = [f"{run.counted[name]:,}" if name in run.counted else ""
               for name in ("bids", "passes")]
    of_flow = ("", "") if flow is None else (
        _seconds(flow.seconds), gigabytes(max(run.own_bytes for run in flow.done)))
    return [(one.shape, f"{one.size.num_leads:,} × {one.size.num_reps:,}",
             f"{one.size.num_pairs:,}", of_flow[0], _seconds(row.seconds), _ratio(row, flow),
             of_flow[1], gigabytes(max(run.own_bytes for run in row.done)), gap, *counted)]


def render_json(played: Sequence[Played]) -> str:
    """Return every run, in seconds and bytes."""
    return json.dumps({
        "schema_version": "1.0",
        "versions": versions() | {"python": platform.python_version()},
        "machine": {"architecture": platform.machine(), "cores": os.cpu_count()},
        "windows": [{
            "shape": one.shape, **asdict(one.size),
            "peers": {row.peer.name: _runs(row) for row in one.rows},
        } for one in played]}, indent=1) + "\n"


def _runs(row: Row) -> Mapping[str, object]:
    return {"why": row.why, "runs": [None if run is None else asdict(run) for run in row.runs]}


def _ratio(row: Row, flow: Row | None) -> str:
    ratio = None if flow is None else row.ratio(flow)
    return "" if ratio is None else f"{ratio:.3g}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:,.0f}"
