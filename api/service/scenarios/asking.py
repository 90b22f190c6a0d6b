"""Comparisons of scenarios as people see them: asked for, listed, looked into, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

from api.service.context import Actor, Context
from api.service.errors import ConflictError, UnknownError
from api.service.intake.idempotency import Answered, Once, answered, done_once
from api.service.scenarios.gathering import Compared, Posted, gather_for
from api.service.solving import work
from api.service.windows.closing import Status
from api.solving.comparing import Checked
from api.solving.packing import digest, pack, unpack
from api.solving.pointers import with_pointer
from api.store.comparisons import (
    ComparisonRow,
    add_comparison,
    drop_comparison,
    get_comparison,
    latest_comparisons,
    results_after,
    update_open,
)
from api.store.database import Reading, Writing
from api.store.leads import any_erased
from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode
from solver.scenarios import Scenario
from solver.scenarios.found import Found, Place
from solver.what_ifs import ScenarioResult


def ask_comparison(context: Context, actor: Actor, scenarios: Sequence[Scenario],
                   given: str | Posted | None, asked: Once | None,
                   shown: Callable[[ComparisonRow], bytes]) -> Answered:
    """Check scenarios, and store them for a worker.

    Parameters
    ----------
    context, actor
        The service, and who asks.
    scenarios
        One or more.
    given
        What they are compared with: a window's id, a posted window, or None: the queue.
    asked
        What tells the request from others, where it may be sent again.
    shown
        Returns the body of the answer, JSON.

    Returns
    -------
    Answered
        202.

    Raises
    ------
    InvalidInputError
        Edits that cannot be made, or make a window of more leads times reps than
        ``FAIRLEAD_SCENARIO_MAX_PAIRS``; all of them are named.
    UnknownError, ConflictError
        There is no such window, or it is not stored (any more); a lead was erased meanwhile.
    TooManyError
        Others wait for the process that checks.
    """
    before = answered(context, actor, asked)
    if before is not None:
        return before
    compared = gather_for(context, scenarios, given)
    packed = pack(compared.inputs)
    checked = Checked.model_validate_json(work(context, "check_scenarios", packed))
    if issues := [*checked.issues, *_too_large(context, scenarios, checked.sizes)]:
        raise InvalidInputError(issues)
    return done_once(context, actor, asked, lambda tx, _: Answered(202, shown(_stored(
        context, actor, tx, compared, packed))))


def _too_large(context: Context, scenarios: Sequence[Scenario], sizes: Sequence[tuple[int, int]]
               ) -> Iterator[Issue]:
    most = context.settings.scenario_max_pairs
    for at, (num_leads, num_reps) in enumerate(sizes):
        if num_leads * num_reps > most:
            issue = Place(None, at, scenarios[at].name).issue(Found(
                IssueCode.BAD_SCENARIO, "", None,
                f"it makes {num_leads:,} leads times {num_reps:,} reps, above {most:,} pairs "
                "(FAIRLEAD_SCENARIO_MAX_PAIRS)", "Add fewer, or compare a smaller window"))
            yield with_pointer(issue, ())


def _stored(context: Context, actor: Actor, tx: Writing, compared: Compared, packed: bytes
            ) -> ComparisonRow:
    now = context.now
    comparison_id = f"c-{now:%Y%m%dT%H%M%S}{now.microsecond:06d}-{uuid4().hex[:6]}"
    add_comparison(
        tx, comparison_id=comparison_id, source=compared.source, window_id=compared.window_id,
        at=compared.at, created_at=now, created_by=actor.actor_id,
        num_leads=compared.num_leads, num_reps=compared.num_reps,
        num_scenarios=compared.num_scenarios, inputs=packed, inputs_sha256=digest(compared.inputs))
    # Once it is stored: who erases later sees it.
    if any_erased(tx, compared.waiting):
        raise ConflictError("a lead that waited was erased while the scenarios were checked; ask "
                            "again")
    return _there(tx, comparison_id)


def list_comparisons(context: Context, most: int, before: str | None, status: Status | None
                     ) -> list[ComparisonRow]:
    """Return comparisons, the latest first, before one where it is named."""
    with context.database.read() as tx:
        return latest_comparisons(tx, most, before, status)


def one_comparison(context: Context, comparison_id: str) -> ComparisonRow:
    """Return a comparison.

    Raises
    ------
    UnknownError
        There is none with this id.
    """
    with context.database.read() as tx:
        return _there(tx, comparison_id)


def results_of(context: Context, comparison_id: str, most: int, after: int
               ) -> list[tuple[int, ScenarioResult]]:
    """Return positions and results after a position, as far as they are there.

    Raises
    ------
    UnknownError
        There is no such comparison.
    """
    with context.database.read() as tx:
        _there(tx, comparison_id)
        rows = results_after(tx, comparison_id, most, after)
    return [(position, ScenarioResult.model_validate_json(unpack(packed)))
            for position, packed in rows]


def cancel_comparison(context: Context, comparison_id: str) -> ComparisonRow:
    """End a comparison that waits or runs; its results so far stay. One that has ended stays.

    Raises
    ------
    UnknownError
        There is no such comparison.
    """
    with context.database.write() as tx:
        update_open(tx, comparison_id, status=Status.CANCELLED, finished_at=context.now)
        return _there(tx, comparison_id)


def delete_comparison(context: Context, comparison_id: str) -> None:
    """Delete a comparison with its results; who works on it gives it up.

    Raises
    ------
    UnknownError
        There is no such comparison.
    """
    with context.database.write() as tx:
        if not drop_comparison(tx, comparison_id):
            raise _unknown(comparison_id)


def _there(tx: Reading, comparison_id: str) -> ComparisonRow:
    row = get_comparison(tx, comparison_id)
    if row is None:
        raise _unknown(comparison_id)
    return row


def _unknown(comparison_id: str) -> UnknownError:
    return UnknownError(f"there is no comparison {comparison_id!r} of scenarios (any more)")
