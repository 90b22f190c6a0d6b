"""Tests that set up the log of a process inside this one leave it as it was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def logs_kept() -> Iterator[None]:
    """Undo at the end whatever a block sets up."""
    root, of_apprise = logging.getLogger(), logging.getLogger("apprise")
    handlers, level, before = root.handlers[:], of_apprise.level, structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers = handlers
        of_apprise.setLevel(level)
