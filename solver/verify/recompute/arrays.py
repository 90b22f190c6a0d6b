"""Array types and the grouped minimum that the recomputation rests on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def least_per_group(values: IntArray, starts: IntArray, otherwise: IntArray) -> IntArray:
    """Return the least of ``otherwise[g]`` and of the values of each group.

    Parameters
    ----------
    values
        Shape (n,), the groups one after the other.
    starts
        Shape (groups + 1,), where each group begins; the last entry is n.
    otherwise
        Shape (groups,).
    """
    least = otherwise.copy()
    filled = starts[:-1] < starts[1:]
    if filled.any():
        found = np.minimum.reduceat(values, starts[:-1][filled])
        least[filled] = np.minimum(least[filled], found)
    return least
