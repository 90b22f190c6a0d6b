"""A window solved on a Dask cluster: its plan is that of one process, to the last byte."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from api.dask_executor import check_cluster
from api.dask_parts import Part, parts_of
from api.dask_shards import shards_on_dask
from solver.certify.exchange import slot_prices_of
from solver.matrix.floors import AnyFloors
from solver.models import Plan, Window
from solver.optimise.canonical import Ages
from solver.planning import Solution
from solver.prices_first.loop import prices_first
from solver.prices_first.problem import solve_problem
from solver.prices_first.transportation import Optimum, Transportation
from solver.solving import optimal_plan, prepare

_Ints = NDArray[np.int64]


def solve_on_dask(window: Window, address: str, *, num_parts: int | None = None,
                  floors: AnyFloors = None) -> Plan:
    """Solve a window of capacities alone, its leads spread over the workers of a cluster.

    The window is cut here, and the plan put into words here: for windows that fit into this
    process. :func:`optimum_on_dask` takes leads that are never in one place.

    Parameters
    ----------
    window
        Leads, reps and policy at one instant.
    address
        Of the scheduler.
    num_parts
        Parts to cut the leads into; one for each thread of the cluster if not given.
    floors
        As for :func:`solver.solve`.

    Returns
    -------
    Plan
        The plan of :func:`solver.solve` without a time limit, with its prices and certificate.

    Raises
    ------
    UsageError
        If the window has other rules than capacities; if no scheduler answers, it has no worker,
        or a worker has other versions than this process.
    WorkersLostError
        If the scheduler goes away, or the last worker does and none comes.
    InvalidInputError
        If values are too large for exact sums.
    """
    problem = prepare(window, floors=floors)
    threads = check_cluster(address)
    with shards_on_dask(address, parts_of(problem.source, num_parts or threads)) as shards:
        found = solve_problem(problem, clock=None, shards=shards)
    return optimal_plan(Solution(problem, found.owner,
                                 slot_prices_of(problem, found.gain, found.loss),
                                 found.stopped_by))


def optimum_on_dask(parts: Sequence[Part], address: str, capacity: _Ints, load: _Ints,
                    created: Ages) -> Optimum:
    """Solve a window whose parts are built on the workers, from files or seeds say.

    Parameters
    ----------
    parts
        How each part is built, in the order of leads.
    address
        Of the scheduler.
    capacity, load
        (R,) slots, and leads assigned today.
    created
        (L,) when each lead came in, in any unit.

    Returns
    -------
    Optimum
        Owners and prices of the canonical plan. Proven, so that bound and objective are the same,
        unless `stopped_by` says that the rounds were up.

    Raises
    ------
    ValueError
        If there is no part.
    UsageError, WorkersLostError
        As :func:`solve_on_dask`.
    """
    with shards_on_dask(address, parts) as shards:
        return prices_first(Transportation(shards, capacity, load, created))
