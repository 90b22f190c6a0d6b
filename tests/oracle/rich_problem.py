"""A rich window as numbers: pairs, use, groups, limits, former owners."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from solver.models import Each, GroupBy, Lead, Limit, Measure, Period, Rep, Window
from solver.models.sales_floor import GroupMode
from solver.prepare.normalise.domain import registrable
from solver.prepare.normalise.free_mail import is_free_mail
from tests.oracle.rich_pairs import Asked, RichLead, rich_lead, routed, topmost
from tests.oracle.rules import availability, worth

Pairs = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Count:
    """One limit of the window, but the reps' capacities."""

    name: str
    amount: Pairs
    """What each pair counts; pairs that do not count are not there."""
    lower: int
    upper: int | None
    price: int | None
    """Minor units for each unit beyond an end; None: never beyond."""
    hinges: tuple[tuple[int, int, bool], ...] = ()
    """Where each bends, minor units for each unit beyond it, and whether beyond is above."""
    crossed: bool = False
    """Whether the policy's lower end lies above its upper one: nothing keeps such a limit."""


@dataclass(frozen=True)
class RichProblem:
    """A window worked out pair by pair; money in minor units."""

    leads: tuple[str, ...]
    """Routed leads, sorted."""
    reps: tuple[str, ...]
    """All reps, sorted."""
    slots: dict[str, int]
    floors: dict[str, int]
    reserve: int
    lead: dict[str, RichLead]
    """What the rules say of each routed lead."""
    use: Pairs
    """Slots of every pair."""
    must: frozenset[str]
    """Leads that have to be placed, the locked ones among them."""
    stays: dict[str, str]
    """Locked lead to the only rep who may have it."""
    former: dict[str, str]
    """Lead to its former owner, of those in the rep file."""
    move_price: int
    groups: tuple[tuple[str, ...], ...]
    """Leads that belong together, two or more."""
    whole: bool
    """Whether a group is owned whole or held whole."""
    counts: tuple[Count, ...]
    """Limits, sorted by name."""

    def eligible(self, lead: str, rep: str) -> bool:
        """Return whether no rule refuses the pair, the lock included."""
        return (self.lead[lead].pairs[rep].eligible
                and self.stays.get(lead, rep) == rep)

    def brings(self, lead: str, owner: str | None) -> int:
        """Return what a lead adds to the objective with an owner or without one."""
        moved = self.move_price if self.former.get(lead, owner) != owner else 0
        if owner is None:
            return self.reserve - moved
        value = self.lead[lead].pairs[owner].value
        assert value is not None
        return value - self.use[lead, owner] * self.floors[owner] - moved


def rich_problem(window: Window, floors: dict[str, int] | None = None) -> RichProblem:
    """Work out a window with all its rules but fairness.

    Parameters
    ----------
    window
        The window.
    floors
        Floor by rep id, minor units; 0 for reps it does not name.
    """
    policy, leads = window.policy, routed(window)
    asked = Asked(window, leads)
    there = {rep.rep_id: availability(rep, window) for rep in window.reps}
    reps = {rep.rep_id: rep for rep in window.reps}
    before = {one.lead_id: one.rep_id for one in window.previous if one.rep_id in reps}
    former = {lead.lead_id: before[lead.lead_id] for lead in leads if lead.lead_id in before}
    stays = {lead.lead_id: former[lead.lead_id] for lead in leads if lead.lead_id in former
             and policy.stability.lock is not None and asked.lead(policy.stability.lock, lead)}
    must = {lead.lead_id for lead in leads
            if policy.must_place is not None and asked.lead(policy.must_place, lead)}
    use = {(lead.lead_id, rep.rep_id): _use(lead, rep, window, asked)
           for lead in leads for rep in window.reps}
    return RichProblem(
        leads=tuple(lead.lead_id for lead in leads), reps=tuple(reps),
        slots={rep.rep_id: _slots(rep) for rep in window.reps},
        floors={name: (floors or {}).get(name, 0) for name in reps},
        reserve=round(policy.reserve_value * 100),
        lead={lead.lead_id: rich_lead(lead, window, asked, there) for lead in leads},
        use=use, must=frozenset(must | set(stays)), stays=stays, former=former,
        move_price=round(policy.stability.price * 100), groups=_groups(leads, window),
        whole=policy.groups.mode is GroupMode.ALL_OR_NONE,
        counts=tuple(sorted((count for limit in policy.limits
                             for count in _counts(limit, leads, window, asked, use)),
                            key=lambda one: one.name)))


