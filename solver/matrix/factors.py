"""A window's pairs as factors: columns of leads and reps, and small tables by code.

All that a pair's value and eligibility rest on, as arrays alone: they can be made without any
record, and sent to another process. Their memory is linear in leads, reps and the rows of the
tables.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
#: Rows of bits by code, (codes, ceil(R / 8)): bit r % 8 of byte r // 8 says that rep r passes.
Bits = NDArray[np.uint8]

#: In a column of reps, beside NO_REP: a hard layer names one, and other rules refuse this rep.
REFUSED = -2


class RepColumns(NamedTuple):
    """What a pair takes from its rep; R entries each."""

    performance: Floats
    response: Floats
    threshold: Ints
    """Floor and reserve, minor units: usable is what brings more."""
    min_deal: Floats
    """Empty where no rep has a deal band."""
    max_deal: Floats


class LeadColumns(NamedTuple):
    """What a pair takes from its lead; L entries each, but for what few leads have."""

    worth: Floats
    """Major units."""
    deal_value: Floats
    kind: Codes
    """Row of `Tables.kinds`."""
    needs: Codes
    """Needs set."""
    decided: Codes
    """Rep whom a hard layer gives the lead, `NO_REP`, `REFUSED`; empty where no layer names any."""
    waived: NDArray[np.bool_]
    """Whether that rep was let off the territory; empty like `decided`."""
    preferred: Codes
    """Rep of the first preferred layer, `NO_REP`; empty like `decided`."""
    excluded_start: Ints
    """(L + 1,) excluded pairs by lead; empty where there are none."""
    excluded_rep: Codes
    """Excluded pairs: reps."""


class Tables(NamedTuple):
    """What many leads share, by code."""

    kinds: Codes
    """(K, 5) by kind of lead: codes of territory, required skills, languages, rules, preference."""
    territory: Floats
    """(T, R) weight of the territory times its fit; 0 where not eligible."""
    home: Bits
    """By territory: reps who may sell there."""
    required: Bits
    """By required skills: reps who have them."""
    languages: Bits
    """By languages: reps who speak one."""
    rules: Bits
    """By what rules of the policy refuse: reps who are left."""
    preference: Floats
    """(F, R) products of the factors of rules; no row where there are none."""
    available: Bits
    """One row: reps who are active, at work in time and known to be."""
    needs_start: Ints
    """(N + 1,) entries of a needs set in `needs_skill` and `needs_weight`."""
    needs_skill: Codes
    needs_weight: Floats
    """Weights in 1/10,000, integers held in float64."""
    levels: NDArray[np.int16]
    """(S, R) levels in 1/10,000: 0 to 10,000, which 16 bits hold."""


class Scalars(NamedTuple):
    """What all pairs share."""

    skill_weight: float
    """Weight of the skill fit in the match."""
    unknown_fit: float
    """Skill fit of a lead without needs."""
    home_term: float
    """Weight of the territory times the fit of a rep who was let off it."""
    preferred_factor: float
    """Factor of the first preferred layer's rep."""


class Factors(NamedTuple):
    """The pairs of L leads and R reps."""

    reps: RepColumns
    leads: LeadColumns
    tables: Tables
    scalars: Scalars

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return len(self.leads.worth)

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return len(self.reps.performance)


def bits_of(passes: NDArray[np.bool_]) -> Bits:
    """Return rows of flags (codes, R) as rows of bits."""
    return np.packbits(passes, axis=1, bitorder="little")


def frozen(factors: Factors) -> Factors:
    """Return the same with every array contiguous and read-only: one type for compiled code."""
    return Factors(
        RepColumns(*(read_only(column) for column in factors.reps)),
        LeadColumns(*(read_only(column) for column in factors.leads)),
        Tables(*(read_only(table) for table in factors.tables)),
        Scalars(*map(float, factors.scalars)))


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as contiguous and read-only; copied only where it is not contiguous."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view
