"""One file that a command writes: it appears as a whole or not at all, and never over an input."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from solver.errors import UsageError


def check_out_file(path: Path, flag: str, inputs: Iterable[Path]) -> None:
    """Refuse a file that must not be written.

    Raises
    ------
    UsageError
        If the path is a folder or an input file, or its folder does not exist.
    """
    if path.is_dir():
        raise UsageError(f"{flag} {path} is a folder; name a file")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{flag} {path} lies in a folder that does not exist; make it first")
    if any(path.resolve() == file.resolve() for file in inputs):
        raise UsageError(f"{flag} {path} is an input file; name another one")


def write_out_file(path: Path, flag: str, data: bytes) -> None:
    """Write the bytes beside the file, then put them in its place with a rename.

    Raises
    ------
    UsageError
        If the file cannot be written; what stood there before still stands.
    """
    target = path.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent,
                                         ignore_cleanup_errors=True) as scratch:
            fresh = Path(scratch) / "fresh"
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
    except OSError as error:
        raise UsageError(f"{flag} {path} cannot be written: {error.strerror or error}") from error