def _slots(rep: Rep) -> int:
    if not rep.active:
        return 0
    today = math.inf if rep.daily_cap is None else rep.daily_cap - rep.assigned_today
    return int(max(0, min(rep.capacity - rep.open_leads, today)))


def _use(lead: Lead, rep: Rep, window: Window, asked: Asked) -> int:
    for rule in window.policy.use:
        if asked.lead(rule.leads, lead) and asked.pair(rule.reps, lead, rep):
            return rule.slots
    return 1 if lead.effort is None else lead.effort


# --- groups -------------------------------------------------------------------------------------

def _company_domain(text: str | None, free_mail: tuple[str, ...]) -> str | None:
    if text is None:
        return None
    bare = text.split("@")[-1].strip().lower()
    own = registrable(bare)
    mail = own is None or is_free_mail(own) or is_free_mail(bare) or (
        {own, bare} & {one.lower() for one in free_mail})
    return None if mail else own


def group_key(lead: Lead, window: Window) -> str | None:
    """Return what a lead's group has in common; None: it stands alone."""
    by, free_mail = window.policy.groups.by, window.policy.matching.free_mail
    if by is GroupBy.DOMAIN:
        return _company_domain(lead.domain, free_mail) or _company_domain(lead.email, free_mail)
    if by is GroupBy.NONE or lead.account_id is None or by is GroupBy.ACCOUNT:
        return None if by is GroupBy.NONE else lead.account_id
    return topmost(lead.account_id, {one.account_id: one for one in window.accounts})


def _groups(leads: list[Lead], window: Window) -> tuple[tuple[str, ...], ...]:
    members: dict[str, list[str]] = {}
    for lead in leads:
        key = group_key(lead, window)
        if key is not None:
            members.setdefault(key, []).append(lead.lead_id)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)


# --- limits -------------------------------------------------------------------------------------

def _counts(limit: Limit, leads: list[Lead], window: Window, asked: Asked, use: Pairs
            ) -> list[Count]:
    counted = [lead for lead in leads if asked.lead(limit.leads, lead)]
    if limit.each is None:
        parts = {limit.name: [(lead, rep) for lead in counted for rep in window.reps
                              if asked.pair(limit.reps, lead, rep)]}
    else:
        parts = {}
        for rep in window.reps:
            part = rep.rep_id if limit.each is Each.REP else rep.team
            if part is not None and asked.rep(limit.reps, rep):
                parts.setdefault(f"{limit.name}:{part}", []).extend(
                    (lead, rep) for lead in counted)
    total = sum(_alone(limit.measure, lead, window) for lead in counted)
    price = None if limit.price is None else round(limit.price * 100)
    found = []
    for name, pairs in parts.items():
        amount = {(lead.lead_id, rep.rep_id):
                  use[lead.lead_id, rep.rep_id] if limit.measure is Measure.SLOTS
                  else _alone(limit.measure, lead, window) for lead, rep in pairs}
        least, most = _end(limit.lower, total) or 0, _end(limit.upper, total)
        lower = math.ceil(least)
        crossed = most is not None and least > most
        upper = None if most is None else (
            math.floor(most) if crossed else max(lower, math.floor(most)))
        if limit.period is not Period.WINDOW:
            lower = 0
            upper = None if upper is None else max(0, upper - _used_before(name, limit, window))
        found.append(Count(name, amount, lower, upper, price,
                           crossed=crossed and price is None))
    return found


def _alone(measure: Measure, lead: Lead, window: Window) -> int:
    """Return what a lead counts, whoever gets it."""
    return {Measure.LEADS: 1, Measure.SLOTS: lead.effort or 1,
            Measure.WORTH: round(worth(lead, window))}[measure]


def _end(end: int | str | None, total: int) -> Fraction | int | None:
    if not isinstance(end, str):
        return end
    return Fraction(end.replace("%", "").strip()) * total / 100


def _used_before(name: str, limit: Limit, window: Window) -> int:
    """Return what the ledger's counter and its entries say was used since the period began."""
    ledger = window.ledger
    if ledger is None:
        return 0
    start = _start(window.at, limit.period, ledger.timezone)
    used = sum(one.used for one in ledger.periods if one.limit == name
               and one.period is limit.period and one.measure is limit.measure
               and one.start == start.date())
    used += sum(entry.amount(limit.measure) for entry in ledger.entries if name in entry.limits
                and entry.at <= window.at and entry.counted_at >= start)
    return max(0, used)


def _start(at: datetime, period: Period, zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    back = {Period.DAY: 0, Period.WEEK: local.weekday(), Period.MONTH: local.day - 1}[period]
    return (local.replace(tzinfo=None) - timedelta(days=back)).replace(tzinfo=ZoneInfo(zone))
