"""Who may have a lead and what each pair is worth, with rules, layers and relaxation.

One lead at a time, in plain Python, from ``solver/RULES.md`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from solver.filters import About, parse_filter
from solver.models import Account, Lead, OwnerAway, ReasonCode, Rep, RuleKind, Window
from solver.names import LEVEL_SCALE, ten_thousandths
from tests.oracle.filters import World, matches
from tests.oracle.rules import (
    Availability,
    age_hours,
    availability,
    refusals,
    skill_fit,
    triage,
    worth,
)
from tests.oracle.territories import territory_fit, territory_of

#: Layers in the order in which they are asked, with the code that the others are refused by.
LAYERS = (("named_account", ReasonCode.NAMED_ACCOUNT),
          ("open_opportunity", ReasonCode.OPEN_OPPORTUNITY),
          ("account_owner", ReasonCode.ACCOUNT_OWNER),
          ("family_owner", ReasonCode.FAMILY_OWNER))
_WAIVED = {ReasonCode.NO_TERRITORY, ReasonCode.NO_SKILL, ReasonCode.NO_LANGUAGE,
           ReasonCode.DEAL_BAND}
_NOT_THERE = {ReasonCode.AWAY, ReasonCode.UNKNOWN_HOURS}
_BARRED = {ReasonCode.EXCLUDED, ReasonCode.RULE}


@dataclass(frozen=True)
class RichPair:
    """One lead with one rep; numbers are None where the pair is not eligible."""

    reasons: frozenset[ReasonCode]
    """Rules that refuse it; a rep who is not active is refused without one."""
    eligible: bool
    wait: int | None = None
    worth: float | None = None
    skill_fit: float | None = None
    territory_fit: float | None = None
    preference: float = 1.0
    match: float | None = None
    response: float | None = None
    value: int | None = None


@dataclass(frozen=True)
class RichLead:
    """One routed lead with all reps."""

    pairs: dict[str, RichPair]
    """By rep_id."""
    decided_by: str | None
    """The hard layer that decides."""
    passed_over: str | None
    """The first rep of a hard layer who is away, so that the lead went on."""
    step_minutes: float | None
    """``after_minutes`` of the step of the relaxation that applies."""


class Asked:
    """A window's filters, asked one record or pair at a time.

    Parameters
    ----------
    window
        The window.
    leads
        Leads that ``top`` ranks.
    """

    def __init__(self, window: Window, leads: list[Lead]) -> None:
        places = {lead.lead_id: territory_of(lead, window) for lead in leads}
        self._world = World(
            leads=leads, accounts=window.accounts, at=window.at,
            territory={lead: place for lead, place in places.items() if place is not None},
            worth={lead.lead_id: worth(lead, window) for lead in leads})

    def lead(self, text: str | None, lead: Lead) -> bool:
        """Return whether a lead matches; null matches all."""
        return text is None or matches(parse_filter(text).root, self._world, lead, None)

    def pair(self, text: str | None, lead: Lead, rep: Rep) -> bool:
        """Return whether a rep matches for a lead; null matches all."""
        return text is None or matches(parse_filter(text, About.REP).root, self._world, lead, rep)

    def rep(self, text: str | None, rep: Rep) -> bool:
        """Return whether a rep matches, whatever the lead; null matches all."""
        return text is None or matches(parse_filter(text, About.REP).root, self._world, None, rep)


def place(lead: Lead, window: Window) -> str:
    """Return where a lead is sorted: as :func:`triage` says, or LEGAL_HOLD."""
    sorted_out = triage(lead, window)
    text = window.policy.precedence.legal_hold
    if text is None or sorted_out not in ("window", "TOO_OLD"):
        return sorted_out
    ranked = [one for one in window.leads if triage(one, window) in ("window", "TOO_OLD")]
    return "LEGAL_HOLD" if Asked(window, ranked).lead(text, lead) else sorted_out


def routed(window: Window) -> list[Lead]:
    """Return the leads of the certificate, sorted by id."""
    return [lead for lead in window.leads if place(lead, window) == "window"]


# --- families -----------------------------------------------------------------------------------

def topmost(account_id: str, accounts: dict[str, Account]) -> str:
    """Return the topmost ancestor that is in the file; an unknown account is its own."""
    while (account_id in accounts and accounts[account_id].parent_id is not None
           and accounts[account_id].parent_id in accounts):
        account_id = accounts[account_id].parent_id or ""
    return account_id


def _family_owner(account_id: str, accounts: dict[str, Account]) -> str | None:
    above = accounts.get(account_id)
    while above is not None:
        above = accounts.get(above.parent_id) if above.parent_id else None
        if above is not None and above.owner_id is not None:
            return above.owner_id
    top = topmost(account_id, accounts)
    owned = [one for one in accounts.values()
             if one.owner_id is not None and one.account_id != account_id
             and topmost(one.account_id, accounts) == top]
    return min(owned, key=lambda one: one.account_id).owner_id if owned else None


def named_rep(layer: str, lead: Lead, window: Window) -> str | None:
    """Return the rep_id that a layer names for a lead, in the rep file or not."""
    accounts = {account.account_id: account for account in window.accounts}
    if lead.account_id is None:
        return None
    account = accounts.get(lead.account_id)
    if layer == "named_account" and lead.account_id in window.policy.precedence.named_accounts:
        return window.policy.precedence.named_accounts[lead.account_id]
    if layer == "family_owner":
        return _family_owner(lead.account_id, accounts)
    if account is None:
        return None
    return {"named_account": account.named_rep_id, "account_owner": account.owner_id,
            "open_opportunity": account.open_opportunity_owner_id}[layer]


# --- relaxation -----------------------------------------------------------------------------------

def relaxed(lead: Lead, window: Window) -> tuple[Lead, Window, float | None]:
    """Return the lead and the window as the step that the lead has reached makes them."""
    reached = [step for step in window.policy.relaxation
               if age_hours(lead, window) * 60 >= step.after_minutes]
    if not reached:
        return lead, window, None
    step = reached[-1]
    minimums = {skill: max(0, ten_thousandths(minimum) - ten_thousandths(step.minimums_fall))
                / LEVEL_SCALE for skill, minimum in lead.required_skills.items()}
    if step.outside_fit is not None:
        fits = window.policy.territory_fit.model_copy(update={"outside": step.outside_fit})
        policy = window.policy.model_copy(update={"territory_fit": fits})
        window = window.model_copy(update={"policy": policy})
    return lead.model_copy(update={"required_skills": minimums}), window, step.after_minutes


# --- one lead with all reps -----------------------------------------------------------------------

def against_rule(lead: Lead, rep: Rep, window: Window, asked: Asked) -> list[str]:
    """Return the names of the organisation's rules that keep a lead from a rep."""
    names = []
    for rule in window.policy.rules:
        there = asked.pair(rule.reps, lead, rep)
        wrong = {RuleKind.MUST: not there, RuleKind.MUST_NOT: there,
                 RuleKind.SHOULD: False}[rule.kind]
        if wrong and asked.lead(rule.leads, lead):
            names.append(rule.name)
    return names


