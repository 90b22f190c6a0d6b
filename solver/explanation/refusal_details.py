"""What a rule says about one pair, in words."""

from __future__ import annotations

from solver.calendar.zones import zone
from solver.explanation import sentences
from solver.matrix.rows import ValueRows
from solver.models import ReasonCode
from solver.models.names import name_key


def refusal_detail(rows: ValueRows, code: ReasonCode, lead_at: int, rep_at: int) -> str:
    """Say how the rule refuses this pair; a predicate without its subject, the rep."""
    lead, rep, policy = rows.leads.leads[lead_at], rows.window.reps[rep_at], rows.window.policy
    match code:
        case ReasonCode.EXCLUDED:
            return "is among the lead's excluded_rep_ids"
        case ReasonCode.NO_SKILL:
            return sentences.no_skill(lead, rep)
        case ReasonCode.NO_LANGUAGE:
            return sentences.no_language(lead, rep)
        case ReasonCode.DEAL_BAND:
            return sentences.deal_band(lead, rep)
        case ReasonCode.NO_TERRITORY:
            key = rows.leads.territory_keys[rows.leads.territory[lead_at]]
            return sentences.no_territory(_territory_name(rows, lead.territory, key), rep)
        case ReasonCode.AWAY:
            return sentences.away(rep, _local_time(rows, rep_at), policy)
        case ReasonCode.UNKNOWN_HOURS:
            return sentences.unknown_hours(policy)
        case _:
            raise ValueError(f"{code} does not refuse pairs")


def _territory_name(rows: ValueRows, own: str | None, key: str | None) -> str | None:
    if own is not None or key is None:
        return own
    return next(rule.name for rule in rows.window.policy.territories if name_key(rule.name) == key)


def _local_time(rows: ValueRows, rep_at: int) -> str | None:
    instant, rep = rows.reps.next_work[rep_at], rows.window.reps[rep_at]
    if instant is None:
        return None
    local = instant if rep.timezone is None else instant.astimezone(zone(rep.timezone))
    return local.strftime("%a %Y-%m-%d %H:%M")
