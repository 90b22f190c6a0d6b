"""What is counted in a solve; the gates of the benchmarks, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.window import surplus_of
from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import Pairs
from solver.models import Window
from solver.optimise import flow, tight
from solver.planning import certify
from solver.prices_first import problem
from solver.prices_first.transportation import Effort, Optimum
from solver.solving import solve_exactly
from solver.warm_up import warm_up_prices_first


@dataclass(frozen=True, slots=True)
class Counters:
    """Sizes of the work, and the answer."""

    window_leads: int
    """Leads that the window routes."""
    free_slots: int
    eligible_pairs: int
    usable_pairs: int
    flow_arcs: int
    """Arcs of the first flow, or of the flows on cores, as the engine gets them."""
    tight_leads: int
    """Leads that reach the second flow, because optimal prices leave them a choice."""
    objective: int
    """Minor units."""
    gap: int
    """Minor units."""
    bids: int = 0
    """Of the auctions that find prices; 0, with what follows, where one flow takes all pairs."""
    passes: int = 0
    pairs_scanned: int = 0
    rounds: int = 0
    """Flows on a core."""
    core_pairs: int = 0


@dataclass(frozen=True, slots=True)
class ArrayCounters:
    """What prices first does to a window of arrays, and the answer."""

    usable_pairs: int
    free_slots: int
    bids: int
    passes: int
    """Over all pairs."""
    pairs_scanned: int
    rounds: int
    """Flows on the core."""
    core_pairs: int
    core_leads: int
    settled_leads: int
    objective: int
    """Cents above the plan that owns nothing."""
    gap: int
    """Cents."""


def count_arrays(optimum: Optimum, source: Pairs | FactoredPairs, capacity: NDArray[np.int64]
                 ) -> ArrayCounters:
    """Count what a solve took; the objective is worked out anew from its owners."""
    effort, objective = optimum.effort, surplus_of(source, capacity, optimum.owner)
    return ArrayCounters(
        usable_pairs=len(source), free_slots=int(capacity.sum()), bids=effort.bids,
        passes=effort.passes, pairs_scanned=effort.pairs_scanned, rounds=effort.rounds,
        core_pairs=effort.core_pairs, core_leads=effort.core_leads,
        settled_leads=effort.settled_leads, objective=objective, gap=optimum.bound - objective)


def count(window: Window) -> Counters:
    """Solve a window once and count, at the engine's door, what it is given."""
    warm_up_prices_first()  # its flows are not the window's
    engine, found, efforts = flow.solve_flow, problem.solve_problem, [Effort()]

    def noted(*arguments: Any, **named: Any) -> Optimum:
        optimum = found(*arguments, **named)
        efforts.append(optimum.effort)
        return optimum

    with (patch.object(flow, "solve_flow", wraps=engine) as first,
          patch.object(tight, "solve_flow", wraps=engine) as second,
          patch.object(problem, "solve_problem", noted)):
        solution = solve_exactly(window)
    certificate = certify(solution, solution.owner)
    pairs, effort = solution.problem.pairs, efforts[-1]
    return Counters(
        window_leads=pairs.num_leads, free_slots=sum(rep.free_slots for rep in window.reps),
        eligible_pairs=pairs.num_eligible, usable_pairs=len(pairs),
        flow_arcs=sum(len(call.kwargs["tail"]) for call in first.call_args_list),
        tight_leads=_leads_of(second), objective=certificate.objective, gap=certificate.gap,
        bids=effort.bids, passes=effort.passes, pairs_scanned=effort.pairs_scanned,
        rounds=effort.rounds, core_pairs=effort.core_pairs)


def _leads_of(solve_flow: Mock) -> int:
    """Leads of the first of the flows that make a plan canonical; only leads have a supply."""
    flows = solve_flow.call_args_list
    return int(np.count_nonzero(flows[0].kwargs["supply"] > 0)) if flows else 0
