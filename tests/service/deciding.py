"""Hot leads routed and windows run in this process, as intake and the worker do."""

from __future__ import annotations

from api.service.happenings import tell
from api.service.hot import HotResult, route_hot
from api.service.windows.closing import Trigger, close_window
from api.service.windows.committing import Committed, commit_plan
from api.service.windows.leasing import acquire, release
from api.solving.deciding import Decided, decide
from api.store.control import read_control
from api.store.leads import lock_lead
from solver.models import Lead
from tests.service.serving import Service


def route(service: Service, lead_id: str = "L1") -> HotResult:
    """Route a lead that waits, as intake does with hot ones."""
    context = service.context
    with context.database.write() as tx:
        row = lock_lead(tx, lead_id)
        assert row is not None
        assert row.record is not None
        found = route_hot(tx, context, row, Lead.model_validate_json(row.record), read_control(tx),
                          context.now, "crm")
        tell(tx, found.happenings)
    return found


class OpenWindow:
    """A window between its close and its commit."""

    def __init__(self, service: Service) -> None:
        self._context = service.context
        lease = acquire(service.context, "worker")
        assert lease is not None
        self._lease = lease
        closed = close_window(service.context, lease, Trigger.TIMER)
        assert closed is not None
        self.window_id = closed.window_id
        self._decided = Decided.from_bytes(decide(closed.inputs))

    def commit(self) -> Committed:
        """Carry its plan out as far as it still holds."""
        found = commit_plan(self._context, self.window_id, self._lease, self._decided)
        release(self._context, self._lease)
        return found


def run_window(service: Service) -> str:
    """Close, solve and commit a window; return its id."""
    window = OpenWindow(service)
    window.commit()
    return window.window_id
