"""Draws of capacity and load: fewer free slots than leads, so that slots have prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from solver.generate.draws import Columns, Ints, Mask, allocate, some, where
from solver.models import Lead

#: Free slots per lead of the window.
_SLOTS_PER_LEAD = 0.78


def draw_capacity(
    rng: np.random.Generator,
    rep_ids: Sequence[str],
    active: Sequence[bool],
    leads: Iterable[Lead],
    num_routed: int,
) -> Columns:
    """Draw capacity, load and daily caps for ``num_routed`` leads that compete for slots."""
    total = round(_SLOTS_PER_LEAD * num_routed)
    free = _free_slots(rng, np.asarray(active), max(1, total))
    owned = Counter(lead.owner_id for lead in leads)
    busy = np.array([owned[rep_id] for rep_id in rep_ids]) + rng.poisson(12, len(rep_ids))
    capacity = -(-(free + busy) // 5) * 5
    open_leads = capacity - free
    capped = some(rng, len(rep_ids), 0.2)
    assigned = rng.integers(0, 4, len(rep_ids))
    return {
        # A rep with a daily cap could take more open leads: today's cap is what binds.
        "capacity": (capacity + np.where(capped, 10, 0)).tolist(),
        "open_leads": open_leads.tolist(),
        "daily_cap": where(capped, (free + assigned).tolist()),
        "assigned_today": assigned.tolist(),
    }


def _free_slots(rng: np.random.Generator, active: Mask, total: int) -> Ints:
    """Split the total over active reps; a few of them, never all, are full."""
    full = some(rng, active.size, 0.05) & active
    takes = active & ~full if (active & ~full).any() else active
    weights = np.where(takes, np.exp(rng.normal(0.0, 0.35, active.size)), 0.0)
    return allocate(total, weights)
