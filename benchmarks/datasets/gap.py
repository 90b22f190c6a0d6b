"""Published generalised assignment problems as programs: agents are reps, jobs units that must.

A file holds ``agents jobs``, a row per agent of costs, a row per agent of use, the capacities.
Every job must be assigned. In the sense ``max`` a column's gain is its cost; in the sense ``min``
it is the largest cost of the file minus it, so that ``cost = jobs x largest - objective``.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.datasets.locate import data_folder
from solver.program.program import NONE, Ints, Limits, Program

PART = "bench-gap"
Sense = Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class GapInstance:
    """One instance in one sense."""

    name: str
    sense: Sense
    cost: Ints
    """(agents, jobs)"""
    use: Ints
    """(agents, jobs)"""
    capacity: Ints
    """(agents,)"""
    best_known: int
    """Published cost."""
    bound: int
    """Published bound on the cost: lower where it is minimised, upper where maximised."""

    @property
    def program(self) -> Program:
        """The instance as a program."""
        return _program(self)

    def cost_of(self, objective: int) -> int:
        """Return the cost that an objective, or a bound on it, stands for."""
        if self.sense == "max":
            return objective
        return int(self.cost.shape[1]) * int(self.cost.max()) - objective


def gap_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the instances, in the order of the published list."""
    return tuple(facts["name"] for facts in _known_values(folder or data_folder(PART)))


def read_gap(name: str, sense: Sense | None = None, folder: Path | None = None) -> GapInstance:
    """Read an instance; by default gap1 to gap12 are maximised and the others minimised."""
    folder = folder or data_folder(PART)
    facts = next(facts for facts in _known_values(folder) if facts["name"] == name)
    sense = sense or ("max" if name.startswith("gap") else "min")
    path = folder / facts["file"]
    text = (gzip.decompress(path.read_bytes()).decode("ascii") if path.suffix == ".gz"
            else path.read_text(encoding="ascii"))
    numbers = np.array(text.split(), dtype=np.int64)
    agents, jobs = int(numbers[0]), int(numbers[1])
    cost, use = numbers[2:2 + 2 * agents * jobs].reshape(2, agents, jobs)
    known = facts[sense]
    return GapInstance(name, sense, cost, use, numbers[2 + 2 * agents * jobs:],
                       known["best_known"],
                       known["lower_bound" if sense == "min" else "upper_bound"])


def _known_values(folder: Path) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = json.loads(
        (folder / "known_values.json").read_text(encoding="utf-8"))
    return values


def _program(instance: GapInstance) -> Program:
    gain = instance.cost if instance.sense == "max" else instance.cost.max() - instance.cost
    agents, jobs = gain.shape
    fits = (instance.use <= instance.capacity[:, None]).T
    rep = np.nonzero(fits)[1].astype(np.int32)
    column = np.argsort(rep, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rep, minlength=agents))])
    use = instance.use.T[fits][column]
    total = np.array([use[indptr[at]:indptr[at + 1]].sum() for at in range(agents)])
    none = np.zeros(0, np.int64)
    limits = Limits(indptr, column, use, np.zeros(agents, np.int64),
                    np.minimum(instance.capacity, total), none, none, none, none.astype(bool))
    return Program(np.concatenate([[0], np.cumsum(fits.sum(axis=1))]), rep, gain.T[fits],
                   np.ones(jobs, dtype=bool), np.full(jobs, NONE, np.int32), agents, limits)
