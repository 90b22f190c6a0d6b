"""One plain window with every feature: each column, each policy key, each reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solver.models import (
    Account,
    Hold,
    Lead,
    Policy,
    Preparation,
    Queue,
    Reason,
    ReasonCode,
    Rep,
    Window,
)

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)

#: dev's slots are expected to bring 900.00 each, eve's 10.00.
FLOORS = {"dev": 90_000, "eve": 1_000}

_POLICY: dict[str, object] = {
    "version": 7,
    "currency": "EUR",
    "worth": {"deal_value": 0.98, "score": 1.1},
    "freshness": {"half_life_hours": 168, "max_age_hours": 720},
    "match": {"skill": 0.7, "territory": 0.3, "unknown": 0.45},
    "territory_fit": {"home": 1.0, "overlay": 0.6, "outside": None},
    "response": {"half_life_minutes": 180, "longest_wait_minutes": 2880, "unknown_hours": "auto"},
    "horizon": {"horizon_hours": 36, "open_hours": 120, "refresh_minutes": 45, "samples": 6},
    "reserve_value": 40.5,
    "placeholder_owners": ("web-queue",),
    "precedence": {"legal_hold": "litigation = true", "open_opportunity": "hard",
                   "family_owner": "hard", "named_accounts": {"A8": "ana"}},
    "rules": (
        {"name": "partners", "kind": "must", "leads": "source = 'Partner'",
         "reps": "certified = true"},
        {"name": "fairs", "kind": "should", "leads": "source = 'fair'",
         "reps": "team = 'West' and rep.country = lead.country", "factor": 1.25},
        {"name": "gold", "kind": "should", "leads": "account.tier = 'gold'", "factor": 1.1},
        {"name": "no rookies", "kind": "must_not", "leads": "deal_value > 50000",
         "reps": "started_on >= 2026-10-01"}),
    "relaxation": ({"after_minutes": 600, "minimums_fall": 0.1},
                   {"after_minutes": 15_000, "minimums_fall": 0.2, "outside_fit": 0.3}),
    "territories": (
        {"name": "Enterprise", "countries": ("US", "CA"), "employees": (1000, None)},
        {"name": "Bavaria", "countries": ("DE",), "regions": ("Bayern", "Bavaria")},
        {"name": "London", "countries": ("GB",), "postal_prefixes": ("SW1", "ec")},
        {"name": "Shops", "industries": ("Retail",), "sources": ("Web", "Fair"),
         "annual_revenue": (None, 5e6)},
        {"name": "Europe", "countries": ("CH",), "postal_ranges": ("8000-8099",),
         "sectors": ("52",)},
        {"name": "Europe", "countries": ("DE", "GB", "FR")},
    ),
}

_REPS: tuple[dict[str, object], ...] = (
    {"rep_id": "ana", "capacity": 12, "open_leads": 10, "name": "Ana Silva", "team": "West",
     "email": "ana@example.com", "manager_id": "max", "territories": ("london", "SHOPS", "Europe"),
     "skills": {"CRM": 0.9, "payroll": 0.4}, "languages": ("en", "fr"), "performance": 1.1,
     "timezone": "Europe/London", "working_hours": ("Mon-Fri 09:00-17:00",),
     "holidays": ("GB-ENG",), "weight": 2.0, "attributes": {"desk": "4a", "country": "GB"}},
    {"rep_id": "ben", "capacity": 20, "open_leads": 3, "daily_cap": 3, "assigned_today": 2,
     "name": "Ben", "territories": ("Bavaria", "Europe"), "languages": ("de", "EN"),
     "skills": {"crm": 0.6, "Straße": 0.8}, "timezone": "Europe/Berlin",
     "working_hours": ("Mon-Thu 08:00-17:30", "Fri 08:00-24:00"), "holidays": ("DE-BY",)},
    {"rep_id": "chi", "capacity": 1, "name": "Chi", "territories": ("Enterprise",),
     "skills": {"crm": 1.0}, "languages": ("en",), "timezone": "America/New_York",
     "working_hours": ("Mon-Fri 11:00-19:00",), "min_deal": 5000, "assumed": ("capacity",)},
    {"rep_id": "dev", "capacity": 2, "territories": ("*",), "skills": {"crm": 0.5, "payroll": 0.7},
     "languages": ("en", "hi"), "timezone": "Asia/Kolkata", "max_deal": 20_000,
     "working_hours": ("Sun-Fri 22:00-06:00",)},
    {"rep_id": "eve", "capacity": 4, "territories": ("Europe",), "languages": ("en",),
     "started_on": "2026-10-15"},
    {"rep_id": "fay", "capacity": 4, "territories": ("Europe", "London"), "languages": ("en",),
     "skills": {"crm": 1.0}, "timezone": "Europe/Paris", "working_hours": ("Mon-Sun 08:00-20:00",),
     "time_off": ("2026-11-16/2026-11-27",), "attributes": {"certified": "yes"}},
    {"rep_id": "gus", "capacity": 9, "territories": ("Europe", "*"), "active": False},
    {"rep_id": "hal", "capacity": 5, "open_leads": 6, "territories": ("Bavaria",),
     "skills": {"crm": 0.95, "straSSe": 0.9}, "languages": ("de",), "timezone": "Europe/Berlin",
     "working_hours": ("Mon-Sun 00:00-24:00",),
     "time_off": ("2026-11-18T14:00:00Z/2026-11-18T16:30:00Z",)},
)

_LEADS: tuple[dict[str, object], ...] = (
    {"lead_id": "007", "age": 3, "deal_value": 4200.5, "score": 61.5, "country": "gb",
     "postal_code": "sw1a 1aa", "needs": {"crm": 2.0, "payroll": 1.0}, "languages": ("EN",),
     "company": "Aster Ltd", "domain": "aster.example", "account_id": "A1", "title": "CFO",
     "email": "cfo@aster.example", "phone": "020 7946 0000", "products": ("Suite",),
     "timezone": "Europe/London", "attributes": {"campaign": "autumn", "=note": "+1"}},
    {"lead_id": "1e3", "age": 5.5, "deal_value": 3900, "score": 70, "country": "GB",
     "postal_code": "EC2 8AH", "needs": {"crm": 1.0}, "attributes": {"campaign": "spring"}},
    {"lead_id": "L01", "age": 50, "deal_value": 9000, "score": 55, "country": "DE",
     "region": "BAYERN", "needs": {"crm": 1.0, "STRASSE": 1.0}, "required_skills": {"crm": 0.6}},
    {"lead_id": "L02", "age": 20, "deal_value": 7000, "score": 80, "country": "DE",
     "region": "Bavaria", "languages": ("de",)},
    {"lead_id": "L03", "age": 9, "deal_value": 60_000, "score": 35, "country": "US",
     "employees": 1000, "needs": {"crm": 1.0}, "account_id": "A2"},
    {"lead_id": "L04", "age": 9, "deal_value": 55_000, "score": 36, "country": "CA",
     "employees": 4000, "needs": {"crm": 1.0}},
    {"lead_id": "L05", "age": 1, "deal_value": 2500, "score": 90, "industry": "Retail",
     "country": "GB", "source": "fair", "annual_revenue": 5e6, "needs": {"payroll": 1.0}},
    {"lead_id": "L06", "age": 2, "deal_value": 15_000, "score": 85, "territory": "Atlantis",
     "needs": {"payroll": 1.0}},
    {"lead_id": "L07", "age": 2, "deal_value": 900, "score": 80, "territory": "Atlantis"},
    {"lead_id": "L08", "age": 2, "deal_value": 90, "score": 30, "country": "FR"},
    {"lead_id": "L09", "age": 2, "deal_value": 3000, "score": 50, "country": "FR",
     "required_skills": {"quantum": 0.9}, "languages": ("ja",), "excluded_rep_ids": ("ana", "zoe")},
    {"lead_id": "L10", "age": 2, "deal_value": 30_000, "score": 50, "country": "US",
     "employees": 10, "languages": ("hi",)},
    {"lead_id": "L11", "age": 2, "deal_value": 3000, "score": None, "country": "FR"},
    {"lead_id": "L12", "age": 721, "deal_value": 3000, "score": 50, "country": "FR"},
    {"lead_id": "L13", "age": 2, "deal_value": 3000, "score": 50, "owner_id": "ana"},
    {"lead_id": "L14", "age": 2, "deal_value": 3000, "score": 50, "owner_id": "zoe"},
    {"lead_id": "L15", "age": -1, "deal_value": 3000, "score": 50, "owner_id": "web-queue",
     "country": "FR", "assumed": ("deal_value", "score")},
    {"lead_id": "L16", "age": 300, "deal_value": 3000, "score": 50, "country": "FR"},
    {"lead_id": "L18", "age": 4, "deal_value": 500, "score": 40, "country": "FR"},
    {"lead_id": "L19", "age": 4, "deal_value": 600, "score": 40, "country": "FR"},
    {"lead_id": "L20", "age": 4, "deal_value": 700, "score": 1, "country": "FR"},
    {"lead_id": "L21", "age": 4, "deal_value": 800, "score": 45, "country": "CH",
     "postal_code": "8001", "sector": "52", "needs": {"crm": 1.0}},
    {"lead_id": "L17", "age": 4, "deal_value": 18_000, "score": 95, "country": "FR",
     "needs": {"crm": 0.8, "payroll": 0.1}, "assumed": ("score",)},
    {"lead_id": "L22", "age": 2, "deal_value": 2600, "score": 50, "country": "FR",
     "account_id": "A3"},
    {"lead_id": "L23", "age": 2, "deal_value": 2700, "score": 50, "country": "FR",
     "account_id": "A4"},
    {"lead_id": "L24", "age": 2, "deal_value": 2800, "score": 50, "country": "FR",
     "account_id": "A5"},
    {"lead_id": "L25", "age": 2, "deal_value": 2900, "score": 50, "country": "FR",
     "account_id": "A6"},
    {"lead_id": "L26", "age": 2, "deal_value": 3100, "score": 50, "country": "FR",
     "source": "Partner"},
    {"lead_id": "L27", "age": 800, "deal_value": 3200, "score": 50, "country": "FR",
     "attributes": {"litigation": "yes"}},
    {"lead_id": "L28", "age": 2, "deal_value": 88_000, "score": 60, "country": "US",
     "account_id": "A7", "required_skills": {"quantum": 0.9}, "languages": ("ja",), "effort": 1},
    {"lead_id": "L29", "age": 2, "deal_value": 21_000, "score": 60, "country": "FR",
     "account_id": "A8"},
    {"lead_id": "L30", "age": 260, "deal_value": 48_000, "score": 90, "country": "DE",
     "required_skills": {"crm": 0.7}},
)

_HOLDS = tuple(
    Hold(lead_id=lead_id, queue=queue, reason=Reason(code=code, detail=detail))
    for lead_id, queue, code, detail in (
        ("L18", Queue.REVIEW, ReasonCode.POSSIBLE_DUPLICATE, "may be one with L08: same phone"),
        ("L19", Queue.CUSTOMER, ReasonCode.EXISTING_CUSTOMER, "account A1 is a customer"),
        ("L20", Queue.JUNK, ReasonCode.DISQUALIFIED, "score 1 is below 5"),
        ("L13", Queue.REVIEW, ReasonCode.POSSIBLE_DUPLICATE, "kept all the same")))


def kitchen_sink() -> Window:
    """Return the window; solve it with ``FLOORS``."""
    leads = []
    for row in _LEADS:
        fields = dict(row)
        created_at = AT - timedelta(hours=float(str(fields.pop("age"))))
        leads.append(Lead.model_validate({**fields, "created_at": created_at}))
    return Window(
        at=AT, holds=_HOLDS, preparation=Preparation(rows_in=len(leads), leads=len(leads)),
        leads=tuple(leads), reps=tuple(Rep.model_validate(row) for row in _REPS),
        accounts=(Account(account_id="A1", name="Aster Ltd", domain="aster.example",
                          owner_id="ben", customer=True),
                  Account(account_id="A2", name="Beryl Inc", parent_id="A1",
                          open_opportunity_owner_id="chi", attributes={"tier": "gold"}),
                  Account(account_id="A3", named_rep_id="fay", owner_id="ana"),
                  Account(account_id="A4", open_opportunity_owner_id="eve", named_rep_id="zoe"),
                  Account(account_id="A5", owner_id="fay"),
                  Account(account_id="A6", parent_id="A5"),
                  Account(account_id="A7", owner_id="ben"),
                  Account(account_id="A8", named_rep_id="fay")),
        policy=Policy.model_validate(_POLICY))
