"""Keys of leads and accounts as texts: they find all that matching compares."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from solver.models import Account, Lead
from solver.models.matching import Matching
from solver.prepare.match import find_duplicates, match_accounts
from solver.prepare.match.blocking import (
    Candidates,
    company_blocks,
    count_tokens,
    lead_blocks,
    pairs_between,
    pairs_within,
)
from solver.prepare.match.facts import account_facts, lead_facts
from solver.prepare.match.few import pairs_between_few, pairs_of_few
from solver.prepare.match.groups import UnionFind
from solver.prepare.match.keys import account_keys, lead_account_keys, lead_keys
from solver.prepare.normalise.records import LeadNormaliser, apply, normalise_account
from tests.property.test_match import RULES, some

_NAMES = some("Acme", "ACME, Inc.", "Acme Labs International", "Acmee Labs", "株式会社東芝", "—",
              "Lopez Mechanical Engineering", "Mechanical Engineering Lopes", "Łódź Tekstil")
_DOMAINS = some("acme.com", "eu.acme.com", "acme.de", "gmail.com", "not a domain", "ana@acme.com")
_PHONES = some("+14155550132", "(415) 555-0132", "+14155550132;ext=7", "none")
_COUNTRIES = some("US", "DE", "us", "Narnia")
_LEADS = st.lists(st.fixed_dictionaries({
    "first_name": some("Ana", "A.", "Ben", "Benjamin", "López"),
    "last_name": some("López", "Lopes", "Ana López", "Kim", "山田"),
    "email": some("ana.lopez@acme.com", "ana.lopez@gmail.com", "ben.kim@acme.com",
                  "info@acme.com", "@", "a@b@c"),
    "company": _NAMES, "domain": _DOMAINS, "phone": _PHONES, "country": _COUNTRIES,
    "postal_code": some("94105", "80331")}), min_size=1, max_size=12).map(
    lambda rows: [_normal_lead(Lead.model_validate({**row, "lead_id": f"L{at:02}"}))
                  for at, row in enumerate(rows)])
_ACCOUNTS = st.lists(st.fixed_dictionaries({
    "name": _NAMES, "domain": _DOMAINS, "phone": _PHONES, "country": _COUNTRIES,
    "postal_code": some("94105", "80331")}), min_size=1, max_size=8).map(
    lambda rows: [_normal_account(Account.model_validate({**row, "account_id": f"a{at}"}))
                  for at, row in enumerate(rows)])


def _normal_lead(lead: Lead) -> Lead:
    return apply(lead, LeadNormaliser().normalise(lead))


def _normal_account(account: Account) -> Account:
    return apply(account, normalise_account(account))


def _pairs(found: Candidates) -> list[tuple[int, int]]:
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True))



@given(_LEADS, RULES)
def test_leads_that_may_be_one_are_found_by_their_keys(leads: list[Lead], rules: Matching) -> None:
    """A lead that is merged, or may be, is joined to the other one by keys that leads share."""
    keys = [lead_keys(lead, rules) for lead in leads]
    joined, first = UnionFind(len(leads)), dict[str, int]()
    for row, of_lead in enumerate(keys):
        for key in of_lead:
            joined.union(first.setdefault(key, row), row)
    found = find_duplicates(leads, rules)
    pairs = [(one.lead_id, one.into_lead_id) for one in found.merges]
    pairs += [(one.lead_id, one.other_lead_id) for one in found.possible]
    for one, other in pairs:
        assert joined.find(int(one[1:])) == joined.find(int(other[1:]))


@given(_LEADS, RULES)
def test_leads_that_are_compared_share_a_key(leads: list[Lead], rules: Matching) -> None:
    """A pair of leads shares a key where blocking compares the two, and nowhere else."""
    facts = lead_facts(leads, rules.free_mail)
    expected = pairs_within(lead_blocks(facts, range(len(leads))))
    keys = [set(lead_keys(lead, rules)) for lead in leads]
    assert _pairs(expected) == [(one, other) for one in range(len(leads))
                                for other in range(one + 1, len(leads)) if keys[one] & keys[other]]
    assert _pairs(pairs_of_few(facts.rows(named=True))) == _pairs(expected)


@given(_LEADS, _ACCOUNTS, RULES, st.booleans())
def test_leads_and_accounts_that_are_compared_share_a_key(
        leads: list[Lead], accounts: list[Account], rules: Matching, every_word: bool) -> None:
    """Every pair that blocking compares shares a key; with all words as keys, no other does."""
    most = 100 if every_word else 2
    left, right = lead_facts(leads, rules.free_mail), account_facts(accounts, rules.free_mail)
    counts = count_tokens(right)
    expected = _pairs(pairs_between(company_blocks(left, counts, most),
                                    company_blocks(right, counts, most)))
    of_accounts = [set(account_keys(account, rules)) for account in accounts]
    sharing = [(row, other) for row, lead in enumerate(leads)
               for other, keys in enumerate(of_accounts)
               if keys.intersection(lead_account_keys(lead, rules))]
    assert set(expected) <= set(sharing)
    assert not every_word or expected == sharing
    assert _pairs(pairs_between_few(left.rows(named=True), right.rows(named=True), most)) \
        == expected


@given(_LEADS, _ACCOUNTS, RULES)
def test_the_account_of_a_lead_is_found_among_those_that_share_a_key(
        leads: list[Lead], accounts: list[Account], rules: Matching) -> None:
    """What all accounts tell of a lead, those with one of its keys tell as well."""
    every = match_accounts(leads, accounts, rules, some=True)
    for lead in leads:
        keys = lead_account_keys(lead, rules)
        few = [account for account in accounts if set(account_keys(account, rules)) & set(keys)]
        found = match_accounts([lead], few, rules, some=True)
        assert found.matches.get(lead.lead_id) == every.matches.get(lead.lead_id)
        assert found.possible == tuple(one for one in every.possible
                                       if one.lead_id == lead.lead_id)


@given(st.text(min_size=100, max_size=400), st.sampled_from((lead_keys, lead_account_keys)))
def test_keys_are_short(text: str, keys: Callable[[Lead, Matching], tuple[str, ...]]) -> None:
    """However long a cell, its key can stand in an index; what differs at its end differs."""
    lead = Lead(lead_id="L", company=text * 9, email=f"{text}@acme.com")
    assert all(len(key) <= 150 for key in keys(lead, Matching()))


def test_long_keys_differ_where_the_values_do() -> None:
    """Two long names that differ in their last letter have keys of their own."""
    names = ["acme " * 60 + end for end in ("one", "two")]
    one, two = (set(lead_keys(Lead(lead_id="L", company=name), Matching())) for name in names)
    assert one
    assert two
    assert not one & two
