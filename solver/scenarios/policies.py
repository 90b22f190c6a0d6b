"""What edits make of the policy: keys set one by one, rules and limits by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, JsonValue

from solver.models import Policy
from solver.names import name_key
from solver.scenarios.edits import Edit
from solver.scenarios.floor_edits import ChangePolicy, OpenTerritory

#: Lists whose entries have names that stand once: a mapping changes them by name.
BY_NAME = ("rules", "limits")
#: Keys that leads were read and prepared with: another value would change nothing any more.
PREPARED_WITH = ("checking", "currency", "enrichment", "exchange_rates", "industries", "matching",
                 "scoring")


def edited_policy(policy: Policy, edits: Iterable[Edit]) -> dict[str, Any]:
    """Return the keys of a policy after edits, as plain JSON that may still be refused.

    Parameters
    ----------
    policy
        The policy before.
    edits
        Of a scenario; those that are not about the policy are passed over.
    """
    document = policy.model_dump(mode="json")
    for edit in edits:
        if isinstance(edit, ChangePolicy):
            document = _merged(type(policy), document, edit.set)
    for edit in edits:
        if isinstance(edit, OpenTerritory):
            document["territories"] = _opened(document["territories"], edit)
    return document


def touches_policy(edits: Iterable[Edit]) -> bool:
    """Tell whether any edit changes the policy."""
    return any(isinstance(edit, ChangePolicy | OpenTerritory) for edit in edits)


def leaf_paths(changes: Mapping[str, JsonValue]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every value that an edit of the policy sets; a list is one value."""
    for key, change in changes.items():
        if isinstance(change, dict) and change:
            yield from ((key, *path) for path in leaf_paths(change))
        else:
            yield (key,)


def _merged(model: type[BaseModel], now: Mapping[str, Any], changes: Mapping[str, JsonValue]
            ) -> dict[str, Any]:
    """Return a section with some keys set: sections within it key by key, lists as a whole."""
    new = dict(now)
    for key, change in changes.items():
        if not isinstance(change, dict):
            new[key] = change
        elif key in BY_NAME and model is Policy and _has_names(new[key]):
            new[key] = _by_name(new[key], change)
        elif key in model.model_fields and isinstance(new[key], dict):
            new[key] = _section(model.model_fields[key].annotation, new[key], change)
        else:
            new[key] = change
    return new


def _section(annotation: Any, now: Mapping[str, Any], change: dict[str, JsonValue]
             ) -> dict[str, Any]:
    """Return a section merged; of a mapping with keys of its own, null takes an entry out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _merged(annotation, now, change)
    return {key: value for key, value in {**now, **change}.items() if value is not None}


def _has_names(entries: object) -> bool:
    """Tell whether something is a list of sections with names; another edit may have set it."""
    return isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries)


def _by_name(now: Iterable[Mapping[str, Any]], changes: Mapping[str, JsonValue]
             ) -> list[JsonValue]:
    """Return named entries: those named changed, or taken out by null; new ones at the end."""
    left = dict(changes)
    entries: list[JsonValue] = []
    for entry in now:
        change = left.pop(entry["name"], {})
        if isinstance(change, dict):
            entries.append({**entry, **change})
        elif change is not None:
            entries.append(change)
    return entries + [{"name": name, **change} if isinstance(change, dict) else change
                      for name, change in left.items()]


def _opened(territories: object, edit: OpenTerritory) -> object:
    """Return the policy's territories with a new rule in its place, behind all by default."""
    if not isinstance(territories, list) or not _has_names(territories):
        return territories
    names = [name_key(rule["name"]) for rule in territories]
    before = None if edit.before is None else name_key(edit.before)
    at = names.index(before) if before in names else len(names)
    return [*territories[:at], edit.territory.model_dump(mode="json"), *territories[at:]]
