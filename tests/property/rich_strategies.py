"""Hypothesis strategies for small windows with any combination of a sales floor's rules.

Values are few and coarse, so that plans tie often; filters come from small pools over fields that
the records really have, so that they split leads and reps.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.models import Account, Fairness, Lead, Ledger, Policy, PreviousOwner, Rep, Window
from solver.models.ledger import SHARE_SCALE, Entry, EntryKind, PeriodUse, RepBalance
from tests.property.strategies import AT, mostly, sometimes

LEAD_IDS = ("L1", "L10", "L2", "007", "l1", "NULL")
REP_IDS = ("ana", "Ben", "r-10", "r-2")
ACCOUNT_IDS = ("A", "A1", "A2", "B")
_ANY_ACCOUNT = (*ACCOUNT_IDS, "X")

LEAD_FILTERS = (
    'country = "DE"', 'segment = "enterprise"', "deal_value >= 200", 'source = "web" or score < 80',
    "account.customer", "account_id is blank", "top 50 %", "effort > 1", "age_hours >= 2",
    'not (country = "DE")', "true", 'domain ends with "acme.com"', "score in top 2",
    'segment in ("SMB", "mid") and deal_value < 300')
REP_FILTERS = (
    'team = "West"', "developing = 'yes'", "skills.a >= 0.5", "performance > 1", 'rep_id != "ana"',
    'country = "DE"', "not developing = 'yes'", 'territories = "North"', "true")
PAIR_FILTERS = (
    *REP_FILTERS, "lead.country = rep.country", "rep.rep_id = lead.owner_id",
    'lead.deal_value >= 200 and team = "East"', "not (country = lead.country)",
    "rep.rep_id = account.owner_id", "account.customer or developing = 'yes'")


def _one_in(chance: int) -> SearchStrategy[bool]:
    return st.integers(1, chance).map(lambda drawn: drawn == chance)


def _maybe(names: tuple[str, ...], blank: int = 3) -> SearchStrategy[str | None]:
    return mostly(None, *names, weight=blank)


# --- records ------------------------------------------------------------------------------------

_WHO = st.sampled_from(("ana", "Ben", "r-10", "ana", "Ben", "gone"))


#: One draw for all, since several draws are often equal.
_NAMED = st.sampled_from(list(product(("ana", "Ben", None, "ana", "Ben", "gone"), repeat=3)))
_LAYERS = ("named_account", "open_opportunity", "account_owner", "family_owner")
_KINDS = st.sampled_from(list(product(("preferred", "off", "hard"), repeat=4)))


@st.composite
def _accounts(draw: st.DrawFn) -> tuple[Account, ...]:
    parents = {"A": (None,), "A1": ("A", None), "A2": ("A1", "A", None), "B": (None, "gone", "A")}
    return tuple(Account(
        account_id=name, parent_id=draw(st.sampled_from(parents[name])),
        customer=draw(st.booleans()), **dict(zip(
            ("named_rep_id", "open_opportunity_owner_id", "owner_id"), draw(_NAMED), strict=True)))
        for name in ACCOUNT_IDS if draw(mostly(True, False, weight=8)))


@st.composite
def _leads(draw: st.DrawFn, lead_id: str, geography: bool, blank: int = 2) -> Lead:
    return Lead(
        lead_id=lead_id,
        created_at=AT - timedelta(minutes=draw(st.sampled_from([0, 5, 15, 120, 121, 2000]))),
        deal_value=draw(st.sampled_from([100.0, 200.0, 200.0, 400.0, 12.34])),
        score=draw(mostly(100.0, 50.0, None if draw(_one_in(20)) else 33.3, weight=4)),
        account_id=draw(_maybe(_ANY_ACCOUNT, blank)),
        country=draw(_maybe(("DE", "de", "GB"), 1)),
        source=draw(_maybe(("web", "Fair"), 1)),
        domain=draw(_maybe(("acme.com", "shop.acme.com", "gmail.com", "globex.de"), 1)),
        email=draw(_maybe(("x@Acme.com", "y@gmail.com", "z@globex.de"), 2)),
        territory=draw(_maybe(("North", "south"), 1)) if geography else None,
        needs=draw(st.sampled_from([{}, {"a": 1.0}, {"b": 1.0}, {"a": 1.0, "b": 1.0}])),
        required_skills=draw(mostly({}, {"a": 0.6}, {"b": 0.3}, weight=6)),
        languages=draw(mostly((), ("de",), weight=6)),
        effort=draw(mostly(None, 1, 2, 3, weight=2)) if draw(st.booleans()) else None,
        owner_id=draw(mostly(None, *REP_IDS[:2], weight=8)),
        excluded_rep_ids=draw(sometimes((), st.sampled_from(REP_IDS).map(lambda one: (one,)), 8)),
        attributes=draw(mostly({}, {"segment": "enterprise"}, {"segment": "smb"}, weight=1)))


_HOURS: tuple[dict[str, object], ...] = (
    {"timezone": "UTC", "working_hours": ("Mon-Fri 09:00-17:00",)},
    {"timezone": "America/Los_Angeles", "working_hours": ("Mon-Fri 08:00-12:00",)},
    {"timezone": "UTC", "working_hours": ("Mon-Fri 09:00-17:00",),
     "time_off": ("2026-11-17/2026-12-01",)},
    {},
)
_OFF: tuple[dict[str, object], ...] = ({"timezone": "UTC", "time_off": ("2026-11-17/2026-12-01",)},)


@st.composite
def _reps(draw: st.DrawFn, rep_id: str, geography: bool, hours: bool, present: int = 6) -> Rep:
    levels = st.sampled_from([1.0, 0.5, 0.0])
    attributes = {"country": draw(_maybe(("DE", "GB"), 1)), "developing": draw(_maybe(("yes",), 1))}
    return Rep.model_validate({
        "rep_id": rep_id, "capacity": draw(st.sampled_from([1, 2, 3, 1, 2, 4, 6, 0])),
        "team": draw(_maybe(("West", "East"), 1)),
        "skills": draw(mostly({"a": 1.0, "b": 1.0}, {"a": draw(levels), "b": draw(levels)},
                              weight=1)),
        "territories": draw(mostly(("North", "South"), ("north",), ("*",), (), weight=4)
                            if geography else st.just(())),
        "languages": draw(mostly(("de",), (), weight=6)),
        "min_deal": draw(mostly(None, 150.0, weight=8)),
        "performance": draw(mostly(1.0, 2.0, 0.5, weight=3)),
        "weight": draw(mostly(1.0, 2.0, weight=3)),
        "active": draw(mostly(True, False, weight=12)),
        "attributes": {name: text for name, text in attributes.items() if text},
        **draw(mostly(*_HOURS, weight=4) if hours else mostly({}, *_OFF, weight=present))})


# --- policies: each section on or off -------------------------------------------------------------

_LEADS, _PAIRS = st.sampled_from(LEAD_FILTERS), st.sampled_from(PAIR_FILTERS)
_FEW = st.sampled_from(("deal_value >= 400", "top 20 %", *LEAD_FILTERS))
_SOME_LEADS, _SOME_PAIRS = st.none() | _LEADS, st.none() | _PAIRS


@st.composite
def _precedence(draw: st.DrawFn) -> dict[str, Any]:
    return {"legal_hold": draw(sometimes(None, _LEADS, 12)),
            **dict(zip(_LAYERS, draw(_KINDS), strict=True)),
            "preferred_factor": draw(mostly(1.5, 0.5, 1.1, weight=2)),
            "owner_away": draw(st.sampled_from(["hold", "nearest"])),
            "named_accounts": draw(sometimes({}, st.dictionaries(
                st.sampled_from(_ANY_ACCOUNT), _WHO, max_size=2), 2))}


_RULES = st.lists(st.fixed_dictionaries({
    "kind": st.sampled_from(["should", "must_not", "must", "should"]), "leads": _SOME_LEADS,
    "reps": _PAIRS, "factor": mostly(1.5, 0.3, 2.0, weight=2)}), min_size=1, max_size=3)
_USE = st.lists(st.fixed_dictionaries({
    "leads": _SOME_LEADS, "reps": _SOME_PAIRS, "slots": st.integers(1, 3)}),
    min_size=1, max_size=2)
_STABILITY = st.fixed_dictionaries({
    "price": mostly(10.0, 0.0, 150.0, weight=2), "lock": sometimes(None, _LEADS, 1)})
_STEPS = st.lists(st.sampled_from([15.0, 120.0, 120.5]), min_size=1, max_size=2, unique=True
                  ).map(sorted).flatmap(lambda ages: st.tuples(*(st.fixed_dictionaries({
                      "after_minutes": st.just(age), "minimums_fall": st.sampled_from([0, 0.3, 1]),
                      "outside_fit": st.sampled_from([None, 0.2, 0.0])}) for age in ages)))


@st.composite
def limits(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one limit of a policy, without its name."""
    measure = draw(st.sampled_from(["leads", "leads", "slots", "worth"]))
    each = draw(mostly(None, "rep", "team", weight=2))
    least = st.sampled_from([0, 1, 1, 2, "20 %", "50 %"] if measure != "worth"
                            else [100, 200, "10 %"])
    most = st.sampled_from([1, 2, 0, 1, 2, "60 %", "40 %"] if measure != "worth"
                           else [400, 650, "60 %"])
    lower, upper = draw(sometimes(None, least, 2)), draw(sometimes(None, most, 0))
    shared = isinstance(lower, str) or isinstance(upper, str)
    period = "window" if shared else draw(mostly("window", "day", "week", weight=4))
    return {"leads": draw(_SOME_LEADS), "measure": measure, "each": each, "period": period,
            "reps": draw(st.none() | st.sampled_from(PAIR_FILTERS if each is None
                                                     else REP_FILTERS)),
            "lower": lower, "upper": upper,
            "price": draw(mostly(5.0, 80.0, 0.01, None, weight=2)) if lower else
            draw(st.sampled_from([None, None, 60.0]))}