@dataclass(frozen=True)
class _Layers:
    decides: tuple[str, str] | None
    """Layer and rep_id."""
    preferred: str | None
    passed_over: str | None


def _layers(lead: Lead, window: Window, refused: dict[str, set[ReasonCode]]) -> _Layers:
    precedence = window.policy.precedence
    preferred, passed_over = None, None
    for layer, _ in LAYERS:
        kind = getattr(precedence, layer)
        if kind == "off":
            continue
        name = named_rep(layer, lead, window)
        rep = next((one for one in window.reps if one.rep_id == name), None)
        if rep is None or not rep.active or refused[rep.rep_id] & _BARRED:
            continue
        if kind == "preferred":
            preferred = preferred or rep.rep_id
        elif refused[rep.rep_id] & _NOT_THERE and precedence.owner_away is OwnerAway.NEAREST:
            passed_over = passed_over or rep.rep_id
        else:
            return _Layers((layer, rep.rep_id), preferred, passed_over)
    return _Layers(None, preferred, passed_over)


def rich_lead(lead: Lead, window: Window, asked: Asked,
              free: dict[str, Availability] | None = None) -> RichLead:
    """Return all about one routed lead.

    Parameters
    ----------
    lead
        A lead of :func:`routed`.
    window
        The window.
    asked
        Its filters.
    free
        Each rep's :func:`availability`, where it is known already.
    """
    there = free or {rep.rep_id: availability(rep, window) for rep in window.reps}
    eased, eased_window, step = relaxed(lead, window)
    refused: dict[str, set[ReasonCode]] = {}
    for rep in window.reps:
        refused[rep.rep_id] = set(refusals(eased, rep, eased_window, there[rep.rep_id]))
        if against_rule(lead, rep, window, asked):
            refused[rep.rep_id].add(ReasonCode.RULE)
    found = _layers(lead, window, refused)
    at_home: set[str] = set()
    if found.decides is not None:
        layer, owner = found.decides
        if ReasonCode.NO_TERRITORY in refused[owner]:
            at_home.add(owner)
        refused[owner] -= _WAIVED
        for rep in window.reps:
            if rep.rep_id != owner:
                refused[rep.rep_id].add(dict(LAYERS)[layer])
    pairs = {rep.rep_id: _pair(lead, rep, eased_window, asked, frozenset(refused[rep.rep_id]),
                               there[rep.rep_id], preferred=found.preferred == rep.rep_id,
                               at_home=rep.rep_id in at_home) for rep in window.reps}
    return RichLead(pairs, found.decides and found.decides[0], found.passed_over, step)


def _pair(lead: Lead, rep: Rep, window: Window, asked: Asked, reasons: frozenset[ReasonCode],
          free: Availability, *, preferred: bool, at_home: bool) -> RichPair:
    if reasons or not rep.active:
        return RichPair(reasons, eligible=False)
    policy = window.policy
    home = 1.0 if policy.territory_fit.home is None else policy.territory_fit.home
    fit = home if at_home else territory_fit(lead, rep, window)
    assert fit is not None
    assert free.wait is not None
    preference = 1.0
    for rule in policy.rules:
        if (rule.kind is RuleKind.SHOULD and asked.lead(rule.leads, lead)
                and asked.pair(rule.reps, lead, rep)):
            preference *= rule.factor
    if preferred:
        preference *= policy.precedence.preferred_factor
    skill = skill_fit(lead, rep, policy)
    match = (policy.match.skill * skill + policy.match.territory * fit) * preference
    response = 0.5 ** (free.wait / policy.response.half_life_minutes)
    lead_worth = worth(lead, window)
    return RichPair(reasons, eligible=True, wait=free.wait, worth=lead_worth, skill_fit=skill,
                    territory_fit=fit, preference=preference, match=match, response=response,
                    value=round(lead_worth * match * rep.performance * response * 100))
