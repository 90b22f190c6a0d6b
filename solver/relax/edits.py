"""Edits of a window: each returns a window that is changed in one respect, never the same one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from solver.models import CustomRule, Layer, Lead, Policy, Rep, UnknownHours, Window
from solver.names import OVERLAY, name_key


def with_rep(window: Window, rep_id: str, change: Callable[[Rep], Rep]) -> Window:
    """Return a window with one rep changed."""
    return window.model_copy(update={"reps": tuple(
        change(rep) if rep.rep_id == rep_id else rep for rep in window.reps)})


def with_leads(window: Window, lead_ids: Collection[str], change: Callable[[Lead], Lead]
               ) -> Window:
    """Return a window with some leads changed."""
    wanted = set(lead_ids)
    return window.model_copy(update={"leads": tuple(
        change(lead) if lead.lead_id in wanted else lead for lead in window.leads)})


def with_policy(window: Window, **keys: Any) -> Window:
    """Return a window with some keys of its policy changed."""
    policy: Policy = window.policy.model_copy(update=keys)
    return window.model_copy(update={"policy": policy})


def more_slots(rep: Rep, slots: int) -> Rep:
    """Return a rep with so many free slots more."""
    wanted = rep.free_slots + slots
    update: dict[str, Any] = {"capacity": max(rep.capacity, rep.open_leads + wanted)}
    if rep.daily_cap is not None:
        update["daily_cap"] = max(rep.daily_cap, rep.assigned_today + wanted)
    return rep.model_copy(update=update)


def with_level(rep: Rep, skill: str, level: float) -> Rep:
    """Return a rep who has a skill at a level, whatever the present spelling of its name."""
    own = next((name for name in rep.skills if name_key(name) == name_key(skill)), skill)
    return rep.model_copy(update={"skills": {**rep.skills, own: level}})


def with_language(rep: Rep, language: str) -> Rep:
    """Return a rep who speaks a language more."""
    return rep.model_copy(update={"languages": (*rep.languages, language)})


def with_territory(rep: Rep, territory: str = OVERLAY) -> Rep:
    """Return a rep who sells in a territory more, or everywhere."""
    return rep.model_copy(update={"territories": (*rep.territories, territory)})


def with_deal_end(rep: Rep, end: str, deal_value: float) -> Rep:
    """Return a rep whose deal band reaches a deal value at its ``min`` or ``max`` end."""
    return rep.model_copy(update={f"{end}_deal": deal_value})


def without_exclusion(lead: Lead, rep_id: str) -> Lead:
    """Return a lead that does not exclude a rep."""
    return lead.model_copy(update={"excluded_rep_ids": tuple(
        one for one in lead.excluded_rep_ids if one != rep_id)})


def longer_wait(window: Window, minutes: int) -> Window:
    """Return a window whose longest wait is so many minutes."""
    response = window.policy.response.model_copy(update={"longest_wait_minutes": float(minutes)})
    return with_policy(window, response=response)


def works_without_hours(window: Window) -> Window:
    """Return a window in which reps without working hours are at work."""
    response = window.policy.response.model_copy(update={"unknown_hours": UnknownHours.WORKS})
    return with_policy(window, response=response)


def without_rule(window: Window, name: str, lead_ids: Iterable[str] | None = None) -> Window:
    """Return a window without a rule, or with a rule that is not about some leads."""
    if lead_ids is None:
        return with_policy(window, rules=tuple(
            rule for rule in window.policy.rules if rule.name != name))
    some = tuple(lead_ids)

    def narrowed(rule: CustomRule) -> CustomRule:
        if rule.name != name:
            return rule
        return rule.model_copy(update={"leads": _and(rule.leads, all_but(some))})
    return with_policy(window, rules=tuple(map(narrowed, window.policy.rules)))


def without_layer(window: Window, layer: str) -> Window:
    """Return a window in which a layer of the precedence plays no part."""
    precedence = window.policy.precedence.model_copy(update={layer: Layer.OFF})
    return with_policy(window, precedence=precedence)


def without_account(window: Window, lead_ids: Collection[str]) -> Window:
    """Return a window in which some leads are looked at without their account."""
    return with_leads(window, lead_ids, lambda lead: lead.model_copy(update={"account_id": None}))


def with_upper(window: Window, limit: str, upper: int) -> Window:
    """Return a window with another upper end of a limit, of each of its parts where it has some."""
    return with_policy(window, limits=tuple(
        one.model_copy(update={"upper": upper}) if one.name == limit else one
        for one in window.policy.limits))


def placing(window: Window, left_out: Collection[str]) -> Window:
    """Return a window in which every routed lead but some must be placed."""
    wanted = all_but(left_out)
    if window.policy.must_place is not None and left_out:
        wanted = f"({window.policy.must_place}) or {wanted}"
    return with_policy(window, must_place=wanted)


def all_but(lead_ids: Collection[str]) -> str:
    """Return the filter of all leads but some."""
    if not lead_ids:
        return "true"
    listed = ", ".join('"' + one.replace('"', '""') + '"' for one in sorted(lead_ids))
    return f"not lead_id in ({listed})"


def _and(first: str | None, second: str) -> str:
    return second if first is None else f"({first}) and {second}"
