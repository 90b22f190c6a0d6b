"""What a rule says about one pair, in words."""

from __future__ import annotations

from solver.calendar.zones import zone
from solver.explanation import sentences
from solver.matrix.rows import ValueRows
from solver.models import ReasonCode
from solver.names import name_key


def refusal_detail(rows: ValueRows, code: ReasonCode, lead_at: int, rep_at: int) -> str:
    """Say how the rule refuses this pair; a predicate without its subject, the rep."""
    lead, rep, policy = rows.leads.leads[lead_at], rows.window.reps[rep_at], rows.window.policy
    match code:
        case ReasonCode.EXCLUDED:
            return "is among the lead's excluded_rep_ids"
        case ReasonCode.RULE:
            return f"is kept from it by the rule {rows.preselection.rule_against(lead_at, rep_at)}"
        case (ReasonCode.NAMED_ACCOUNT | ReasonCode.OPEN_OPPORTUNITY | ReasonCode.ACCOUNT_OWNER
              | ReasonCode.FAMILY_OWNER):
            return _not_the_owner(rows, code, lead_at)
        case ReasonCode.NO_SKILL:
            return sentences.no_skill(lead, rep)
        case ReasonCode.NO_LANGUAGE:
            return sentences.no_language(lead, rep)
        case ReasonCode.DEAL_BAND:
            return sentences.deal_band(lead, rep)
        case ReasonCode.NO_TERRITORY:
            key = rows.leads.territories[rows.leads.territory[lead_at]].territory
            return sentences.no_territory(_territory_name(rows, lead.territory, key), rep)
        case ReasonCode.AWAY:
            return sentences.away(rep, _local_time(rows, rep_at), policy)
        case ReasonCode.UNKNOWN_HOURS:
            return sentences.unknown_hours(policy)
        case _:
            raise ValueError(f"{code} does not refuse pairs")


_OWNERS = {
    ReasonCode.NAMED_ACCOUNT: "is not {}, whose named account it is",
    ReasonCode.OPEN_OPPORTUNITY: "is not {}, who owns the account's open opportunity",
    ReasonCode.ACCOUNT_OWNER: "is not {}, who owns the account",
    ReasonCode.FAMILY_OWNER: "is not {}, who owns an account of the family",
}


def _not_the_owner(rows: ValueRows, code: ReasonCode, lead_at: int) -> str:
    decisions = rows.decisions(slice(lead_at, lead_at + 1))
    assert decisions is not None
    owner = rows.window.reps[int(decisions.decided[0])]
    return _OWNERS[code].format(sentences.rep_labels(rows.window.reps)[owner.rep_id])


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
