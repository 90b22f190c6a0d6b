"""The reps of each part of a limit that holds for every rep or every team apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.models import Each, Limit, Rep

_Bools = NDArray[np.bool_]


def limit_parts(limit: Limit, reps: Sequence[Rep], matching: _Bools
                ) -> Iterator[tuple[str, _Bools]]:
    """Yield the name and the (R,) reps of each part of a limit with ``each``.

    Parameters
    ----------
    limit
        Its ``each`` is given.
    reps
        R reps.
    matching
        (R,) those whom the limit is about. Of teams, reps without one make none.
    """
    if limit.each is Each.REP:
        for at in np.flatnonzero(matching).tolist():
            yield f"{limit.name}:{reps[at].rep_id}", np.arange(len(reps)) == at
        return
    team = np.array([rep.team or "" for rep in reps])
    for name in sorted(set(team[matching].tolist()) - {""}):
        yield f"{limit.name}:{name}", matching & (team == name)
