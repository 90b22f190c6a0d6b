"""Windows by way of the canonical files, so that real data takes the same path as a user's."""

from __future__ import annotations

import tempfile
from pathlib import Path

from solver.models import Window
from solver.reading import load
from solver.writing import render_inputs


def write_inputs(window: Window, folder: Path) -> None:
    """Write a window's canonical files into a folder, which is made if need be.

    Parameters
    ----------
    window
        The window.
    folder
        Where ``leads.csv``, ``reps.csv`` and ``policy.yaml`` go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_inputs(window).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def through_files(window: Window) -> Window:
    """Return the window that a user gets who reads its canonical files.

    Parameters
    ----------
    window
        The window to write and read back.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(window, folder)
        return load(folder / "leads.csv", folder / "reps.csv", at=window.at,
                    policy=folder / "policy.yaml", raw=True)
