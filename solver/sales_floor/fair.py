"""Fair shares as limits of a window: one for each rep, named FAIR:rep_id."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.errors import InvalidInputError
from solver.fairness.ends import FairLimits, Standing
from solver.fairness.limits import fair_limits
from solver.fairness.offer import Offer
from solver.fairness.shares import Shares, shares
from solver.matrix.rep_factors import works_around_the_clock
from solver.matrix.rows import ValueRows
from solver.models import FairnessMethod, Issue, IssueCode, Ledger, Period
from solver.models.ledger import SHARE_SCALE
from solver.models.limit import FAIR_PREFIX
from solver.sales_floor.grouping import ALONE
from solver.sales_floor.limits import Hinge, WindowLimit, counted_amounts
from solver.sales_floor.open_pairs import Ints, OpenPairs


def window_shares(rows: ValueRows) -> Shares:
    """Return the shares of the reps in a window: of those who can be given a lead now."""
    reps, policy = rows.window.reps, rows.policy
    return shares(reps, (rows.reps.availability == 0).tolist(), policy.fairness, rows.window.at,
                  around_the_clock=works_around_the_clock(
                      reps, policy.response.unknown_hours))


def fair_limits_of(rows: ValueRows, pairs: OpenPairs, groups: Ints,
                   others: Sequence[WindowLimit], ledger: Ledger | None,
                   known: Shares | None = None) -> tuple[WindowLimit, ...]:
    """Return what fairness asks of each rep; nothing where the policy has no method.

    Parameters
    ----------
    rows, pairs
        The window.
    groups
        (L,) groups of the leads, ``ALONE`` for most.
    others
        The limits of the policy.
    ledger
        As the window finds it.
    known
        The window's :func:`window_shares`, where they are known already.

    Raises
    ------
    InvalidInputError
        If values are too large for fairness that outweighs them.
    """
    policy = rows.policy.fairness
    if policy.method is FairnessMethod.NONE:
        return ()
    amount = counted_amounts(pairs, np.arange(len(pairs)), policy.measure,
                             rows.leads.whole_worth())
    offer = Offer(pairs.indptr, pairs.rep, pairs.use, amount, rows.reps.free_slots)
    alone = (not any(limit.hard for limit in others) and bool((groups == ALONE).all())
             and bool((pairs.gain > 0).all()))
    try:
        fair = fair_limits(policy, _standing(rows, ledger, known), offer,
                           outweigh=_all_value(pairs, others), alone=alone)
    except ValueError as error:
        raise InvalidInputError([Issue(
            code=IssueCode.VALUE_RANGE, file="policy", column="fairness.method",
            offending=policy.method.value, rule=str(error),
            remedy="Lower the values, route fewer leads at once, or use method price")]) from error
    by_rep = pairs.by_rep(rows.num_reps)
    return tuple(_limit(rows, fair, at, by_rep.of(np.array([at])), amount)
                 for at in range(rows.num_reps))


def _standing(rows: ValueRows, ledger: Ledger | None, known: Shares | None) -> Standing:
    balances = {} if ledger is None else ledger.by_rep()
    found = [balances.get(rep.rep_id) for rep in rows.window.reps]
    measure = rows.policy.fairness.measure
    return Standing(
        shares=(known or window_shares(rows)).now,
        balances=tuple(0 if one is None else one.of(measure) for one in found),
        last_assigned=tuple(None if one is None else one.last_assigned_at for one in found))


def _all_value(pairs: OpenPairs, others: Sequence[WindowLimit]) -> int:
    """Return more minor units than any two choices differ by."""
    starts = pairs.indptr[:-1]
    some = starts < pairs.indptr[1:]
    most = (0 if not some.any() else
            sum(np.maximum.reduceat(np.abs(pairs.gain), starts[some]).tolist()))
    costs = sum(hinge.slope * max(hinge.at, int(limit.amount.sum()) - hinge.at)
                for limit in others for hinge in limit.hinges)
    return 2 * most + costs + 1


def _limit(rows: ValueRows, fair: FairLimits, at: int, counted: Ints, amount: Ints
           ) -> WindowLimit:
    counted = counted[amount[counted] > 0]
    own = np.flatnonzero(fair.hinges.rep == at).tolist()
    hinges = tuple(Hinge(int(fair.hinges.at[n]), int(fair.hinges.slope[n]),
                         over=bool(fair.hinges.over[n])) for n in own)
    lower, upper = int(fair.lower[at]), int(fair.upper[at])
    if hinges:
        lower = max(0, fair.aim[at] // SHARE_SCALE)
        upper = max(0, -(-fair.aim[at] // SHARE_SCALE))
    return WindowLimit(
        name=f"{FAIR_PREFIX}{rows.reps.rep_ids[at]}", measure=rows.policy.fairness.measure,
        period=Period.WINDOW, pairs=counted, amount=amount[counted], lower=lower, upper=upper,
        hard=not hinges, hinges=hinges)
