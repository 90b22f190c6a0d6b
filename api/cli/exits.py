"""Exit codes of the command line, and which error ends with which."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from solver.errors import FairleadError
    from solver.models import Issue, StoppedBy

#: Lines shown of one kind of problem in one column of one file.
MAX_ALIKE = 20


class ExitCode(IntEnum):
    """What the command ended with."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    INVALID_INPUT = 3
    CONFLICT = 4
    """Rules that cannot all hold."""
    STOPPED = 5
    """Stopped by a limit, with a result that is not proven to be the best."""
    NO_RESULT = 6
    """Stopped by a limit, without a result."""


def invoked_as() -> str:
    """Return the program as the user typed it, for commands that can be pasted."""
    name = Path(sys.argv[0])
    return shlex.quote(str(name)) if name.name == "fairlead" else "fairlead"


def say(line: str) -> None:
    """Print one line on stderr, never wrapped."""
    print(line, file=sys.stderr)


def silence_stdout() -> None:
    """Send what is still to be flushed nowhere, so that the end of the program says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def cannot_be_used(error: OSError) -> ExitCode:
    """Say which file or stream failed, and return the exit code for it."""
    say(f"error: {error.filename or 'stdout'} cannot be used: {error.strerror}")
    silence_stdout()
    return ExitCode.USAGE


def say_issues(issues: Sequence[Issue]) -> None:
    """Print problems one per line; beyond ``MAX_ALIKE`` of a kind only their number."""
    seen: Counter[tuple[object, ...]] = Counter()
    for issue in issues:
        kind = (issue.file, issue.column, issue.code)
        seen[kind] += 1
        if seen[kind] <= MAX_ALIKE:
            say(str(issue))
    for (file, column, code), count in seen.items():
        if count > MAX_ALIKE:
            where = ", ".join(str(part) for part in (file, column) if part is not None)
            say(f"... and {count - MAX_ALIKE:,} more {code} in {where}")


def _code_of(error: FairleadError) -> ExitCode:
    """Return the exit code of an error: of its own class, else of the nearest above it."""
    codes = {"policy_conflict": ExitCode.CONFLICT, "invalid_input": ExitCode.INVALID_INPUT,
             "usage": ExitCode.USAGE, "unknown": ExitCode.USAGE,
             "no_plan_in_time": ExitCode.NO_RESULT}
    own = [getattr(kind, "code", "") for kind in type(error).__mro__]
    return next((codes[code] for code in own if code in codes), ExitCode.CHECK_FAILED)


def end_stopped(stopped_by: StoppedBy, how_far: str | None = None) -> None:
    """End the command with its own code if a limit ended the run: there is a result, unproven.

    ``how_far`` says how far it can be from the best.
    """
    if stopped_by.value in ("time_limit", "round_limit"):
        say(f"stopped by the {stopped_by.value.replace('_', ' ')}: not proven to be the best")
        if how_far is not None:
            say(how_far)
        sys.stdout.flush()
        raise typer.Exit(ExitCode.STOPPED)


def exits(command: Callable[..., None]) -> Callable[..., None]:
    """End a command with the exit code of the error that it raises."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from solver.errors import FairleadError, InvalidInputError

        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except InvalidInputError as error:
            say_issues(error.issues)
            raise typer.Exit(_code_of(error)) from error
        except FairleadError as error:
            say(f"error: {error}")
            raise typer.Exit(_code_of(error)) from error
        except BrokenPipeError:  # who reads stdout has seen enough
            silence_stdout()
        except OSError as error:
            raise typer.Exit(cannot_be_used(error)) from error

    return run
