"""Where a problem of a scenario is, as a JSON pointer into the request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import JsonValue

from solver.models import Issue

#: Scenario, edit and keys in the place of an issue, such as ``scenarios[2].edits[0].set.limits``.
_PLACE = re.compile(r"scenarios\[(\d+)\](?:\.edits\[(\d+)\])?(?:\.(.+))?", re.DOTALL)


def with_pointer(issue: Issue, scenarios: Sequence[JsonValue]) -> Issue:
    """Return an issue of scenarios with its place as a JSON pointer (RFC 6901).

    Parameters
    ----------
    issue
        Its place is as :func:`solver.scenarios.check_scenarios` gives it; one with a place of
        anything else stays as it is.
    scenarios
        The scenarios, plain. A name of a rule that stands in a list is its position there.

    Returns
    -------
    Issue
        With a pointer such as ``/scenarios/2/edits/0/set/limits``.
    """
    found = _PLACE.fullmatch(issue.column or "")
    if found is None:
        return issue
    scenario, edit, keys = found.groups()
    parts = ["scenarios", scenario, *([] if edit is None else ["edits", edit])]
    here: JsonValue = {"scenarios": list(scenarios)}
    for part in parts:
        here = _below(here, part)
    rest = keys.split(".") if keys else []
    while rest:
        key, rest = _next_key(here, rest)
        here = _below(here, key)
        parts.append(key)
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    return issue.model_copy(update={"file": None, "column": pointer})


def _next_key(here: JsonValue, rest: list[str]) -> tuple[str, list[str]]:
    """Return the key that comes next, which may hold dots, and what comes after it."""
    for size in range(len(rest), 0, -1):
        name = ".".join(rest[:size])
        if isinstance(here, dict) and name in here:
            return name, rest[size:]
        if isinstance(here, list):
            for at, entry in enumerate(here):
                if isinstance(entry, dict) and entry.get("name") == name:
                    return str(at), rest[size:]
    return rest[0], rest[1:]


def _below(here: JsonValue, key: str) -> JsonValue:
    """Return what stands under a key; None where the request says nothing there."""
    if isinstance(here, dict):
        return here.get(key)
    if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
        return here[int(key)]
    return None
