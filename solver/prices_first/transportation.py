"""What prices first takes, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.models import StoppedBy
from solver.optimise.canonical import Ages
from solver.prices_first.shards import Shards

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Transportation:
    """Leads that take one slot each, reps with slots, and nothing else."""

    shards: Shards
    capacity: _Ints
    """(R,) slots."""
    load: _Ints
    """(R,) leads assigned today, for the canonical plan."""
    created: Ages
    """(L,) when each lead came in, for the canonical plan; the position breaks ties."""


@dataclass(slots=True)
class Effort:
    """What a solve took; the same for the same window, whatever the threads do."""

    bids: int = 0
    """Bids of the auctions."""
    passes: int = 0
    """Passes over all pairs."""
    pairs_scanned: int = 0
    """Pairs looked at, in passes and for leads whose lists ran dry."""
    rounds: int = 0
    """Flows on the core."""
    core_pairs: int = 0
    """Pairs of the last core's open leads."""
    core_leads: int = 0
    """Leads of the last core with a choice."""
    settled_leads: int = 0
    """Leads with one possible owner, left out of the last core."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """A plan, the prices that bound it, and what it took."""

    owner: _Ints
    """(L,) rep positions, -1 for held leads: the canonical optimum if proven, else the best plan
    so far."""
    gain: _Ints
    """(R,) objective won with one slot more; if not proven, the prices of the best bound."""
    loss: _Ints
    """(R,) objective lost with one slot fewer; of no meaning where there is no slot."""
    objective: int
    """Minor units above the plan that owns nothing."""
    bound: int
    """No plan has a larger objective."""
    stopped_by: StoppedBy
    effort: Effort
