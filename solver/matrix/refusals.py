"""One bit per hard rule, so that every refused pair knows all its reasons."""

from __future__ import annotations

from enum import IntFlag

from solver.models import ReasonCode


class Refusal(IntFlag):
    """Rules that can refuse a pair; fits uint16."""

    EXCLUDED = 1
    NO_SKILL = 2
    NO_LANGUAGE = 4
    DEAL_BAND = 8
    NO_TERRITORY = 16
    AWAY = 32
    UNKNOWN_HOURS = 64
    INACTIVE = 128


#: Rules that are given as reasons, in the order in which they are listed.
REASON_RULES: tuple[tuple[Refusal, ReasonCode], ...] = (
    (Refusal.EXCLUDED, ReasonCode.EXCLUDED),
    (Refusal.NO_SKILL, ReasonCode.NO_SKILL),
    (Refusal.NO_LANGUAGE, ReasonCode.NO_LANGUAGE),
    (Refusal.DEAL_BAND, ReasonCode.DEAL_BAND),
    (Refusal.NO_TERRITORY, ReasonCode.NO_TERRITORY),
    (Refusal.AWAY, ReasonCode.AWAY),
    (Refusal.UNKNOWN_HOURS, ReasonCode.UNKNOWN_HOURS),
)
