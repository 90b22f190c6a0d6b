"""Processes and a Dask cluster as places to run: killed, interrupted, and always ended."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api import dask_executor
from api.executors import Places, runner_at
from api.processes import Processes, _deaf_children, num_processors
from benchmarks.dask_cluster import Cluster, cluster_of
from solver import generate_window
from solver.errors import InvalidInputError, UsageError, WorkersLostError
from solver.models import Issue, IssueCode
from solver.running import Runner, Serial
from tests.command_line import AT, ROOT, fairlead, python_process, reading, write_inputs
from tests.running_work import draw, draw_or_die, draw_or_fail, draw_or_wait, refuse
from tests.service.processes import Processes as Started

_ITEMS = range(40)
_EXPECTED = Serial().run(draw, 2.0, _ITEMS)


def _bytes(results: Any) -> bytes:
    """Return results to the last bit: JSON has numbers in full."""
    return json.dumps(results).encode()


def _until(there: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


@contextmanager
def _killer(folder: Path) -> Iterator[list[int]]:
    """Kill the worker that says that it waits, as the machine does where memory runs out."""
    killed: list[int] = []

    def kill() -> None:
        mark = folder / "pid"
        _until(mark.exists)
        killed.append(int(mark.read_text(encoding="utf-8")))
        os.kill(killed[0], signal.SIGKILL)
    thread = threading.Thread(target=kill)
    thread.start()
    yield killed
    thread.join()


def _is_gone(pid: int) -> bool:
    """Return whether a process has ended; one that nobody has collected yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split(
            )[0] == "Z"
    except FileNotFoundError:
        return True


def test_two_processes_give_the_same_bytes_also_with_one_killed(tmp_path: Path) -> None:
    """SIGKILL in the middle of an item: its items are run again, the run goes on.

    The same processes serve the next run; what an item raises there comes back as it is.
    """
    with _killer(tmp_path) as killed, runner_at(Places(jobs=2)) as runner:
        found = runner.run(draw_or_wait, str(tmp_path), _ITEMS)
        assert runner.run(draw, 2.0, _ITEMS[:3]) == _EXPECTED[:3]
        with pytest.raises(ValueError, match="item 3 cannot"):
            runner.run(draw_or_fail, 2.0, _ITEMS[:6])
    assert killed
    assert _bytes(found) == _bytes(_EXPECTED)


def test_an_item_that_kills_its_process_is_named_once_all_others_are_done() -> None:
    """It takes nothing else along; what is wrong with an input comes back with its issues."""
    told: list[int] = []
    with runner_at(Places(jobs=2), partial=lambda position, _: told.append(position)) as runner:
        with pytest.raises(WorkersLostError, match="39 of 40 items are done, but not number 8"):
            runner.run(draw_or_die, 2.0, _ITEMS)
        issue = Issue(code=IssueCode.BAD_SCENARIO, file="f", rule="it is wrong", remedy="Mend it")
        with pytest.raises(InvalidInputError) as caught:
            runner.run(refuse, (issue,), _ITEMS[:1])
    assert sorted(told) == [position for position in _ITEMS if position != 7]
    assert caught.value.issues == (issue,)


