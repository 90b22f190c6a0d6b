"""Comparisons in the hands of workers: taken up, kept, ended; what a lost one did stays done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from api.service.context import Context
from api.service.windows.closing import Status
from api.service.windows.leasing import lease_clock
from api.solving.packing import pack
from api.store.comparisons import (
    ComparisonRow,
    add_results,
    any_open,
    claim_comparison,
    read_comparison_inputs,
    release_claim,
    update_claimed,
)
from solver.what_ifs import Figures, ScenarioResult

#: Workers that may be lost one after another without a new result; then it has failed.
_MOST_ATTEMPTS = 3
_MOST_CHARACTERS = 2000


class Lost(StrEnum):
    """What a comparison that is put back has cost."""

    NOBODY = "nobody"
    """Who worked on it has other reasons."""
    CHILD = "child"
    """The process that compared: it may be what such processes die of."""


def claim(context: Context, holder: str) -> tuple[ComparisonRow, bytes] | None:
    """Take up the oldest comparison that nobody works on, with its packed inputs.

    One whose workers were lost again and again fails instead: it may be what they die of.
    """
    with context.database.peek() as tx:
        if not any_open(tx):  # most of the time: nobody is kept from writing by this look
            return None
    now = lease_clock(context)
    with context.database.write() as tx:
        row = claim_comparison(tx, holder, (now, _until(context, now), _latest(context, now)))
        if row is None:
            return None
        if row.attempts > _MOST_ATTEMPTS:
            update_claimed(tx, row, status=Status.FAILED, finished_at=context.now,
                           error=f"work_lost: {_MOST_ATTEMPTS} workers were lost one after "
                                 "another without a new result; compare fewer scenarios, or a "
                                 "smaller window")
            return None
        if row.started_at is None:
            update_claimed(tx, row, started_at=context.now)
        inputs = read_comparison_inputs(tx, row.comparison_id)
    return None if inputs is None else (row, inputs)


def renew_claim(context: Context, row: ComparisonRow) -> bool:
    """Keep a comparison for longer; return whether it is still wanted, and the holder's."""
    until = _until(context, lease_clock(context))
    with context.database.write() as tx:
        return update_claimed(tx, row, claimed_until=until)


def keep_results(context: Context, row: ComparisonRow, done: int, base: Figures,
                 results: Sequence[ScenarioResult]) -> bool:
    """Store the results of the scenarios from `done` on; return whether they were wanted.

    Workers that were lost before no longer count.
    """
    until = _until(context, lease_clock(context))
    with context.database.write() as tx:
        if not update_claimed(tx, row, num_done=done + len(results), claimed_until=until,
                              attempts=1, base=base.model_dump_json()):
            return False
        add_results(tx, row.comparison_id, done,
                    [pack(one.model_dump_json().encode()) for one in results])
    return True


def finish(context: Context, row: ComparisonRow) -> bool:
    """Say that all results are there; return whether they were wanted."""
    with context.database.write() as tx:
        return update_claimed(tx, row, status=Status.SUCCEEDED, finished_at=context.now)


def fail(context: Context, row: ComparisonRow, code: str, detail: str) -> bool:
    """Give a comparison up; return whether it was wanted. Its results so far stay."""
    with context.database.write() as tx:
        return update_claimed(tx, row, status=Status.FAILED, finished_at=context.now,
                              error=f"{code}: {detail}"[:_MOST_CHARACTERS])


def put_back(context: Context, row: ComparisonRow, lost: Lost) -> None:
    """Let a worker go on with it at once; a few times only where a child was lost over it."""
    with context.database.write() as tx:
        release_claim(tx, row, counts=lost is Lost.CHILD)


def _until(context: Context, now: datetime) -> datetime:
    return now + timedelta(seconds=context.settings.lease_seconds)


def _latest(context: Context, now: datetime) -> datetime:
    """Return the latest end of a claim; a later one is from before the clock went back."""
    return now + timedelta(seconds=2 * context.settings.lease_seconds)
