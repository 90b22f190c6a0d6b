"""What can go wrong with work in the child process.

::

    FairleadError
    └── WorkError             no result
        ├── WorkFailedError       the work itself failed; ``work_code`` says how
        ├── WorkLateError         it took too long, and its process was ended
        ├── WorkGivenUpError      whoever asked for it wants it no more
        └── WorkLostError         its process ended, as where memory ran out
"""

from __future__ import annotations

from solver.errors import FairleadError


class WorkError(FairleadError):
    """Work in the child process has no result."""

    code = "work"


class WorkFailedError(WorkError):
    """The work failed in itself.

    Parameters
    ----------
    code
        Of the library's error; ``internal`` where it is a fault of Fairlead.
    detail
        What it says.
    """

    code = "work_failed"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.work_code = code


class WorkLateError(WorkError):
    """The work took longer than it may."""

    code = "work_late"


class WorkGivenUpError(WorkError):
    """The work is wanted no more."""

    code = "work_given_up"


class WorkLostError(WorkError):
    """The process ended while it worked."""

    code = "work_lost"
