"""Limits of a made-up sales floor, in proportion to its slots and leads.

At 500 reps, who work in ten teams, there are thirty that cross each other, besides the three
enterprise leads that each rep may have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from solver.generate.industries import PRODUCT_LINES, SOURCES
from solver.models import Lead, Rep, Window
from solver.models.limit import Each, Limit, Measure, Period

#: Company size from which a lead counts as enterprise.
ENTERPRISE = "employees >= 1000"
#: Part of a team's slots that the window may use.
_TEAM_SHARE = 0.9
_NUM_REGIONS, _NUM_INDUSTRIES = 3, 5
#: Segments with fewer leads have no cap: a part of a few leads is none.
_LEAST_LEADS = 10
#: Sources that want a least part of their leads owned; of the others no more than a part.
_QUOTA_SOURCES = ("Referral", "Partner")


def window_limits(window: Window, routed: Sequence[Lead]) -> tuple[Limit, ...]:
    """Return caps and quotas of one window.

    Hard ones are upper ends, so that a plan exists; quotas have a price.

    Parameters
    ----------
    window
        With the reps as they stand at last: caps follow their slots.
    routed
        Leads that compete for slots; caps of regions and industries are for the commonest.
    """
    return (*_team_caps(window.reps), *_region_caps(routed), *_segment_limits(routed),
            Limit(name="enterprise leads", leads=ENTERPRISE, each=Each.REP, upper=3),
            Limit(name="top tenth to learners", leads="top 10 %", reps="developing = true",
                  lower="20 %", price=2_500))


def period_limits_of(window: Window, num_routed: int) -> tuple[Limit, ...]:
    """Return caps of a day and a week and a quota of a month; the ledger knows what is used."""
    slots = _slots_of_teams(window.reps)
    free = max((rep.free_slots for rep in window.reps), default=0)
    return (Limit(name="leads a day", each=Each.REP, period=Period.DAY, upper=max(4, free)),
            Limit(name="slots a week", each=Each.TEAM, period=Period.WEEK, measure=Measure.SLOTS,
                  upper=max(10, 5 * max(slots.values(), default=0))),
            Limit(name="referrals a month", leads='source = "Referral"', period=Period.MONTH,
                  lower=ceil(0.5 * num_routed), upper=max(20, 2 * num_routed)))


def _slots_of_teams(reps: Iterable[Rep]) -> Counter[str]:
    slots: Counter[str] = Counter()
    for rep in reps:
        slots[rep.team or ""] += rep.free_slots
    return slots


def _team_caps(reps: Iterable[Rep]) -> Iterator[Limit]:
    for team, slots in sorted(_slots_of_teams(reps).items()):
        yield Limit(name=f"team {team}", reps=f'team = "{team}"', measure=Measure.SLOTS,
                    upper=ceil(_TEAM_SHARE * slots))


def _region_caps(routed: Iterable[Lead]) -> Iterator[Limit]:
    for region in _common(lead.region for lead in routed)[:_NUM_REGIONS]:
        yield Limit(name=f"region {region}", leads=f'region = "{region}"', upper="65 %")


def _segment_limits(routed: Sequence[Lead]) -> Iterator[Limit]:
    """Yield limits of sources, product lines and industries, which cross teams and each other."""
    for source in SOURCES:
        leads = f'source = "{source.name}"'
        if source.name in _QUOTA_SOURCES:
            yield Limit(name=f"source {source.name}", leads=leads, lower="60 %", price=200)
        elif source.name in _common(lead.source for lead in routed):
            yield Limit(name=f"source {source.name}", leads=leads, upper="65 %")
    products = _common(product for lead in routed for product in lead.products)
    for line in PRODUCT_LINES:
        if line.name in products:
            yield Limit(name=f"product {line.name}", leads=f'products = "{line.name}"',
                        measure=Measure.SLOTS, upper="70 %")
    for industry in _common(lead.industry for lead in routed)[:_NUM_INDUSTRIES]:
        yield Limit(name=f"industry {industry}", leads=f'industry = "{industry}"',
                    measure=Measure.WORTH, upper="85 %")


def _common(names: Iterable[str | None]) -> list[str]:
    """Return the names that stand often enough, the commonest first, ties by name."""
    counts = Counter(name for name in names if name is not None)
    return sorted((name for name in counts if counts[name] >= _LEAST_LEADS),
                  key=lambda name: (-counts[name], name))
