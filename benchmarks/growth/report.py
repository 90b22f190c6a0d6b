"""The growth as a table, a slope and a picture."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import linear_regression

from matplotlib.figure import Figure

from benchmarks.growth.solves import Solve
from benchmarks.markdown import markdown_table
from benchmarks.processes import gigabytes

_HEAD = ("leads × reps", "cells", "usable pairs", "pairs are", "s", "ns per cell",
         "ns per usable pair", "passes", "bids per lead", "core pairs per lead", "peak memory",
         "bytes per lead")
#: Below it the fixed costs of a solve hide how it grows.
_LEAST_CELLS = 10**6


def render_growth(solves: Sequence[Solve]) -> str:
    """Return a row per solve, and the slopes below."""
    table = markdown_table(_HEAD, [_row(one) for one in solves])
    large = [one for one in solves if one.num_cells >= _LEAST_CELLS]
    if len({one.num_cells for one in large}) < 2:
        return table
    return (f"{table}\n\nFrom 10^6 cells on, time grows as cells^{slope(large, 'seconds'):.2f} and "
            f"memory as cells^{slope(large, 'own_bytes'):.2f}.")


def _row(one: Solve) -> tuple[str, ...]:
    counted = one.counted
    return (f"{one.num_leads:,} × {one.num_reps:,}", f"{one.num_cells:,}",
            f"{one.num_usable:,}", "stored" if one.is_stored else "worked out",
            f"{one.seconds:.3g}", f"{one.nanoseconds:.2f}",
            f"{one.seconds / max(1, one.num_usable) * 1e9:.1f}", str(counted.get("passes", "")),
            f"{counted.get('bids', 0) / one.num_leads:.1f}",
            f"{counted.get('core_pairs', 0) / one.num_leads:.2f}", gigabytes(one.own_bytes),
            f"{one.own_bytes / one.num_leads:,.0f}")


def slope(solves: Sequence[Solve], figure: str) -> float:
    """Return the slope of a figure over the cells, both as logarithms: 1 is linear."""
    return linear_regression([math.log(one.num_cells) for one in solves],
                             [math.log(max(1e-9, getattr(one, figure))) for one in solves]).slope


def growth_plot(path: Path, solves: Sequence[Solve]) -> None:
    """Draw time and memory over cells on logarithmic axes, beside growth in proportion."""
    figure = Figure(figsize=(7, 5), layout="constrained", dpi=120)
    axes = figure.subplots()
    memory = axes.twinx()
    for is_stored, style in ((True, "--"), (False, "-")):
        some = [one for one in solves if one.is_stored == is_stored]
        if not some:
            continue
        cells, name = [one.num_cells for one in some], "stored" if is_stored else "worked out"
        axes.loglog(cells, [one.seconds for one in some], f"C0o{style}", label=f"time, {name}")
        memory.loglog(cells, [one.own_bytes / 1e6 for one in some], f"C1s{style}",
                      label=f"memory, {name}")
    largest = max(solves, key=lambda one: one.num_cells)
    ends = [min(one.num_cells for one in solves), largest.num_cells]
    axes.loglog(ends, [largest.seconds * end / largest.num_cells for end in ends], ":",
                color="grey", label="time in proportion to cells")
    axes.set_xlabel("cells: leads × reps")
    axes.set_ylabel("seconds, arrays to proven plan")
    memory.set_ylabel("peak memory above imports, MB")
    handles = [*axes.get_legend_handles_labels()[0], *memory.get_legend_handles_labels()[0]]
    axes.legend(handles=handles, loc="upper left")
    axes.grid(alpha=0.3, which="both")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def render_json(solves: Sequence[Solve]) -> str:
    """Return everything that was measured."""
    return json.dumps({"schema_version": "1.0",
                       "solves": [asdict(one) for one in solves]}, indent=1) + "\n"