def _named(drawn: SearchStrategy[list[dict[str, Any]]]) -> SearchStrategy[list[dict[str, Any]]]:
    return drawn.map(lambda rows: [{"name": f"n{at}", **row} for at, row in enumerate(rows)])


@st.composite
def who_may_policies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the sections of a policy that say who may have a lead; each may be absent."""
    sections: dict[str, SearchStrategy[Any]] = {
        "precedence": _precedence(), "rules": _named(_RULES), "relaxation": _STEPS}
    skill = draw(mostly(1.0, 0.5, weight=1))
    policy: dict[str, Any] = {
        "match": {"skill": skill, "territory": 1 - skill},
        "territory_fit": {"outside": draw(st.sampled_from([0.4, None])),
                          "home": draw(mostly(1.0, None, 0.9, weight=10))},
        "response": {"half_life_minutes": 240.0,
                     "longest_wait_minutes": draw(mostly(5760.0, 60.0, weight=8))},
        "freshness": {"max_age_hours": draw(mostly(None, 30.0, weight=6)),
                      "half_life_hours": draw(mostly(None, 24.0, weight=6))},
        "reserve_value": draw(mostly(0.0, 50.0, 100.0, weight=3)),
        "route_when": draw(mostly("all", "unowned", weight=3))}
    return policy | {key: draw(section) for key, section in sections.items() if draw(st.booleans())}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy in which each section of a sales floor's rules is there or not."""
    sections: dict[str, SearchStrategy[Any]] = {
        "groups": st.fixed_dictionaries({
            "by": st.sampled_from(["account", "family", "domain"]),
            "mode": st.sampled_from(["all_or_none", "as_many_as_fit"])}),
        "use": _USE, "limits": _named(st.lists(limits(), min_size=1, max_size=3)),
        "must_place": _FEW, "stability": _STABILITY}
    often = {"must_place": 4, "stability": 3}
    chosen = {key: draw(section) for key, section in sections.items()
              if draw(_one_in(often.get(key, 2)))}
    if draw(_one_in(3)):
        # Nothing stands between leads and reps, so that limits and groups bind.
        return Policy.model_validate(chosen | {
            "limits": draw(_named(st.lists(limits(), min_size=2, max_size=4))),
            "territory_fit": {"outside": 0.5}, "route_when": "all",
            "precedence": dict.fromkeys(("named_account", "open_opportunity", "account_owner"),
                                        "off")})
    return Policy.model_validate(draw(who_may_policies()) | chosen)


