"""Scenarios compared with a window: checked before anything runs, then solved by portions."""

from __future__ import annotations

import json

from api.solving.packing import unpack
from api.solving.pointers import with_pointer
from solver.errors import InvalidInputError
from solver.models import Floors, Issue, Window
from solver.models.base import Record
from solver.scenarios import Scenario, check_scenarios
from solver.scenarios.present import Present
from solver.scenarios.sizes import size_after
from solver.what_ifs import what_if

_SIZE = 8


class ComparisonInputs(Record):
    """What scenarios are compared with."""

    floors: Floors | dict[str, int] | None
    """As made, or rep_id to minor units."""
    time_limit: float | None
    """Seconds of one solve, of a window that is no flow."""
    window: Window
    scenarios: tuple[Scenario, ...]


class Checked(Record):
    """What is wrong with scenarios, by JSON pointers; nothing, where they can be run."""

    issues: tuple[Issue, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    """Leads and reps of the window that each scenario makes."""


def check_comparison(packed: bytes) -> bytes:
    """Return the JSON of :class:`Checked` for packed :class:`ComparisonInputs`."""
    inputs = ComparisonInputs.model_validate_json(unpack(packed))
    present = Present(inputs.window)
    try:
        check_scenarios(inputs.window, inputs.scenarios, present=present)
    except InvalidInputError as error:
        plain = [one.model_dump(mode="json") for one in inputs.scenarios]
        return Checked(issues=tuple(with_pointer(issue, plain) for issue in error.issues)
                       ).model_dump_json().encode()
    return Checked(sizes=tuple(size_after(present, one) for one in inputs.scenarios)
                   ).model_dump_json().encode()


def portion(packed: bytes, first: int, count: int) -> bytes:
    """Return a portion of a comparison as bytes: some of its scenarios, one after the other."""
    head = json.dumps([first, count]).encode()
    return len(head).to_bytes(_SIZE, "big") + head + packed


def compare_portion(data: bytes) -> bytes:
    """Return the JSON of a :class:`solver.what_ifs.Comparison`; errors as of ``what_if``."""
    end = _SIZE + int.from_bytes(data[:_SIZE], "big")
    first, count = json.loads(data[_SIZE:end])
    inputs = ComparisonInputs.model_validate_json(unpack(data[end:]))
    found = what_if(inputs.window, inputs.scenarios[first:first + count], floors=inputs.floors,
                    time_limit=inputs.time_limit)
    return found.model_dump_json().encode()
