"""The kinds of changes; each is a key of the costs."""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    """What can be changed so that a lead finds an owner."""

    SLOT = "slot"
    SKILL = "skill"
    LANGUAGE = "language"
    TERRITORY = "territory"
    OVERLAY = "overlay"
    DEAL_BAND = "deal_band"
    WAIT = "wait"
    HOURS = "hours"
    EXCLUSION = "exclusion"
    RULE_FOR_LEAD = "rule_for_lead"
    RULE = "rule"
    LAYER_FOR_LEAD = "layer_for_lead"
    LAYER = "layer"
    PLACE = "place"
    RESERVE = "reserve"
    LIMIT = "limit"
    FAIRNESS = "fairness"
