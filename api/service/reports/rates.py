"""Rates of what is counted over ownerships; reports and alerts share them."""

from __future__ import annotations

from api.service.reports.models import RateName, Ratio
from api.store.reports import Tally


def rate(counted: Tally, name: RateName) -> Ratio:
    """Return a rate: of all ownerships, or of those with a deadline that was met or missed."""
    if name is RateName.WITHIN_SERVICE_LEVEL:
        return ratio(counted.within, counted.within + counted.beyond)
    num: int = getattr(counted, name.value)
    return ratio(num, counted.ownerships)


def ratio(num: int, of: int) -> Ratio:
    """Return a share; there is none of nothing."""
    return Ratio(num=num, of=of, share=num / of if of else None)
