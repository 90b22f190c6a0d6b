"""Leads that are one, on cases that a reader judges at a glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from solver.models import Lead
from solver.models.matching import Customers, Keep, Matching, TieBreaker
from solver.prepare.match import apply_merges, find_duplicates, merge_leads
from solver.prepare.match.blocking import lead_blocks, pairs_within
from solver.prepare.match.facts import lead_facts

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
RULES = Matching()


def _lead(lead_id: str, day: int = 0, **fields: Any) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": NOON + timedelta(days=day),
                                **fields})


def _ana(lead_id: str, day: int = 0, **fields: Any) -> Lead:
    return _lead(lead_id, day, **{
        "first_name": "Ana", "last_name": "López", "company": "Acme Tools Inc", "country": "US",
        "email": "ana.lopez@acmetools.com", **fields})


def _merged(*leads: Lead, rules: Matching = RULES) -> dict[str, str]:
    return {merge.lead_id: merge.into_lead_id for merge in find_duplicates(leads, rules).merges}


def _possible(*leads: Lead, rules: Matching = RULES) -> list[tuple[str, str]]:
    return [(one.lead_id, one.other_lead_id) for one in find_duplicates(leads, rules).possible]


@pytest.mark.parametrize("again", [
    {"email": "ANA.LOPEZ@acmetools.com", "first_name": None, "last_name": None, "company": None},
    {"email": "ana.lopez@gmail.com", "company": "ACME TOOLS, LLC"},
    {"first_name": "Lopez", "last_name": "Ana", "email": "ana.lopz@acmetools.com"},
    {"first_name": None, "last_name": "Ana Lopez", "email": None, "domain": "www.acmetools.com"},
    {"email": "a.lopez@eu.acmetools.com", "domain": "www.acmetools.com", "company": None},
    {"email": None, "domain": "ana.lopez@acmetools.com", "company": None},
    {"email": None, "company": "Acme Tools", "first_name": "ANA", "last_name": "LOPEZ"},
], ids=["address alone", "free mail", "swapped, typing error", "one column", "subdomain",
        "address in the domain's column", "accents and case"])
def test_a_person_who_comes_again_is_one(again: dict[str, Any]) -> None:
    """However it is written, the later lead merges into the first."""
    assert _merged(_ana("1"), _ana("2", day=1, **again)) == {"2": "1"}


@pytest.mark.parametrize("other", [
    {"first_name": "Ben", "last_name": "Kim", "email": "ben.kim@acmetools.com",
     "phone": "+14155550132"},
    {"first_name": "Eva", "email": "eva.lopez@acmetools.com", "phone": "+14155550132"},
    {"company": "Acme Foods", "country": "DE", "email": "ana.lopez@acmefoods.de"},
    {"company": "Borealis", "email": "ana.lopez@borealis.com"},
    {"first_name": None, "last_name": None, "email": None},
], ids=["colleague", "colleague of the same last name", "namesake abroad",
        "namesake at another company", "nothing known but the company"])
def test_who_only_looks_alike_is_another(other: dict[str, Any]) -> None:
    """Not merged, and nobody is asked."""
    leads = _ana("1", phone="+14155550132"), _ana("2", **other)
    assert (_merged(*leads), _possible(*leads)) == ({}, [])


def test_an_office_s_address_is_nobody_s_own() -> None:
    """Two people who give ``info@`` are two; one who gives it twice is one."""
    info = "info@acmetools.com"
    assert _merged(_ana("1", email=info), _ana("2", email=info)) == {"2": "1"}
    ben = _ana("2", first_name="Ben", last_name="Kim", email=info)
    assert _merged(_ana("1", email=info), ben) == {}


def test_one_address_under_two_names_is_for_review() -> None:
    """An assistant may have filled in the form: a person decides, and sees what for and against."""
    leads = (_ana("1", postal_code="94105"),
             _ana("2", first_name="Ben", last_name="Kim", postal_code="94105"))
    (found,) = find_duplicates(leads, RULES).possible
    assert (found.lead_id, found.other_lead_id) == ("2", "1")
    assert 0.7 <= found.confidence < 0.92
    weights = {one.kind: one.weight for one in found.evidence}
    assert weights["email"] > 0 > weights["person"]
    assert found.evidence[0].detail == "both 'ana.lopez@acmetools.com'"


def test_phones_are_read_before_they_are_compared() -> None:
    """A national number with the country is the international one; a false number is nothing."""
    lead = _ana("1", email=None, company=None, phone="+14155550132")
    assert _merged(lead, lead.model_copy(update={"lead_id": "2", "phone": "(415) 555-0132 x7"})) \
        == {"2": "1"}
    assert _merged(lead.model_copy(update={"phone": "555-0132"}),
                   lead.model_copy(update={"lead_id": "2", "phone": "555-0132"})) == {}


def test_a_phone_that_a_crowd_gives_is_nobody_s() -> None:
    """The number of a call centre does not make 60 people one."""
    crowd = [_lead(f"{n:03}", phone="+14155550132", country="US") for n in range(60)]
    assert _merged(*crowd) == {}
    assert len(_merged(*crowd[:3])) == 0


def test_strangers_do_not_become_one_through_a_third() -> None:
    """A record with Ana's address and Ben's name joins one of them; the two stay apart."""
    ana = _ana("1", email="sales1@acmetools.com", phone="+14155550132")
    ben = _ana("2", first_name="Ben", last_name="Kim", email="ben.kim@acmetools.com")
    both = _ana("3", first_name=None, last_name=None, email="ben.kim@acmetools.com",
                phone="+14155550132")
    found = find_duplicates((ana, ben, both), RULES)
    into = {merge.lead_id: merge.into_lead_id for merge in found.merges}
    assert into.get("2") != "1"
    assert into.get("3") in {"1", "2"}


def test_a_chain_names_the_lead_that_connects() -> None:
    """A lead that is the same only as the second is merged into the first, and it says so."""
    first = _ana("1", phone="+14155550132", email="ana.lopez@acmetools.com", postal_code="94105")
    second = _ana("2", 1, phone="+14155550132", email="al7@gmail.com", postal_code="94105")
    third = _ana("3", 2, first_name="A.", email="al7@gmail.com", postal_code="94105")
    found = find_duplicates((first, second, third), Matching(same=0.97, possible=0.5))
    merges = {merge.lead_id: merge for merge in found.merges}
    assert {merge.into_lead_id for merge in merges.values()} == {"1"}
    assert merges["3"].confidence < 0.97
    assert merges["3"].evidence[-1].kind == "lead_id"
    assert "'2'" in merges["3"].evidence[-1].detail


def test_who_stays() -> None:
    """The oldest or the most complete; then the tie breakers in order; last the smallest id."""
    old, full = _ana("9", 0), _ana("5", 3, title="CEO", city="Reno", owner_id="r-1")
    assert _merged(old, full) == {"5": "9"}
    assert _merged(old, full, rules=Matching(keep=Keep.MOST_COMPLETE)) == {"9": "5"}
    plain = {"keep": Keep.OLDEST, "tie_breakers": ()}
    assert _merged(old, _ana("5"), rules=Matching.model_validate(plain)) == {"9": "5"}
    owned = old.model_copy(update={"owner_id": "r-1"})
    by_owner = Matching(tie_breakers=(TieBreaker.HAS_OWNER,))
    assert _merged(owned, _ana("5"), rules=by_owner) == {"5": "9"}


def test_without_merging_the_same_waits_for_review() -> None:
    """All but the one that would stay are asked about."""
    leads = _ana("1"), _ana("2", 1), _ana("3", 2)
    rules = Matching(merge_duplicates=False)
    assert _merged(*leads, rules=rules) == {}
    assert {lead_id for lead_id, _ in _possible(*leads, rules=rules)} == {"2", "3"}


def test_free_mail_of_the_policy_says_nothing_of_a_company() -> None:
    """A provider that only the policy knows makes no two people colleagues or namesakes."""
    leads = (_ana("1", email="ana.lopez@acme.com"), _ana("2", email="al@post.example.org"))
    assert _merged(*leads) == {}
    assert _merged(*leads, rules=Matching(free_mail=("post.example.org",))) == {"2": "1"}


def test_merging_fills_unites_and_keeps() -> None:
    """The survivor's fields stay, blanks are filled, lists united, the earliest date counts."""
    stays = _ana("1", 1, source="Web", owner_id="r-1", products=("CRM",), needs={"crm": 0.5},
                 attributes={"utm": "a"}, industry="Retail", assumed=("industry", "score"),
                 score=50.0)
    goes = _ana("2", 0, source="Fair", owner_id="r-2", title="CEO", products=("crm", "ERP"),
                needs={"CRM": 1.0, "erp": 1.0}, attributes={"utm": "b", "page": "/"},
                industry="Banking", languages=("de",), excluded_rep_ids=("r-9",))
    one = merge_leads(stays, [goes])
    assert (one.lead_id, one.owner_id, one.title) == ("1", "r-1", "CEO")
    assert one.created_at == NOON
    assert (one.source, one.sources) == ("Web", ("Web", "Fair"))
    assert (one.products, one.languages) == (("CRM", "ERP"), ("de",))
    assert one.needs == {"crm": 0.5, "erp": 1.0}
    assert one.attributes == {"utm": "a", "page": "/"}
    assert one.excluded_rep_ids == ("r-9",)
    assert (one.industry, one.assumed) == ("Banking", ("score",))
    assert Lead.model_validate(one.model_dump()) == one


