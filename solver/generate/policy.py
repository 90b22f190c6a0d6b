"""The policy of the generated organisation."""

from __future__ import annotations

from solver.generate.markets import Market
from solver.models import Policy, Territory

#: Age in hours past which a lead is held for the manager.
MAX_AGE_HOURS = 336.0
#: The queue that owns leads before anybody looked at them.
QUEUE_OWNER = "queue-inbound"


def make_policy(markets: tuple[Market, ...]) -> Policy:
    """Return the policy whose territories are those of the markets."""
    return Policy.model_validate({
        "freshness": {"half_life_hours": 120, "max_age_hours": MAX_AGE_HOURS},
        "reserve_value": 400,
        "placeholder_owners": (QUEUE_OWNER,),
        "territories": tuple(sorted((rule for market in markets for rule in market.rules),
                                    key=_precedence)),
    })


def _precedence(rule: Territory) -> int:
    """Rules on what a company is come before its address, and its address before its post code."""
    if rule.industries or rule.employees:
        return 1 if not rule.industries else 0
    return 3 if rule.postal_prefixes else 2
