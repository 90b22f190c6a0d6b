"""The matching section of a policy: which leads are one, and which account stands behind each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from solver.models.base import Level, Record, Text


class TieBreaker(StrEnum):
    """What decides between several accounts, or leads, that are all the same as one lead."""

    CUSTOMER = "customer"
    """An account that is a customer; of leads, one that has an account."""
    EXACT_DOMAIN = "exact_domain"
    """An account with the lead's own domain; of leads, one with an e-mail of a company."""
    SAME_COUNTRY = "same_country"
    """An account in the lead's country; of leads, one that has a country."""
    HAS_OWNER = "has_owner"
    """One that has an owner."""
    OLDEST = "oldest"
    """The one created first; accounts have no such date and tie."""
    MOST_COMPLETE = "most_complete"
    """The one with the most fields filled."""
    SMALLEST_ID = "smallest_id"
    """The one whose id sorts first; always the last to decide."""


class Keep(StrEnum):
    """Which of several leads that are one stays."""

    OLDEST = "oldest"
    MOST_COMPLETE = "most_complete"


class Customers(StrEnum):
    """What happens to a lead whose account is a customer."""

    QUEUE = "queue"
    """It waits in the customer team's queue."""
    REPS = "reps"
    """It is routed, to `customer_rep_ids` only."""
    ROUTE = "route"
    """It is routed as any lead."""


def _bare_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    for domain in domains:
        if "@" in domain or "/" in domain or " " in domain or "." not in domain:
            raise ValueError(f"free_mail {domain!r} must be a bare domain such as 'mail.example'")
    return tuple(sorted({domain.lower() for domain in domains}))


def _each_once(breakers: tuple[TieBreaker, ...]) -> tuple[TieBreaker, ...]:
    if twice := [name for name in breakers if breakers.count(name) > 1]:
        raise ValueError(f"the tie breaker {twice[0].value!r} stands twice")
    return breakers


class Matching(Record):
    """When records count as one, which of them wins, and what becomes of customers' leads."""

    same: Level = 0.92
    """Confidence from which leads are merged and accounts are taken."""
    possible: Level = 0.7
    """Confidence from which a match that is not certain waits for review."""
    merge_duplicates: bool = True
    """Whether leads that are the same become one; if not, all but one wait for review."""
    keep: Keep = Keep.OLDEST
    """Which of several leads that are one stays; then the tie breakers decide."""
    tie_breakers: Annotated[tuple[TieBreaker, ...], AfterValidator(_each_once)] = tuple(TieBreaker)
    """In this order; the smallest id decides last of all."""
    free_mail: Annotated[tuple[Text, ...], AfterValidator(_bare_domains)] = ()
    """Further domains of mail providers, which say nothing of a company."""
    customers: Customers = Customers.QUEUE
    """``queue``: the customer team's queue; ``reps``: only `customer_rep_ids`; ``route``: as any
    lead."""
    customer_rep_ids: tuple[Text, ...] = ()
    """Who may own the leads of customers, where `customers` is ``reps``."""
    family: bool = True
    """Whether a lead of a customer's parent, subsidiary or sister company is a customer's."""

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if not 0.5 <= self.possible <= self.same:
            raise ValueError(f"possible {self.possible:g} must be 0.5 or more and at most same "
                             f"{self.same:g}")
        if self.customers is Customers.REPS and not self.customer_rep_ids:
            raise ValueError("customers 'reps' needs customer_rep_ids: name the reps, or choose "
                             "'queue' or 'route'")
        return self
