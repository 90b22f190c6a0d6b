"""A supervised child runs again when it dies, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

import api
from api.supervising import Supervisor
from tests.service.processes import Processes

_STEP = 30.0
#: Opens a FIFO for writing, which ends the wait of who reads it, and waits to be killed.
_CHILD = ("import sys, time\n"
          "with open(sys.argv[1], 'w') as told: told.write('up')\n"
          "time.sleep(600)")
_DEAF = ("import signal, sys, time\n"
         "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
         "with open(sys.argv[1], 'w') as told: told.write('up')\n"
         "time.sleep(600)")
#: Watches its input as a supervised worker does, and says when it is asked to end.
_WORKER = ("import signal, sys, time\n"
           "from api.cli.supervised import end_with_input\n"
           "signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), sys.exit()))\n"
           "end_with_input()\n"
           "print('waits', flush=True)\n"
           "time.sleep(600)")
_PARENT = ("import sys\n"
           "from api.supervising import Supervisor\n"
           f"with Supervisor(('-c', {_WORKER!r})) as child:\n"
           "    sys.stdin.read()\n"
           "    import time; time.sleep(600)")


@pytest.fixture
def started(tmp_path: Path) -> tuple[str, Callable[[], None]]:
    """A FIFO that children open when they have begun, and a function that waits for one."""
    fifo = tmp_path / "started"
    os.mkfifo(fifo)

    def wait() -> None:
        done = threading.Event()
        threading.Thread(target=lambda: (fifo.read_text(), done.set()), daemon=True).start()
        assert done.wait(_STEP)

    return str(fifo), wait


def test_a_child_that_dies_is_started_again(started: tuple[str, Callable[[], None]]) -> None:
    """Killed twice, it runs a third time, each time as another process."""
    fifo, wait = started
    seen = set()
    with structlog.testing.capture_logs() as log, \
            Supervisor(("-c", _CHILD, fifo), first_pause=0.01) as supervisor:
        for _ in range(2):
            wait()
            assert supervisor.pid is not None
            seen.add(supervisor.pid)
            os.kill(supervisor.pid, signal.SIGKILL)
        wait()
        seen.add(supervisor.pid)
    assert len(seen) == 3
    assert supervisor.pid is None
    assert [(line["code"], line["again_in"]) for line in log
            if line["event"] == "worker_process.ended"] == [(-9, 0.01), (-9, 0.02)]


def test_a_child_that_does_not_end_is_killed(started: tuple[str, Callable[[], None]]) -> None:
    """After the time that it has to end by itself, and the log says so."""
    fifo, wait = started
    with structlog.testing.capture_logs() as log, \
            Supervisor(("-c", _DEAF, fifo), end_seconds=0.05):
        wait()
    assert [line["event"] for line in log] == ["worker_process.started", "worker_process.killed"]


def test_no_child_is_started_after_the_end(started: tuple[str, Callable[[], None]]) -> None:
    """Asked to stop in a pause, it starts no other."""
    fifo, wait = started
    with structlog.testing.capture_logs() as log, \
            Supervisor(("-c", _CHILD, fifo), first_pause=600) as supervisor:
        wait()
        supervisor.stop_soon()
    assert [line["event"] for line in log] == ["worker_process.started"]


def test_a_child_finds_the_package_of_its_parent(tmp_path: Path) -> None:
    """A folder called api where the user works hides nothing, and the variables are passed on."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    told = tmp_path / "told"
    child = ("import api, sys, time; "
             f"open({str(told)!r} + '.part', 'w').write(api.__file__); "
             f"import os; os.rename({str(told)!r} + '.part', {str(told)!r})")
    ended = threading.Event()
    with structlog.testing.capture_logs() as log, \
            pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        with Supervisor(("-P", "-c", child), first_pause=0.01):
            for _ in range(3000):
                if told.exists():
                    break
                ended.wait(0.01)
    assert told.read_text() == api.__file__
    assert {line["code"] for line in log if line["event"] == "worker_process.ended"} <= {0}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_child_is_asked_to_end_when_its_parent_is_killed() -> None:
    """However the parent dies: SIGKILL leaves it no time to do anything."""
    with Processes() as processes:
        parent = processes.python("-c", _PARENT)
        parent.wait_for_line("waits")
        parent.kill()
        parent.wait_for_line("asked")
