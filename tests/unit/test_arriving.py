"""Leads that arrive: who stays, what is taken over, what matters, and what time changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from pydantic import BaseModel

from solver.models import Account, Activity, Change, Lead, Policy, Queue, ReasonCode, Rep
from solver.prepare.arriving import Around, Arrivals

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
_SCORING = {"fit": [{"name": "boss", "when": {"seniority": ["c_level"]}, "points": 40},
                    {"name": "theirs", "when": {"domain": ["rival.com"]}, "points": -40}],
            "behaviour": [{"name": "visit", "kind": "visit", "points": 40, "half_life_days": 1}],
            "alert": 75, "disqualify": {"below": 30, "queue": "nurture"}}


def _lead(lead_id: str, days_ago: float = 0, **fields: object) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": NOON - timedelta(days=days_ago),
                                **fields})


def _ana(lead_id: str, days_ago: float = 0, **fields: object) -> Lead:
    return _lead(lead_id, days_ago, first_name="Ana", last_name="Lopez",
                 email="ana.lopez@acme.com", company="Acme", **fields)


def _arrivals(**policy: object) -> Arrivals:
    return Arrivals(Policy.model_validate(policy), [Rep(rep_id="r-1", capacity=5),
                                                    Rep(rep_id="r-2", capacity=5)])


def test_a_known_lead_stays_though_the_arriving_one_is_older() -> None:
    """The known one takes over what it lacks; the arriving one's changes are said with it."""
    known = _ana("known", phone="+14155550132")
    arrived = _arrivals().prepare([_ana("new", 30, country="usa", phone="+14155550199")],
                                  Around([known, _lead("other", company="Brot")]), NOON)
    assert [(one.lead_id, one.into_lead_id) for one in arrived.merges] == [("new", "known")]
    assert list(arrived.leads) == ["known"]
    one = arrived.of("new")
    assert one is arrived.leads["known"]
    assert one.merges == arrived.merges
    assert (one.lead.country, one.lead.phone) == ("US", "+14155550132")
    assert one.lead.created_at == NOON - timedelta(days=30)
    assert ("new", "country", "US") in {(c.record_id, c.field, c.after) for c in one.changes}
    assert ("known", "country", "merged from new") in {
        (c.record_id, c.field, c.rule) for c in one.changes}


def test_known_leads_never_become_one() -> None:
    """Though an arriving lead is the same as both, and says nothing anew of the two."""
    known = [_ana("k1", 2), _ana("k2", 1)]
    arrived = _arrivals().prepare([_ana("new")], Around(known), NOON)
    assert [(one.lead_id, one.into_lead_id) for one in arrived.merges] == [("new", "k1")]
    assert list(arrived.leads) == ["k1"]
    assert arrived.leads["k1"].possible_leads == ()
    assert _arrivals().prepare([], Around(known), NOON).leads == {}


def test_two_owners_keep_leads_apart() -> None:
    """The arriving one waits for a person, and the known one is not looked at anew."""
    arrived = _arrivals().prepare([_ana("new", owner_id="r-2")],
                                  Around([_ana("known", owner_id="r-1")]), NOON)
    assert list(arrived.leads) == ["new"]
    one = arrived.leads["new"]
    assert one.hold is not None
    assert (one.hold.queue, one.hold.reason.code) == (Queue.REVIEW, ReasonCode.POSSIBLE_DUPLICATE)
    assert [match.other_lead_id for match in one.possible_leads] == ["known"]


def test_a_lead_that_is_posted_again_is_what_it_is_by_now() -> None:
    """A known lead of its id is left out, and rows of one id are one lead."""
    arrived = _arrivals().prepare([_ana("L1", city="Reno"), _ana("L1", country="US")],
                                  Around([_ana("L1", title="CEO")]), NOON)
    assert (arrived.merges, arrived.into) == ((), {})
    one = arrived.of("L1")
    assert (one.lead.title, one.lead.city, one.lead.country) == (None, "Reno", "US")
    assert [merge.into_lead_id for merge in one.merges] == ["L1"]


def test_a_crowded_phone_is_nobodys_own() -> None:
    """Leads of one company with a number that many have are not one by it."""
    new, known = (_lead(name, company="Acme", phone="+14155550132", last_name="Kim")
                  for name in ("new", "known"))
    apart = Around([known], crowded_phones=["+14155550132"])
    rules = _arrivals(matching={"same": 0.7, "possible": 0.7})
    assert rules.prepare([new], Around([known]), NOON).merges
    assert not rules.prepare([new], apart, NOON).merges


def test_an_arriving_lead_of_a_customer_waits_for_the_customer_team() -> None:
    """Its account is found by domain; where the policy names reps, only they may have it."""
    accounts = [Account(account_id="a1", name="Acme", domain="acme.com", customer=True)]
    one = _arrivals().prepare([_ana("new")], Around(accounts=accounts), NOON).leads["new"]
    assert one.account is not None
    assert (one.lead.account_id, one.account.account_id) == ("a1", "a1")
    assert one.hold is not None
    assert one.hold.queue is Queue.CUSTOMER
    by_reps = _arrivals(matching={"customers": "reps", "customer_rep_ids": ["r-1"]})
    one = by_reps.prepare([_ana("new", deal_value=1, score=1)], Around(accounts=accounts), NOON
                          ).leads["new"]
    assert (one.hold, one.lead.excluded_rep_ids) == (None, ("r-2",))


