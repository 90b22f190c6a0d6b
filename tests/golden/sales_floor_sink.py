"""One rich window with every rule of a sales floor: groups, use, limits, shares, stability."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from solver.models import Account, Lead, Policy, PreviousOwner, Rep, Window
from solver.models.ledger import SHARE_SCALE, Entry, EntryKind, Ledger, PeriodUse, RepBalance
from solver.models.limit import Measure, Period

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)

#: A slot of ana's is expected to bring 15.00 later.
FLOORS = {"ana": 1_500}

_POLICY: dict[str, object] = {
    "version": 3,
    "currency": "EUR",
    "match": {"skill": 1.0, "territory": 0.0, "unknown": 0.8},
    "response": {"half_life_minutes": 240, "unknown_hours": "works"},
    "reserve_value": 25,
    "precedence": {"account_owner": "preferred", "preferred_factor": 1.2,
                   "owner_away": "nearest"},
    "groups": {"by": "family", "mode": "all_or_none"},
    "use": ({"leads": "employees >= 1000", "reps": "developing = true", "slots": 2},
            {"leads": "source = 'tender'", "slots": 3}),
    "must_place": "vip = true",
    "limits": (
        {"name": "West today", "reps": "team = 'West'", "period": "day", "upper": 9},
        {"name": "large", "leads": "employees >= 1000", "each": "rep", "upper": 1},
        {"name": "month", "each": "rep", "measure": "slots", "period": "month", "upper": 40},
        {"name": "team worth", "each": "team", "measure": "worth", "upper": "40 %",
         "price": 0.03},
        {"name": "learning", "leads": "top 30 %", "reps": "developing = true",
         "lower": "10 %"},
        {"name": "fairs", "leads": "source = 'fair'", "lower": 3, "price": 60},
    ),
    "fairness": {"method": "price", "measure": "slots", "price": 12.5, "catch_up": 2,
                 "ramp": ({"weeks": 0, "share": 0.5}, {"weeks": 8, "share": 1.0}),
                 "ramp_form": "linear", "returning": "pro_rata", "timezone": "Europe/London"},
    "stability": {"price": 45, "lock": "locked = true"},
    "relaxation": ({"after_minutes": 120, "minimums_fall": 0.2},),
}

_REPS: tuple[dict[str, object], ...] = (
    {"rep_id": "ana", "capacity": 5, "name": "Ana", "team": "West", "performance": 1.1,
     "skills": {"crm": 0.9, "payroll": 0.6}, "languages": ("en", "fr")},
    {"rep_id": "ben", "capacity": 4, "name": "Ben", "team": "West",
     "skills": {"crm": 0.7, "payroll": 0.9}, "languages": ("en", "de"), "weight": 1.5},
    {"rep_id": "cy", "capacity": 4, "name": "Cy", "team": "East",
     "skills": {"crm": 0.8, "payroll": 0.5}, "languages": ("en",), "performance": 0.95},
    {"rep_id": "dee", "capacity": 3, "name": "Dee", "team": "East", "started_on": "2026-10-07",
     "skills": {"crm": 0.5, "payroll": 0.4}, "languages": ("en", "fr"),
     "attributes": {"developing": "yes"}},
    {"rep_id": "eli", "capacity": 2, "name": "Eli", "team": "East", "active": False},
)

_LEADS: tuple[dict[str, object], ...] = (
    # One account whole; a family of two accounts that nobody may have whole; one too large.
    {"lead_id": "A1", "deal_value": 900, "account_id": "acme", "needs": {"crm": 1}},
    {"lead_id": "A2", "deal_value": 400, "account_id": "acme", "needs": {"payroll": 1}},
    {"lead_id": "B1", "deal_value": 800, "account_id": "bolt", "languages": ("fr",)},
    {"lead_id": "B2", "deal_value": 700, "account_id": "bolt-de", "languages": ("de",)},
    {"lead_id": "C1", "deal_value": 950, "account_id": "corp", "effort": 2},
    {"lead_id": "C2", "deal_value": 650, "account_id": "corp", "effort": 2},
    {"lead_id": "C3", "deal_value": 350, "account_id": "corp", "effort": 2},
    # Large ones, of which each rep may have one, and which take two slots of who is learning.
    {"lead_id": "D1", "deal_value": 3100, "employees": 2000, "needs": {"crm": 1}},
    {"lead_id": "D2", "deal_value": 2700, "employees": 5000, "needs": {"crm": 1}},
    {"lead_id": "D3", "deal_value": 2300, "employees": 1000, "needs": {"payroll": 1}},
    # Who had an owner: stays locked, stays for the price, moves for more than the price, goes.
    {"lead_id": "E1", "deal_value": 500, "needs": {"payroll": 1},
     "attributes": {"locked": "yes"}},
    {"lead_id": "E2", "deal_value": 620, "needs": {"crm": 1}},
    {"lead_id": "E3", "deal_value": 1700, "needs": {"payroll": 1}},
    {"lead_id": "E4", "deal_value": 30, "needs": {"payroll": 1}},
    {"lead_id": "E5", "deal_value": 1400, "needs": {"payroll": 1}},
    # Of fairs there should be three; one tender takes three slots of anybody.
    {"lead_id": "F1", "deal_value": 120, "source": "fair"},
    {"lead_id": "F2", "deal_value": 90, "source": "fair"},
    {"lead_id": "G1", "deal_value": 510, "source": "tender", "needs": {"crm": 1}},
    # It has to be placed, for less than it costs; and one whose minimum has fallen.
    {"lead_id": "H1", "deal_value": 5, "attributes": {"vip": "yes"}},
    {"lead_id": "H2", "deal_value": 1500, "age": 3, "required_skills": {"crm": 1.0},
     "account_id": "held", "needs": {"crm": 1}},
    {"lead_id": "K1", "deal_value": 10, "languages": ("en",)},
)

_PREVIOUS = {"E1": "dee", "E2": "cy", "E3": "dee", "E4": "cy", "E5": "dee",
             "A1": "gone"}


def _ledger() -> Ledger:
    """Return yesterday's books, and what was given out by hand at noon."""
    half = SHARE_SCALE // 2
    return Ledger(
        at=AT - timedelta(hours=6), currency="EUR", timezone="Europe/London",
        reps=(RepBalance(rep_id="ana", leads=half, slots=2 * SHARE_SCALE, worth=0),
              RepBalance(rep_id="ben", leads=-half, slots=-SHARE_SCALE, worth=0,
                         last_assigned_at=AT - timedelta(hours=8)),
              RepBalance(rep_id="cy", slots=-SHARE_SCALE)),
        periods=(PeriodUse(limit="West today", period=Period.DAY, measure=Measure.LEADS,
                           start=date(2026, 11, 18), used=1),
                 PeriodUse(limit="month:cy", period=Period.MONTH, measure=Measure.SLOTS,
                           start=date(2026, 11, 1), used=37)),
        entries=(Entry(kind=EntryKind.MANUAL, at=AT - timedelta(hours=3), lead_id="by-hand",
                       rep_id="ben", slots=1, worth=300, limits=("West today", "month:ben")),))


def sales_floor_sink() -> Window:
    """Return the window; solve it with ``FLOORS``."""
    leads = []
    for row in _LEADS:
        fields = {"age": 1, "score": 100, **row}
        created_at = AT - timedelta(hours=float(str(fields.pop("age"))))
        leads.append(Lead.model_validate({**fields, "created_at": created_at}))
    return Window(
        at=AT, leads=tuple(leads), reps=tuple(Rep.model_validate(row) for row in _REPS),
        accounts=(Account(account_id="acme", owner_id="ben"), Account(account_id="bolt"),
                  Account(account_id="bolt-de", parent_id="bolt"), Account(account_id="corp"),
                  Account(account_id="held", owner_id="cy")),
        policy=Policy.model_validate(_POLICY), ledger=_ledger(),
        previous=tuple(PreviousOwner(lead_id=lead, rep_id=rep)
                       for lead, rep in _PREVIOUS.items()))
