"""Work in the child process: done, failed, given up, late; the child ends with its parent."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from api.solving.deciding import Decided, WindowInputs, decide
from api.solving.errors import WorkFailedError, WorkGivenUpError, WorkLateError, WorkLostError
from api.solving.packing import pack
from api.solving.process import Solving
from solver import generate_window
from solver.models import CustomRule, Limit, Policy, RuleKind, Window
from tests.service.processes import Processes
from tests.service.serving import START

_PARENT = """
import os, time
from api.solving.process import Solving
solving = Solving()
solving.start()
print("child", solving._child._process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def solving() -> Iterator[Solving]:
    """A child that is warm."""
    made = Solving()
    yield made
    made.close()


def _packed(window: Window) -> bytes:
    return pack(WindowInputs(floors=None, time_limit=30.0, window=window).model_dump_json()
                .encode())


def test_it_decides_as_this_process_does(solving: Solving) -> None:
    """The same bytes, again and again."""
    packed = _packed(generate_window(40, 5, seed=1, at=START))
    here = decide(packed)
    for _ in range(2):
        assert solving.run("decide", packed, seconds=120) == here
    assert Decided.from_bytes(here).to_bytes() == here


def test_requests_go_before_its_work(solving: Solving) -> None:
    """The child asks for less of the processor than whoever started it."""
    solving.run("decide", _packed(generate_window(10, 2, seed=1, at=START)), seconds=120)
    assert solving._child is not None
    child = os.getpriority(os.PRIO_PROCESS, solving._child._process.pid)
    assert child > os.getpriority(os.PRIO_PROCESS, 0) or child == 19


def test_rules_that_conflict_are_said(solving: Solving) -> None:
    """The library's code and words come back, and the child goes on."""
    window = generate_window(10, 2, seed=1, at=START)
    policy = Policy(limits=(Limit(name="none", upper=0), Limit(name="some", lower=5)),
                    rules=(CustomRule(name="x", kind=RuleKind.MUST),))
    with pytest.raises(WorkFailedError) as caught:
        solving.run("decide", _packed(window.model_copy(update={"policy": policy})), seconds=120)
    assert caught.value.work_code == "policy_conflict"
    assert "some" in str(caught.value)
    assert solving.run("decide", _packed(window), seconds=120)


def test_a_fault_says_nothing_of_the_data(solving: Solving) -> None:
    """What cannot be read is named by kind alone."""
    with pytest.raises(WorkFailedError) as caught:
        solving.run("decide", pack(b'{"window": "eva@klein.com"}'), seconds=120)
    assert caught.value.work_code == "internal"
    assert "eva" not in str(caught.value)


def test_work_that_is_late_or_given_up_is_ended(solving: Solving) -> None:
    """And the next work has a new child."""
    packed = _packed(generate_window(3000, 300, seed=1, at=START))
    with pytest.raises(WorkLateError):
        solving.run("decide", packed, seconds=0.01)
    with pytest.raises(WorkGivenUpError):
        solving.run("decide", packed, seconds=120, given_up=lambda: True)
    small = _packed(generate_window(3, 2, seed=1, at=START))
    assert solving.run("decide", small, seconds=120)


def test_a_child_that_dies_is_replaced(solving: Solving) -> None:
    """Killed at work, the work is lost, which is said at once."""
    solving.start()
    assert solving._child is not None
    pid = solving._child._process.pid
    packed = _packed(generate_window(3000, 300, seed=1, at=START))
    threading.Timer(0.1, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(WorkLostError):
        solving.run("decide", packed, seconds=120)
    assert solving.run("decide", _packed(generate_window(3, 2, seed=1, at=START)), seconds=120)


def test_it_ends_with_its_parent(processes: Processes) -> None:
    """However that ends."""
    parent = processes.python("-c", _PARENT)
    pid = int(parent.wait_for_line(r"child (\d+)")[1])
    parent.kill()
    deadline = time.monotonic() + 30
    while _lives(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    """Return whether a process is there and no zombie that nobody has waited for."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
