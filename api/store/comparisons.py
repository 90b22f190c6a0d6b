"""Comparisons of scenarios in the database: their rows, who works on them, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from api.store.database import Reading, Writing
from api.store.schema import comparison_results, comparisons


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One comparison, without its inputs and results."""

    comparison_id: str
    """Ids sort by time."""
    status: str
    source: str
    window_id: str | None
    at: datetime
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None
    holder: str | None
    token: int
    """Of the claim: who was taken it from is fenced off."""
    attempts: int
    """Times it was taken up since results were last stored."""
    num_leads: int
    num_reps: int
    num_scenarios: int
    num_done: int
    inputs_sha256: str
    base: str | None
    error: str | None


_COLUMNS = [comparisons.c[field.name] for field in fields(ComparisonRow)]
_QUEUED, _RUNNING = "queued", "running"


def add_comparison(tx: Writing, **values: Any) -> None:
    """Store a new one, which waits for a worker."""
    tx.connection.execute(insert(comparisons).values(status=_QUEUED, **values))


def get_comparison(tx: Reading, comparison_id: str) -> ComparisonRow | None:
    """Return a comparison; None: there is none with this id."""
    row = tx.connection.execute(select(*_COLUMNS).where(
        comparisons.c.comparison_id == comparison_id)).one_or_none()
    return None if row is None else ComparisonRow(*row)


def latest_comparisons(tx: Reading, most: int, before: str | None, status: str | None
                       ) -> list[ComparisonRow]:
    """Return comparisons, the latest first, before one where it is named."""
    statement = select(*_COLUMNS).order_by(comparisons.c.comparison_id.desc()).limit(most)
    if before is not None:
        statement = statement.where(comparisons.c.comparison_id < before)
    if status is not None:
        statement = statement.where(comparisons.c.status == status)
    return [ComparisonRow(*row) for row in tx.connection.execute(statement)]


def any_open(tx: Reading) -> bool:
    """Return whether any comparison waits or runs."""
    return tx.connection.execute(
        select(comparisons.c.comparison_id)
        .where(comparisons.c.status.in_((_QUEUED, _RUNNING))).limit(1)).one_or_none() is not None


def claim_comparison(tx: Writing, holder: str, span: tuple[datetime, datetime, datetime]
                     ) -> ComparisonRow | None:
    """Take up the oldest one that nobody works on; None: there is none.

    Parameters
    ----------
    tx
        The transaction.
    holder
        Who takes it up.
    span
        As of :func:`api.store.leases.take_lease`.
    """
    now, until, latest = span
    free = or_(comparisons.c.status == _QUEUED, and_(
        comparisons.c.status == _RUNNING,
        or_(comparisons.c.claimed_until <= now, comparisons.c.claimed_until > latest)))
    oldest = select(comparisons.c.comparison_id).where(free).order_by(
        comparisons.c.comparison_id).limit(1).scalar_subquery()
    row = tx.connection.execute(
        update(comparisons).where(comparisons.c.comparison_id == oldest, free)
        .values(status=_RUNNING, holder=holder, claimed_until=until,
                token=comparisons.c.token + 1, attempts=comparisons.c.attempts + 1)
        .returning(*_COLUMNS)).one_or_none()
    return None if row is None else ComparisonRow(*row)


def update_claimed(tx: Writing, claimed: ComparisonRow, **values: Any) -> bool:
    """Change a comparison that its holder still works on; return whether it does."""
    done = tx.connection.execute(
        update(comparisons).where(
            comparisons.c.comparison_id == claimed.comparison_id,
            comparisons.c.status == _RUNNING, comparisons.c.token == claimed.token)
        .values(**values))
    return done.rowcount == 1


def release_claim(tx: Writing, claimed: ComparisonRow, *, counts: bool) -> None:
    """Let others have a comparison at once; where it does not count, as if it had not been taken.

    Parameters
    ----------
    tx
        The transaction.
    claimed
        As it was taken up.
    counts
        Whether it was lost over it.
    """
    update_claimed(tx, claimed, status=_QUEUED, holder=None, claimed_until=None,
                   attempts=comparisons.c.attempts - (0 if counts else 1))


def update_open(tx: Writing, comparison_id: str, **values: Any) -> bool:
    """Change a comparison that has not ended; return whether it had not."""
    done = tx.connection.execute(
        update(comparisons).where(comparisons.c.comparison_id == comparison_id,
                                  comparisons.c.status.in_((_QUEUED, _RUNNING)))
        .values(**values))
    return done.rowcount == 1


def read_comparison_inputs(tx: Reading, comparison_id: str) -> bytes | None:
    """Return the compressed inputs; None: there is no such comparison."""
    found: bytes | None = tx.connection.execute(select(comparisons.c.inputs).where(
        comparisons.c.comparison_id == comparison_id)).scalar_one_or_none()
    return found


def add_results(tx: Writing, comparison_id: str, first: int, results: Sequence[bytes]) -> None:
    """Store the compressed results of scenarios that follow one another."""
    if results:
        tx.connection.execute(insert(comparison_results), [
            {"comparison_id": comparison_id, "position": position, "result": result}
            for position, result in enumerate(results, first)])


def results_after(tx: Reading, comparison_id: str, most: int, after: int
                  ) -> list[tuple[int, bytes]]:
    """Return positions and compressed results, in the order of the scenarios."""
    return [(row.position, row.result) for row in tx.connection.execute(
        select(comparison_results.c.position, comparison_results.c.result)
        .where(comparison_results.c.comparison_id == comparison_id,
               comparison_results.c.position > after)
        .order_by(comparison_results.c.position).limit(most))]


def drop_comparison(tx: Writing, comparison_id: str) -> bool:
    """Delete a comparison with its results; return whether there was one."""
    done = tx.connection.execute(
        delete(comparisons).where(comparisons.c.comparison_id == comparison_id))
    return done.rowcount == 1


def drop_comparisons(tx: Writing, before: datetime) -> int:
    """Delete those that were asked for before an instant, with their results."""
    done = tx.connection.execute(delete(comparisons).where(comparisons.c.created_at < before))
    return done.rowcount
