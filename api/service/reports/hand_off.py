"""The report on the hand-off: what became of the leads that were received in a period."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from api.service.context import Actor, Context
from api.service.reports.counting import count, figures
from api.service.reports.models import Group, HandOffReport, Outcome
from api.service.reports.period import Period
from api.service.reports.times import Measured
from api.store.control import read_control
from api.store.database import Reading
from api.store.outcomes import Ended, count_outcomes, list_outcomes, reasons_lost
from api.store.reports import (
    By,
    Key,
    list_hand_overs,
    received_in,
)
from api.store.reps import RepRow, all_reps

MAX_OUTCOMES = 1_000
MAX_GROUPS = 1_000


def hand_off_report(context: Context, actor: Actor, period: Period, by: By | None = None
                    ) -> HandOffReport:
    """Return the report; a rep's own key sees the total, its own row and its own outcomes.

    Parameters
    ----------
    context
        The service.
    actor
        Who asks.
    period
        Leads received in it are counted, and what was won and lost in it.
    by
        By what they are grouped; None: only the total.
    """
    now = context.now
    with context.database.snapshot() as tx:
        held = read_control(tx)
        reps = {one.rep_id: one for one in all_reps(tx)}
        total, groups = count(tx, period, by, held, now)
        rows = list_hand_overs(tx, received_in(period.begin, period.end), by)
        outcomes, left_off = _outcomes(tx, period, actor.rep_id)
    measured = Measured(rows, {rep_id: row.stored for rep_id, row in reps.items()})
    shown = _seen(groups, by, actor, reps)
    return HandOffReport(
        begin=period.begin, end=period.end, at=now, by=by, currency=held.policy.currency,
        policy_version=held.policy_version, min_touches=held.policy.hand_off.min_touches,
        total=figures(total, None, held, measured.of_all(total.tally)),
        groups=[Group(key=key, figures=figures(groups[key], by, held,
                                               measured.of_group(key, groups[key].tally)))
                for key in shown[:MAX_GROUPS]],
        groups_left_off=max(0, len(shown) - MAX_GROUPS),
        outcomes=outcomes, outcomes_left_off=left_off)


def _seen(keys: Collection[Key], by: By | None, actor: Actor, reps: Mapping[str, RepRow]
          ) -> list[Key]:
    """Return the groups that are shown: colleagues' and other teams' not to a rep's own key."""
    if actor.rep_id is not None and by in (By.REP, By.TEAM):
        rep = reps.get(actor.rep_id)
        own = None if rep is None else rep.rep_id if by is By.REP else rep.team
        return [own] if own is not None and own in keys else []
    return sorted(keys, key=lambda key: (key is None, key or ""))


def _outcomes(tx: Reading, period: Period, rep_id: str | None) -> tuple[list[Outcome], int]:
    """Return wins and losses, of one rep or of all, and how many more there are."""
    rows = list_outcomes(tx, period.begin, period.end, rep_id, MAX_OUTCOMES)
    why = reasons_lost(tx, (row.lead_id for row in rows if row.outcome == "lost"))
    counted = count_outcomes(tx, period.begin, period.end, None if rep_id is None else By.REP)
    ended = counted.get(rep_id, Ended())
    return [Outcome.model_validate({
        "lead_id": row.lead_id, "rep_id": row.rep_id, "outcome": row.outcome, "at": row.at,
        "amount": row.amount, "reason": why.get(row.lead_id)}) for row in rows
    ], ended.won + ended.lost - len(rows)
