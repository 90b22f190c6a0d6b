"""The floors file that a command is given with ``--floors``."""

from __future__ import annotations

from pathlib import Path

from api.cli.exits import say_issues
from solver.errors import InvalidInputError
from solver.models import Floors, Severity, Window
from solver.reading.floors_file import floors_issues, read_floors


class GivenFloors:
    """A floors file, whose own problems are printed when it is read.

    Parameters
    ----------
    file
        Its path; None: no floors.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._floors: Floors | None = None
        if file is not None:
            self._floors, problems = read_floors(file)
            say_issues(problems)

    def fitting(self, window: Window) -> Floors | None:
        """Return floors that fit a window; None where no file is given.

        Raises
        ------
        InvalidInputError
            If the file has problems, or is of other reps; they were printed.
        """
        if self._file is None:
            return None
        if self._floors is None:
            raise InvalidInputError([])
        issues = floors_issues(self._floors, self._file.name, window)
        say_issues(issues)
        if any(issue.severity is Severity.ERROR for issue in issues):
            raise InvalidInputError([])
        return self._floors
