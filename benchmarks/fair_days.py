"""A sales floor for some days: reps with absences, and leads of two products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.fairness.offer import Offer
from solver.models.rep import Rep

#: Instant of the first window.
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
_HOURS = "Mon-Sun 09:00-17:00"
_Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Day:
    """One daily window."""

    at: datetime
    present: tuple[bool, ...]
    offer: Offer
    gain: _Ints
    """(C,) what each column brings, minor units."""


@dataclass(frozen=True)
class Floor:
    """A sales floor for some days."""

    reps: tuple[Rep, ...]
    days: tuple[Day, ...]


def make_floor(num_days: int, num_reps: int, leads_a_day: float, seed: int, *,
               equal: bool = False) -> Floor:
    """Make reps of unequal weight, two of them new, with absences; and leads of two products.

    Half of the reps sell both products, the others one; each is away for one day to two weeks
    about every 40 days. `equal`: all have the same weight.
    """
    rng = np.random.default_rng(seed)
    reps = tuple(_rep(at, num_days, rng, equal) for at in range(num_reps))
    sells = np.array([[at % 4 != 1, at % 4 != 0] for at in range(num_reps)])
    days = []
    for n in range(num_days):
        at = START + timedelta(days=n)
        present = tuple(not _is_off(rep, at.date()) for rep in reps)
        days.append(_day(at, present, sells, int(rng.poisson(leads_a_day)), rng))
    return Floor(reps, tuple(days))


def _rep(at: int, num_days: int, rng: np.random.Generator, equal: bool) -> Rep:
    time_off, day = [], 0
    while (day := day + int(rng.geometric(1 / 40))) < num_days:
        length = int(rng.choice([1, 2, 5, 10, 14], p=[0.4, 0.2, 0.2, 0.1, 0.1]))
        first = START.date() + timedelta(days=day)
        time_off.append(f"{first}/{first + timedelta(days=length - 1)}")
        day += length
    return Rep(rep_id=f"r{at:02d}", capacity=1000, timezone="UTC", working_hours=(_HOURS,),
               weight=1.0 if equal else (1.0, 1.5, 0.8)[at % 3], time_off=tuple(time_off),
               started_on=START.date() + timedelta(days=14 * at) if at < 2 else None)


def _is_off(rep: Rep, day: date) -> bool:
    return any(date.fromisoformat(one[:10]) <= day <= date.fromisoformat(one[-10:])
               for one in rep.time_off) or (rep.started_on is not None and day < rep.started_on)


def _day(at: datetime, present: Sequence[bool], sells: NDArray[np.bool_], num_leads: int,
         rng: np.random.Generator) -> Day:
    product = (rng.random(num_leads) < 0.4).astype(np.int64)
    may = sells[:, product].T & np.array(present)
    worth = rng.lognormal(12, 1, num_leads)
    match = rng.uniform(0.3, 1, may.shape)
    lead, rep = np.nonzero(may)
    gain = 1 + (worth[lead] * match[lead, rep]).astype(np.int64)
    ones = np.ones(len(rep), np.int64)
    indptr = np.concatenate([[0], np.cumsum(may.sum(axis=1))]).astype(np.int64)
    slots = np.where(present, 15, 0).astype(np.int64)
    return Day(at, tuple(present), Offer(indptr, rep.astype(np.int32), ones, ones, slots), gain)
