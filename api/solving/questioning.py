"""Why not another rep: asked of a window's stored inputs and plan, or of a window that has none."""

from __future__ import annotations

import json

from api.solving.deciding import WindowInputs
from api.solving.packing import unpack
from solver.answering import why_not
from solver.plan_files import parse_plan
from solver.solving import solve

_SIZE = 8


def question(lead_id: str, rep_id: str, inputs: bytes, plan: bytes | None) -> bytes:
    """Return a question as bytes.

    Parameters
    ----------
    lead_id, rep_id
        What is asked about.
    inputs, plan
        Of the window, packed; without a plan the window is solved first.
    """
    head = json.dumps([lead_id, rep_id, len(inputs)]).encode()
    return len(head).to_bytes(_SIZE, "big") + head + inputs + (plan or b"")


def answer_question(data: bytes) -> bytes:
    """Return the JSON of a :class:`solver.explanation.WhyNot`; errors as of ``why_not``."""
    end = _SIZE + int.from_bytes(data[:_SIZE], "big")
    lead_id, rep_id, size = json.loads(data[_SIZE:end])
    inputs = WindowInputs.model_validate_json(unpack(data[end:end + size]))
    packed = data[end + size:]
    plan = (parse_plan(unpack(packed)) if packed
            else solve(inputs.window, floors=inputs.floors, time_limit=inputs.time_limit))
    found = why_not(inputs.window, plan, lead_id, rep_id, time_limit=inputs.time_limit)
    return found.model_dump_json().encode()
