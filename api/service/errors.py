"""What can go wrong when something is asked of the service; HTTP statuses are not known here.

::

    ServiceError
    ├── UnknownError        there is no such thing
    ├── GoneError           there was such a thing; it was erased
    ├── ConflictError       the state of things does not allow it (now)
    ├── RefusedError        the request itself is wrong; ``problems`` says where
    ├── TooLargeError       more than is taken at once; the limit is named
    ├── NoKeyError          no key, or none that is known and valid
    ├── ForbiddenError      the key may not do this
    └── TooManyError        more requests than the key may make
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from solver.errors import FairleadError
from solver.models.base import Record


class Problem(Record):
    """One place of a request that is wrong."""

    pointer: str
    """Where, as a JSON pointer into the body, or the name of a parameter."""
    code: str
    detail: str
    """What must hold, and what to do."""
    offending: str | None = None
    """What was found, cut."""


class ServiceError(FairleadError):
    """Base of what the service refuses.

    Parameters
    ----------
    detail
        One or two sentences: the object, the value, the rule, the remedy.
    code
        More exact than that of the class, where there is one.
    """

    code: ClassVar[str] = "service"

    def __init__(self, detail: str, *, code: str | None = None,
                 problems: Sequence[Problem] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.exact_code = code or self.code
        self.problems = tuple(problems)


class UnknownError(ServiceError):
    """There is no such lead, rep, account, policy, window, ..."""

    code = "unknown"


class GoneError(ServiceError):
    """It was erased."""

    code = "erased"


class ConflictError(ServiceError):
    """The state of things does not allow it."""

    code = "conflict"


class RefusedError(ServiceError):
    """The request is wrong in itself."""

    code = "invalid"


class TooLargeError(ServiceError):
    """More than is taken at once."""

    code = "too_large"


class NoKeyError(ServiceError):
    """No key, or none that is known and valid."""

    code = "no_key"


class ForbiddenError(ServiceError):
    """The key's scopes do not cover it."""

    code = "forbidden"


class TooManyError(ServiceError):
    """More requests than the key may make."""

    code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
