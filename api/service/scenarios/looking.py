"""What scenarios look at beside the policy, and what of it a stored window does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.service.windows.slimming import FAMILIES, Looks, Slimming, looks_of
from api.solving.pointers import with_pointer
from solver.filters import About, FieldRef, fields_of, parse_filter
from solver.models import Issue, IssueCode, Policy
from solver.scenarios import (
    AddSkill,
    Campaign,
    ChangeCapacity,
    CloseDay,
    Edit,
    RemoveReps,
    ScaleLeads,
    Scenario,
    ShiftLeads,
    TakeTimeOff,
)
from solver.scenarios.found import Found, Place
from solver.scenarios.policies import edited_policy, touches_policy

#: Fields of edits that are filters, and of what.
_FILTERS: Mapping[type, Sequence[tuple[About, str]]] = {
    **dict.fromkeys((AddSkill, ChangeCapacity, CloseDay, RemoveReps, TakeTimeOff),
                    ((About.REP, "where"),)),
    **dict.fromkeys((ScaleLeads, ShiftLeads), ((About.LEAD, "where"),)),
    Campaign: ((About.LEAD, "like"),)}


def looks_of_scenarios(scenarios: Sequence[Scenario], policy: Policy) -> Looks:
    """Return what the filters of scenarios look at, and the policies that they make.

    Parameters
    ----------
    scenarios
        The scenarios.
    policy
        The policy that they change.
    """
    found = Looks()
    for scenario in scenarios:
        found |= Looks(tuple(ref for edit in scenario.edits for _, ref in _filtered(edit)))
        found |= _of_policy(scenario, policy)
    return found


def not_held(scenarios: Sequence[Scenario], policy: Policy) -> list[Issue]:
    """Return one issue for each thing that an edit looks at and a stored window does not hold.

    Their places are JSON pointers.

    Parameters
    ----------
    scenarios
        The scenarios.
    policy
        That of the stored window.
    """
    slim, held = Slimming(policy), looks_of(policy)
    issues = []
    for at, scenario in enumerate(scenarios):
        place = Place(None, at, scenario.name)
        found = {(edit_at, field, ref): None for edit_at, edit in enumerate(scenario.edits)
                 for field, ref in _filtered(edit) if not slim.keeps(ref)}
        looks = _of_policy(scenario, policy)
        lacking = [ref for ref in looks.fields if not slim.keeps(ref)]
        lacking += looks.means_of(held)
        found |= {(_setter(scenario, ref), "set", ref): None for ref in lacking}
        issues += [with_pointer(place.issue(_missing(field, ref), edit_at), ())
                   for edit_at, field, ref in found]
    return issues


def _filtered(edit: Edit) -> Iterator[tuple[str, FieldRef]]:
    """Yield the fields that the filters of an edit name, after the key of the filter."""
    for about, key in _FILTERS.get(type(edit), ()):
        if text := getattr(edit, key):
            yield from ((key, ref) for ref in fields_of(parse_filter(text, about)))


def _of_policy(scenario: Scenario, policy: Policy) -> Looks:
    if not touches_policy(scenario.edits):
        return Looks()
    try:
        return looks_of(Policy.model_validate(edited_policy(policy, scenario.edits)))
    except ValueError:  # the check says what is wrong with it
        return Looks()


def _setter(scenario: Scenario, ref: FieldRef) -> int:
    """Return the position of the edit of the policy that names a field; else of the first."""
    those = [at for at, edit in enumerate(scenario.edits) if touches_policy((edit,))]
    return next((at for at in those if ref.name in scenario.edits[at].model_dump_json()), those[0])


def _missing(key: str, ref: FieldRef) -> Found:
    name = f"{ref.side.value}.{ref.name}"
    what = "accounts above and below those of its leads" if ref == FAMILIES else name
    return Found(IssueCode.BAD_SCENARIO, key, name,
                 f"the stored window holds no {what}, at which the policy of its day did not look",
                 "Compare with the leads that wait now, or post a window that has it")
