"""The account behind each lead, families, and whom to call first, on cases judged at a glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from solver.generate import generate_window
from solver.generate.corruptions import accounts_behind, corrupt
from solver.generate.firms import draw_firms
from solver.generate.markets import MARKETS
from solver.models import Account, Lead
from solver.models.matching import Matching, TieBreaker
from solver.prepare.match import AccountMatch, Families, contact_order, match_accounts

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
RULES = Matching()
ACME = Account(account_id="acme", name="Acme Tools Inc", domain="acmetools.com", country="US")


def _lead(**fields: Any) -> Lead:
    return Lead.model_validate({"lead_id": "L1", "created_at": NOON, **fields})


def _match(lead: Lead, *accounts: Account, rules: Matching = RULES) -> AccountMatch | None:
    return match_accounts([lead], accounts, rules).matches.get(lead.lead_id)


def _id(lead: Lead, *accounts: Account, rules: Matching = RULES) -> str | None:
    match = _match(lead, *accounts, rules=rules)
    return None if match is None else match.account_id


def _possible(lead: Lead, *accounts: Account) -> list[str]:
    return [one.account_id for one in match_accounts([lead], accounts, RULES).possible]


@pytest.mark.parametrize("fields", [
    {"email": "ana@acmetools.com"},
    {"email": "ana@mail.eu.acmetools.com"},
    {"domain": "https://www.acmetools.com/pricing"},
    {"domain": "acmetools.de", "company": "ACME Tools GmbH", "country": "DE"},
    {"company": "The ACME-Tools, LLC", "country": "US"},
    {"company": "Acme Tools"},
    {"company": "Acme Toolz", "email": "ana@acmetools.com", "country": "DE"},
], ids=["e-mail", "subdomain", "site", "country domain", "legal form", "the only one of the name",
        "another country"])
def test_a_lead_of_the_company_is_matched(fields: dict[str, Any]) -> None:
    """By domain, or by name where nothing speaks against it."""
    assert _id(_lead(**fields), ACME) == "acme"


@pytest.mark.parametrize("fields", [
    {"email": "ana@gmail.com"},
    {"company": "Acme Tools", "country": "DE"},
    {"company": "Acme Tools", "email": "ana@acme-werkzeuge.de", "country": "DE"},
    {"company": "Acme Foods", "country": "US"},
    {"country": "US"},
    {},
], ids=["free mail", "name abroad", "name abroad with its own domain", "half the name",
        "country alone", "nothing"])
def test_a_lead_of_another_company_is_not(fields: dict[str, Any]) -> None:
    """Nor is anybody asked."""
    lead = _lead(**fields)
    free = ACME.model_copy(update={"domain": None}) if "email" not in fields else ACME
    assert (_id(lead, free), _possible(lead, free)) == (None, [])


def test_free_mail_never_counts_even_as_an_account_s_domain() -> None:
    """Two thousand people write from the provider; so may a shop that gave it as its site."""
    shop = Account(account_id="shop", name="Corner Shop", domain="gmail.com", country="US")
    assert _id(_lead(email="ana@gmail.com", country="US"), shop) is None
    own = Account(account_id="post", domain="post.example.org")
    lead = _lead(email="ana@post.example.org")
    assert _id(lead, own) == "post"
    assert _id(lead, own, rules=Matching(free_mail=("post.example.org",))) is None


def test_a_near_name_waits_for_review() -> None:
    """One letter off in the same country is possible; three accounts are shown at most."""
    lead = _lead(company="Acme Toolls", country="US")
    bare = ACME.model_copy(update={"domain": None})
    assert _id(lead, bare) is None
    assert _possible(lead, bare) == ["acme"]
    twins = [bare.model_copy(update={"account_id": f"t{n}"}) for n in range(5)]
    assert _possible(lead, *twins) == ["t0", "t1", "t2"]


def test_a_name_that_several_have_is_no_match_by_itself() -> None:
    """Two companies of one name in two countries: without more, a person decides."""
    here = Account(account_id="a", name="Delta", country="US")
    there = Account(account_id="b", name="Delta", country="FR")
    assert sorted(_possible(_lead(company="Delta"), here, there)) == ["a", "b"]
    assert _id(_lead(company="Delta", country="FR"), here, there) == "b"


def test_the_account_that_the_lead_names_is_its_account() -> None:
    """With confidence 1 if it is there; an unknown id is looked past."""
    other = Account(account_id="other", name="Borealis")
    match = _match(_lead(account_id="other", email="ana@acmetools.com"), ACME, other)
    assert match is not None
    assert (match.account_id, match.confidence) == ("other", 1.0)
    assert match.evidence[0].kind == "account_id"
    assert _id(_lead(account_id="gone", email="ana@acmetools.com"), ACME, other) == "acme"


def test_the_evidence_says_what_agrees_and_what_does_not() -> None:
    """The heaviest first; weights above 0 speak for it."""
    match = _match(_lead(company="ACME Tools", email="ana@acmetools.com", country="DE"), ACME)
    assert match is not None
    assert [(one.kind, one.detail) for one in match.evidence] == [
        ("company", "'ACME Tools' and 'Acme Tools Inc'"), ("domain", "both 'acmetools.com'"),
        ("country", "'DE' and 'US'")]
    assert match.evidence[2].weight < 0 < match.evidence[1].weight


@pytest.mark.parametrize(("breaker", "winner"), [
    (TieBreaker.CUSTOMER, "customer"), (TieBreaker.EXACT_DOMAIN, "domain"),
    (TieBreaker.SAME_COUNTRY, "country"), (TieBreaker.HAS_OWNER, "owner"),
    (TieBreaker.MOST_COMPLETE, "complete"), (TieBreaker.OLDEST, "a"),
    (TieBreaker.SMALLEST_ID, "a"),
])
def test_tie_breakers_choose_among_accounts(breaker: TieBreaker, winner: str) -> None:
    """Each by itself picks the one account that has what it asks for."""
    accounts = [
        Account(account_id="a", name="Acme Tools", domain="acmetools.org"),
        Account(account_id="customer", name="Acme Tools", domain="acmetools.org", customer=True),
        Account(account_id="domain", name="Acme Tools", domain="acmetools.com"),
        Account(account_id="country", name="Acme Tools", domain="acmetools.org", country="US"),
        Account(account_id="owner", name="Acme Tools", domain="acmetools.org", owner_id="r-1"),
        Account(account_id="complete", name="Acme Tools", domain="acmetools.org", city="Reno",
                street="1 Mill Road", postal_code="89501"),
    ]
    lead = _lead(company="Acme Tools", email="ana@acmetools.com", country="US")
    assert _id(lead, *accounts, rules=Matching(tie_breakers=(breaker,))) == winner


def test_a_customer_s_family_are_customers_if_the_policy_says_so() -> None:
    """A sister of a customer counts with `family`, and not without."""
    parent = Account(account_id="p", name="Parent Holding")
    sister = Account(account_id="s", name="Sister", customer=True, parent_id="p")
    acme = ACME.model_copy(update={"parent_id": "p"})
    lead = _lead(email="ana@acmetools.com")
    match = _match(lead, parent, sister, acme)
    assert match is not None
    assert match.customer
    alone = _match(lead, parent, sister, acme, rules=Matching(family=False))
    assert alone is not None
    assert not alone.customer


def test_families() -> None:
    """Roots are the topmost parents, one that no row has included; a circle is one family."""
    parents = {"a": None, "b": "a", "c": "b", "d": "gone", "e": "gone", "x": "y", "y": "z",
               "z": "y", "w": "x"}
    families = Families([Account(account_id=account_id, parent_id=parent)
                         for account_id, parent in parents.items()])
    assert families.members("c") == ("a", "b", "c")
    assert families.family_root("c") == "a"
    assert families.members("d") == ("d", "e")
    assert families.family_root("e") == "gone"
    assert {families.family_root(account_id) for account_id in "xyzw"} == {"y"}
    assert families.family_root("nobody") == "nobody"


def test_many_accounts_of_one_domain_identify_none() -> None:
    """The pages of 60 shops on one host are not one company; their names still count."""
    shops = [Account(account_id=f"{n:02}", name=f"Shop {word}", domain="host.example.com")
             for n, word in enumerate(f"{one}{two}" for one in ("mara", "poli", "tuno", "beka",
                                                                "siro", "yulu")
                                      for two in ("dan", "fel", "gor", "hax", "jib", "kem", "lop",
                                                  "mur", "niv", "pez"))]
    lead = _lead(company="Shop Polihax", domain="host.example.com")
    assert _id(lead, *shops) == "13"
    assert _id(_lead(domain="host.example.com"), *shops) is None


def test_contacts_are_called_by_power_of_decision() -> None:
    """Seniority, then function, then score, then the oldest, then lead_id."""
    def contact(lead_id: str, title: str, score: float | None = None, day: int = 0) -> Lead:
        return Lead(lead_id=lead_id, account_id="acme", title=title, score=score,
                    created_at=NOON + timedelta(days=day))

    leads = [contact("intern", "Intern"), contact("vp-mkt", "VP Marketing"),
             contact("vp-fin", "VP Finance"), contact("ceo", "Chief Executive Officer"),
             contact("late", "Procurement Manager", 50, day=1),
             contact("soon", "Procurement Manager", 50), contact("best", "Procurement Manager", 90)]
    order = ("ceo", "vp-fin", "vp-mkt", "best", "soon", "late", "intern")
    assert contact_order(leads) == {"account:acme": order}
    assert contact_order(leads[::-1]) == contact_order(leads)
    assert contact_order(leads, functions=("marketing",))["account:acme"][1] == "vp-mkt"


def test_contacts_without_an_account_stand_by_domain_or_name() -> None:
    """Free mail groups nobody; who has neither stands nowhere."""
    leads = [Lead(lead_id="1", email="ana@eu.acme.com"), Lead(lead_id="2", domain="acme.com"),
             Lead(lead_id="3", company="Borealis Inc", email="b@gmail.com"),
             Lead(lead_id="4", company="borealis"), Lead(lead_id="5", email="c@gmail.com")]
    assert contact_order(leads) == {"company:borealis": ("3", "4"), "domain:acme.com": ("1", "2")}


def test_labelled_leads_and_accounts_say_what_they_claim() -> None:
    """The same generator gives the same; labels name leads and accounts that are there."""
    window = generate_window(60, 5, 3, NOON)

    def make() -> tuple[Any, Any]:
        rng = np.random.default_rng(3)
        firms = draw_firms(rng, 160, MARKETS)
        leads = corrupt(window.leads, rng, firms=firms[:60])
        return leads, accounts_behind(leads, rng, firms[60:])

    (leads, accounts), again = make(), make()
    assert (leads, accounts) == again
    ids = {lead.lead_id for lead in leads.leads}
    assert set(leads.people) == ids >= set(accounts.behind)
    assert len(leads.pairs) >= 15
    assert set(accounts.behind.values()) <= {one.account_id for one in accounts.accounts}
    assert 0.7 < len(accounts.behind) / len(ids) < 0.9
    assert len({firm.name for firm in draw_firms(np.random.default_rng(1), 300, MARKETS)}) == 300
