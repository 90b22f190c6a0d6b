"""The child process: takes work through a socket until its parent is gone.

``python -m api.solving.child SOCKET PARENT``, started by :class:`api.solving.process.Solving`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping

import solver.sales_floor.forcing
import solver.sales_floor.solving  # noqa: F401 - both loaded before the first question comes
from api.collecting import collect_rarely
from api.solving.comparing import check_comparison, compare_portion
from api.solving.deciding import decide
from api.solving.frames import receive_frame, send_frame
from api.solving.learning import learn_floors
from api.solving.questioning import answer_question
from api.solving.stateless import check_rules, solve_loose
from solver.errors import FairleadError, InvalidInputError

#: Word to work.
WORK: Mapping[str, Callable[[bytes], bytes]] = {
    "decide": decide, "learn": learn_floors, "solve": solve_loose, "check": check_rules,
    "why_not": answer_question, "check_scenarios": check_comparison, "what_if": compare_portion}
DONE, FAILED = "done", "failed"
_PR_SET_PDEATHSIG = 1
_MOST_ISSUES = 5
#: Whoever waits for an answer of the service goes first: a window can wait a little.
_NICE = 5


def main() -> None:
    """Work until the parent ends or hangs up."""
    number, parent = map(int, sys.argv[1:3])
    _end_with(parent)
    os.nice(_NICE)
    collect_rarely()
    with socket.socket(fileno=number) as channel:
        try:
            while True:
                word, data = receive_frame(channel)
                send_frame(channel, *_answer(word, data))
        except (EOFError, OSError):
            return


def _end_with(parent: int) -> None:
    """End when the parent does, even in the middle of work; end by no signal to the terminal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before this
        sys.exit()


def _answer(word: str, data: bytes) -> tuple[str, bytes]:
    try:
        return DONE, WORK[word](data)
    except FairleadError as error:
        return FAILED, _failure(error.code, _in_words(error))
    except Exception as error:
        traceback.print_tb(error.__traceback__)  # its message may hold what was read
        return FAILED, _failure("internal", f"{type(error).__name__}: a fault of Fairlead, or a "
                                            "record from another version; the log has it")


def _in_words(error: FairleadError) -> str:
    if isinstance(error, InvalidInputError):
        return " ".join(one.message for one in error.issues[:_MOST_ISSUES])
    return str(error)


def _failure(code: str, detail: str) -> bytes:
    return json.dumps([code, detail]).encode()


if __name__ == "__main__":
    main()
