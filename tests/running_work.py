"""Pieces of work that other processes find by name, as runners of tests run them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from solver.errors import InvalidInputError
from solver.models import Issue

#: How long a worker waits to be killed.
_LONG = 120.0


def draw(scale: float, item: int) -> dict[str, Any]:
    """Return numbers that depend on the item alone, to the last bit."""
    rng = np.random.Generator(np.random.PCG64(item))
    return {"item": item, "mean": float(rng.normal(0.1, scale, 1000).mean()), "pair": (item, None)}


def draw_or_fail(scale: float, item: int) -> dict[str, Any]:
    """Return the same, but for item 3, which cannot be drawn."""
    if item == 3:
        raise ValueError("item 3 cannot be drawn")
    return draw(scale, item)


def draw_or_wait(folder: str, item: int) -> dict[str, Any]:
    """Return the same; item 5 says who works on it the first time, and waits to be killed."""
    mark = Path(folder) / "pid"
    if item == 5 and not mark.exists():
        fresh = Path(folder) / f"fresh-{os.getpid()}"
        fresh.write_text(str(os.getpid()), encoding="utf-8")
        fresh.rename(mark)
        time.sleep(_LONG)
    return draw(2.0, item)


def draw_or_die(scale: float, item: int) -> dict[str, Any]:
    """Return the same, but for item 7, of which every worker dies."""
    if item == 7:
        os._exit(9)
    return draw(scale, item)


def refuse(issues: tuple[Issue, ...], _: int) -> None:
    """Find the input wrong."""
    raise InvalidInputError(issues)
