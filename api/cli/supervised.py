"""``python -m api.cli.supervised``: a command that ends when its standard input does.

A parent holds the other end: however it dies, the command is asked to end as by SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from api.cli.app import main

#: A command that does not heed SIGTERM for so long is ended nevertheless.
_END_SECONDS = 30.0


def end_with_input(seconds: float = _END_SECONDS) -> None:
    """Watch the standard input from now on."""
    threading.Thread(target=_watch, args=(seconds,), daemon=True).start()


def _watch(seconds: float) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(seconds)
    os._exit(1)


if __name__ == "__main__":
    end_with_input()
    main()
