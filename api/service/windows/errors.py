"""Why a plan is not committed; both are no faults, and the leads wait as before."""

from __future__ import annotations

from api.service.errors import ConflictError


class LostLeaseError(ConflictError):
    """Another worker closes windows now."""

    code = "lost_lease"


class NotRunningError(ConflictError):
    """The window was cancelled, or given up, before its plan came."""

    code = "not_running"
