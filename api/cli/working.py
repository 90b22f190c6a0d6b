"""``fairlead worker`` and ``fairlead run-window``."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.markup import escape

from api.cli.exits import ExitCode, end_stopped, say
from api.cli.tables import new_console, new_table
from api.http.bodies.windows import Window, whole
from api.logs import set_up_logs
from api.service.context import Context
from api.service.opening import opened
from api.service.windows.asking import one_window, plan_file
from api.service.windows.closing import Trigger
from api.settings import read_settings
from api.solving.process import Solving
from api.worker.windows import How, Ran, Windows
from api.worker.worker import run_worker
from solver.explanation import money

#: Exit codes of windows that failed, by the code of what went wrong.
_FAILED = {"policy_conflict": ExitCode.CONFLICT, "invalid_input": ExitCode.INVALID_INPUT,
           "no_plan_in_time": ExitCode.NO_RESULT}
_BUSY_SECONDS = 0.5


def worker() -> None:
    """Work until SIGTERM or SIGINT."""
    settings = read_settings()
    set_up_logs(settings)
    with _stopped_by_signals() as stop, opened(settings, migrate=False) as context:
        run_worker(context, stop)


def run_window(wait: bool, output_format: str) -> None:
    """Close, solve and commit one window, and print what became of it."""
    settings = read_settings()
    set_up_logs(settings)
    with _stopped_by_signals() as stop, opened(settings, migrate=False) as context:
        ran = _run(context, wait, stop)
        if ran.how is How.BUSY:
            say("error: another worker has a window in hand; --wait waits for it")
            raise typer.Exit(ExitCode.CHECK_FAILED)
        if ran.how is How.EMPTY:
            say("no lead waits")
            return
        if ran.window_id is None:
            say("error: the window was cancelled, or another worker took it over")
            raise typer.Exit(ExitCode.CHECK_FAILED)
        window = whole(one_window(context, ran.window_id))
        _end_failed(ran, window)
        _print(context, window, output_format)
        if window.stopped_by is not None:
            end_stopped(window.stopped_by)


def _run(context: Context, wait: bool, stop: threading.Event) -> Ran:
    solving = Solving()
    windows = Windows(context, solving, f"cron-{os.getpid()}-{secrets.token_hex(3)}", stop.is_set)
    try:
        while (ran := windows.run(Trigger.CRON)).how is How.BUSY and wait:
            if stop.wait(_BUSY_SECONDS):
                break
        return ran
    finally:
        solving.close()


def _end_failed(ran: Ran, window: Window) -> None:
    if ran.how is How.COMMITTED:
        return
    say(f"error: window {window.window_id} came to nothing: {window.error or window.status.value}")
    code = (window.error or "").partition(":")[0]
    raise typer.Exit(_FAILED.get(code, ExitCode.CHECK_FAILED))


def _print(context: Context, window: Window, output_format: str) -> None:
    match output_format:
        case "json":
            print(window.model_dump_json(indent=2))
        case "csv":
            sys.stdout.write(plan_file(context, window.window_id, "assignments.csv").decode())
        case _:
            _print_table(window)


def _print_table(window: Window) -> None:
    console = new_console()
    table = new_table("Window", "what")
    table.add_column("")
    gap = "" if window.certificate is None else money(window.certificate.gap)
    for name, shown in (("window_id", window.window_id), ("at", window.at.isoformat()),
                        ("policy_version", str(window.policy_version)),
                        ("leads", f"{window.num_leads:,}"),
                        ("assigned", f"{window.num_assigned or 0:,}"),
                        ("held", f"{window.num_held or 0:,}"),
                        ("dropped", f"{window.num_dropped or 0:,}"),
                        ("gap", gap), ("shadow", "yes" if window.shadow else "no")):
        table.add_row(name, escape(shown))
    console.print(table)
    for one in window.dropped[:20]:
        say(f"dropped {one.lead_id} for {one.rep_id}: {one.code.value}: {one.detail}")


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set())
              for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