def test_an_interrupt_keeps_what_is_done_and_ends_processes_at_once(tmp_path: Path) -> None:
    """Also the one that would have worked for minutes."""
    told: dict[int, Any] = {}

    def tell(position: int, result: Any) -> None:
        told[position] = result
        _until((tmp_path / "pid").exists)
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), runner_at(Places(jobs=2), partial=tell) as runner:
        runner.run(draw_or_wait, str(tmp_path), _ITEMS)
    assert all(result == _EXPECTED[position] for position, result in told.items())
    assert told
    _until(lambda: _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8"))))


_PARENT = """
from api.processes import Processes
from tests.running_work import draw_or_wait
import sys
if __name__ == "__main__":
    Processes(1).submit(draw_or_wait, sys.argv[1], 5).result()
"""


def test_processes_end_with_their_parent(tmp_path: Path) -> None:
    """A killed parent leaves nobody who works on."""
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    with Started() as started:
        parent = started.python(script, tmp_path, env={"PYTHONPATH": str(ROOT)})
        _until((tmp_path / "pid").exists)
        parent.kill()
        _until(lambda: _is_gone(int((tmp_path / "pid").read_text(encoding="utf-8"))))


def test_one_job_runs_here() -> None:
    """And none given means one for each processor."""
    with runner_at(Places(jobs=1)) as runner:
        assert isinstance(runner, Serial)
    assert num_processors() >= 1


def test_an_executor_that_is_waited_for_ends_its_work_first() -> None:
    """As any executor does."""
    with Processes(1) as processes:
        future = processes.submit(draw, 2.0, 7)
    assert future.result() == _EXPECTED[7]


def test_processes_and_a_cluster_are_not_both_named() -> None:
    """One of the two says where."""
    with pytest.raises(UsageError, match="give one of them"), runner_at(
            Places(jobs=2, dask="tcp://127.0.0.1:1")):
        pass


@pytest.mark.parametrize("address", ["foo", "tcp://foo", "tcp://foo:", ""])
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    """Nobody is waited for."""
    with pytest.raises(UsageError, match="is no address; write HOST:PORT"), runner_at(
            Places(dask=address)):
        pass


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end this process, also where it was started in the background, deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_while_processes_are_started_is_for_this_one_and_not_lost() -> None:
    """What is started is deaf to it; here it is heard a moment later."""
    deaf = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    done: list[str] = []

    def start() -> None:
        with _deaf_children():
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            done.append(python_process("-c", deaf).stdout.strip())
    with pytest.raises(KeyboardInterrupt):
        start()
    assert done == ["True"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with cluster_of(2) as found:
        yield found


def _on(cluster: Cluster) -> Places:
    return Places(dask=cluster.address)


def test_a_cluster_gives_the_same_bytes(cluster: Cluster) -> None:
    """Those of this process; an error of the work comes back as it is."""
    counts: list[tuple[int, int]] = []
    with runner_at(_on(cluster), progress=lambda *told: counts.append(told)) as runner:
        found = runner.run(draw, 2.0, _ITEMS)
    assert _bytes(found) == _bytes(_EXPECTED)
    assert counts[-1] == (len(_ITEMS), len(_ITEMS))
    with runner_at(_on(cluster)) as runner, pytest.raises(ValueError, match="item 3 cannot"):
        runner.run(draw_or_fail, 2.0, _ITEMS[:6])


def test_whatif_says_the_same_on_a_cluster(cluster: Cluster, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by a flag or by FAIRLEAD_DASK: the bytes of one process."""
    window = generate_window(40, 5, seed=3, at=datetime.fromisoformat(AT))
    scenarios = [{"name": f"{nth}", "edits": [
        {"edit": "capacity", "where": "rep.active = true", "set": nth}]} for nth in range(12)]
    (write_inputs(tmp_path, window) / "scenarios.json").write_text(json.dumps(scenarios),
                                                                   encoding="utf-8")
    asked = ("whatif", *reading(tmp_path), "--raw", "--at", AT, "--scenarios",
             tmp_path / "scenarios.json", "--format", "json")
    alone = fairlead(*asked, "--jobs", 1)
    assert alone.code == 0, alone.stderr
    assert fairlead(*asked, "--dask", cluster.address).stdout == alone.stdout
    monkeypatch.setenv("FAIRLEAD_DASK", cluster.address)
    assert fairlead(*asked).stdout == alone.stdout


def test_a_cluster_without_workers_or_scheduler_is_refused(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with what to start; nobody is waited for as long as a real cluster may take."""
    with cluster_of(0) as empty, pytest.raises(UsageError, match="has no worker; start one"), (
            runner_at(_on(empty))):
        pass
    monkeypatch.setattr(dask_executor, "_SECONDS", 1.0)
    with pytest.raises(UsageError, match="no Dask scheduler answers at tcp"), (
            runner_at(Places(dask="tcp://127.0.0.1:9"))):
        pass
    gc.collect()
    assert "Traceback" not in capsys.readouterr().err


def test_a_cluster_gives_the_same_bytes_with_a_worker_killed(cluster: Cluster, tmp_path: Path
                                                             ) -> None:
    """SIGKILL in the middle of an item: the other worker does the rest."""
    def run(runner: Runner) -> tuple[Any, ...]:
        return runner.run(draw_or_wait, str(tmp_path), _ITEMS)

    with _killer(tmp_path) as killed, runner_at(_on(cluster)) as runner:
        found = run(runner)
    assert killed
    assert _bytes(found) == _bytes(_EXPECTED)


def test_a_cluster_whose_last_worker_dies_ends_the_run(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler would keep the tasks until another came."""
    monkeypatch.setattr(dask_executor, "_PATIENCE", 0.5)
    monkeypatch.setattr(dask_executor, "_STEP", 0.1)
    with (cluster_of(1) as alone, _killer(tmp_path), runner_at(_on(alone)) as runner,
          pytest.raises(WorkersLostError, match=r"of 40 items are done.*start them again")):
        runner.run(draw_or_wait, str(tmp_path), _ITEMS)


def test_a_scheduler_that_is_started_again_costs_a_retry(tmp_path: Path) -> None:
    """Killed in the middle of an item; its worker is lost with it, and the run goes on."""
    with cluster_of(1) as cluster:
        def restart() -> None:
            _until((tmp_path / "pid").exists)
            cluster.end()
            cluster.start()
            cluster.add_worker()
        thread = threading.Thread(target=restart)
        thread.start()
        with runner_at(_on(cluster)) as runner:
            assert _bytes(runner.run(draw_or_wait, str(tmp_path), _ITEMS)) == _bytes(_EXPECTED)
        thread.join()


def test_a_scheduler_that_is_gone_is_no_wrong_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a run: it was there before."""
    monkeypatch.setattr(dask_executor, "_SECONDS", 0.2)
    with pytest.raises(BrokenExecutor, match="no Dask scheduler answers"):
        dask_executor.DaskExecutor("tcp://127.0.0.1:9")
