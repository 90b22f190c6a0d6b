"""How parent and child speak through a socket: a word of one kind, a length, bytes."""

from __future__ import annotations

import socket
from collections.abc import Callable

_WORD, _SIZE = 16, 8
_CHUNK = 1 << 20
#: Ends the waiting by an error, or lets it go on.
Watch = Callable[[], None]


def send_frame(channel: socket.socket, word: str, data: bytes, watch: Watch | None = None) -> None:
    """Send a word of at most 16 characters and bytes; `watch` is asked at each pause.

    Raises
    ------
    OSError
        If nobody reads any more.
    """
    head = word.encode().ljust(_WORD) + len(data).to_bytes(_SIZE, "big")
    for part in (memoryview(head), memoryview(data)):
        sent = 0
        while sent < len(part):
            try:
                sent += channel.send(part[sent:sent + _CHUNK])
            except TimeoutError:
                if watch is not None:
                    watch()


def receive_frame(channel: socket.socket, watch: Watch | None = None) -> tuple[str, bytes]:
    """Return the next word and its bytes; `watch` is asked at each pause.

    Raises
    ------
    EOFError
        If the other side has ended.
    """
    head = _receive(channel, _WORD + _SIZE, watch)
    size = int.from_bytes(head[_WORD:], "big")
    return head[:_WORD].decode().rstrip(), _receive(channel, size, watch)


def _receive(channel: socket.socket, size: int, watch: Watch | None) -> bytes:
    found = bytearray()
    while len(found) < size:
        try:
            part = channel.recv(min(size - len(found), _CHUNK))
        except TimeoutError:
            if watch is not None:
                watch()
            continue
        if not part:
            raise EOFError
        found += part
    return bytes(found)
