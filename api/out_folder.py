"""A folder that a command writes: it appears as a whole or not at all, over its like or nothing."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from solver.errors import UsageError
from solver.plan_files import FURTHER_PLAN_FILES, LEDGER_FILE, PLAN_FILES
from solver.prepared_files import PREPARED_FILES, QUARANTINE_FILE
from solver.relaxed_files import RELAX_FILES

#: Rows set aside of one of several sources, by its name.
_QUARANTINE_OF = re.compile(r"quarantine-[A-Za-z0-9_-]{1,40}\.csv", re.ASCII)


@dataclass(frozen=True, slots=True)
class FolderKind:
    """What a folder of one kind holds."""

    what: str
    """``part of a plan``."""
    names: frozenset[str]
    marker: str
    """The JSON file by which such a folder is known."""
    further: re.Pattern[str] | None = None
    """Further names that it may hold."""

    def may_hold(self, name: str) -> bool:
        """Tell whether a file of that name can be one of such a folder."""
        return name in self.names or bool(self.further and self.further.fullmatch(name))


PLAN_FOLDER = FolderKind("part of a plan", frozenset((
    *PLAN_FILES, *FURTHER_PLAN_FILES, LEDGER_FILE)), "plan.json")
PREPARED_FOLDER = FolderKind("written by prepare", frozenset({*PREPARED_FILES, QUARANTINE_FILE}),
                             "report.json", _QUARANTINE_OF)
RELAX_FOLDER = FolderKind("written by relax", frozenset(RELAX_FILES), "relax.json")


def check_folder(folder: Path, kind: FolderKind, inputs: Iterable[Path]) -> None:
    """Refuse a folder that must not be replaced.

    Raises
    ------
    UsageError
        If the path is a file, or the folder holds an input file or anything but an earlier folder
        of its kind.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"--out {folder} is a file; name a folder")
    holds = {entry.name for entry in folder.iterdir()}
    for path in inputs:
        if path.resolve().parent == folder.resolve():
            raise UsageError(f"--out {folder} holds the input file {path.name}; name another "
                             "folder")
    strangers = sorted(name for name in holds if not kind.may_hold(name))
    if strangers:
        raise UsageError(f"--out {folder} holds {strangers[0]!r}, which is not {kind.what}; "
                         "name another folder")
    if holds and not _is_ours(folder / kind.marker):
        raise UsageError(f"--out {folder} is not empty and its {kind.marker} is not Fairlead's; "
                         "name another folder")


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files beside the folder, then swap the two in with renames.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    with fresh_folder(folder) as fresh:
        for name, data in files.items():
            _write(fresh / name, data)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside another to write to; at the end it takes the other's place.

    What stood there before still stands where anything fails; only between the two renames of the
    swap is there no folder of the name.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent,
                                         ignore_cleanup_errors=True) as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            yield fresh
            _swap(fresh, target, Path(scratch) / "earlier")
    except OSError as error:
        raise UsageError(f"--out {folder} cannot be written: {error.strerror or error}") from error


def read_plan_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a plan's folder; all that are there.

    Raises
    ------
    UsageError
        If there is no folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the folder that `route --out` wrote")
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b'"schema_version"' in file.read(100)
    except OSError:
        return False


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _swap(fresh: Path, target: Path, earlier: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(earlier)
    try:
        fresh.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
