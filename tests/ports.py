"""Ports of this machine's loopback for servers that must come back where they were."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"
#: Below the ports that systems lend to outgoing connections: while a server is down, nobody is
#: lent its port.
_FIRST, _COUNT = 20_000, 10_000


def free_port() -> int:
    """Return a port at which nobody listens; another process may still be faster to take it."""
    for _ in range(100):
        port = _FIRST + secrets.randbelow(_COUNT)
        with socket.socket() as trial:
            # As servers do: a port whose last connections are still fading away is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
    raise RuntimeError(f"none of 100 ports from {_FIRST} on is free on {LOOPBACK}")
