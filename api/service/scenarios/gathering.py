"""What scenarios are compared with: the queue as it is now, a stored window, or a posted one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic_core import from_json, to_json

from api.service.context import Context
from api.service.scenarios.looking import looks_of_scenarios, not_held
from api.service.windows.asking import inputs_json
from api.service.windows.gathering import look
from api.service.windows.slimming import Slimming
from api.store.control import read_control
from solver.errors import InvalidInputError
from solver.models import Policy, Window
from solver.scenarios import Scenario


class Source(StrEnum):
    """Where the window of a comparison is from."""

    QUEUE = "queue"
    """The leads that wait now, with the reps, floors and policy of now."""
    WINDOW = "window"
    """The stored inputs of a window."""
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Posted:
    """A window that came with the request."""

    window: Window
    floors: Mapping[str, int] | None
    """rep_id to minor units."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What scenarios are compared with."""

    source: Source
    window_id: str | None
    at: datetime
    num_leads: int
    num_reps: int
    num_scenarios: int
    waiting: Collection[str]
    """Leads whose data were read from the database as they are now."""
    inputs: bytes
    """JSON of :class:`api.solving.comparing.ComparisonInputs`."""


def gather_for(context: Context, scenarios: Sequence[Scenario], given: str | Posted | None
               ) -> Compared:
    """Return what scenarios are compared with; stored are no contacts that nothing asks for.

    Parameters
    ----------
    context
        The service.
    scenarios
        What they look at is kept of the queue and of a posted window; a stored one holds what its
        own policy looks at.
    given
        Id of a window, a posted one, or None: the queue.

    Raises
    ------
    UnknownError
        There is no window with this id.
    ConflictError
        It has no inputs (any more).
    InvalidInputError
        Edits look at what the stored window does not hold.
    """
    if isinstance(given, Posted):
        return _compared(context, scenarios, Source.POSTED, None, _posted(given, scenarios))
    if given is not None:
        stored = from_json(inputs_json(context, given))
        if missing := not_held(scenarios, Policy.model_validate(stored["window"]["policy"])):
            raise InvalidInputError(missing)
        return _compared(context, scenarios, Source.WINDOW, given, stored)
    with context.database.read() as tx:
        policy = read_control(tx).policy
    looked = look(context, looks_of_scenarios(scenarios, policy))
    return _compared(context, scenarios, Source.QUEUE, None, from_json(looked.inputs))


def _compared(context: Context, scenarios: Sequence[Scenario], source: Source,
              window_id: str | None, inputs: Mapping[str, Any]) -> Compared:
    window = inputs["window"]
    return Compared(
        source, window_id, datetime.fromisoformat(window["at"]), len(window["leads"]),
        len(window["reps"]), len(scenarios),
        [one["lead_id"] for one in window["leads"]] if source is Source.QUEUE else (), to_json({
            "floors": inputs["floors"], "time_limit": context.settings.solve_seconds,
            "window": window,
            "scenarios": [one.model_dump(mode="json") for one in scenarios]}))


def _posted(given: Posted, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    slim = Slimming(given.window.policy,
                    looks_of_scenarios(scenarios, given.window.policy))
    window = given.window.model_dump(mode="json")
    return {"floors": given.floors, "window": {
        **window,
        "leads": [slim.lead(one.model_dump_json()) for one in given.window.leads],
        "reps": [slim.rep(one) for one in window["reps"]],
        "accounts": [slim.account(one.model_dump_json()) for one in given.window.accounts]}}
