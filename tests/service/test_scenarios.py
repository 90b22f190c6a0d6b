"""Scenarios compared by the service: asked for, worked on in portions, survived, ended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.service.context import Context, Scope
from api.service.scenarios.claiming import claim
from api.solving.errors import WorkFailedError
from api.store.comparisons import drop_comparisons
from api.store.schema import comparison_results, comparisons
from api.worker.upkeep import upkeep
from solver import Window, generate_window
from solver.what_ifs import what_if
from tests.service.comparing import (
    LEAVES,
    Here,
    ask,
    fill,
    inputs_of,
    let_the_claim_run_out,
    more,
    results,
    work,
)
from tests.service.processes import Processes
from tests.service.queueing import run
from tests.service.serving import START, Service, serving


@pytest.fixture
def floor(service: Service) -> Service:
    """Two reps and seven leads that wait."""
    fill(service)
    return service


def test_scenarios_over_http(floor: Service) -> None:
    """Asked for, polled, listed; the figures are those of the library, scenario by scenario."""
    client = floor.client
    where = ask(floor, [LEAVES, *more(4)])
    assert client.get(where).json()["base"] is None
    assert client.get(where).headers["Retry-After"] == "1"
    assert client.get(f"{where}/results").json() == {"items": [], "next_cursor": None}
    assert work(floor)
    assert not work(floor)
    shown = client.get(where).json()
    assert (shown["status"], shown["source"], shown["num_done"]) == ("succeeded", "queue", 5)
    assert (shown["num_leads"], shown["num_reps"], shown["num_scenarios"]) == (7, 2, 5)
    inputs = inputs_of(floor.context)
    whole = what_if(inputs.window, inputs.scenarios, floors=inputs.floors).model_dump(mode="json")
    assert shown["base"] == whole["base"]
    assert results(floor, where) == whole["results"]
    assert [one["comparison_id"] for one in client.get("/v1/scenarios").json()["items"]] == [
        shown["comparison_id"]]
    assert client.get("/v1/scenarios?status=failed").json()["items"] == []
    assert client.get("/v1/scenarios?limit=1").json()["next_cursor"] is None


def test_nothing_is_carried_out(floor: Service) -> None:
    """Leads wait on, reps keep their slots."""
    ask(floor, [LEAVES])
    work(floor)
    assert {one["state"] for one in floor.client.get("/v1/leads").json()["items"]} == {"waiting"}
    assert {one["rep_id"]: one["free_slots"]
            for one in floor.client.get("/v1/reps").json()["items"]} == {"ana": 2, "ben": 2}


def test_a_stored_window_is_compared_as_it_was(floor: Service) -> None:
    """Whatever the queue looks like now."""
    window_id = run(floor).window_id
    where = ask(floor, [LEAVES], window_id=window_id)
    work(floor)
    shown = floor.client.get(where).json()
    assert (shown["source"], shown["window_id"], shown["num_leads"]) == ("window", window_id, 7)
    assert shown["base"]["owned"] == 4
    (result,) = results(floor, where)
    assert result["difference"]["owned"] == -2


def test_a_posted_window_is_stored_without_contacts(service: Service) -> None:
    """But for what a filter names; the figures are those of the window as it came."""
    window = generate_window(30, 4, at=START, seed=3)
    plain = window.model_dump(mode="json")
    body = {name: plain[name] for name in ("at", "leads", "reps", "accounts", "policy")}
    body["leads"][0] |= {"email": "who@secret.example", "title": "Head of Stores"}
    scenarios = [{"name": "more heads", "edits": [
        {"edit": "scale_leads", "where": "lead.title = 'Head of Stores'", "factor": 2}]}]
    where = ask(service, scenarios, window=body)
    stored = inputs_of(service.context)
    assert {one.email for one in stored.window.leads} == {None}
    assert "Head of Stores" in {one.title for one in stored.window.leads}
    work(service)
    assert service.client.get(where).json()["source"] == "posted"
    found = what_if(Window.model_validate(body), stored.scenarios)
    assert service.client.get(where).json()["base"] == found.base.model_dump(mode="json")


@pytest.mark.parametrize(("body", "status", "said"), [
    ({"scenarios": []}, 422, "/scenarios"),
    ({"scenarios": [{"name": "x", "edits": [{"edit": "remove_reps", "rep_ids": ["anna"]}]}]}, 422,
     "/scenarios/0/edits/0/rep_ids"),
    ({"scenarios": [{"name": "x", "edits": [
        {"edit": "capacity", "rep_ids": ["ana"], "set": -3}]}]}, 422,
     "/scenarios/0/edits/0/set"),
    ({"scenarios": [LEAVES, {"name": "x", "edits": [{"edit": "scale_leads", "factor": -1}]}]}, 422,
     "/scenarios/1/edits/0/factor"),
    ({"scenarios": [LEAVES, {"name": "x", "edits": [{"edit": "fire"}]}]}, 422,
     "/scenarios/1/edits/0/edit"),
    ({"scenarios": [{"name": "x", "edits": [{"edit": "policy", "set": {"floor_weight": 7}}]}]},
     422, "/scenarios/0/edits/0/set/floor_weight"),
    ({"scenarios": [LEAVES, LEAVES]}, 422, "/scenarios/1/name"),
    ({"scenarios": [LEAVES], "window_id": "w-none"}, 404, "there is no window 'w-none'"),
    ({"scenarios": [LEAVES], "window_id": "w-1", "window": {"leads": [], "reps": []}}, 422,
     "/window_id"),
    ({"scenarios": [LEAVES], "window": {"leads": [{"lead_id": "L1", "score": True}],
                                         "reps": []}}, 422, "/window/leads/0/score"),
    ({"scenarios": [LEAVES], "window": {"leads": [], "reps": [
        {"rep_id": "r", "capacity": 1, "min_deal": 2, "max_deal": 1}]}}, 422, "/window/reps/0")])
def test_what_is_wrong_is_named_before_anything_runs(floor: Service, body: dict[str, Any],
                                                     status: int, said: str) -> None:
    """With its place, and nothing is stored."""
    answer = floor.client.post("/v1/scenarios", json=body)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert said in [one["pointer"] for one in answer.json()["errors"]]
    else:
        assert said in answer.text
    assert floor.client.get("/v1/scenarios").json()["items"] == []


def test_who_may_compare(floor: Service) -> None:
    """Figures of all reps are for managers: keys that read and operate, and are nobody's own."""
    where = ask(floor, [LEAVES])
    for key in (floor.key(Scope.READ), floor.key(Scope.OPERATE),
                floor.key(Scope.READ, Scope.OPERATE, rep_id="ana")):
        for method, path in (("POST", "/v1/scenarios"), ("GET", "/v1/scenarios"), ("GET", where),
                             ("GET", f"{where}/results"), ("POST", f"{where}/cancel"),
                             ("DELETE", where)):
            answer = floor.client.request(method, path, headers=key, json=(
                {"scenarios": [LEAVES]} if path == "/v1/scenarios" and method == "POST" else None))
            assert answer.status_code == 403, (method, path)
    boss = floor.key(Scope.READ, Scope.OPERATE)
    assert floor.client.get(where, headers=boss).status_code == 200


