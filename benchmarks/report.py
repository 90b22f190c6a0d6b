"""Measurements as Markdown tables for RESULTS.md, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, fields

from benchmarks.counters import Counters
from benchmarks.drivers.measure import Measurement
from benchmarks.markdown import markdown_table
from benchmarks.phases import PHASES, Phase
from solver.versions import versions


def render_tables(measurements: Sequence[Measurement]) -> str:
    """Return two Markdown tables: counters and phases, a column per size."""
    sizes = [f"{m.case.num_leads:,} × {m.case.num_reps}" for m in measurements]
    counters = [(field.name.replace("_", " "),
                 *(f"{getattr(m.case.expected, field.name):,}" for m in measurements))
                for field in fields(Counters)]
    phases = [("bare min-cost flow", *(f"{_milliseconds(m.bare_median)} | 1" for m in measurements),
               "")]
    phases += [(phase.name, *(_timing(phase, m) for m in measurements), _target(phase))
               for phase in PHASES]
    head = ("phase", *(f"{size}, ms | ratio" for size in sizes), "target")
    return "\n\n".join((markdown_table(("counted", *sizes), counters),
                        markdown_table(head, phases)))


def render_json(measurements: Sequence[Measurement]) -> str:
    """Return everything that was measured, each repeat with its bare flow, in seconds."""
    return json.dumps({
        "schema_version": "1.0",
        "versions": versions() | {"python": platform.python_version()},
        "machine": {"architecture": platform.machine(), "cores": os.cpu_count()},
        "cases": [{
            "num_leads": m.case.num_leads, "num_reps": m.case.num_reps,
            "counters": asdict(m.case.expected),
            "phases": {name: {
                "median": timing.median, "ratio": timing.ratio,
                "ratio_of_minima": timing.ratio_of_minima, "seconds": timing.seconds,
                "bare_seconds": timing.bare_seconds} for name, timing in m.timings.items()},
        } for m in measurements]}, indent=1) + "\n"


def _timing(phase: Phase, measurement: Measurement) -> str:
    timing = measurement.timings[phase.name]
    if phase.per_lead:
        micros = timing.median / measurement.case.expected.window_leads * 1e6
        return f"{_milliseconds(timing.median)} | {micros:,.0f} µs per lead"
    return f"{_milliseconds(timing.median)} | {timing.ratio:.2f}"


def _target(phase: Phase) -> str:
    return "" if phase.largest_ratio is None else f"at most {phase.largest_ratio}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"
