"""What a made-up sales floor has beyond leads, reps and capacities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from solver.errors import UsageError
from solver.generate.draws import Stream, stream


class Feature(StrEnum):
    """One kind of rule, with the files and columns that it needs."""

    ACCOUNTS = "accounts"
    """An accounts file; some accounts have an owner, who comes first."""
    NAMED = "named"
    """Named accounts, in the accounts file and in the policy."""
    OPPORTUNITIES = "opportunities"
    """Accounts with an open opportunity, whose owner comes first."""
    FAMILIES = "families"
    """Accounts with parents."""
    RULES = "rules"
    """Rules that leads must, should or must not go to some reps, and legal holds."""
    GROUPS = "groups"
    """Leads of one account (of one family, with families) go to one rep."""
    USE = "use"
    """Leads take one to three slots, enterprise leads three of a rep who is still learning."""
    LIMITS = "limits"
    """Caps per team, region, product and industry, quotas of sources, three enterprise leads a
    rep, a fifth of the top tenth to reps who are still learning."""
    PERIODS = "periods"
    """Caps and quotas over a day, a week and a month, and the ledger that counts for them."""
    MUST_PLACE = "must_place"
    """A few leads that may not be left without an owner."""
    FAIRNESS = "fairness"
    """Fair shares with a price, and the ledger of what reps got so far."""
    STABILITY = "stability"
    """Yesterday's plan, by a greedy router; moves cost, some leads are locked."""
    RELAXATION = "relaxation"
    """Leads that waited long ask for less."""


#: Features that mean nothing without another.
_NEEDS = {Feature.NAMED: Feature.ACCOUNTS, Feature.OPPORTUNITIES: Feature.ACCOUNTS,
          Feature.FAMILIES: Feature.ACCOUNTS, Feature.GROUPS: Feature.ACCOUNTS}
_ALL = "all"


@dataclass(frozen=True, slots=True)
class FloorOptions:
    """Which features a sales floor has, and how much of them."""

    features: frozenset[Feature] = frozenset(Feature)
    """Features that mean nothing without another bring it with them."""
    group_share: float = 0.15
    """Part of the leads that compete for slots whose account has two to six of them; needs
    accounts."""

    def __post_init__(self) -> None:
        """Add what features need, and refuse shares that are none."""
        if not 0 <= self.group_share <= 1:
            raise UsageError(f"group_share {self.group_share:g} must be from 0 to 1; 0.15 puts 15 "
                             "% of the leads into accounts with several")
        needed = {_NEEDS[one] for one in self.features if one in _NEEDS}
        object.__setattr__(self, "features", self.features | needed)

    def has(self, *features: Feature) -> bool:
        """Say whether one of the features is there."""
        return not self.features.isdisjoint(features)


def parse_features(text: str) -> frozenset[Feature]:
    """Read names of features separated by commas; ``all`` stands for every one.

    Raises
    ------
    UsageError
        If a name is none.
    """
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in (_ALL, *Feature)]:
        raise UsageError(f"feature {unknown[0]!r} must be one of {', '.join(Feature)}, or {_ALL}; "
                         "separate several by commas")
    return frozenset(Feature) if _ALL in names else frozenset(map(Feature, names))


def feature_stream(seed: int, feature: Feature | None = None) -> np.random.Generator:
    """Return the random numbers of one feature, whichever others are there; None: of the reps."""
    which = 0 if feature is None else 1 + list(Feature).index(feature)
    return stream(seed, Stream.SALES_FLOOR, which)
