"""What a peer hands back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Proof(StrEnum):
    """What stands behind a peer's answer."""

    SHOWN = "gap 0, bound shown"
    """A bound equal to the objective comes with the plan, and anybody can work it out again."""
    CLAIMED = "claimed, in integers"
    """The engine says that it is optimal and calculates exactly."""
    FLOATS = "claimed, in floats"
    """The engine says so and calculates in float64, exact as long as sums stay below 2**53."""
    GAP = "bound shown, with a gap"
    STOPPED = "stopped early"
    NONE = "none"


#: Proofs whose objectives must agree to the cent.
EXACT = (Proof.SHOWN, Proof.CLAIMED, Proof.FLOATS)

#: Where a peer has a time limit of its own: what is left is for reading what it has found by then.
SHARE_OF_LIMIT = 0.8


@dataclass(frozen=True, slots=True)
class Found:
    """A plan and what is known of it."""

    owner: NDArray[np.int64]
    """(L,) positions of reps, -1 for held leads."""
    proof: Proof
    bound: int | None = None
    """No plan is worth more, in cents above an empty plan; None where the peer gives no prices."""
    counted: dict[str, int] | None = None
    """The peer's own counters."""


class PeerFailedError(RuntimeError):
    """A peer that ran and gave no plan, in its own words."""