def test_a_lost_worker_costs_its_portion_alone(floor: Service) -> None:
    """The next one goes on after the results that are stored, once the claim has run out."""
    where = ask(floor, more(12))

    def lose_the_second(pieces: int) -> None:
        if pieces == 1:
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        work(floor, Here(lose_the_second), "lost")
    between = floor.client.get(where).json()
    assert (between["status"], between["num_done"]) == ("running", 4)
    assert len(results(floor, where)) == 4
    assert not work(floor)
    let_the_claim_run_out(floor)
    other = Here()
    assert work(floor, other)
    assert floor.client.get(where).json()["status"] == "succeeded"
    inputs = inputs_of(floor.context)
    whole = what_if(inputs.window, inputs.scenarios, floors=inputs.floors)
    assert results(floor, where) == [one.model_dump(mode="json") for one in whole.results]


def test_a_comparison_that_workers_die_of_fails(floor: Service) -> None:
    """It is taken up a few times, not for ever."""
    where = ask(floor, [LEAVES])
    for worker in range(3):
        assert claim(floor.context, f"worker {worker}") is not None
        let_the_claim_run_out(floor)
    assert claim(floor.context, "one more") is None
    shown = floor.client.get(where).json()
    assert shown["status"] == "failed"
    assert shown["error"].startswith("work_lost: 3 workers were lost")


