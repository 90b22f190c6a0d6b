"""How many statements intake sends: few for one lead, and no more for many than for some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from tests.service.posting import ANA, bulk, other, post
from tests.service.serving import Service

#: Of one new prepared lead with its key: who asks, the policy's revision, the lead, others under
#: its keys, the row, its keys, the event, the message.
_ONE = 8


@contextmanager
def _counted(service: Service) -> Iterator[list[str]]:
    """Give the list of statements that are sent; many rows of one statement are one."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)
    if not service.context.database.is_sqlite:  # whose pipelines go past SQLAlchemy's events
        with pytest.MonkeyPatch.context() as patch:
            for name in ("execute", "executemany", "copy"):
                patch.setattr(psycopg.Cursor, name, _noting(getattr(psycopg.Cursor, name), sent))
            yield sent
        return
    event.listen(service.context.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(service.context.database.engine, "before_cursor_execute", note)


def _noting(method: Callable[..., Any], sent: list[str]) -> Callable[..., Any]:
    def noted(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        if query not in (";", *sent[-1:]):  # neither a ping nor another row of the same statement
            sent.append(query)
        return method(cursor, query, *rest, **more)
    return noted


def test_one_lead_costs_few_statements(service: Service) -> None:
    """A new lead that nobody resembles: eight statements, and PostgreSQL's lock of its contact."""
    assert post(service, other("L0")).status_code == 201
    with _counted(service) as sent:
        assert post(service, ANA).status_code == 201
    begins = sum(statement.startswith("BEGIN") for statement in sent)
    locks = sum("pg_advisory_xact_lock" in statement for statement in sent)
    assert len(sent) - begins - locks == _ONE, sent
    assert locks == (not service.context.database.is_sqlite)


def test_many_leads_cost_as_many_statements_as_some(service: Service) -> None:
    """Rows are written together: two hundred leads take no statement more than ten."""
    counts = []
    for batch, size in (("W", 2), ("A", 20), ("B", 200)):
        with _counted(service) as sent:
            answer = bulk(service, [other(f"{batch}{number}") for number in range(size)],
                          prepare=False)
        assert answer.json()["accepted"] == size, answer.text
        counts.append(len(sent))
    assert counts[1] == counts[2] <= _ONE, counts


def test_many_prepared_leads_cost_as_many_statements_as_some(service: Service) -> None:
    """Preparing looks up all leads of a bulk at once."""
    counts = []
    for batch, size in (("W", 2), ("A", 20), ("B", 100)):
        with _counted(service) as sent:
            assert bulk(service, [other(f"{batch}{number}") for number in range(size)]
                        ).json()["accepted"] == size
        counts.append(len(sent))
    assert counts[1] == counts[2], counts
