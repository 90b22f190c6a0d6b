"""A world: everything that happens to a sales floor, the same for every method that is tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from solver.models import Lead, Policy, Rep


@dataclass(frozen=True, slots=True)
class Truth:
    """What the score and the fit are views of: the true chance of winning each pair."""

    win: NDArray[np.float64]
    """(L, R) chance that rep j wins arrival i, both in the world's order, if it is contacted at
    once; response and freshness come on top."""


@dataclass(frozen=True, slots=True)
class Illness:
    """A rep falls ill without warning: from then on takes no lead."""

    rep_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RepChange:
    """What a rep may take changes at an instant: a first day, a step of a ramp. None: as before."""

    rep_id: str
    at: datetime
    capacity: int | None = None
    daily_cap: int | None = None
    active: bool | None = None
    """Who has fallen ill stays so."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What owners and leads do, as rates; drawn per lead_id, the same for every method."""

    reject: float = 0.0
    """Share of offers that owners reject at once; the lead goes back, without that rep."""
    time_out: float = 0.0
    """Share of offers that owners let time out."""
    time_out_minutes: float = 60.0
    """How long an offer stands; until then it takes the slot."""
    open_hours: float | None = None
    """Mean hours that an owned lead stays open (exponential); None: beyond the end."""


@dataclass(frozen=True, slots=True)
class World:
    """A stretch of time on a sales floor."""

    start: datetime
    end: datetime
    reps: tuple[Rep, ...]
    """Sorted by rep_id, as they stand at the start."""
    policy: Policy
    arrivals: tuple[Lead, ...]
    """Leads created in [start, end), ascending by (created_at, lead_id)."""
    history: tuple[Lead, ...]
    """Leads created before the start, ascending: what a forecast may know."""
    seed: int
    """Of what owners and leads do."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    illnesses: tuple[Illness, ...] = ()
    changes: tuple[RepChange, ...] = ()
    """In any order; of one rep at one instant in this one."""
    truth: Truth | None = None
    """None: the policy's own value is the truth."""
