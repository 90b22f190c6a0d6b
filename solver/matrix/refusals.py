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
    RULE = 256
    NAMED_ACCOUNT = 512
    OPEN_OPPORTUNITY = 1024
    ACCOUNT_OWNER = 2048
    FAMILY_OWNER = 4096


#: What a rep who owns the account need not have.
WAIVED = Refusal.NO_SKILL | Refusal.NO_LANGUAGE | Refusal.DEAL_BAND | Refusal.NO_TERRITORY
#: Not at work in time, or not known to be.
NOT_THERE = Refusal.AWAY | Refusal.UNKNOWN_HOURS

#: Rules that are given as reasons, in the order in which they are listed.
REASON_RULES: tuple[tuple[Refusal, ReasonCode], ...] = (
    (Refusal.EXCLUDED, ReasonCode.EXCLUDED),
    (Refusal.RULE, ReasonCode.RULE),
    (Refusal.NAMED_ACCOUNT, ReasonCode.NAMED_ACCOUNT),
    (Refusal.OPEN_OPPORTUNITY, ReasonCode.OPEN_OPPORTUNITY),
    (Refusal.ACCOUNT_OWNER, ReasonCode.ACCOUNT_OWNER),
    (Refusal.FAMILY_OWNER, ReasonCode.FAMILY_OWNER),
    (Refusal.NO_SKILL, ReasonCode.NO_SKILL),
    (Refusal.NO_LANGUAGE, ReasonCode.NO_LANGUAGE),
    (Refusal.DEAL_BAND, ReasonCode.DEAL_BAND),
    (Refusal.NO_TERRITORY, ReasonCode.NO_TERRITORY),
    (Refusal.AWAY, ReasonCode.AWAY),
    (Refusal.UNKNOWN_HOURS, ReasonCode.UNKNOWN_HOURS),
)
