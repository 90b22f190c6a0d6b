"""Fairness as limits and hinges of an assignment program: one limit per rep over its columns.

The forms are those of :mod:`solver.program`: ``lower <= y <= upper``, and hinges that cost
``slope`` for each unit of y beyond or below a place.
"""

from __future__ import annotations

from solver.fairness.attainable import fairest_amounts
from solver.fairness.ends import FairLimits, Standing, fair_ends
from solver.fairness.offer import Offer
from solver.models.fairness import Fairness


def fair_limits(policy: Fairness, standing: Standing, offer: Offer, *, outweigh: int,
                alone: bool) -> FairLimits:
    """Return the limits that a window's fairness asks for, by a flow.

    Arguments, result and errors are those of :func:`solver.fairness.ends.fair_ends`.
    """
    return fair_ends(policy, standing, offer, fairest_amounts, outweigh=outweigh, alone=alone)