# --- windows --------------------------------------------------------------------------------------

@st.composite
def _ledgers(draw: st.DrawFn, policy: Policy) -> Ledger | None:
    """Draw what the policy's limits of longer periods used before, under every name they have."""
    parts = {None: ("",), "rep": (":ana", ":Ben"), "team": (":West",)}
    names = sorted(f"{limit.name}{part}" for limit in policy.limits if limit.period != "window"
                   for part in parts[limit.each])
    if not names or draw(_one_in(4)):
        return None
    by_name = {limit.name: limit for limit in policy.limits}
    begun = {"day": AT.date(), "week": AT.date() - timedelta(days=2)}
    periods = tuple(PeriodUse(
        limit=name, period=limit.period, measure=limit.measure, used=draw(st.integers(0, 2)),
        start=begun[limit.period]) for name in names if (limit := by_name[name.split(":")[0]]))
    by_hand = draw(st.booleans())
    entries = (Entry(kind=EntryKind.MANUAL, at=AT - timedelta(minutes=3), lead_id="by hand",
                     rep_id="ana", slots=2, worth=90, limits=tuple(names)),)
    return Ledger(at=AT - timedelta(minutes=draw(st.sampled_from([5, 60 * 30]))), currency="USD",
                  periods=periods, entries=entries if by_hand else ())


