"""Logging: one structured line an event, to stderr, without personal data or secrets.

Tracebacks show lines, never local variables: those hold leads and keys.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from api.metrics import ERRORS
from api.settings import LogFormat, Settings

#: Fields whose values never reach a log line.
_SECRET = frozenset({"secret", "key_text", "authorization", "password", "database_url", "email",
                     "phone", "url", "record", "body"})


def set_up_logs(settings: Settings) -> None:
    """Send this process's log lines to stderr in the format of the settings."""
    renderer: Any = (structlog.processors.JSONRenderer() if settings.log_format is LogFormat.JSON
                     else structlog.dev.ConsoleRenderer(
                         colors=False, exception_formatter=structlog.dev.plain_traceback))
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                    _counted,
                    structlog.processors.TimeStamper(fmt="iso", utc=True), _without_secrets,
                    structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    logging.getLogger("apprise").setLevel(logging.CRITICAL)


def _counted(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if line["level"] in ("error", "critical"):
        ERRORS.labels(line["event"]).inc()
    return line


def _without_secrets(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _SECRET.intersection(line):
        line[name] = "***"
    return line
