"""Receivers on this machine: what a webhook or a mail server does, as a test tells them to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Reply = Callable[["HttpHandler"], None]


class _InThread:
    """A server that serves in a thread while it is entered."""

    daemon_threads = True
    over: threading.Event

    def __enter__(self) -> Self:
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever,  # type: ignore[attr-defined]
                                        kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.shutdown()  # type: ignore[attr-defined]
        self._thread.join()
        self.server_close()  # type: ignore[attr-defined]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what is tested."""


class HttpHandler(BaseHTTPRequestHandler):
    """Remembers what was posted and answers as the server is told."""

    server: HttpReceiver

    def do_POST(self) -> None:
        """Remember and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posts.append((self.path, dict(self.headers), body))
        self.server.reply(self)

    def do_GET(self) -> None:
        """Remember that a redirect was followed."""
        self.server.posts.append((self.path, {}, "a redirect was followed"))
        self.answer(200)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer; headers are named with ``_`` for ``-``."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def trickle(self) -> None:
        """Answer a header at a time, for far longer than anybody waits."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(150):
            if self.server.over.wait(0.02):
                return
            self.wfile.write(b"X-More: x\r\n")
        self.wfile.write(b"Content-Length: 0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Say nothing."""


class HttpReceiver(_InThread, ThreadingHTTPServer):
    """An HTTP server on the loopback."""

    def __init__(self, reply: Reply = lambda handler: handler.answer(204)) -> None:
        super().__init__(("127.0.0.1", 0), HttpHandler)
        self.reply = reply
        self.posts: list[tuple[str, dict[str, str], str]] = []

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"http://127.0.0.1:{self.server_port}/hook"


class _MailHandler(socketserver.StreamRequestHandler):
    server: MailReceiver

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self.server.mails.append((self._recipients, self._data()))
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                if word == "MAIL":
                    self._recipients: list[str] = []
                elif word == "RCPT":
                    self._recipients.append(line.partition(":")[2].strip("<>"))
                refused = word == "RCPT" and self.server.refuses
                self._say("550 nobody here" if refused else "250 yes")

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()).strip() != ".":
            lines.append(line)
        return "".join(lines)


class MailReceiver(_InThread, socketserver.ThreadingTCPServer):
    """A mail server on the loopback that knows as much SMTP as is needed."""

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.refuses = refuses
        self.mails: list[tuple[list[str], str]] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])
