"""The peers' runs as Markdown tables for RESULTS.md, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.markdown import markdown_table
from benchmarks.peers.registry import FAIRLEAD, FLOW, Size
from benchmarks.peers.running import Row, flow_of
from benchmarks.processes import gigabytes
from solver.models.limited import PRICES_FIRST_PAIRS
from solver.versions import versions

_HEAD = ("peer", "time, s", "ratio to the flow", "peak memory", "below the best, cents", "proof")

#: Marks prices first where ``solve`` would take the flow.
_BELOW = "†"
_ROUTED = "Leads \"n of m\": of m leads drawn the window routes n, and these are what peers get."


@dataclass(frozen=True, slots=True)
class Played:
    """All peers on one window."""

    shape: str
    size: Size
    rows: list[Row]
    asked_leads: int | None = None
    """Leads that were asked for; of the generator's the window routes fewer."""

    @property
    def title(self) -> str:
        """What window it was."""
        return (f"{self.shape}, {self.shown_size}{self._routed}: "
                f"{self.size.num_pairs:,} usable pairs, {self.size.num_slots:,} slots")

    @property
    def shown_size(self) -> str:
        """Leads and reps that the peers get."""
        return f"{self.size.num_leads:,} × {self.size.num_reps:,}"

    @property
    def is_below(self) -> bool:
        """Whether Fairlead is among the peers where ``solve`` would take the flow."""
        return self.size.num_pairs < PRICES_FIRST_PAIRS and any(
            row.peer.name == FAIRLEAD for row in self.rows)

    @property
    def is_part(self) -> bool:
        """Whether the window routes other than the leads asked for."""
        return self.asked_leads not in {None, self.size.num_leads}

    @property
    def _routed(self) -> str:
        if not self.is_part:
            return ""
        return f" (of {self.asked_leads:,} leads drawn the window routes {self.size.num_leads:,})"


def render_tables(played: Sequence[Played]) -> str:
    """Return a table per window: every peer beside the min-cost flow."""
    tables = [f"**{one.title}**\n\n{markdown_table(_HEAD, _rows(one))}" for one in played]
    return "\n\n".join((*tables, *_notes(played)))


def render_shapes(played: Sequence[Played]) -> str:
    """Return one table, a row per window: Fairlead beside the min-cost flow."""
    table = markdown_table(
        ("shape", "leads × reps", "usable pairs", "flow, s", "prices first, s", "ratio",
         "flow, memory", "prices first, memory", "gap", "bids", "passes"),
        [_shape(one) for one in played])
    routed = [_ROUTED] if any(one.is_part for one in played) else []
    return "\n\n".join((table, *routed, *_notes(played)))


def _notes(played: Sequence[Played]) -> list[str]:
    """Say what the marks in the tables are."""
    if any(one.is_below for one in played):
        return [f"{_BELOW} Below {PRICES_FIRST_PAIRS:,} usable pairs `solve` takes the flow "
                "directly, so that this is not what a user gets."]
    return []


def _rows(played: Played) -> list[tuple[str, ...]]:
    rows = played.rows
    flow = flow_of(rows)
    best = max((run.surplus for row in rows for run in row.done), default=0)
    cells: list[tuple[str, ...]] = []
    for row in rows:
        label = row.peer.label
        if row.peer.name == FAIRLEAD and played.is_below:
            label += f" {_BELOW}"
        if not row.done:
            cells.append((label, row.why, "", "", "", ""))
            continue
        run = row.done[0]
        proof = run.proof.value
        if run.bound is not None and run.bound != run.surplus:
            proof += f" of {(run.bound - run.surplus) / max(1, run.bound):.2g}"
        cells.append((label, _seconds(row.seconds), _ratio(row, flow),
                      gigabytes(max(run.own_bytes for run in row.done)),
                      f"{best - run.surplus:,}", proof))
    return cells


def _shape(one: Played) -> tuple[str, ...]:
    name = one.shown_size
    if one.is_part:
        name = f"{one.size.num_leads:,} of {one.asked_leads:,} × {one.size.num_reps:,}"
    first = (one.shape, name, f"{one.size.num_pairs:,}")
    row = next(row for row in one.rows if row.peer.name == FAIRLEAD)
    flow = flow_of(one.rows)
    mark = f" {_BELOW}" if one.is_below else ""
    if flow is None:
        of_flow = (next(row.why for row in one.rows if row.peer.name == FLOW), "")
    else:
        of_flow = (_seconds(flow.seconds), gigabytes(max(run.own_bytes for run in flow.done)))
    if not row.done:
        return (*first, of_flow[0], f"{row.why}{mark}", "", of_flow[1], "", "", "", "")
    run = row.done[0]
    gap = "" if run.bound is None else f"{run.bound - run.surplus:,}"
    counted = [f"{run.counted[name]:,}" if name in run.counted else ""
               for name in ("bids", "passes")]
    return (*first, of_flow[0], f"{_seconds(row.seconds)}{mark}", _ratio(row, flow), of_flow[1],
            gigabytes(max(run.own_bytes for run in row.done)), gap, *counted)


def render_json(played: Sequence[Played]) -> str:
    """Return every run, in seconds and bytes."""
    return json.dumps({
        "schema_version": "1.0",
        "versions": versions() | {"python": platform.python_version()},
        "machine": {"architecture": platform.machine(), "cores": os.cpu_count()},
        "windows": [{
            "shape": one.shape, **asdict(one.size), "asked_leads": one.asked_leads,
            "peers": {row.peer.name: _runs(row) for row in one.rows},
        } for one in played]}, indent=1) + "\n"


def _runs(row: Row) -> Mapping[str, object]:
    return {"why": row.why, "runs": [None if run is None else asdict(run) for run in row.runs]}


def _ratio(row: Row, flow: Row | None) -> str:
    ratio = None if flow is None else row.ratio(flow)
    return "" if ratio is None else f"{ratio:.3g}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:,.0f}"
