"""Where a PostgreSQL server is installed, if it is; `python -m tests.postgres_binaries` says it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: Names the one folder to look in.
FOLDER_VARIABLE = "FAIRLEAD_POSTGRES_BIN"
#: `required`: tests that need PostgreSQL fail where it is absent. Otherwise they are skipped.
WISH_VARIABLE = "FAIRLEAD_TEST_POSTGRES"
NOT_INSTALLED = "PostgreSQL: not installed"
#: Where Debian's packages put each version.
_PACKAGED = Path("/usr/lib/postgresql")
_NEEDED = ("initdb", "pg_ctl", "postgres")


def find_binaries(packaged: Path = _PACKAGED) -> Path | None:
    """Return the folder of a server's programs, or None.

    Parameters
    ----------
    packaged
        Folder with a folder for each packaged version.
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        places = iter([Path(named)])
    else:
        places = _places(packaged)
    return next((place for place in places if _is_complete(place)), None)


def require_binaries() -> Path:
    """Return the folder of a server's programs; without one, skip or fail the test that asks."""
    found = find_binaries()
    if found is not None:
        return found
    if os.environ.get(WISH_VARIABLE) == "required":
        pytest.fail(f"{NOT_INSTALLED}, but {WISH_VARIABLE} is 'required'; install it "
                    f"(apt-get install postgresql) or name its bin folder in {FOLDER_VARIABLE}")
    pytest.skip(NOT_INSTALLED)


def describe() -> str:
    """Return one line on what there is, for the head of a test run."""
    found = find_binaries()
    if found is None:
        return f"{NOT_INSTALLED}, tests that need it are skipped"
    return f"PostgreSQL: {version(found)} in {found}"


def version(binaries: Path) -> str:
    """Return the version of the server in a folder, as in `15.18`."""
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True,
                          encoding="utf-8").stdout
    found = re.search(r"\d+(\.\d+)?", said)
    return found[0] if found else said.strip()


def _places(packaged: Path) -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, check=False,
                              encoding="utf-8")
        if said.returncode == 0:
            yield Path(said.stdout.strip())
    yield from sorted(packaged.glob("*/bin"), key=_number, reverse=True)
    if program := shutil.which("initdb"):
        yield Path(program).resolve().parent


def _number(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in _NEEDED)


def _main() -> int:
    found = find_binaries()
    if found is not None:
        sys.stdout.write(f"{found}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(_main())
