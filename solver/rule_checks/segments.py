"""Segments of leads that no rep can serve, at whatever hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from solver.matrix.lead_factors import LeadFactors
from solver.matrix.refusals import REASON_RULES, Refusal
from solver.models import Issue, IssueCode
from solver.names import LEVEL_SCALE
from solver.rule_checks.looked_at import LookedAt, counted
from solver.rule_checks.serving import refused_at_any_hour

_SPOKEN = {
    Refusal.EXCLUDED: "are excluded", Refusal.RULE: "are refused by a rule",
    Refusal.NAMED_ACCOUNT: "are not the named rep",
    Refusal.OPEN_OPPORTUNITY: "do not own the open opportunity",
    Refusal.ACCOUNT_OWNER: "do not own the account", Refusal.FAMILY_OWNER: "do not own the family",
    Refusal.NO_SKILL: "lack a skill", Refusal.NO_LANGUAGE: "speak none of the languages",
    Refusal.DEAL_BAND: "take other deal values", Refusal.NO_TERRITORY: "sell elsewhere",
}


def unserved_segments(looked_at: LookedAt, elsewhere: Iterable[int]) -> Iterator[Issue]:
    """Yield segments whose leads no active rep may own, hours aside; the largest first.

    A segment is a territory, required skills, languages and a deal band between ends that reps
    name. A territory that no rep has is none: reading warns of it.

    Parameters
    ----------
    looked_at
        The window.
    elsewhere
        Positions of leads of whom another finding tells.
    """
    leads = looked_at.rows.leads
    unserved = ~looked_at.serving.served
    unserved[list(elsewhere)] = False
    in_territory = np.array([lies.territory is not None for lies in leads.territories])
    unserved &= ~(looked_at.serving.outside & in_territory[leads.territory])
    found: dict[tuple[int, ...], list[int]] = {}
    keys = _keys(looked_at)
    for lead in np.flatnonzero(unserved).tolist():
        found.setdefault(tuple(keys[lead].tolist()), []).append(lead)
    for segment in sorted(found.values(), key=lambda own: (-len(own), own[0])):
        yield _issue(looked_at, segment)


def _keys(looked_at: LookedAt) -> NDArray[np.int64]:
    """Return (L, 4) what makes leads one segment."""
    leads = looked_at.rows.leads
    return np.stack([leads.territory, leads.required, leads.languages,
                     np.searchsorted(_edges(looked_at), leads.deal_value, side="right")], axis=1)


def _edges(looked_at: LookedAt) -> NDArray[np.float64]:
    """Return deal values at which some active rep's band begins or is past, ascending."""
    reps, active = looked_at.rows.reps, looked_at.active
    ends = np.concatenate([reps.min_deal[active], np.nextafter(reps.max_deal[active], np.inf)])
    return np.unique(ends[np.isfinite(ends)])


def _issue(looked_at: LookedAt, leads: list[int]) -> Issue:
    first = slice(leads[0], leads[0] + 1)
    bits = refused_at_any_hour(looked_at.rows, first)[0][looked_at.active]
    counts = [(int(np.count_nonzero(bits & np.uint16(bit))), bit) for bit, _ in REASON_RULES
              if bit in _SPOKEN]
    why = ", ".join(f"{count:,} {_SPOKEN[bit]}" for count, bit in counts if count)
    return looked_at.issue(
        IssueCode.UNSERVED_SEGMENT, None,
        f"{counted(len(leads), 'lead')} {described(looked_at, leads[0])}: none of the "
        f"{counted(len(bits), 'active rep')} may own {'it' if len(leads) == 1 else 'them'}, at "
        f"whatever hour ({why})", "Give a rep what is missing, or relax what they ask for",
        lead=leads[0])


def described(looked_at: LookedAt, lead: int) -> str:
    """Return a lead's segment in words."""
    leads: LeadFactors = looked_at.rows.leads
    territory = leads.territories[int(leads.territory[lead])].territory
    words = ["in no territory" if territory is None else f"in territory {territory!r}"]
    if required := leads.required_sets[int(leads.required[lead])]:
        words.append("asking for " + ", ".join(
            f"{name} {minimum / LEVEL_SCALE:g}" for name, minimum in required))
    if languages := leads.language_sets[int(leads.languages[lead])]:
        words.append(f"in {' or '.join(sorted(languages))}")
    if len(_edges(looked_at)):
        words.append(f"with a deal value {_band(looked_at, float(leads.deal_value[lead]))}")
    return ", ".join(words)


def _band(looked_at: LookedAt, deal_value: float) -> str:
    """Return the band in words; an end is one that a rep names, of theirs or past it."""
    edges, smallest = _edges(looked_at), set(looked_at.rows.reps.min_deal.tolist())
    at = int(np.searchsorted(edges, deal_value, side="right"))
    words = []
    if at:
        low = float(edges[at - 1])
        words.append(f"{low:,.0f} or more" if low in smallest else f"above {low:,.0f}")
    if at < len(edges):
        high = float(edges[at])
        words.append(f"below {high:,.0f}" if high in smallest else f"up to {high:,.0f}")
    return " and ".join(words)
