"""Why not rep X: an exchange in a plain window, another solve where further rules hold."""

from __future__ import annotations

from functools import partial

from solver.explanation.why_not import WhyNot
from solver.explanation.why_not import why_not as answer
from solver.matrix.triage import triage
from solver.models import Plan, Window
from solver.sales_floor.plain import is_plain


def why_not(window: Window, plan: Plan, lead_id: str, rep_id: str, *,
            time_limit: float | None = 30.0) -> WhyNot:
    """Say why a lead did not go to a rep: the rule that refuses, or what forcing would cost.

    Parameters
    ----------
    window
        The inputs the plan was made from.
    plan
        A plan of that window; where no rule but capacities holds, the optimal one.
    lead_id, rep_id
        The lead and the rep that is asked about.
    time_limit
        Seconds after which a solve stops with the best plan so far, and the answer says between
        what the cost lies; None: only rounds count, and the answer repeats.

    Raises
    ------
    UsageError
        If the plan is not of this window, or not optimal where it must be, or the lead or the rep
        is not in it.

    Notes
    -----
    In a plain window the answer is exact and takes no solve (DESIGN section 5). Else the window is
    solved again with the pair forced, from the plan as it is, in a counted number of rounds.
    """
    if is_plain(window, triage(window).routed):
        return answer(window, plan, lead_id, rep_id, None)
    from solver.sales_floor.forcing import force  # noqa: PLC0415 - its engines are slow to load

    return answer(window, plan, lead_id, rep_id, partial(force, time_limit=time_limit))
