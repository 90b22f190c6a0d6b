"""What filters match, operator by operator and kind by kind; blanks, and ties at the top."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from solver.filters import (
    About,
    LeadContext,
    LeadTable,
    RepTable,
    lead_mask,
    pair_mask,
    parse_filter,
    rep_mask,
)
from solver.filters.masks import pairs
from solver.models import Account, Lead, Rep
from tests.property.strategies import AT

_LEADS = (
    Lead(lead_id="a", country="DE", city="Köln", employees=50, score=90, deal_value=100,
         created_at=AT - timedelta(hours=50), languages=("de", "en"), source="Web",
         sources=("Web", "Fair"), postal_code="sw1a 2aa", required_skills={"CRM": 0.5},
         account_id="A1", owner_id="r1", title="VP of Sales",
         attributes={"Campaign": "Spring 26", "level": "10", "vip": "yes", "joined": "2026-01-31"}),
    Lead(lead_id="b", country="US", city="KÖLN", employees=9, score=90, deal_value=200,
         created_at=AT - timedelta(hours=1), languages=("fr",), source="Ads", account_id="A2",
         title="Svp-Marketing", attributes={"campaign": "Autumn", "level": "9", "vip": "no"}),
    Lead(lead_id="c", score=10, account_id="A9", attributes={"level": "high", "campaign": " "}),
)
_ACCOUNTS = {account.account_id: account for account in (
    Account(account_id="A1", owner_id="r2", customer=True, attributes={"tier": "gold"}),
    Account(account_id="A2", attributes={"tier": "2"}))}
_REPS = (
    Rep(rep_id="r1", capacity=3, team="West", languages=("EN", "es"), skills={"crm": 0.7},
        min_deal=150, attributes={"country": "us", "developing": "yes"}),
    Rep(rep_id="r2", capacity=0, territories=("West", "*"), active=False,
        attributes={"country": "de"}),
)
_CONTEXT = LeadContext(at=AT, accounts=lambda: _ACCOUNTS, territory=lambda: ["west", None, None],
                       worth=lambda: [5.0, 7.0, None])


def _leads(text: str) -> str:
    mask = lead_mask(parse_filter(text), LeadTable(_LEADS, _CONTEXT))
    return "".join(lead.lead_id for lead, held in zip(_LEADS, mask, strict=True) if held)


@pytest.mark.parametrize(("text", "matched"), [
    ("true", "abc"), ("false", ""), ("not false", "abc"),
    ('country = "de"', "a"), ('country != "de"', "bc"), ('country in ("de", "US")', "ab"),
    ('country not in ("de", "FR")', "bc"), ('country != "de" and country is not blank', "b"),
    ('city = "köln"', "ab"), ('city contains "öl"', "ab"), ('city starts with "k"', "ab"),
    ('city ends with ("x", "N")', "ab"), ('city < "l"', "ab"), ('city > "l"', ""),
    ('title has "vp"', "a"), ('title contains "vp"', "ab"), ('title has "of sales"', "a"),
    ('title not has "vp"', "bc"), ('title has ("marketing", "sales")', "ab"),
    ("employees >= 50", "a"), ("employees < 50", "b"), ("not employees >= 50", "bc"),
    ("employees between 9 and 50", "ab"), ("employees not between 9 and 20", "ac"),
    ("employees <= 0.05k", "ab"), ("employees = 9", "b"), ("employees != 9", "ac"),
    ("employees is blank", "c"), ("employees is not blank", "ab"),
    ("created_at = 2026-11-18", "b"), ("created_at < 2026-11-18", "a"),
    ("created_at <= 2026-11-18", "ab"), ("created_at >= 2026-11-18T14:00:00Z", "b"),
    ("created_at = 2026-11-18T15:00:00+01:00", "b"), ("created_at is blank", "c"),
    ("age_hours > 48", "a"), ("age_days < 1", "b"), ("age_hours is blank", "c"),
    ('languages = "EN"', "a"), ('languages != "en"', "bc"), ('languages in ("fr", "en")', "ab"),
    ("languages is blank", "c"), ('languages contains "e"', "a"),
    ('source = "fair"', "a"), ('sources = "ads"', "b"), ("source is blank", "c"),
    ('postal_code starts with "SW1 A2"', "a"), ('lead_id = "A"', ""), ('lead_id = "a"', "a"),
    ("required_skills.crm >= 0.5", "a"), ("required_skills.crm = 0", "bc"),
    ('required_skills = "crm"', "a"), ("required_skills.crm < employees", "ab"),
    ('campaign starts with "spring"', "a"), ("campaign is blank", "c"),
    ('CAMPAIGN = "autumn"', "b"), ("level >= 9", "ab"), ('level < "i"', "abc"), ("level = 9", "b"),
    ("level != 9", "ac"), ('level = "10"', "a"), ("vip", "a"), ("not vip", "bc"),
    ("vip = false", "b"), ("vip != true", "bc"), ("joined < 2026-02-01", "a"),
    ("joined != 2026-01-31", "bc"), ("lead.level > lead.employees", ""),
    ("employees > lead.level", "a"), ("employees = lead.level", "b"),
    ("account.customer", "a"), ("not account.customer", "bc"), ("account.customer = false", "b"),
    ('account.tier = "Gold"', "a"), ("account.tier is blank", "c"),
    ("account.owner_id = 'r2'", "a"),
    ("account.owner_id != owner_id", "abc"), ("account.account_id = account_id", "ab"),
    ('territory = "WEST"', "a"), ("territory is blank", "bc"), ("worth > 5", "b"),
    ("top 50 %", "b"), ("top 100 %", "ab"), ("not top 1", "ac"), ("score in top 1", "ab"),
    ("score in top 34 %", "ab"), ("level in top 1", "a"), ("score not in top 2", "c"),
    ('country = "DE" or country = "US" and score < 50', "a"),
    ('(country = "DE" or country = "US") and score < 50', ""),
])
def test_leads_that_match(text: str, matched: str) -> None:
    """Comparisons with what is blank are false, and ``not`` turns them."""
    assert _leads(text) == matched


@pytest.mark.parametrize(("text", "matched"), [
    ("true", [True, True]), ("active", [True, False]), ("free_slots > 0", [True, False]),
    ('team = "west"', [True, False]), ("team is blank", [False, True]),
    ("skills.CRM >= 0.7", [True, False]), ("skills.crm < 0.5", [False, True]),
    ('skills = "crm"', [True, False]), ('territories = "*"', [False, True]),
    ("min_deal >= 100", [True, False]), ("developing", [True, False]),
    ('country = "US"', [True, False]), ("capacity = free_slots", [True, True]),
])
def test_reps_that_match(text: str, matched: list[bool]) -> None:
    """Columns, attributes, flags, levels."""
    mask = rep_mask(parse_filter(text, About.REP), RepTable(_REPS))
    assert mask.tolist() == matched


@pytest.mark.parametrize(("text", "matched"), [
    ("lead.country = rep.country", {"a": "r2", "b": "r1"}),
    ("country != lead.country", {"a": "r1", "b": "r2", "c": "r1r2"}),
    ("lead.country = rep.country and active", {"b": "r1"}),
    ("languages = lead.languages", {"a": "r1"}),
    ("lead.deal_value >= min_deal", {"b": "r1"}),
    ("min_deal <= lead.deal_value", {"b": "r1"}),
    ("not min_deal > lead.deal_value", {"a": "r2", "b": "r1r2", "c": "r1r2"}),
    ("rep_id = account.owner_id", {"a": "r2"}),
    ("rep_id = lead.owner_id or lead.score < 50 and active", {"a": "r1", "c": "r1"}),
    ("lead.territory = territories", {"a": "r2"}),
    ("false or lead.level = 1", {}),
    ("lead.score in top 1 and team is blank", {"a": "r2", "b": "r2"}),
    ("true", {"a": "r1r2", "b": "r1r2", "c": "r1r2"}),
])
@pytest.mark.parametrize("max_table", [1 << 25, 0])
def test_pairs_that_match(text: str, matched: dict[str, str], max_table: int,
                          monkeypatch: pytest.MonkeyPatch) -> None:
    """Equality and order between fields of lead and rep, with the table of classes or without."""
    monkeypatch.setattr(pairs, "_MAX_TABLE", max_table)
    mask = pair_mask(parse_filter(text, About.REP), LeadTable(_LEADS, _CONTEXT), RepTable(_REPS))
    found = {lead.lead_id: "".join(rep.rep_id for rep, held in zip(_REPS, row, strict=True)
                                   if held)
             for lead, row in zip(_LEADS, mask.block(slice(0, 3)), strict=True)}
    assert found == {"a": "", "b": "", "c": "", **matched}
    assert mask.pairs(np.array([2, 0]), np.array([1, 0])).tolist() == [
        "r2" in found["c"], "r1" in found["a"]]
    assert (mask.num_leads, mask.num_reps) == (3, 2)
    assert mask.any_rep(np.array([True, False])).tolist() == ["r1" in found[i] for i in "abc"]


def test_leads_that_a_filter_cannot_tell_apart_share_a_class() -> None:
    """A thousand leads of two countries need two rows of reps."""
    leads = [Lead(lead_id=str(n), country="DE" if n % 2 else "US") for n in range(1000)]
    mask = pair_mask(parse_filter("country = lead.country", About.REP), LeadTable(
        leads, LeadContext()), RepTable(_REPS))
    assert len(np.unique(mask.lead_class)) == 2
    assert mask.take(np.array([1, 0, 1])).block(slice(0, 3)).tolist() == [
        [False, True], [True, False], [False, True]]


def test_what_the_context_does_not_give_is_named() -> None:
    """A worth that nobody gave is no blank worth."""
    table = LeadTable(_LEADS, LeadContext())
    with pytest.raises(ValueError, match="worth is not known here"):
        lead_mask(parse_filter("worth > 1"), table)
    with pytest.raises(ValueError, match="age_hours needs the instant"):
        lead_mask(parse_filter("age_hours > 1"), table)
    short = LeadTable(_LEADS, LeadContext(worth=lambda: [1.0]))
    with pytest.raises(ValueError, match="gives worth of 1 leads, not of 3"):
        lead_mask(parse_filter("worth > 1"), short)


def test_a_filter_of_pairs_is_no_filter_of_reps() -> None:
    """Without the lead nobody can tell."""
    parsed = parse_filter("country = lead.country", About.REP)
    with pytest.raises(ValueError, match="cannot be looked at without a lead"):
        rep_mask(parsed, RepTable(_REPS))


def test_nobody_and_nothing_match_nothing() -> None:
    """Empty windows are no special case."""
    leads, reps = LeadTable((), _CONTEXT), RepTable(())
    assert lead_mask(parse_filter("score > 5 or top 10 %"), LeadTable((), LeadContext(
        worth=tuple))).tolist() == []
    mask = pair_mask(parse_filter("country = lead.country", About.REP), leads, reps)
    assert mask.block(slice(0, 0)).shape == (0, 0)
    full = pair_mask(parse_filter("team = 'x'", About.REP), LeadTable(_LEADS, _CONTEXT), reps)
    assert full.block(slice(0, 3)).shape == (3, 0)
    assert full.any_rep().tolist() == [False] * 3
