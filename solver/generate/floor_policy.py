"""The sections of a policy that switch the features of a sales floor on."""

from __future__ import annotations

from typing import Any

from solver.generate.features import Feature, FloorOptions
from solver.generate.floor_limits import ENTERPRISE
from solver.models import GroupBy, Policy, Window

#: Columns of the leads file that mark single leads, and the filters that look at them.
VIP, LOCKED, LEGAL = "vip", "locked", "legal_hold"


def with_sections(window: Window, options: FloorOptions) -> Window:
    """Return the window with the policy's sections of all features, but for the limits."""
    whole = GroupBy.FAMILY if options.has(Feature.FAMILIES) else GroupBy.ACCOUNT
    of_feature: dict[Feature, tuple[str, Any]] = {
        Feature.RULES: ("rules", _rules(window)),
        Feature.GROUPS: ("groups", {"by": whole}),
        Feature.USE: ("use", [{"leads": ENTERPRISE, "reps": "developing = true", "slots": 3}]),
        Feature.MUST_PLACE: ("must_place", f"{VIP} = true"),
        Feature.FAIRNESS: ("fairness", _fairness()),
        Feature.STABILITY: ("stability", {"price": 150, "lock": f"{LOCKED} = true"}),
        Feature.RELAXATION: ("relaxation", _relaxation())}
    sections = dict(section for feature, section in of_feature.items() if options.has(feature))
    return window.model_copy(update={"policy": Policy.model_validate(
        window.policy.model_dump(exclude_defaults=True)
        | {"precedence": _precedence(window, options)} | sections)})


def _precedence(window: Window, options: FloorOptions) -> dict[str, Any]:
    precedence: dict[str, Any] = {}
    if options.has(Feature.RULES):
        precedence["legal_hold"] = f"{LEGAL} = true"
    if options.has(Feature.ACCOUNTS):
        precedence["owner_away"] = "nearest"
    if options.has(Feature.FAMILIES):
        precedence["family_owner"] = "preferred"
    if options.has(Feature.NAMED):
        # The policy names reps of two accounts itself: those that own nothing yet.
        free = [account.account_id for account in window.accounts
                if account.owner_id is None and account.named_rep_id is None]
        reps = [rep.rep_id for rep in window.reps if rep.active]
        precedence["named_accounts"] = dict(zip(free[:2], reps, strict=False))
    return precedence


def _rules(window: Window) -> list[dict[str, Any]]:
    """Return rules that can hold here: who must sell to banks needs somebody who can."""
    rules: list[dict[str, Any]] = [
        {"name": "no hot demo for learners", "kind": "must_not",
         "leads": 'landing_page = "/demo" and score >= 85', "reps": "developing = true"},
        {"name": "referrals to the best", "kind": "should", "leads": 'source = "Referral"',
         "reps": "performance >= 1.1", "factor": 1.25},
        {"name": "same clock", "kind": "should", "reps": "timezone = lead.timezone",
         "factor": 1.1}]
    if any(rep.active and "finance" in rep.skills for rep in window.reps):
        rules.append({"name": "banks to finance people", "kind": "must",
                      "leads": 'industry = "Banking" and deal_value >= 50k',
                      "reps": "skills.finance > 0"})
    return rules


def _fairness() -> dict[str, Any]:
    return {"method": "price", "price": 60, "ramp_form": "linear", "returning": "pro_rata",
            "catch_up": 3, "ramp": [{"weeks": 0, "share": 0.4}, {"weeks": 13, "share": 0.7},
                                    {"weeks": 26, "share": 1}]}


def _relaxation() -> list[dict[str, Any]]:
    """Return steps after fifteen minutes, two hours and three days."""
    return [{"after_minutes": 15, "minimums_fall": 0.05},
            {"after_minutes": 120, "minimums_fall": 0.1},
            {"after_minutes": 4320, "minimums_fall": 0.2, "outside_fit": 0.3}]