def test_merging_does_not_depend_on_the_order_of_the_others() -> None:
    """The oldest fills first, in whichever order they are given."""
    others = [_ana("3", 2, title="CFO"), _ana("2", 1, title="CEO", city="Reno")]
    stays = _ana("1")
    assert merge_leads(stays, others) == merge_leads(stays, others[::-1])
    assert merge_leads(stays, others).title == "CEO"


def test_merges_are_applied_in_the_order_of_the_leads() -> None:
    """Who goes is gone; who stays knows what was known."""
    leads = _ana("2", 1, title="CEO"), _lead("7"), _ana("1")
    applied = apply_merges(leads, find_duplicates(leads, RULES).merges)
    assert [lead.lead_id for lead in applied] == ["7", "1"]
    assert applied[1].title == "CEO"


def test_too_large_blocks_are_split_and_counted() -> None:
    """A company of 450 leads is compared by initials; what shares everything is left out."""
    letters = "abcdefghijklmnopqrstuvwxy"
    people = [_lead(f"{at:03}", company="Acme Tools", first_name=f"{letters[at % 25]}ran",
                    last_name=f"{letters[at // 25]}olm{at}") for at in range(450)]
    again = people[7].model_copy(update={"lead_id": "again", "created_at": NOON
                                         + timedelta(days=1), "company": "ACME Tools Ltd"})
    found = find_duplicates([*people, again], RULES)
    assert ("again", "007") in {(one.lead_id, one.into_lead_id) for one in found.merges}
    assert found.skipped_blocks == 0
    nameless = [_lead(f"{at:03}", company="Acme Tools") for at in range(300)]
    assert find_duplicates(nameless, RULES).skipped_blocks == 1


