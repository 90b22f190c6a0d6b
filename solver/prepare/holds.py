"""Which leads preparing keeps out of routing: customers, junk, possible duplicates, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from solver.models import Hold, Lead, Policy, Queue, Reason, ReasonCode, Rep
from solver.models.matching import Customers
from solver.prepare.check.quality import Checker
from solver.prepare.match.results import AccountMatch, PossibleMatch
from solver.prepare.scoring.points import Score


def customer_holds(account_of: Mapping[str, AccountMatch], policy: Policy) -> Iterator[Hold]:
    """Hold leads of customers for the customer queue, where the policy says so."""
    if policy.matching.customers is not Customers.QUEUE:
        return
    for match in account_of.values():
        if match.customer:
            yield _hold(match.lead_id, Queue.CUSTOMER, ReasonCode.EXISTING_CUSTOMER,
                        f"account {match.account_id} is a customer, or one of its family "
                        f"(confidence {match.confidence:.2f}: {_words(match)})")


def for_customer_reps(leads: Sequence[Lead], reps: Sequence[Rep],
                      account_of: Mapping[str, AccountMatch], policy: Policy) -> tuple[Lead, ...]:
    """Keep leads of customers for the customer reps, where the policy says so."""
    if policy.matching.customers is not Customers.REPS:
        return tuple(leads)
    others = tuple(rep.rep_id for rep in reps
                   if rep.rep_id not in policy.matching.customer_rep_ids)
    return tuple(
        lead.model_copy(update={"excluded_rep_ids": tuple(dict.fromkeys(
            (*lead.excluded_rep_ids, *others)))})
        if (match := account_of.get(lead.lead_id)) is not None and match.customer else lead
        for lead in leads)


def disqualified_holds(scores: Iterable[Score]) -> Iterator[Hold]:
    """Hold what the scoring disqualifies, for nurture or as junk."""
    return (score.disqualified for score in scores if score.disqualified is not None)


def duplicate_holds(possible: Iterable[PossibleMatch]) -> Iterator[Hold]:
    """Hold leads that may be one with another, until a person has decided."""
    for match in possible:
        yield _hold(match.lead_id, Queue.REVIEW, ReasonCode.POSSIBLE_DUPLICATE,
                    f"may be one with lead {match.other_lead_id} (confidence "
                    f"{match.confidence:.2f}: {_words(match)})")


def account_holds(possible: Iterable[AccountMatch], policy: Policy) -> Iterator[Hold]:
    """Hold leads that may be a customer's: the others are routed alike, whoever they belong to."""
    if policy.matching.customers is Customers.ROUTE:
        return
    for match in possible:
        if match.customer:
            yield _hold(match.lead_id, Queue.REVIEW, ReasonCode.POSSIBLE_DUPLICATE,
                        f"may belong to account {match.account_id} (confidence "
                        f"{match.confidence:.2f}: {_words(match)})")


def gap_holds(leads: Iterable[Lead], unknown: Mapping[str, Mapping[str, str]], checker: Checker
              ) -> Iterator[Hold]:
    """Hold leads that lack what the policy requires, or hold it in a form nobody knows."""
    for lead in leads:
        missing = checker.missing(lead, unknown.get(lead.lead_id, {}))
        if missing:
            yield _hold(lead.lead_id, Queue.NEEDS_DATA, ReasonCode.NEEDS_DATA,
                        f"missing or not recognised: {', '.join(missing)}")


def first_of_each(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """Return one hold for each lead, the first that is given; sorted by lead_id."""
    found: dict[str, Hold] = {}
    for hold in holds:
        found.setdefault(hold.lead_id, hold)
    return tuple(found[lead_id] for lead_id in sorted(found))


def _hold(lead_id: str, queue: Queue, code: ReasonCode, detail: str) -> Hold:
    return Hold(lead_id=lead_id, queue=queue, reason=Reason(code=code, detail=detail))


def _words(match: AccountMatch | PossibleMatch) -> str:
    return "; ".join(found.detail for found in match.evidence if found.weight >= 0)