@st.composite
def windows_with(draw: st.DrawFn, policy: Policy, owned: bool = False) -> Window:
    """Draw a window of a policy with at most 6 leads and 4 reps.

    Where `owned`, each lead has an account and half the reps are away.
    """
    num_leads = draw(st.sampled_from((1, 2, 3, 4, 5, 6, 5, 6)))
    num_reps = draw(st.sampled_from((2, 3, 4, 1, 3, 4)))
    geography, hours = draw(_one_in(3)), draw(_one_in(3))
    leads = tuple(draw(_leads(name, geography, 0 if owned else 2))
                  for name in LEAD_IDS[:num_leads])
    before = st.sampled_from((*REP_IDS, "gone"))
    previous = tuple(PreviousOwner(lead_id=lead.lead_id, rep_id=draw(before)) for lead in leads
                     if draw(st.booleans())) if draw(st.booleans()) else ()
    return Window(at=AT, policy=policy, leads=leads, accounts=draw(_accounts()), previous=previous,
                  ledger=draw(_ledgers(policy)),
                  reps=tuple(draw(_reps(name, geography, hours, 1 if owned else 6))
                             for name in REP_IDS[:num_reps]))


@st.composite
def rich_windows(draw: st.DrawFn) -> Window:
    """Draw a window with any combination of rules switched on."""
    return draw(windows_with(draw(policies())))


@st.composite
def who_may_windows(draw: st.DrawFn) -> Window:
    """Draw a window with rules, layers and relaxation alone."""
    policy, owned = draw(who_may_policies()), not draw(_one_in(4))
    if owned:
        policy["precedence"] = draw(_precedence())
    return draw(windows_with(Policy.model_validate(policy), owned))


@st.composite
def fair_windows(draw: st.DrawFn) -> Window:
    """Draw a rich window whose policy shares leads, slots or worth out; half have balances."""
    policy = draw(policies()).model_copy(update={"fairness": Fairness.model_validate({
        "method": draw(st.sampled_from(["price", "band", "rotation"])),
        "measure": draw(st.sampled_from(["leads", "leads", "slots", "worth"])),
        "band": draw(st.sampled_from([1, 0, "50 %"])), "working_time": draw(st.booleans()),
        "price": draw(st.sampled_from([1, 30, 0.33]))})})
    window = draw(windows_with(policy))
    if draw(st.booleans()):
        return window.model_copy(update={"ledger": None})
    units = draw(st.lists(st.integers(-2, 2), min_size=len(REP_IDS) - 1, max_size=len(REP_IDS) - 1))
    scaled = [unit * SHARE_SCALE // 2 for unit in (*units, -sum(units))]
    balances = tuple(RepBalance(rep_id=rep, leads=one, slots=one, worth=100 * one)
                     for rep, one in zip(sorted(REP_IDS), scaled, strict=True))
    return window.model_copy(update={"ledger": Ledger(
        at=AT - timedelta(minutes=5), currency="USD", reps=balances)})


def floors(window: Window) -> SearchStrategy[dict[str, int]]:
    """Draw floors in minor units for some reps of a window, often none."""
    some = st.dictionaries(st.sampled_from([rep.rep_id for rep in window.reps]),
                           st.sampled_from([5000, 0, 1, 2500]))
    return st.one_of(st.just({}), some)


@st.composite
def rich_windows_with_floors(draw: st.DrawFn) -> tuple[Window, dict[str, int]]:
    """Draw a rich window with floors."""
    window = draw(rich_windows())
    return window, draw(floors(window))
