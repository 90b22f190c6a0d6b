"""Processes of a test are watched, killed, and gone when it is over."""

from __future__ import annotations

import signal

import pytest

from tests.ports import free_port
from tests.service.processes import Processes

_ECHO = "import os; print('said', os.environ['WORD']); input()"
_WAIT = "import time; print('waits', flush=True); time.sleep(600)"
#: A parent that shares its output with a child, and says the child's number.
_PARENT = ("import subprocess, sys, time;"
           "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
           "print('child', child.pid, flush=True); time.sleep(600)")


def test_a_command_of_fairlead_is_run(processes: Processes) -> None:
    """The command line of this repository runs, and its log and exit code are there."""
    process = processes.fairlead("versions")
    process.wait_for_line(r"ortools")
    assert process.wait() == 0
    assert not process.running


def test_a_command_sees_its_variables(processes: Processes) -> None:
    """What the test gives as environment reaches the process; its input is empty."""
    process = processes.python("-c", _ECHO, env={"WORD": "hello"})
    assert process.wait_for_line(r"said (\w+)")[1] == "hello"
    assert process.wait() == 1
    process.wait_for_line("EOFError")


def test_a_line_that_never_comes_fails_with_the_log(processes: Processes) -> None:
    """Neither a process that goes on nor one that ended keeps a test waiting."""
    goes_on = processes.python("-c", _WAIT)
    goes_on.wait_for_line("waits")
    with pytest.raises(AssertionError, match=r"(?s)no line has 'ready'; it runs; .*waits"):
        goes_on.wait_for_line("ready", 0.05)
    ended = processes.python("-c", "print('over'); raise SystemExit(3)")
    with pytest.raises(AssertionError, match=r"(?s)it ended with 3; .*over"):
        ended.wait_for_line("ready", 60)


def test_a_health_address_is_waited_for(processes: Processes) -> None:
    """A server is healthy once its address answers 200, and not where it answers 404."""
    port = free_port()
    process = processes.python("-m", "http.server", port, "--bind", "127.0.0.1", "-d", "tests/docs")
    process.wait_until_healthy(f"http://127.0.0.1:{port}/")
    with pytest.raises(AssertionError, match="does not answer 200 but 404"):
        process.wait_until_healthy(f"http://127.0.0.1:{port}/absent", 2.0)


def test_a_process_that_ended_is_not_healthy(processes: Processes) -> None:
    """Who waits for the health of a process that ended hears so at once."""
    process = processes.python("-c", "raise SystemExit('bad settings')")
    with pytest.raises(AssertionError, match=r"(?s)it ended with 1; .*bad settings"):
        process.wait_until_healthy(f"http://127.0.0.1:{free_port()}/", 60)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_is_ended_by_its_number(processes: Processes, ending: signal.Signals) -> None:
    """Killed or asked to end, it is over, and the other one goes on."""
    one, other = (processes.python("-c", _WAIT) for _ in range(2))
    one.wait_for_line("waits")
    one.kill() if ending is signal.SIGKILL else one.terminate()
    assert one.wait() == -ending
    assert other.running


def test_children_end_with_the_test() -> None:
    """A child of a killed process is gone at the end; what it held open is closed."""
    with Processes() as processes:
        parent = processes.python("-c", _PARENT)
        parent.wait_for_line(r"child \d+")
        parent.kill()
        with pytest.raises(AssertionError, match="it ended with -9"):
            parent.wait_for_line("never", 0.05)
    # The log ends only once nobody can write to it any more.
    with pytest.raises(AssertionError, match="it ended with -9"):
        parent.wait_for_line("never", 60)
    assert not parent.running
