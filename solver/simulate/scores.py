"""What the offers of a run came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.triage import hours_between
from solver.models import Lead
from solver.simulate.methods import Method
from solver.simulate.records import Answer, Offer, Run
from solver.world import World


@dataclass(frozen=True, slots=True)
class Counts:
    """What the offers do not tell of a run; fields as in :class:`Run`."""

    held_at_end: int
    lost: int
    idle: int
    """Slots left unused."""
    num_floors_made: int


def score(world: World, method: Method, offers: tuple[Offer, ...], counts: Counts,
          win: NDArray[np.float64]) -> Run:
    """Sum up a run; ``win`` holds a uniform number per arrival, which decides whether it is won."""
    accepted = [offer for offer in offers if offer.answer is Answer.ACCEPTED]
    lead_at = {lead.lead_id: at for at, lead in enumerate(world.arrivals)}
    rep_at = {rep.rep_id: at for at, rep in enumerate(world.reps)}
    lead_idx = np.array([lead_at[offer.lead_id] for offer in accepted], dtype=np.int64)
    rep_idx = np.array([rep_at[offer.rep_id] for offer in accepted], dtype=np.int64)
    leads = [world.arrivals[at] for at in lead_idx.tolist()]
    ages = _ages(leads, accepted)
    true_value, won = None, None
    if world.truth is not None:
        chance = world.truth.win[lead_idx, rep_idx] * _left(world, accepted, ages)
        deals = np.array([lead.deal_value for lead in leads], dtype=np.float64)
        true_value, won = float((deals * chance).sum()), float(deals[win[lead_idx] < chance].sum())
    return Run(
        method=method, value=sum(offer.value for offer in accepted),
        true_value=true_value, won=won,
        owned=len(accepted), held_at_end=counts.held_at_end, lost=counts.lost,
        mean_wait_minutes=float(60 * ages.mean()) if accepted else None,
        p95_wait_minutes=float(60 * np.quantile(ages, 0.95)) if accepted else None,
        utilisation=len(accepted) / (len(accepted) + counts.idle) if accepted or counts.idle
        else None,
        owned_by_rep=tuple(np.bincount(rep_idx, minlength=len(world.reps)).tolist()),
        num_floors_made=counts.num_floors_made, offers=offers)


def _ages(leads: Sequence[Lead], offers: Sequence[Offer]) -> NDArray[np.float64]:
    """Return hours from each lead's arrival to its offer."""
    return np.array([hours_between(lead.created_at or offer.at, offer.at)
                     for lead, offer in zip(leads, offers, strict=True)], dtype=np.float64)


def _left(world: World, offers: Sequence[Offer], ages: NDArray[np.float64]
          ) -> NDArray[np.float64]:
    """Return what freshness and response leave of the chance of winning."""
    response = np.array([offer.response for offer in offers], dtype=np.float64)
    half_life = world.policy.freshness.half_life_hours
    return response if half_life is None else response * 0.5 ** (ages / half_life)
