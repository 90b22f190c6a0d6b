"""``fairlead serve``: the HTTP server in this process, the worker in one that it watches."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

import structlog
import uvicorn

from api.http.app import create_app
from api.http.tracing import TraceRequests
from api.service.context import Context
from api.service.keys import keys
from api.service.opening import opened
from api.settings import Settings
from api.supervising import Supervisor
from api.telemetry import tracing
from solver.errors import UsageError

#: How long requests that are being answered may still take once the server is asked to end.
_GRACE_SECONDS = 20
_log = structlog.get_logger()


def serve(settings: Settings, *, worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; what was begun is finished.

    Raises
    ------
    UsageError
        If the address is taken, or the database cannot be used.
    """
    with (_ending_quietly(), listening(settings) as listener, tracing(settings),
          opened(settings, migrate=settings.migrate_at_start) as context):
        _welcome(context)
        with Supervisor() if worker else nullcontext() as supervisor:
            _Server(context, supervisor).run([listener])


class _Server(uvicorn.Server):
    """Says where it listens, and lets the worker finish beside the requests."""

    def __init__(self, context: Context, supervisor: Supervisor | None) -> None:
        app = create_app(context)
        app.add_middleware(TraceRequests)
        super().__init__(uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS))
        self._context = context
        self._supervisor = supervisor

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        assert sockets
        host, port = sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        _log.info("server.listening", address=f"http://{shown}:{port}",
                  docs=f"http://{shown}:{port}/v1/docs",
                  database="sqlite" if self._context.database.is_sqlite else "postgresql",
                  worker="embedded" if self._supervisor else "none")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish requests, the worker at the same time."""
        _log.info("server.ending")
        if self._supervisor:
            self._supervisor.stop_soon()
        await super().shutdown(sockets)


def _welcome(context: Context) -> None:
    if not keys(context):
        _log.info("server.no_key", remedy="nobody can ask yet; make a key: "
                                          "fairlead keys create --name me --scope admin")


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the address before anything else: two servers on one port are found out at once."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise UsageError(f"{settings.host} port {settings.port} cannot be listened on: "
                         f"{error.strerror or error}; choose others with --host and --port"
                         ) from error
    with listener:
        # Its connections inherit it. Else what is written of an answer after its head waits for
        # the other side to say that the head has come, which takes it 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """Leave by an exception on SIGTERM and SIGINT, so that every block is left in order."""
    def leave(_: int, __: FrameType | None) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
