"""Comparisons that lose who works on them: how often, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api.service.scenarios.claiming import Lost, claim, keep_results, put_back, renew_claim
from api.solving.comparing import ComparisonInputs
from api.solving.errors import WorkLostError
from api.worker import scenarios as working
from solver.what_ifs import what_if
from tests.service.comparing import (
    Here,
    ask,
    fill,
    inputs_of,
    let_the_claim_run_out,
    more,
    results,
    work,
)
from tests.service.serving import Service


@pytest.fixture
def floor(service: Service) -> Service:
    """Two reps and seven leads that wait."""
    fill(service)
    return service


class _Dies(Here):
    """A child that dies at some pieces, and keeps how many scenarios each piece had."""

    def __init__(self, at: Callable[[int], bool]) -> None:
        super().__init__(self._piece)
        self.sizes: list[int] = []
        self._at, self._asked = at, 0

    def run(self, word: str, data: bytes, **how: Any) -> bytes:
        """Note the size of the piece."""
        self.sizes.append(int(data[8:data.index(b"]")].split(b",")[1]))
        return super().run(word, data, **how)

    def _piece(self, _: int) -> None:
        self._asked += 1
        if self._at(self._asked):
            raise WorkLostError("the process ended")


def _attempts(service: Service) -> int:
    found = claim(service.context, "who looks")
    assert found is not None
    put_back(service.context, found[0], Lost.NOBODY)
    return found[0].attempts - 1


def test_a_child_that_dies_costs_its_portion_alone(floor: Service) -> None:
    """The comparison waits again at once, the next portion is smaller, all results come."""
    where = ask(floor, more(6))
    child = _Dies(lambda asked: asked == 1)
    assert work(floor, child)
    assert floor.client.get(where).json()["status"] == "queued"
    assert work(floor, child)
    assert child.sizes[:2] == [4, 2]
    assert floor.client.get(where).json()["status"] == "succeeded"
    inputs: ComparisonInputs = inputs_of(floor.context)
    whole = what_if(inputs.window, inputs.scenarios, floors=inputs.floors)
    assert results(floor, where) == [one.model_dump(mode="json") for one in whole.results]


def test_one_of_which_children_always_die_fails(floor: Service) -> None:
    """After a few, the last with a single scenario."""
    where = ask(floor, more(6))
    child = _Dies(lambda _: True)
    while work(floor, child):
        pass
    assert child.sizes == [4, 2, 1]
    shown = floor.client.get(where).json()
    assert (shown["status"], shown["num_done"]) == ("failed", 0)
    assert shown["error"].startswith("work_lost: 3 workers were lost")


def test_losses_with_progress_between_them_do_not_add_up(floor: Service) -> None:
    """Every second portion dies, far more often than a comparison may lose anybody in a row."""
    where = ask(floor, more(12))
    child = _Dies(lambda asked: asked % 2 == 0)
    rounds = 0
    while work(floor, child):
        rounds += 1
    assert rounds > 4
    assert floor.client.get(where).json()["status"] == "succeeded"
    assert len(results(floor, where)) == 12


def test_who_lost_a_claim_is_fenced_off_after_progress(floor: Service) -> None:
    """Also where the same worker took it up again, and attempts begin anew."""
    ask(floor, more(3))
    first = claim(floor.context, "me")
    assert first is not None
    inputs = inputs_of(floor.context)
    found = what_if(inputs.window, inputs.scenarios[:1], floors=inputs.floors)
    assert keep_results(floor.context, first[0], 0, found.base, found.results)
    assert renew_claim(floor.context, first[0])
    let_the_claim_run_out(floor)
    second = claim(floor.context, "me")
    assert second is not None
    assert keep_results(floor.context, second[0], 1, found.base, found.results)
    assert not renew_claim(floor.context, first[0])
    assert not keep_results(floor.context, first[0], 2, found.base, found.results)
    assert renew_claim(floor.context, second[0])


def test_a_database_that_is_away_is_no_loss(
        floor: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found is worked out again; the comparison waits for it, and nobody counts."""
    where = ask(floor, more(2))
    keep = working.keep_results

    def away(*_: Any) -> bool:
        raise OperationalError("", {}, Exception("away"))
    monkeypatch.setattr(working, "keep_results", away)
    with pytest.raises(OperationalError):
        work(floor)
    monkeypatch.setattr(working, "keep_results", keep)
    assert floor.client.get(where).json()["status"] == "queued"
    assert _attempts(floor) == 0
    assert work(floor)
    assert floor.client.get(where).json()["status"] == "succeeded"
