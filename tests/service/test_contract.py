"""Every operation against its OpenAPI document, by requests that schemathesis makes up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog

from benchmarks.service_contract import Fuzzed, fuzz, fuzzed
from tests.log_lines import logs_kept
from tests.postgres import Postgres
from tests.service.operations import Operation, operations

#: Of each operation and database; the command in `benchmarks` sends many more.
_EXAMPLES = 12
_NUMBERS = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def floor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
          ) -> Iterator[Fuzzed]:
    """A service with a few reps, accounts, leads, owners, a policy and a window."""
    with logs_kept():
        structlog.configure(processors=[_nothing])
        if request.param == "sqlite":
            folder: Path = tmp_path_factory.mktemp("contract")
            with fuzzed(f"sqlite:///{folder / 'fairlead.db'}") as found:
                yield found
            return
        server: Postgres = request.getfixturevalue("postgres")
        name = f"contract_{next(_NUMBERS)}"
        try:
            with fuzzed(server.create_database(name)) as found:
                yield found
        finally:
            server.drop_database(name)


def _nothing(*_: object) -> None:
    raise structlog.DropEvent


@pytest.mark.parametrize(
    "operation", sorted(operations(), key=lambda one: one.method == "DELETE"), ids=str)
def test_no_request_finds_a_fault(floor: Fuzzed, operation: Operation) -> None:
    """Neither a 5xx, nor a status, type, header or field that the document does not have."""
    fuzz(floor, str(operation), _EXAMPLES)
