"""Rules against the reps whom accounts name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.matrix.precedence import NO_REP
from solver.models import Issue, IssueCode
from solver.rule_checks.looked_at import LookedAt, counted

_SPOKEN = {"named_account": "named rep", "open_opportunity": "owner of the open opportunity",
           "account_owner": "account owner", "family_owner": "owner of the family"}


def refused_names(looked_at: LookedAt) -> Iterator[Issue]:
    """Yield rules that keep leads from the rep whom a layer of the precedence names for them.

    Parameters
    ----------
    looked_at
        The window.
    """
    for layer, reps in looked_at.rows.preselection.precedence.named():
        for one in looked_at.hard_rules:
            leads = np.flatnonzero((reps != NO_REP) & one.leads)
            there = one.pairs.pairs(leads, reps[leads])
            against = leads[there != (one.rule.kind.value == "must")]
            against = against[looked_at.active[reps[against]]]
            if not len(against):
                continue
            rep_id = looked_at.window.reps[int(reps[against[0]])].rep_id
            num = counted(len(against), "lead")
            yield looked_at.issue(
                IssueCode.NAMED_REP_REFUSED, one.key,
                f"rule {one.rule.name!r} keeps {num} from the {_SPOKEN[layer]}, here {rep_id!r}, "
                f"so precedence.{layer} is passed over for {'it' if len(against) == 1 else 'them'}",
                "Take these accounts out of the rule's leads, or name a rep whom the rule allows",
                offending=one.rule.name, lead=int(against[0]))
