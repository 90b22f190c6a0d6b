"""Leads, accounts and reps with nothing but what a solve looks at: stored inputs hold no contacts.

Names, addresses, e-mails and phone numbers stay out unless a filter of the policy names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from solver.filters import FIELDS, About, FieldRef, Side, fields_of, parse_filter
from solver.models import Account, GroupBy, Layer, Lead, Policy, Rep
from solver.models.base import Record
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
_MODELS: dict[Side, type[Record]] = {Side.LEAD: Lead, Side.ACCOUNT: Account, Side.REP: Rep}
#: Fields that stand for what is asked of leads by their domain, and of accounts by their family.
DOMAINS = FieldRef(Side.LEAD, "domain")
FAMILIES = FieldRef(Side.ACCOUNT, "parent_id")


@dataclass(frozen=True, slots=True)
class Looks:
    """What is looked at beside the fields that every solve looks at."""

    fields: tuple[FieldRef, ...] = ()
    """That filters name."""
    domains: bool = False
    """Domains of companies, by which leads are grouped."""
    families: bool = False
    """Accounts above and below those of the leads."""

    def __or__(self, other: Looks) -> Looks:
        return Looks(tuple(dict.fromkeys((*self.fields, *other.fields))),
                     self.domains or other.domains, self.families or other.families)

    def means_of(self, held: Looks) -> list[FieldRef]:
        """Return what stands for domains and families where these are looked at and not held."""
        return [ref for wanted, there, ref in ((self.domains, held.domains, DOMAINS),
                                               (self.families, held.families, FAMILIES))
                if wanted and not there]


def looks_of(policy: Policy) -> Looks:
    """Return what a policy looks at."""
    return Looks(tuple(fields_named(policy)), policy.groups.by is GroupBy.DOMAIN,
                 policy.precedence.family_owner is not Layer.OFF
                 or policy.groups.by is GroupBy.FAMILY)


class Slimming:
    """What a policy looks at, of each kind of record; made once a policy.

    Parameters
    ----------
    policy
        Its filters name fields and other columns.
    also
        What else is looked at.
    """

    def __init__(self, policy: Policy, also: Looks | None = None) -> None:
        looks = looks_of(policy) | (also or Looks())
        refs = looks.fields
        self._lead = _Kept(_LEAD, Side.LEAD, refs)
        self._account = _Kept(_ACCOUNT, Side.ACCOUNT, refs)
        self._rep = _Kept(_REP, Side.REP, refs)
        self._domains = (CompanyDomains(policy.matching.free_mail)
                         if looks.domains else None)

    def keeps(self, ref: FieldRef) -> bool:
        """Return whether what a filter names is there, or worked out of what is there."""
        if ref == DOMAINS and self._domains is not None:
            return True
        kept = {Side.LEAD: self._lead, Side.ACCOUNT: self._account, Side.REP: self._rep}[ref.side]
        return kept.has(ref) or not (ref.is_attribute
                                     or ref.name in _MODELS[ref.side].model_fields)

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

    def __init__(self, always: frozenset[str], side: Side, refs: Sequence[FieldRef]) -> None:
        own = [ref for ref in refs if ref.side is side]
        self._fields = always | {ref.name for ref in own if not ref.is_attribute}
        self._columns = {name_key(ref.name) for ref in own if ref.is_attribute}

    def has(self, ref: FieldRef) -> bool:
        return name_key(ref.name) in self._columns if ref.is_attribute else ref.name in self._fields

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
