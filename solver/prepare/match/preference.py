"""Which of several records wins: the policy's tie breakers, as keys to sort by."""

from __future__ import annotations

from solver.models import Account, Lead
from solver.models.matching import Keep, Matching, TieBreaker

#: A key to sort by: the smallest wins.
Preference = tuple[float | str, ...]
_KEEP = {Keep.OLDEST: TieBreaker.OLDEST, Keep.MOST_COMPLETE: TieBreaker.MOST_COMPLETE}


def lead_preference(lead: Lead, has_company_mail: bool, rules: Matching) -> Preference:
    """Return the key by which one of several leads that are one is chosen to stay.

    Parameters
    ----------
    lead
        One of them.
    has_company_mail
        Whether its e-mail is of a company's domain.
    rules
        `keep` decides first, then the tie breakers, then the id.
    """
    facts: dict[TieBreaker, float | str] = {
        TieBreaker.CUSTOMER: lead.account_id is None,
        TieBreaker.EXACT_DOMAIN: not has_company_mail,
        TieBreaker.SAME_COUNTRY: lead.country is None,
        TieBreaker.HAS_OWNER: lead.owner_id is None,
        TieBreaker.OLDEST: lead.created_at.timestamp() if lead.created_at else float("inf"),
        TieBreaker.MOST_COMPLETE: -_num_filled(lead),
        TieBreaker.SMALLEST_ID: lead.lead_id,
    }
    return _key(facts, (_KEEP[rules.keep], *rules.tie_breakers))


def account_preference(account: Account, customer: bool, exact_domain: bool, same_country: bool,
                       rules: Matching) -> Preference:
    """Return the key by which one of several accounts of a lead is chosen.

    Parameters
    ----------
    account
        One of them.
    customer
        Whether it counts as a customer.
    exact_domain, same_country
        What it has in common with the lead.
    rules
        The tie breakers, then the id.
    """
    facts: dict[TieBreaker, float | str] = {
        TieBreaker.CUSTOMER: not customer,
        TieBreaker.EXACT_DOMAIN: not exact_domain,
        TieBreaker.SAME_COUNTRY: not same_country,
        TieBreaker.HAS_OWNER: account.owner_id is None,
        TieBreaker.OLDEST: 0,
        TieBreaker.MOST_COMPLETE: -_num_filled(account),
        TieBreaker.SMALLEST_ID: account.account_id,
    }
    return _key(facts, rules.tie_breakers)


def _key(facts: dict[TieBreaker, float | str], order: tuple[TieBreaker, ...]) -> Preference:
    return tuple(facts[name] for name in (*order, TieBreaker.SMALLEST_ID))


def _num_filled(record: Lead | Account) -> int:
    return sum(value not in (None, "", (), {}, False) for _, value in record)
