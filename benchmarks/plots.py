"""Plots of measurements, drawn without a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from solver.models.calibration import ReliabilityBin

_SIZE = (7, 5)


def scale_plot(path: Path, seconds: Mapping[int, float]) -> None:
    """Draw seconds over sizes on logarithmic axes, beside growth in proportion to the smallest."""
    figure = Figure(figsize=_SIZE, layout="constrained", dpi=120)
    axes = figure.subplots()
    sizes = sorted(seconds)
    axes.loglog(sizes, [seconds[size] for size in sizes], marker="o", label="measured, CPU")
    axes.loglog(sizes, [seconds[sizes[0]] * size / sizes[0] for size in sizes], linestyle="--",
                label="in proportion")
    axes.set_xlabel("leads (accounts: five times as many)")
    axes.set_ylabel("seconds of all cores")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    figure.savefig(path)


def reliability_plot(path: Path, bins: Mapping[str, Sequence[ReliabilityBin]]) -> None:
    """Draw the share that was won over the predicted chance, a line per score."""
    figure = Figure(figsize=_SIZE, layout="constrained", dpi=120)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="calibrated")
    for name, found in bins.items():
        axes.plot([one.predicted for one in found], [one.observed for one in found], marker="o",
                  label=name)
    axes.set_xlabel("predicted chance")
    axes.set_ylabel("share won")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path)