def test_what_reading_could_not_read_is_unknown() -> None:
    """A field that the policy requires holds the lead with its name."""
    change = Change("new", "country", "??", None, "unreadable: no country")
    one = _arrivals(checking={"required": ["created_at", "deal_value", "score", "country"]}
                    ).prepare([_ana("new", deal_value=1, score=2)], Around(), NOON, [change]
                              ).leads["new"]
    assert one.unknown == {"country": "??"}
    assert change in one.changes
    assert one.hold is not None
    assert one.hold.queue is Queue.NEEDS_DATA


def test_a_lead_is_hot_by_what_both_did_and_cools_down() -> None:
    """Activities count for the lead that stays; at another instant the points are others."""
    rules = _arrivals(scoring=_SCORING)
    did = [Activity(lead_id=name, at=NOON - timedelta(minutes=1), kind="visit")
           for name in ("new", "known")]
    arrived = rules.prepare([_ana("new", title="CEO")], Around([_ana("known", 1)], activities=did),
                            NOON)
    one = arrived.leads["known"]
    assert one.hot
    assert one.score is not None
    assert one.lead.score == one.score.points == 100.0
    (later,) = rules.rescore([one.lead], did[1:], NOON + timedelta(days=3))
    assert later.hold is None
    assert later.lead.score == later.score.points == pytest.approx(45, abs=0.1)
    assert later.lead.model_copy(update={"score": 100.0}) == one.lead
    (left,) = rules.rescore([_ana("new")], did[:1], NOON + timedelta(days=3))
    assert left.hold is not None
    assert (left.hold.lead_id, left.hold.queue) == ("new", Queue.NURTURE)
    assert _arrivals().rescore([one.lead], did, NOON) == ()


def test_contact_data_matters_where_the_policy_names_it() -> None:
    """By default a new phone or title changes nothing; a rule, the scoring or checking may ask."""
    before = _ana("L1", phone="+14155550132", title="CEO", attributes={"Tier": "gold", "utm": "a"})
    after = _ana("L1", phone="+14155550199", title="CFO", attributes={"tier": "iron", "utm": "b"})
    assert _arrivals().changes_that_matter(before, after) == ()
    rules = [{"name": "n", "kind": "must", "leads": 'lead.tier = "gold"',
              "reps": "lead.title = name"}]
    assert _arrivals(rules=rules).changes_that_matter(before, after) == (
        "title", "attributes.tier")
    asked = _arrivals(checking={"any_of": [["email", "phone"]]})
    assert asked.changes_that_matter(before, after) == ("phone",)
    assert _arrivals(scoring=_SCORING).changes_that_matter(
        before, before.model_copy(update={"email": "ana@rival.com", "seniority": "vp"})) == (
            "seniority", "email")
    by_domain = _arrivals(groups={"by": "domain"})
    assert by_domain.changes_that_matter(
        before, before.model_copy(update={"email": None})) == ("email",)
    named = _arrivals(territories=[{"name": "t", "sources": ["Fair"]}])
    assert named.changes_that_matter(
        before, before.model_copy(update={"source": "Fair", "sources": ("Fair", "Web")})) == (
            "source", "sources")


@pytest.mark.parametrize(("name", "value"), [
    ("country", "DE"), ("deal_value", 5.0), ("score", 7.0), ("created_at", NOON),
    ("account_id", "a1"), ("products", ("CRM",)), ("needs", {"crm": 1.0}), ("employees", 5.0),
    ("excluded_rep_ids", ("r-1",)), ("owner_id", "r-1"), ("effort", 2), ("territory", "West")])
def test_what_routing_rests_on_always_matters(name: str, value: object) -> None:
    """Value, place, company, needs and owners, in either direction."""
    before = _ana("L1", 1)
    after = before.model_copy(update={name: value})
    assert _arrivals().changes_that_matter(before, after) == (name,)
    assert _arrivals().changes_that_matter(after, before) == (name,)
    assert _arrivals().changes_that_matter(after, after) == ()


def _filters(model: type[BaseModel]) -> Iterator[str]:
    """Yield each field that holds a filter, of a model and the models in it."""
    for name, field in model.model_fields.items():
        shown = repr(field.annotation) + repr(field.metadata)
        if "_check_leads" in shown or "_check_pairs" in shown:
            yield f"{model.__name__}.{name}"
        for inner in _models(field.annotation):
            yield from _filters(inner)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def test_every_filter_of_a_policy_is_looked_at() -> None:
    """A filter that the policy gains has to be added to those of `mattering`."""
    assert set(_filters(Policy)) == {
        "Precedence.legal_hold", "CustomRule.leads", "CustomRule.reps", "UseRule.leads",
        "UseRule.reps", "Limit.leads", "Limit.reps", "Policy.must_place", "Stability.lock"}
    before, after = _lead("L1", 1, city="Reno"), _lead("L1", 1, city="Rome")
    for policy in (
            {"precedence": {"legal_hold": 'city = "Reno"'}}, {"must_place": 'city = "Reno"'},
            {"stability": {"lock": 'city = "Reno"'}},
            {"use": [{"leads": 'city = "Reno"', "slots": 2}]},
            {"use": [{"reps": "lead.city = team", "slots": 2}]},
            {"limits": [{"name": "l", "leads": 'city = "Reno"', "upper": 1}]},
            {"limits": [{"name": "l", "reps": "lead.city = team", "upper": 1}]}):
        assert _arrivals(**policy).changes_that_matter(before, after) == ("city",)
