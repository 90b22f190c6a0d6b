"""Exceptions of the library; each class carries a ``code``.

::

    FairleadError
    ├── InvalidInputError      the input has problems; ``issues`` lists all of them
    │   └── PolicyConflictError    rules that no plan can keep together; ``issues`` names each
    ├── UsageError             the call cannot be carried out (a missing file, a bad argument)
    ├── NoPlanInTimeError      no plan was found within the limits; none is proven impossible
    ├── ProviderError          a provider of data cannot answer (``solver.prepare.enrich``)
    ├── WorkersLostError       processes of a run died again and again
    ├── StepError              a step of a lead that cannot be taken (``solver.hand_off``)
    └── EngineError            the optimiser gave an answer that cannot be (a fault of ours)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from solver.models.issue import Issue


class FairleadError(Exception):
    """Base of every exception that Fairlead raises on purpose."""

    code: ClassVar[str] = "fairlead"


class InvalidInputError(FairleadError):
    """The input has problems.

    Parameters
    ----------
    issues
        All problems found, errors and warnings, in the order of the files.
    """

    code = "invalid_input"

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        shown = "\n".join(str(issue) for issue in self.issues[:20])
        more = f"\n... and {len(self.issues) - 20} more" if len(self.issues) > 20 else ""
        super().__init__(f"{shown}{more}")

    def __reduce__(self) -> tuple[type[InvalidInputError], tuple[tuple[Issue, ...]]]:
        """Come back from another process with the issues, not with their text."""
        return type(self), (self.issues,)


class PolicyConflictError(InvalidInputError):
    """Rules of the policy that no plan of the window can keep together.

    ``issues`` are a smallest set of them: without any one, the others could be kept.
    """

    code = "policy_conflict"


class UsageError(FairleadError):
    """The call itself cannot be carried out: a missing file, a naive instant."""

    code = "usage"


class NoPlanInTimeError(FairleadError):
    """No plan that keeps all rules was found within the limits of the run; there may be one."""

    code = "no_plan_in_time"


class WorkersLostError(FairleadError):
    """The processes of a run, or of its cluster, died again and again; there is no result."""

    code = "workers_lost"


class EngineError(FairleadError):
    """The optimiser gave an answer that cannot be; a fault of Fairlead, not of the input."""

    code = "engine"


class InputWarning(UserWarning):
    """Issued by :func:`solver.load` for each problem that does not stop the run."""
