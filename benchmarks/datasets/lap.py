"""Published linear assignment problems as canonical windows.

Lead ``i`` needs skill ``job-i``; rep ``j`` has it at level ``(10,000 - cost) / 10,000``, which the
rules hold exactly. With deal value 100, score 100, skill weight 1, capacity 1 and reps who work
around the clock, the value of a pair is ``10,000 - cost`` minor units. A pair that a sparse
instance forbids has no skill, so value 0, so is not usable. Where a plan owns all ``n`` leads, its
cost is ``10,000 n - objective``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.datasets.canonical import through_files
from benchmarks.datasets.locate import data_folder
from solver.models import Lead, Plan, Policy, Rep, Window
from solver.models.policy import Match
from solver.names import LEVEL_SCALE

PART = "bench-lap"
#: Any instant will do: nothing in the instances is about time.
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class LapInstance:
    """One published instance."""

    name: str
    size: int
    """Number of rows, and of columns."""
    pairs: npt.NDArray[np.int64]
    """Row, column (from 0) and cost of each allowed pair; shape (pairs, 3)."""
    published_optimum: int
    """Least total cost, as published with the instance."""


def lap_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the instances, smallest first.

    Parameters
    ----------
    folder
        Folder of the instances; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    """
    known = _known(folder or data_folder(PART))
    return tuple(sorted(known, key=lambda name: (known[name]["n"], name)))


def read_lap(name: str, folder: Path | None = None) -> LapInstance:
    """Read one instance and its published optimum.

    Parameters
    ----------
    name
        Name of the instance, such as ``assign100``.
    folder
        Folder of the instances; that of the shared data where not given.

    Raises
    ------
    MissingDataError
        If the shared data is not there.
    ValueError
        If the file does not hold what its first line says.
    """
    folder = folder or data_folder(PART)
    facts = _known(folder)[name]
    with gzip.open(folder / facts["file"], "rt", encoding="ascii") as file:
        head, body = file.readline().split(), np.fromstring(file.read(), dtype=np.int64, sep=" ")
    size = int(head[0])
    if len(head) == 1:
        costs = body.reshape(size, size)
        rows, columns = np.indices(costs.shape)
        pairs = np.column_stack([rows.ravel(), columns.ravel(), costs.ravel()])
    else:
        pairs = body.reshape(int(head[1]), 3) - np.array([1, 1, 0])
    return LapInstance(name, size, pairs, facts["published_optimum"])


def lap_window(instance: LapInstance) -> Window:
    """Return an instance as a window, by way of the canonical files.

    Parameters
    ----------
    instance
        The instance.
    """
    levels: list[dict[str, float]] = [{} for _ in range(instance.size)]
    for row, column, cost in instance.pairs.tolist():
        levels[column][f"job-{row + 1}"] = (LEVEL_SCALE - cost) / LEVEL_SCALE
    leads = tuple(Lead(lead_id=str(i), created_at=AT, deal_value=100.0, score=100.0,
                       needs={f"job-{i}": 1.0}) for i in range(1, instance.size + 1))
    reps = tuple(Rep(rep_id=str(j), capacity=1, skills=skills, timezone="UTC",
                     working_hours=("Mon-Sun 00:00-24:00",))
                 for j, skills in enumerate(levels, start=1))
    policy = Policy(match=Match(skill=1.0, territory=0.0))
    return through_files(Window(at=AT, leads=leads, reps=reps, policy=policy))


def lap_cost(instance: LapInstance, plan: Plan) -> int | None:
    """Return the total cost of a plan, or ``None`` where it leaves a lead without an owner.

    Parameters
    ----------
    instance
        The instance.
    plan
        A plan of its window.
    """
    if len(plan.assignments) < instance.size:
        return None
    return instance.size * LEVEL_SCALE - plan.certificate.objective


def _known(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    records = json.loads((folder / "known_values.json").read_text(encoding="utf-8"))
    return {record["name"]: record for record in records}
