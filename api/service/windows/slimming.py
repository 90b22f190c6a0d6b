"""Leads, accounts and reps with nothing but what a solve looks at: stored inputs hold no contacts.

Names, addresses, e-mails and phone numbers stay out unless a filter of the policy names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from solver.filters import FIELDS, About, FieldRef, Side, fields_of, parse_filter
from solver.models import GroupBy, Policy
from solver.names import name_key
from solver.prepare.normalise.company_domain import CompanyDomains

#: What values, eligibility and territories rest on.
_LEAD = frozenset((
    "lead_id", "created_at", "deal_value", "score", "account_id", "country", "region",
    "postal_code", "timezone", "territory", "industry", "sector", "employees", "annual_revenue",
    "products", "languages", "source", "sources", "needs", "required_skills", "effort", "owner_id",
    "excluded_rep_ids", "assumed"))
_ACCOUNT = frozenset(("account_id", "parent_id", "owner_id", "named_rep_id",
                      "open_opportunity_owner_id", "customer"))
#: Of a rep only the address is not needed; colleagues are called by name.
_REP = frozenset(FIELDS[Side.REP]) - {"email", "free_slots"}


class Slimming:
    """What a policy looks at, of each kind of record; made once a policy.

    Parameters
    ----------
    policy
        Its filters name fields and other columns.
    also
        Others that are kept.
    """

    def __init__(self, policy: Policy, also: Iterable[FieldRef] = ()) -> None:
        refs = [*fields_named(policy), *also]
        self._lead = _Kept(_LEAD, Side.LEAD, refs)
        self._account = _Kept(_ACCOUNT, Side.ACCOUNT, refs)
        self._rep = _Kept(_REP, Side.REP, refs)
        self._domains = (CompanyDomains(policy.matching.free_mail)
                         if policy.groups.by is GroupBy.DOMAIN else None)

    def lead(self, record: str) -> dict[str, Any]:
        """Return what a solve looks at of a stored lead; blank fields are left out."""
        whole = from_json(record)
        slim = self._lead.of(whole)
        if self._domains is not None:
            domain = self._company_domain(whole)
            if domain is not None:
                slim["domain"] = domain
        return slim

    def account(self, record: str) -> dict[str, Any]:
        """Return what a solve looks at of a stored account."""
        return self._account.of(from_json(record))

    def rep(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a solve looks at of a rep."""
        return self._rep.of(record)

    def _company_domain(self, whole: Mapping[str, Any]) -> str | None:
        """Return what leads are grouped by, in place of the address that it may come from."""
        assert self._domains is not None
        for text in (whole.get("domain"), whole.get("email")):
            domain = self._domains.of(text) if text else None
            if domain is not None:
                return domain
        return None


@lru_cache(maxsize=16)
def slimming(document: str) -> Slimming:
    """Return the slimming of a policy, given as its JSON."""
    return Slimming(Policy.model_validate_json(document))


class _Kept:
    """Fields and other columns of one kind of record that are kept."""

    def __init__(self, always: frozenset[str], side: Side, refs: list[FieldRef]) -> None:
        own = [ref for ref in refs if ref.side is side]
        self._fields = always | {ref.name for ref in own if not ref.is_attribute}
        self._columns = {name_key(ref.name) for ref in own if ref.is_attribute}

    def of(self, record: Mapping[str, Any]) -> dict[str, Any]:
        slim = {name: value for name, value in record.items()
                if name in self._fields and value not in (None, [], {})}
        columns = record.get("attributes") or {}
        if self._columns and columns:
            named = {name: text for name, text in columns.items()
                     if name_key(name) in self._columns}
            if named:
                slim["attributes"] = named
        return slim


def fields_named(policy: Policy) -> Iterator[FieldRef]:
    """Yield the fields that filters of a policy name."""
    both = [(one.leads, one.reps) for section in (policy.rules, policy.use, policy.limits)
            for one in section]
    of_leads = (policy.precedence.legal_hold, policy.must_place, policy.stability.lock,
                *(leads for leads, _ in both))
    for about, texts in ((About.LEAD, of_leads), (About.REP, [reps for _, reps in both])):
        for text in filter(None, texts):
            yield from fields_of(parse_filter(text, about))
