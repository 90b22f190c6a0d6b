"""Plots, drawn without a window: matplotlib's figures straight to bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from api.cli.simulated import SimulatedRow
from solver.errors import UsageError

_SUFFIXES = (".png", ".svg")
_MARKERS = "osD^vP*Xp"


def plot_suffix(path: Path) -> str:
    """Return the suffix of a plot's file.

    Raises
    ------
    UsageError
        If it is of no kind that is drawn.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(f"--plot {path} must end in .png or .svg")
    return suffix


def share_plot(rows: Sequence[SimulatedRow], suffix: str) -> bytes:
    """Draw the share of hindsight over slots per lead, a line per method.

    Parameters
    ----------
    rows
        Of all levels and methods; levels without arrivals have no share and are left out.
    suffix
        ``.png`` or ``.svg``.

    Returns
    -------
    bytes
        The file, the same for the same rows.
    """
    with mpl.rc_context({"svg.hashsalt": "fairlead", "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 5), layout="constrained", dpi=120)
        axes = figure.subplots()
        for n, method in enumerate(dict.fromkeys(row.method for row in rows)):
            points = sorted((row.slots_per_lead, row.share) for row in rows
                            if row.method == method and row.share is not None)
            axes.plot([slots for slots, _ in points], [share for _, share in points],
                      marker=_MARKERS[n % len(_MARKERS)], label=method)
        axes.set_xlabel("slots per lead")
        axes.set_ylabel("share of hindsight")
        axes.yaxis.set_major_formatter(PercentFormatter(xmax=1))
        axes.grid(alpha=0.3)
        axes.legend()
        buffer = io.BytesIO()
        stamp = {"Date": None} if suffix == ".svg" else {"Software": None}
        figure.savefig(buffer, format=suffix[1:], metadata=stamp)
    return buffer.getvalue()
