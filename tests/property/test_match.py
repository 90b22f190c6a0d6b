"""What matching keeps to, whatever the leads; and how well it does on labelled ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.generate import generate_window
from solver.generate.corruptions import accounts_behind, corrupt
from solver.generate.firms import draw_firms
from solver.generate.markets import MARKETS
from solver.models import Account, Lead
from solver.models.matching import Keep, Matching, TieBreaker
from solver.prepare.match import apply_merges, contact_order, find_duplicates, match_accounts

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
RULES = st.builds(
    Matching, same=st.sampled_from((0.8, 0.92, 0.99)), possible=st.sampled_from((0.5, 0.7)),
    keep=st.sampled_from(Keep), merge_duplicates=st.booleans(), family=st.booleans(),
    tie_breakers=st.permutations(TieBreaker).map(lambda order: tuple(order[:3])))


def some(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from((None, *values))


FIELDS = st.fixed_dictionaries({
    "first_name": some("Ana", "A.", "Ben", "Benjamin", "López"),
    "last_name": some("López", "Lopes", "Ana López", "Kim", "山田"),
    "email": some("ana.lopez@acme.com", "ana.lopez@gmail.com", "ben.kim@acme.com",
                   "info@acme.com", "@", "a@b@c"),
    "company": some("Acme", "ACME, Inc.", "Acme Labs", "株式会社東芝", "—"),
    "domain": some("acme.com", "eu.acme.com", "acme.de", "not a domain", "ana@acme.com"),
    "phone": some("+14155550132", "(415) 555-0132", "+14155550132;ext=7", "none"),
    "country": some("US", "DE", "us", "Narnia"), "postal_code": some("94105", "80331"),
    "street": some("1 Mill Street", "1 Mill St"), "city": some("Reno"),
    "owner_id": some("r-1"), "account_id": some("a1", "gone"), "title": some("CEO", "intern")})


@st.composite
def _leads(draw: st.DrawFn) -> list[Lead]:
    drawn = draw(st.lists(st.tuples(FIELDS, st.integers(0, 3)), min_size=1, max_size=9))
    return [Lead.model_validate({**fields, "lead_id": f"L{at}",
                                 "created_at": NOON + timedelta(days=day) if day else None})
            for at, (fields, day) in enumerate(drawn)]


ACCOUNTS = st.lists(st.tuples(
    some("Acme", "Acme Labs", "Acmee", "東芝"), some("acme.com", "acme.de", "gmail.com"),
    some("US", "DE"), some("a0", "a1", "gone"), st.booleans()), max_size=5).map(
    lambda rows: [Account(account_id=f"a{at}", name=name, domain=domain, country=country,
                          parent_id=parent, customer=customer)
                  for at, (name, domain, country, parent, customer) in enumerate(rows)])


@given(_leads(), RULES, st.randoms(use_true_random=False))
def test_duplicates_hold_together(leads: list[Lead], rules: Matching, shuffle: object) -> None:
    """A lead merges at most once, survivors stay, confidences are shares, order does not matter."""
    found = find_duplicates(leads, rules)
    gone = [merge.lead_id for merge in found.merges]
    assert len(gone) == len(set(gone))
    assert not {merge.into_lead_id for merge in found.merges} & set(gone)
    assert all(rules.possible <= one.confidence <= 1 for one in (*found.merges, *found.possible))
    assert not {name for one in found.possible
                for name in (one.lead_id, one.other_lead_id)} & set(gone)
    assert len({frozenset((one.lead_id, one.other_lead_id)) for one in found.possible}) \
        == len(found.possible)
    shuffled = list(leads)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_duplicates(shuffled, rules) == found
    assert len(apply_merges(leads, found.merges)) == len(leads) - len(gone)
    assert rules.merge_duplicates or not gone


@given(_leads(), RULES)
def test_what_is_merged_is_a_valid_lead_that_knows_as_much(leads: list[Lead], rules: Matching
                                                           ) -> None:
    """A field that any lead of a group has, the one that stays has."""
    found = find_duplicates(leads, rules)
    after = {lead.lead_id: lead for lead in apply_merges(leads, found.merges)}
    before = {lead.lead_id: lead for lead in leads}
    for merge in found.merges:
        stays, gone = after[merge.into_lead_id], before[merge.lead_id]
        assert Lead.model_validate(stays.model_dump()) == stays
        assert all(getattr(stays, name) is not None for name, value in gone
                   if value is not None and name != "source")


@given(_leads(), ACCOUNTS, RULES, st.randoms(use_true_random=False))
def test_accounts_hold_together(leads: list[Lead], accounts: list[Account], rules: Matching,
                                shuffle: object) -> None:
    """Named accounts are taken, others at `same`; who has one is not asked; order is nothing."""
    found = match_accounts(leads, accounts, rules)
    ids = {account.account_id for account in accounts}
    for lead in leads:
        if lead.account_id in ids:
            assert found.matches[lead.lead_id].account_id == lead.account_id
    assert all(rules.same <= match.confidence <= 1 for match in found.matches.values())
    assert all(rules.possible <= one.confidence < rules.same for one in found.possible)
    assert not {one.lead_id for one in found.possible} & set(found.matches)
    mixed, others = list(leads), list(accounts)
    for rows in (mixed, others):
        shuffle.shuffle(rows)  # type: ignore[attr-defined]
    again = match_accounts(mixed, others, rules)
    assert (again.matches, again.possible) == (found.matches, found.possible)


@given(_leads())
def test_every_contact_stands_once(leads: list[Lead]) -> None:
    """And each lead with an account stands under it."""
    order = contact_order(leads)
    named = [lead_id for contacts in order.values() for lead_id in contacts]
    assert len(named) == len(set(named))
    assert {lead.lead_id for lead in leads if lead.account_id} <= set(named)


def test_labelled_pairs_are_found() -> None:
    """Precision and recall of duplicates and accounts do not fall below what they were."""
    rng = np.random.default_rng(11)
    window = generate_window(800, 10, 11, NOON)
    firms = draw_firms(rng, 3_000, MARKETS)
    labelled = corrupt(window.leads, rng, firms=firms[:800])
    groups: dict[str, set[str]] = {}
    for merge in find_duplicates(labelled.leads, Matching()).merges:
        groups.setdefault(merge.into_lead_id, {merge.into_lead_id}).add(merge.lead_id)
    found = {(one, other) for group in groups.values() for one in group for other in group
             if one < other}
    assert len(found & labelled.pairs) >= 0.99 * len(found)
    assert len(found & labelled.pairs) >= 0.96 * len(labelled.pairs)
    accounts = accounts_behind(labelled, rng, firms[800:])
    matches = match_accounts(labelled.leads, accounts.accounts, Matching()).matches
    right = sum(accounts.behind.get(lead_id) == match.account_id
                for lead_id, match in matches.items())
    assert right >= 0.99 * len(matches)
    assert right >= 0.97 * len(accounts.behind)
