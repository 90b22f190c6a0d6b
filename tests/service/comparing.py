"""Scenarios for the service, a floor to compare them with, and a worker in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from api.service.context import Context
from api.solving.child import WORK
from api.solving.comparing import ComparisonInputs
from api.solving.errors import WorkGivenUpError
from api.solving.packing import unpack
from api.solving.process import Solving
from api.store.schema import comparisons
from api.worker.scenarios import Comparisons
from tests.service.queueing import lead, put_leads, put_rep
from tests.service.serving import START, Service

LEAVES: dict[str, Any] = {"name": "ana leaves",
                          "edits": [{"edit": "remove_reps", "rep_ids": ["ana"]}]}


def more(count: int) -> list[dict[str, Any]]:
    """Return scenarios in which ana takes more and more leads."""
    return [{"name": f"ana takes {number}",
             "edits": [{"edit": "capacity", "rep_ids": ["ana"], "set": number}]}
            for number in range(1, count + 1)]


class Here(Solving):
    """Works in this process, and calls somebody before each piece."""

    def __init__(self, before: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.pieces = 0
        self._before = before

    def run(self, word: str, data: bytes, *, seconds: float,
            given_up: Callable[[], bool] = lambda: False) -> bytes:
        """Do it, unless it is given up."""
        assert seconds > 0
        self._before(self.pieces)
        if given_up():
            raise WorkGivenUpError("given up")
        self.pieces += 1
        return WORK[word](data)


def fill(service: Service) -> None:
    """Store two reps and seven leads that wait."""
    put_rep(service, "ana", capacity=2)
    put_rep(service, "ben", capacity=2)
    put_leads(service, *(lead(f"L{number}", worth=100.0 * number + 1) for number in range(7)))


def ask(service: Service, scenarios: list[dict[str, Any]], **body: Any) -> str:
    """Ask for a comparison; return where it is."""
    answer = service.client.post("/v1/scenarios", json={"scenarios": scenarios, **body})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["status"] == "queued"
    return str(answer.headers["Location"])


def work(service: Service, solving: Solving | None = None, worker_id: str = "me",
         **how: Any) -> bool:
    """Let a worker work on one comparison; return whether there was one."""
    return Comparisons(service.context, solving or Here(), worker_id, **how).run()


def inputs_of(context: Context) -> ComparisonInputs:
    """Return the inputs of the only comparison."""
    with context.database.read() as tx:
        packed = tx.connection.execute(select(comparisons.c.inputs)).scalars().one()
    return ComparisonInputs.model_validate_json(unpack(packed))


def results(service: Service, where: str) -> list[Any]:
    """Return all results, in pages of two."""
    found: list[Any] = []
    cursor = None
    while True:
        page = service.client.get(f"{where}/results", params={"limit": 2, **(
            {"cursor": cursor} if cursor else {})}).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def let_the_claim_run_out(service: Service) -> None:
    """Let claims be from long ago."""
    with service.context.database.write() as tx:
        tx.connection.execute(comparisons.update().values(
            claimed_until=START - timedelta(days=365)))
