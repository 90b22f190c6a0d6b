"""Commands that work in the background of the service: the worker, and one window for cron."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import Format


@exits
def worker() -> None:
    """Close windows, deliver messages and watch the hand-off, until it is ended.

    `fairlead worker`

    Any number may run on one database. SIGTERM and Ctrl-C end it in order: the window at hand is
    finished, or given up after ten seconds. Settings are variables that begin with FAIRLEAD_.
    """
    from api.cli.working import worker as run

    run()


@exits
def run_window(wait: Annotated[bool, typer.Option(
                   "--wait", help="Where another worker has a window in hand, wait for it and "
                                  "close one after it, instead of ending with exit code 1."
               )] = False,
               format: Annotated[Format, typer.Option(  # noqa: A002
                   help="What stdout shows: the window to read, the same as JSON, or "
                        "assignments.csv.")] = Format.TABLE) -> None:
    """Close one window now and commit its plan; for cron, where no worker runs.

    `fairlead run-window`

    Exit 0 also where no lead waits. Exit 5 where a limit ended the solve with a result.
    """
    from api.cli.working import run_window as run

    run(wait, format.value)