def test_a_worker_that_is_to_end_puts_it_back(floor: Service) -> None:
    """At once, and another one has it at once; no worker counts as lost."""
    where = ask(floor, more(6))
    stop: list[bool] = []
    assert work(floor, Here(lambda pieces: stop.append(True) if pieces else None),
                 stopping=lambda: bool(stop))
    assert floor.client.get(where).json()["status"] == "queued"
    assert work(floor)
    assert floor.client.get(where).json()["status"] == "succeeded"
    with floor.context.database.read() as tx:
        assert tx.connection.execute(select(comparisons.c.attempts)).scalar_one() == 1


def test_cancelled_in_the_middle_it_keeps_its_results(floor: Service) -> None:
    """Between two looks of the claim or between two portions; twice is fine."""
    where = ask(floor, more(30))

    def cancel(pieces: int) -> None:
        if pieces == 1:
            assert floor.client.post(f"{where}/cancel").json()["status"] == "cancelled"
    ticks = iter(range(0, 10_000, 10))
    solving = Here(cancel)
    assert work(floor, solving, clock=lambda: float(next(ticks)))
    shown = floor.client.get(where).json()
    assert (shown["status"], shown["num_done"], solving.pieces) == ("cancelled", 4, 1)
    assert len(results(floor, where)) == 4
    assert floor.client.post(f"{where}/cancel").json()["status"] == "cancelled"
    assert not work(floor)


def test_a_deleted_one_is_gone_with_its_results(floor: Service) -> None:
    """Also while it runs: what comes later is stored nowhere."""
    where = ask(floor, more(30))

    def delete(pieces: int) -> None:
        if pieces == 1:
            assert floor.client.delete(where).status_code == 204
    assert work(floor, Here(delete))
    assert floor.client.get(where).status_code == 404
    assert floor.client.delete(where).status_code == 404
    with floor.context.database.read() as tx:
        assert tx.connection.execute(select(comparison_results)).all() == []


def test_old_ones_are_forgotten(floor: Service) -> None:
    """After FAIRLEAD_SCENARIO_DAYS, by the worker's housekeeping."""
    where = ask(floor, [LEAVES])
    work(floor)
    floor.clock.move(days=29)
    _keep_house(floor.context)
    assert floor.client.get(where).status_code == 200
    floor.clock.move(days=2)
    _keep_house(floor.context)
    assert floor.client.get(where).status_code == 404
    with floor.context.database.write() as tx:
        assert drop_comparisons(tx, floor.context.now) == 0


def _keep_house(context: Context) -> None:
    with upkeep(context) as tasks:
        next(task for task in tasks if task.name == "housekeeping").run()


def test_one_that_cannot_be_solved_says_why(floor: Service) -> None:
    """With the code of the library; the next one runs."""
    where = ask(floor, [LEAVES])

    def fail(_: int) -> None:
        raise WorkFailedError("policy_conflict", "a and b cannot both hold")
    assert work(floor, Here(fail))
    shown = floor.client.get(where).json()
    assert (shown["status"], shown["error"]) == (
        "failed", "policy_conflict: a and b cannot both hold")
    second = ask(floor, [LEAVES])
    assert work(floor)
    assert floor.client.get(second).json()["status"] == "succeeded"


def test_a_killed_worker_is_survived(sqlite_template: Path, tmp_path: Path,
                                     processes: Processes) -> None:
    """SIGKILL of a real one while it works: another goes on, and all results are there."""
    shutil.copyfile(sqlite_template, tmp_path / "fairlead.db")
    url = f"sqlite:///{tmp_path / 'fairlead.db'}"
    env = {"FAIRLEAD_DATABASE_URL": url, "FAIRLEAD_LEASE_SECONDS": "1",
           "FAIRLEAD_WORKER_IDLE_SECONDS": "0.05", "FAIRLEAD_WINDOW_SECONDS": "3600"}
    with serving(url) as service:
        fill(service)
        where = ask(service, more(40))
        first = processes.fairlead("worker", env=env)
        _until(lambda: service.client.get(where).json()["num_done"] > 0)
        first.kill()
        processes.fairlead("worker", env=env)
        _until(lambda: service.client.get(where).json()["status"] == "succeeded")
        assert [one["scenario"]["name"] for one in results(service, where)] == [
            one["name"] for one in more(40)]


def _until(there: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
