"""The filters of a policy, asked of a window."""

from __future__ import annotations

from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.filters import (
    About,
    PairMask,
    RepTable,
    lead_mask,
    pair_mask,
    parse_filter,
    rep_mask,
)
from solver.matrix.lead_tables import lead_table
from solver.matrix.triage import Triage
from solver.models import Window

#: What a filter that is null says.
_ALL = "true"


class Filtered:
    """Which routed leads, reps and pairs of a window match the filters of its policy.

    Each field is read once, when a filter first names it.

    Parameters
    ----------
    window
        The window.
    triage
        Its leads, sorted out; ``top`` ranks the routed ones.
    reps
        Its reps.
    """

    def __init__(self, window: Window, triage: Triage, reps: RepTable) -> None:
        self.lead_table = lead_table(triage.routed, triage.age_hours, window)
        self._reps = reps

    def among(self, reps: RepTable) -> Self:
        """Return the same of other reps; what was read of the leads is not read again."""
        other = copy(self)
        other._reps = reps
        return other

    def leads(self, text: str | None) -> NDArray[np.bool_]:
        """Return (L,) which routed leads match a filter of leads; null: all.

        Parameters
        ----------
        text
            The filter, as a policy that has been read holds it.
        """
        return lead_mask(parse_filter(text or _ALL), self.lead_table)

    def reps(self, text: str | None) -> NDArray[np.bool_]:
        """Return (R,) which reps match a filter of reps that looks at no lead; null: all.

        Parameters
        ----------
        text
            The filter.

        Raises
        ------
        FilterError
            If it names a field of the lead.
        """
        return rep_mask(parse_filter(text or _ALL, About.REP, with_leads=False), self._reps)

    def pairs(self, text: str | None) -> PairMask:
        """Return which pairs of routed leads and reps match a filter of reps; null: all.

        Parameters
        ----------
        text
            The filter; it may compare with the lead.
        """
        return pair_mask(parse_filter(text or _ALL, About.REP), self.lead_table, self._reps)
