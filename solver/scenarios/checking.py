"""Scenarios against a window: everything that is wrong with them, before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode, Policy, Window
from solver.reading.parsing.strict_yaml import plain_document
from solver.reading.validation import validate
from solver.scenarios.bases import OfReps
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_checks import (
    check_leads,
    check_move,
    check_number_of_leads,
    check_opening,
    check_policy,
)
from solver.scenarios.floor_edits import (
    Campaign,
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.found import Found, Place
from solver.scenarios.overlaps import overlaps
from solver.scenarios.policies import BY_NAME, edited_policy, leaf_paths, touches_policy
from solver.scenarios.present import Present
from solver.scenarios.rep_checks import (
    check_capacity,
    check_hire,
    check_selection,
    check_skill,
)
from solver.scenarios.rep_edits import AddReps, AddSkill, ChangeCapacity


def check_scenarios(window: Window, scenarios: Sequence[Scenario], *, file: str | None = None,
                    present: Present | None = None) -> None:
    """Refuse scenarios that cannot be meant, all that is wrong with any of them at once.

    Parameters
    ----------
    window
        The window that they edit.
    scenarios
        The scenarios.
    file
        Name of the file that they come from, for messages.
    present
        The window as edits see it, where it was made already.

    Raises
    ------
    InvalidInputError
        If there is anything: a rep, skill or territory that is not there, a capacity below 0, two
        edits that change the same thing, a filter that matches nobody, more leads than anybody
        compares, a policy that is none, a name that stands twice. Each issue names scenario,
        position and remedy.
    """
    present = Present(window) if present is None else present
    if issues := misfits(present, dict(enumerate(scenarios)), file):
        raise InvalidInputError(issues)


def misfits(present: Present, scenarios: Mapping[int, Scenario], file: str | None) -> list[Issue]:
    """Return everything that is wrong with scenarios, by their positions.

    Parameters
    ----------
    present
        The window as edits see it.
    scenarios
        Position to scenario, rising.
    file
        As for :func:`check_scenarios`.
    """
    times = Counter(scenario.name for scenario in scenarios.values())
    issues: list[Issue] = []
    for at, scenario in scenarios.items():
        place = Place(file, at, scenario.name)
        if times[scenario.name] > 1:
            issues.append(place.issue(Found(
                IssueCode.NAME_TWICE, "name", scenario.name,
                f"{times[scenario.name]} scenarios have this name", "Give each its own name")))
        issues += _of_scenario(present, scenario, place)
    return issues


def _of_scenario(present: Present, scenario: Scenario, place: Place) -> Iterator[Issue]:
    problems = [(at, found) for at, edit in enumerate(scenario.edits)
                for found in _of_edit(present, edit)]
    problems += check_number_of_leads(present, scenario.edits)
    problems += overlaps(present, scenario)
    for at, found in problems:
        yield place.issue(found, at)
    refused = {at for at, _ in problems}
    if not any(touches_policy((scenario.edits[at],)) for at in refused):
        yield from _of_policy(present, scenario, place)


def _of_edit(present: Present, edit: Edit) -> Iterator[Found]:
    if isinstance(edit, OfReps):
        yield from check_selection(present, edit)
    match edit:
        case AddReps():
            yield from check_hire(present, edit)
        case ChangeCapacity():
            yield from check_capacity(present, edit)
        case AddSkill():
            yield from check_skill(present, edit)
        case MoveTerritory():
            yield from check_move(present, edit)
        case OpenTerritory():
            yield from check_opening(present, edit)
        case ScaleLeads() | ShiftLeads() | Campaign():
            yield from check_leads(present, edit)
        case ChangePolicy():
            yield from check_policy(present, edit)


def _of_policy(present: Present, scenario: Scenario, place: Place) -> Iterator[Issue]:
    """Yield what the policy's model refuses of the edited policy, at the edit that set it."""
    if not touches_policy(scenario.edits):
        return
    document = edited_policy(present.window.policy, scenario.edits)
    _, issues = validate(Policy, plain_document(place.file or "", document), IssueCode.BAD_POLICY)
    for issue in issues:
        path = _by_names(document, tuple((issue.column or "").split(".")))
        at = _setter(scenario.edits, path)
        yield issue.model_copy(update={
            "file": place.file, "record_id": place.scenario,
            "column": f"scenarios[{place.at}].edits[{at}].set.{'.'.join(path)}".removesuffix(".")})


def _by_names(document: dict[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path with the name of a rule or a limit where its number was."""
    if len(path) > 1 and path[0] in BY_NAME and path[1].isdigit():
        entry = document[path[0]][int(path[1])]
        name = entry.get("name", path[1]) if isinstance(entry, dict) else path[1]
        return path[0], str(name), *path[2:]
    return path


def _setter(edits: Sequence[Edit], path: tuple[str, ...]) -> int:
    """Return the position of the edit of the policy that sets most of a path."""
    def common(at: int) -> int:
        edit = edits[at]
        paths = leaf_paths(edit.set) if isinstance(edit, ChangePolicy) else iter(())
        return max((_shared(path, mine) for mine in paths), default=-1)
    return max(range(len(edits)), key=common)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many keys two paths have in common from the start."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return at
    return min(len(one), len(other))
