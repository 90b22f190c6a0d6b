"""Work on a window that is stored nowhere: its plan, and what its rules make impossible."""

from __future__ import annotations

import json

from api.solving.packing import unpack
from solver.errors import InvalidInputError
from solver.models import Issue, Window
from solver.models.base import Record
from solver.rule_checks import rule_findings
from solver.solving import check, solve


class LooseInputs(Record):
    """A window, floors by hand, and a time limit."""

    floors: dict[str, int] | None
    """rep_id to minor units."""
    time_limit: float
    """Seconds."""
    window: Window


class Solved(Record):
    """What became of it: a plan, or everything that is wrong with the input."""

    plan: str | None = None
    """plan.json."""
    code: str = ""
    """Of the error, where there is one."""
    issues: tuple[Issue, ...] = ()


def solve_loose(packed: bytes) -> bytes:
    """Return the JSON of :class:`Solved` for packed :class:`LooseInputs`."""
    inputs = LooseInputs.model_validate_json(unpack(packed))
    try:
        plan = solve(inputs.window, floors=inputs.floors, time_limit=inputs.time_limit)
    except InvalidInputError as error:
        return Solved(code=error.code, issues=error.issues).model_dump_json().encode()
    return Solved(plan=plan.model_dump_json(indent=2) + "\n").model_dump_json().encode()


def check_rules(packed: bytes) -> bytes:
    """Return the JSON of what is wrong with the rules of packed :class:`LooseInputs`."""
    inputs = LooseInputs.model_validate_json(unpack(packed))
    found: list[Issue] = []
    try:
        found += rule_findings(inputs.window, "policy")
        check(inputs.window, time_limit=inputs.time_limit)
    except InvalidInputError as error:
        found += error.issues
    return json.dumps([one.model_dump(mode="json") for one in found]).encode()
