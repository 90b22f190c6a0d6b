"""Reps who need not be looked at: another rep lacks nothing that they do not lack as well.

If rep k lacks nothing that j has, counts no more for any limit, takes no more slots and costs no
more for each, everything given to j could go to k, with the same changes made to k in place of j.
So j can be left out if j has no free slot to offer, or k has room for all. Of reps who dominate
each other the first stays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.refusals import Refusal
from solver.names import OVERLAY, name_key
from solver.relax.asked import Asked, Ints
from solver.relax.candidates import NEVER
from solver.relax.catalogue import Catalogue
from solver.relax.classes import amounts_of
from solver.sales_floor.previous import NOBODY

#: More than any wait or cost.
_MOST = 2**62
#: Refusals that stand in no table of the rep alone.
_OF_PAIRS = np.uint16(Refusal.EXCLUDED | Refusal.NAMED_ACCOUNT | Refusal.OPEN_OPPORTUNITY
                      | Refusal.ACCOUNT_OWNER | Refusal.FAMILY_OWNER)


def reps_that_matter(catalogue: Catalogue, asked: Asked, free: Ints) -> NDArray[np.bool_]:
    """Return (R,) reps whom no other rep makes superfluous.

    Parameters
    ----------
    catalogue
        What pairs need.
    asked
        The units.
    free
        (R,) slots that are free.
    """
    lacks = _lacks(catalogue)
    room = catalogue.candidates.use.sum(axis=0)
    kept = catalogue.possible(0)
    for rep in np.flatnonzero(kept).tolist():
        others = np.flatnonzero(kept)
        better = (lacks[others] <= lacks[rep]).all(axis=1) & (others != rep)
        better &= (free[rep] <= 0) | (free[others] >= room[others])
        kept[rep] = not better.any()
    kept[asked.only[asked.only != NOBODY]] = True
    return kept


def _lacks(catalogue: Catalogue) -> Ints:
    """Return (R, F) what each rep lacks in each respect; less is better."""
    rows, found, offered = catalogue.rows, catalogue.candidates, catalogue.offered
    reps, factors = rows.window.reps, rows.leads
    skills = {name for code in np.unique(factors.required[found.lead])
              for name, _ in factors.required_sets[code]}
    languages = {name for code in np.unique(factors.languages[found.lead])
                 for name in factors.language_sets[code]}
    territories = {factors.territories[code].territory
                   for code in np.unique(factors.territory[found.lead])}
    spoken = [frozenset(map(name_key, rep.languages)) for rep in reps]
    columns = [-offered.levels(name) for name in sorted(skills)]
    columns += [_missing(spoken, name) for name in sorted(languages)]
    columns += [_missing(offered.home, name)
                for name in (*sorted(one for one in territories if one), OVERLAY)]
    costs = [catalogue.costs.of_slot(rep.rep_id) for rep in reps]
    columns += [np.array([_MOST if cost is None else cost for cost in costs]),
                np.where(found.wait == NEVER, _MOST, found.wait_days),
                rows.reps.availability.astype(np.int64)]
    of_pairs = [found.bits & _OF_PAIRS, found.below, found.above, found.worthwhile, found.use,
                *found.rules.values(), *amounts_of(found).transpose(1, 0, 2)]
    distinct = [np.unique(row.astype(np.int64), axis=0).T for row in of_pairs]
    return np.concatenate([np.stack(columns, axis=1), *distinct], axis=1)


def _missing(have: list[frozenset[str]] | tuple[frozenset[str], ...], name: str) -> Ints:
    return np.array([name not in one for one in have], dtype=np.int64)
