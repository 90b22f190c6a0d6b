"""What a sales floor says of its reps: who is still learning, since when each is there, slots."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from solver.generate.draws import some
from solver.generate.features import feature_stream
from solver.models import Rep, Window

#: Part of the reps who started within the last half year, and longest time of the others, in weeks.
_NEW_SHARE, _NEW_WEEKS, _LONGEST_WEEKS = 0.15, 26, 520
#: Part of the reps who are marked as still learning; the latest to start.
_DEVELOPING_SHARE = 0.3


def with_tenure(window: Window, seed: int) -> Window:
    """Give every rep a first day, and mark the latest to start as ``developing``."""
    rng, num_reps = feature_stream(seed), len(window.reps)
    weeks = rng.uniform(_NEW_WEEKS, _LONGEST_WEEKS, num_reps)
    new = some(rng, num_reps, _NEW_SHARE)
    weeks[new] = rng.uniform(0, _NEW_WEEKS, int(new.sum()))
    developing = np.zeros(num_reps, dtype=bool)
    developing[np.argsort(weeks, kind="stable")[:-(-round(10 * _DEVELOPING_SHARE * num_reps) // 10)]
               ] = True
    today = window.at.date()
    return window.model_copy(update={"reps": tuple(
        _known(rep, today - timedelta(weeks=age), learns) for rep, age, learns
        in zip(window.reps, weeks.tolist(), developing.tolist(), strict=True))})


def _known(rep: Rep, started_on: date, developing: bool) -> Rep:
    return rep.model_copy(update={"started_on": started_on, "attributes": rep.attributes | {
        "developing": "yes" if developing else "no"}})


def with_more_slots(window: Window, factor: float) -> Window:
    """Multiply the free slots of all reps, rounded, so that leads may take several."""
    return window.model_copy(update={"reps": tuple(_larger(rep, factor) for rep in window.reps)})


def _larger(rep: Rep, factor: float) -> Rep:
    more = round(rep.free_slots * (factor - 1))
    cap = None if rep.daily_cap is None else rep.daily_cap + more
    return rep.model_copy(update={"capacity": rep.capacity + more, "daily_cap": cap})
