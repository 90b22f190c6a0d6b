"""Who comes first for a lead: legal holds, named accounts, owners of opportunity and account."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from solver.models.base import Record, Text
from solver.models.filters import LeadFilter, RepFilter


class Layer(StrEnum):
    """How a layer of the precedence works."""

    HARD = "hard"
    """The lead goes to that rep or to nobody."""
    PREFERRED = "preferred"
    """The match with that rep counts more."""
    OFF = "off"
    """It plays no part."""


def _off(value: object) -> object:
    """Take YAML's bare ``off``, which is false, for the word."""
    return Layer.OFF if value is False else value


#: How a layer works, in a policy.
LayerSetting = Annotated[Layer, BeforeValidator(_off)]


class OwnerAway(StrEnum):
    """What becomes of a lead whose hard owner is away past the longest wait."""

    HOLD = "hold"
    """It waits for the owner."""
    NEAREST = "nearest"
    """It goes on to the next layer, in the end to whoever may have it."""


class Precedence(Record):
    """The layers above territory, in this order; the first that names a rep decides."""

    legal_hold: LeadFilter | None = None
    """Leads that nobody may own: they wait for review."""
    named_account: LayerSetting = Layer.HARD
    """The rep whom the policy or the accounts file names for the lead's account."""
    open_opportunity: LayerSetting = Layer.HARD
    """The owner of an open opportunity of the account."""
    account_owner: LayerSetting = Layer.HARD
    """The owner of the account."""
    family_owner: LayerSetting = Layer.OFF
    """The owner of the nearest parent that has one, else of the first subsidiary that has one."""
    preferred_factor: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Factor on the match with the rep of a preferred layer."""
    owner_away: OwnerAway = OwnerAway.HOLD
    """What becomes of a lead whose hard owner is away past the longest wait."""
    named_accounts: dict[Text, Text] = {}
    """account_id to rep_id; comes before the accounts file's ``named_rep_id``."""


class RuleKind(StrEnum):
    """What a rule of the organisation says about leads and reps."""

    MUST = "must"
    """The leads go to these reps or to nobody."""
    SHOULD = "should"
    """The match with these reps counts more."""
    MUST_NOT = "must_not"
    """The leads never go to these reps."""


class CustomRule(Record):
    """Leads matching a filter must, should or must not go to reps matching a filter."""

    name: Text
    """Named in reasons and explanations."""
    kind: RuleKind
    """``must``, ``should`` or ``must_not``."""
    leads: LeadFilter | None = None
    """Which leads; null: all."""
    reps: RepFilter | None = None
    """Which reps; may compare with the lead: ``lead.country = rep.country``. Null: all."""
    factor: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Factor on the match, of ``should`` only."""
