"""Imported once by the process that workers are forked from: the library, its compiled parts ready.

A tiny window is compared when this is imported, so that no worker has to load compiled code itself.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import solver
import solver.prices_first.problem
import solver.program.passes
import solver.quarter.playing
import solver.sales_floor.forcing
import solver.sales_floor.solving
from solver.generate import generate_window
from solver.models import Window
from solver.scenarios import AddReps, ChangeCapacity, Scenario
from solver.what_ifs import what_if

_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def warm_up() -> None:
    """Compare a few scenarios, of each way in which they are solved."""
    window: Window = generate_window(30, 4, 1, _AT)
    rep_id = next(rep.rep_id for rep in window.reps if rep.active)
    edits = (ChangeCapacity(rep_ids=(rep_id,), add=1), ChangeCapacity(rep_ids=(rep_id,), set=0),
             AddReps(like=rep_id))
    what_if(window, [Scenario(name=str(nth), edits=(edit,)) for nth, edit in enumerate(edits)])


for _name in solver.__all__:
    getattr(solver, _name)  # loaded only when it is asked for
warm_up()
gc.collect()
gc.freeze()  # what is here stays: workers need not look through it, nor copy its pages