def test_however_many_leads_have_one_address_each_is_found_or_held() -> None:
    """Of 900 leads the same people are one; who has another's address waits; none is skipped."""
    ana = [_ana(f"{at:04}", at, postal_code="94105") for at in range(400)]
    nameless = [_ana(f"{at:04}", at, first_name=None, last_name=None)
                for at in range(400, 650)]
    ben = [_ana(f"{at:04}", at, first_name="Ben", last_name="Kim", postal_code="94105")
           for at in range(650, 900)]
    found = find_duplicates([*reversed(ana), *nameless, *ben], RULES)
    into = {merge.lead_id: merge.into_lead_id for merge in found.merges}
    assert into == (dict.fromkeys((lead.lead_id for lead in (*ana, *nameless)[1:]), "0000")
                    | dict.fromkeys((lead.lead_id for lead in ben[1:]), "0650"))
    assert [(one.lead_id, one.other_lead_id) for one in found.possible] == [("0650", "0000")]
    assert found.skipped_blocks == 0


def test_an_address_of_a_crowd_costs_a_comparison_a_lead() -> None:
    """Of 3,000 leads of one address and name each meets the best alone, wherever that stands."""
    facts = lead_facts([_ana(f"{at:04}") for at in range(3_000)])
    pairs = pairs_within(lead_blocks(facts, range(2_999, -1, -1)))
    assert (pairs.left.tolist(), set(pairs.right.tolist())) == (list(range(2_999)), {2_999})


@pytest.mark.parametrize(("values", "words"), [
    ({"possible": 0.95}, "possible 0.95 must be 0.5 or more and at most same 0.92"),
    ({"free_mail": ("a@b.com",)}, "must be a bare domain"),
    ({"customers": "reps"}, "needs customer_rep_ids"),
    ({"tie_breakers": ("oldest", "oldest")}, "'oldest' stands twice"),
])
def test_what_a_policy_cannot_say(values: dict[str, Any], words: str) -> None:
    """The message names the value and the rule."""
    with pytest.raises(ValidationError, match=words):
        Matching.model_validate(values)


def test_the_defaults() -> None:
    """Customers wait in their queue, families count, duplicates are merged."""
    assert (RULES.customers, RULES.family, RULES.merge_duplicates) == (Customers.QUEUE, True, True)
    assert Matching(free_mail=("B.com", "a.com")).free_mail == ("a.com", "b.com")
