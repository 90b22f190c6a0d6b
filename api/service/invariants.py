"""Invariants, checked where the service runs: what is broken is counted and logged as an error."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from api.service.context import Context
from api.store.invariants import count_broken, list_broken

MAX_EXAMPLES = 5
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold."""

    invariant: str
    count: int
    examples: tuple[str, ...]
    """Ids of some of the leads or reps."""


def check_invariants(context: Context) -> list[Violation]:
    """Check all invariants, and log each that does not hold as an error.

    Returns
    -------
    list of Violation
        Nothing where all is well.
    """
    with context.database.read() as tx:
        found = [Violation(name, count, tuple(list_broken(tx, name, MAX_EXAMPLES)))
                 for name, count in count_broken(tx).items() if count]
    for one in found:
        _log.error("invariant.broken", invariant=one.invariant, count=one.count,
                   examples=one.examples)
    return found
