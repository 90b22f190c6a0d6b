"""Figures of a plan, whatever engine made it, and their differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from statistics import pstdev

from solver.matrix.triage import Triage
from solver.matrix.worths import lead_worths
from solver.models import Certificate, Policy, ReasonCode
from solver.what_ifs.records import Difference, Figures

#: Minor units of one unit of money.
_MINOR = 100
_DECIMALS = 6


def figures_of(certificate: Certificate, reasons: Mapping[str, ReasonCode],
               slots: Sequence[tuple[int, int, int]], sorted_out: Triage, policy: Policy
               ) -> Figures:
    """Return the figures of a plan.

    Parameters
    ----------
    certificate
        Of the plan.
    reasons
        First reason of every lead without an owner, by lead_id; kept ones are not among them.
    slots
        (free slots, slots used, price) of each rep.
    sorted_out
        The window's leads.
    policy
        The window's policy.
    """
    counts = Counter(reasons.values())
    loads = [used / free for free, used, _ in slots if free > 0]
    prices = [price for free, _, price in slots if free > 0]
    routed = sorted_out.routed
    return Figures(
        value=certificate.value, value_kept=certificate.value_kept,
        objective=certificate.objective, gap=certificate.gap,
        leads=len(routed), owned=sum(lead.lead_id not in reasons for lead in routed),
        held={code: counts[code] for code in ReasonCode if counts[code]},
        worth_held=_worth_held(reasons, sorted_out, policy),
        load_spread=round(pstdev(loads), _DECIMALS) if loads else 0.0,
        lowest_price=min(prices, default=None), highest_price=max(prices, default=None))


def _worth_held(held_ids: Container[str], sorted_out: Triage, policy: Policy) -> int:
    leads, ages = [], []
    for lead, age in zip(sorted_out.routed, sorted_out.age_hours, strict=True):
        if lead.lead_id in held_ids:
            leads.append(lead)
            ages.append(age)
    return sum(round(worth * _MINOR) for worth in lead_worths(leads, ages, policy))


def difference(base: Figures, other: Figures) -> Difference:
    """Return the figures of a scenario less those of the base."""
    held = {code: other.held.get(code, 0) - base.held.get(code, 0)
            for code in ReasonCode if code in base.held or code in other.held}
    return Difference(
        value=other.value - base.value, value_kept=other.value_kept - base.value_kept,
        objective=other.objective - base.objective, gap=other.gap - base.gap,
        leads=other.leads - base.leads, owned=other.owned - base.owned,
        held={code: more for code, more in held.items() if more},
        worth_held=other.worth_held - base.worth_held,
        load_spread=round(other.load_spread - base.load_spread, _DECIMALS),
        lowest_price=_less(other.lowest_price, base.lowest_price),
        highest_price=_less(other.highest_price, base.highest_price))


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other
