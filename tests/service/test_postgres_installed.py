"""Where PostgreSQL is looked for, what is said where it is absent, and how it is installed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import postgres_binaries
from tests.command_line import ROOT, Run, python_process
from tests.postgres_binaries import FOLDER_VARIABLE, WISH_VARIABLE, find_binaries, require_binaries

_NEEDED = "initdb pg_ctl postgres"


def test_the_newest_packaged_version_is_taken(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions count as numbers, and a folder without a server is passed over."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for number, names in (("9.6", _NEEDED), ("15", _NEEDED), ("17", "psql"), ("old", _NEEDED)):
        folder = tmp_path / number / "bin"
        folder.mkdir(parents=True)
        for name in names.split():
            (folder / name).touch(mode=0o755)
    assert find_binaries(tmp_path) == tmp_path / "15" / "bin"


def test_nothing_is_found_where_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without packages and with an empty PATH there is no server; a named folder alone counts."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binaries(tmp_path) is None
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert find_binaries() is None
    assert postgres_binaries.describe().startswith("PostgreSQL: not installed")


def test_without_a_server_tests_are_skipped_and_it_is_said(tmp_path: Path) -> None:
    """A run says at its head and at its end that there is no PostgreSQL, and runs SQLite's half."""
    run = _pytest(**{FOLDER_VARIABLE: str(tmp_path), WISH_VARIABLE: "optional"})
    assert run.code == 0, run.stdout + run.stderr
    assert "PostgreSQL: not installed, tests that need it are skipped" in run.stdout
    assert "PostgreSQL: not installed, 1 tests skipped" in run.stdout
    assert "1 passed, 1 skipped" in run.stdout


def test_without_a_server_that_is_required_tests_fail(tmp_path: Path) -> None:
    """Where PostgreSQL must be there, its absence is no reason to pass."""
    run = _pytest(**{FOLDER_VARIABLE: str(tmp_path), WISH_VARIABLE: "required"})
    assert run.code == 1
    assert "FAIRLEAD_TEST_POSTGRES is 'required'; install it" in run.stdout
    assert "1 passed" in run.stdout


@dataclass(frozen=True)
class Machine:
    """A machine on which each program that the installer calls only notes that it was called."""

    folder: Path

    def has(self, name: str, script: str = "") -> None:
        """Put a program on it."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho {name} $1 $2 $3 >>{self.folder}/calls\n{script}\n',
                        encoding="utf-8")
        path.chmod(0o755)

    def install(self, python: Path | str, **env: str) -> Run:
        """Run the installer there."""
        done = subprocess.run(
            [ROOT / "tests" / "install_postgres.sh", python], capture_output=True, check=False,
            encoding="utf-8", env={"PATH": f"{self.folder}:/usr/bin:/bin", **env})
        return Run(done.returncode, done.stdout, done.stderr)

    @property
    def calls(self) -> list[str]:
        """What was called, with the first arguments."""
        path = self.folder / "calls"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with apt-get, whose user is nobody special and has no sudo."""
    made = Machine(tmp_path)
    made.has("id", "echo 1000")
    made.has("sudo", "exit 1")
    made.has("apt-get")
    made.has("python", f"test -e {tmp_path}/installed")
    return made


def test_the_installer_installs_nothing_where_there_is_a_server(machine: Machine) -> None:
    """With a server the word is `required`, and no package manager is called."""
    require_binaries()
    assert machine.install(sys.executable) == Run(0, "required\n", "")
    assert machine.calls == []


def test_the_installer_does_as_it_is_told(machine: Machine) -> None:
    """A word of the user's own is passed on, and nothing is looked for or installed."""
    done = machine.install(machine.folder / "python", **{WISH_VARIABLE: "optional"})
    assert done == Run(0, "optional\n", "")
    assert machine.calls == []


def test_the_installer_says_what_to_do_where_it_may_not(machine: Machine) -> None:
    """Neither root nor sudo: the word is `optional`, with the way to install on stderr."""
    done = machine.install(machine.folder / "python")
    assert (done.code, done.stdout) == (0, "optional\n")
    assert "PostgreSQL: not installed, its tests will be skipped" in done.stderr
    assert "apt-get install postgresql" in done.stderr
    assert "sudo -n true" in machine.calls
    assert not [call for call in machine.calls if call.startswith("apt-get")]


def test_the_installer_installs_with_sudo(machine: Machine) -> None:
    """Where sudo asks for no password the package is installed, and then the tests are required."""
    machine.has("sudo", f'test "$2" = true || touch {machine.folder}/installed')
    done = machine.install(machine.folder / "python")
    assert (done.code, done.stdout) == (0, "required\n")
    assert "installing the package postgresql" in done.stderr
    assert "sudo -n sh -eu" in machine.calls


def test_a_package_that_cannot_be_had_is_said(machine: Machine) -> None:
    """An installation that fails is no end of the tests, and both lines say so."""
    machine.has("sudo", 'test "$2" = true')
    done = machine.install(machine.folder / "python")
    assert (done.code, done.stdout) == (0, "optional\n")
    assert "apt-get failed" in done.stderr
    assert "its tests will be skipped" in done.stderr


def test_the_installer_does_not_install_beside_a_named_folder(machine: Machine) -> None:
    """A folder that is named and has no server is said; no package would help."""
    machine.has("sudo", "exit 0")
    done = machine.install(sys.executable, **{FOLDER_VARIABLE: str(machine.folder)})
    assert (done.code, done.stdout) == (0, "optional\n")
    assert f"no initdb, pg_ctl and postgres in {machine.folder}" in done.stderr
    assert machine.calls == []


def _pytest(**env: str) -> Run:
    return python_process(
        "-m", "pytest", "-p", "no:cacheprovider",
        "tests/service/test_postgres.py::test_the_next_test_has_another_database", env=env)
