"""Logging: one structured line an event, to stderr, without personal data or secrets.

Tracebacks show lines, never local variables: those hold leads and keys. Nor do they show the text
of an error, for it may quote what was posted, unless its kind is known to speak of other things.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from api.metrics import ERRORS
from api.settings import LogFormat, Settings

#: Fields whose values never reach a log line.
_SECRET = frozenset({"secret", "key_text", "authorization", "password", "database_url", "email",
                     "phone", "url", "record", "body"})
#: Errors whose first line speaks of code, files, connections and constraints.
_PLAIN = (AttributeError, ImportError, NameError, OSError, IntegrityError, InterfaceError,
          OperationalError)


def set_up_logs(settings: Settings) -> None:
    """Send this process's log lines to stderr in the format of the settings."""
    renderer: Any = (structlog.processors.JSONRenderer() if settings.log_format is LogFormat.JSON
                     else structlog.dev.ConsoleRenderer(colors=False))
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                    _counted,
                    structlog.processors.TimeStamper(fmt="iso", utc=True), _without_secrets,
                    _with_traceback, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, _FromLibraries)]
    root.addHandler(_FromLibraries(logging.WARNING))
    logging.getLogger("apprise").setLevel(logging.CRITICAL)


def _counted(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if line["level"] in ("error", "critical"):
        ERRORS.labels(line["event"]).inc()
    return line


class _FromLibraries(logging.Handler):
    """Warnings of libraries, as lines like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one down, unless it is an error of a request, which is in the log already."""
        if record.getMessage().startswith("Exception in ASGI application"):
            return
        structlog.get_logger().log(record.levelno, "library", library=record.name,
                                   said=record.getMessage(), exc_info=record.exc_info)


def traceback_of(error: BaseException) -> str:
    """Return where an error came from, and what led to it, without what it may quote."""
    return "\n".join(f"{''.join(traceback.format_tb(one.__traceback__))}{_name(one)}"
                     for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _name(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    said = next(iter(str(error).splitlines()), "") if isinstance(error, _PLAIN) else ""
    return f"{kind}: {said}" if said else kind


def _with_traceback(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["exception"] = traceback_of(error)
    return line


def _without_secrets(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _SECRET.intersection(line):
        line[name] = "***"
    return line
