"""Enrichment over HTTP against a real server on this machine, and by plug-in."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from api.enrichment_http import ENTRY_POINT_GROUP, HttpProvider, load_providers
from solver.errors import UsageError
from solver.models import Lead
from solver.models.enrichment import Enrichment
from solver.prepare.enrich.enriching import EnrichmentProblem, enrich
from solver.prepare.enrich.provider import ProviderError

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEADS = [Lead(lead_id=f"L{n}", created_at=AT, domain=f"d{n}.example", owner_id="ana", score=7,
              attributes={"secret": "1"}) for n in range(5)]
Reply = Callable[["_Handler", dict[str, Any]], None]


class _Handler(BaseHTTPRequestHandler):
    """Remembers what was asked and answers as the server is told."""

    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        question = json.loads(body)
        self.server.questions.append((dict(self.headers), question))
        self.server.reply(self, question)

    def do_GET(self) -> None:
        self.server.questions.append((dict(self.headers), {"redirected": True}))
        self.answer({})

    def answer(self, document: object, status: int = 200) -> None:
        self.answer_bytes(json.dumps(document).encode(), status)

    def answer_bytes(self, body: bytes, status: int = 200, length: int | None = None,
                     **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length or len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.questions: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.reply: Reply = _knows_all
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/enrich"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what is tested."""


def _knows_all(handler: _Handler, question: dict[str, Any]) -> None:
    handler.answer({"leads": {lead["lead_id"]: {"employees": 120, "city": "Rome"}
                              for lead in question["leads"]}})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


def a_provider(server: _Server, timeout: float = 20.0, **options: Any) -> HttpProvider:
    return HttpProvider(server.url, timeout, **options)


def test_leads_are_enriched(server: _Server) -> None:
    """The question tells who the lead is; the answer fills in what is blank."""
    provider = a_provider(server, headers={"Authorization": "Bearer t"})
    found = enrich(LEADS, [provider], Enrichment(), AT)
    assert [(lead.employees, lead.city) for lead in found.leads] == [(120, "Rome")] * 5
    assert not found.warnings
    assert found.changes[0].rule == "enriched by 127.0.0.1 (if_blank)"
    ((headers, question),) = server.questions
    assert headers["Authorization"] == "Bearer t"
    assert headers["Content-Type"] == "application/json"
    assert question["schema_version"] == "1.0"
    assert question["leads"][0] == {"lead_id": "L0", "domain": "d0.example"}


def test_questions_go_out_in_batches(server: _Server) -> None:
    """Each lead is asked about once."""
    a_provider(server, batch_size=2).enrich(LEADS)
    asked = [[lead["lead_id"] for lead in question["leads"]] for _, question in server.questions]
    assert asked == [["L0", "L1"], ["L2", "L3"], ["L4"]]


def test_a_partial_answer(server: _Server) -> None:
    """Leads and fields that it does not know are left out or null; lists are joined."""
    server.reply = lambda handler, _: handler.answer({"leads": {
        "L1": {"employees": None, "city": "Rome", "products": ["A", "B"], "annual_revenue": 1.5},
        "L3": {}}})
    assert a_provider(server).enrich(LEADS) == {
        "L1": {"city": "Rome", "products": "A;B", "annual_revenue": "1.5"}, "L3": {}}
    found = enrich(LEADS, [a_provider(server)], Enrichment(), AT)
    assert [lead.city for lead in found.leads] == [None, "Rome", None, None, None]


def _slow(handler: _Handler, _: dict[str, Any]) -> None:
    handler.server.over.wait()


def _dripping(handler: _Handler, _: dict[str, Any]) -> None:
    """Send a byte now and then, each before the socket would time out."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def _raw(body: bytes, **options: Any) -> Reply:
    return lambda handler, _: handler.answer_bytes(body, **options)


def _hang_up(handler: _Handler, _: dict[str, Any]) -> None:
    handler.close_connection = True


@pytest.mark.parametrize(("reply", "timeout", "message"), [
    (_slow, 0.2, "not there after 0.2 s"),
    (_dripping, 0.4, "not there after 0.4 s"),
    (_raw(b"{}", status=500), 20, "status 500, not 200"),
    (_raw(b"{}", status=503), 20, "status 503, not 200"),
    (_raw(b"{}", status=404), 20, "status 404, not 200"),
    (_raw(b"{}", status=202), 20, "status 202, not 200"),
    (_raw(b"", status=302, Location="/elsewhere"), 20, "status 302, not 200"),
    (_raw(b"<html>oops"), 20, "not JSON"),
    (_raw(b"\xff\xfe"), 20, "not JSON"),
    (_raw(b"[" * 100_000), 20, "not JSON"),
    (_raw(b""), 20, "not JSON"),
    (_raw(b'{"leads": {"L1": {"city": "Rome"}}}', length=100), 20, "broke off"),
    (_raw(b"[]"), 20, "no object 'leads'"),
    (_raw(b'{"leads": ["L1"]}'), 20, "no object 'leads'"),
    (_raw(b'{"leads": {"L1": "Rome"}}'), 20, "no object 'leads'"),
    (_raw(b'{"leads": {"L1": {"city": {"name": "Rome"}}}}'), 20, "city of lead 'L1' is"),
    (_raw(b'{"leads": {"L1": {"city": true}}}'), 20, "city of lead 'L1' is true"),
    (_hang_up, 20, "cannot be reached"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_failure_leaves_the_leads_as_they_were(server: _Server, reply: Reply, timeout: float,
                                                 message: str) -> None:
    """Late, out of order or unintelligible: one question, an error, a warning, no change."""
    server.reply = reply
    with pytest.raises(ProviderError, match=message):
        a_provider(server, timeout).enrich(LEADS)
    assert [question.get("redirected") for _, question in server.questions] == [None]
    found = enrich(LEADS, [a_provider(server, timeout)], Enrichment(), AT)
    assert (found.leads, found.changes) == (tuple(LEADS), ())
    assert [warning.kind for warning in found.warnings] == [EnrichmentProblem.FAILED]


def test_a_batch_that_fails_takes_the_others_with_it(server: _Server) -> None:
    """All or nothing: no lead is enriched by half an answer."""
    server.reply = lambda handler, question: (
        handler.answer({}, 500) if len(server.questions) == 2 else _knows_all(handler, question))
    found = enrich(LEADS, [a_provider(server, batch_size=2)], Enrichment(), AT)
    assert found.leads == tuple(LEADS)
    assert len(server.questions) == 2


def test_nobody_there(server: _Server) -> None:
    """A port where nobody listens any more."""
    with _Server() as closed:
        url = closed.url
    with pytest.raises(ProviderError, match="cannot be reached"):
        HttpProvider(url, 20).enrich(LEADS)
    assert not server.questions


@pytest.mark.parametrize(("url", "options"), [
    ("file:///etc/passwd", {}), ("ftp://a.example/", {}), ("a.example", {}), ("http://", {}),
    ("http://a.example/", {"timeout": 0.0}), ("http://a.example/", {"timeout": float("nan")}),
    ("http://a.example/", {"batch_size": 0}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_asked_is_refused(url: str, options: dict[str, Any]) -> None:
    """Only HTTP, and only in finite time."""
    with pytest.raises(UsageError):
        HttpProvider(url, **options)


# --- plug-ins -------------------------------------------------------------------------------------


def _make() -> object:
    return _PlugIn()


class _PlugIn:
    name = "plug-in"

    def enrich(self, leads: Any) -> dict[str, dict[str, str]]:
        return {lead.lead_id: {"city": "Rome"} for lead in leads}


def _broken() -> object:
    raise RuntimeError("no licence")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[EntryPoint, ...]]:
    module = ModuleType("fairlead_test_plugins")
    vars(module).update(Class=_PlugIn, instance=_PlugIn(), make=_make, broken=_broken,
                        nameless=SimpleNamespace(enrich=print, name=None))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    names = ("make", "Class", "instance", "absent", "broken", "nameless")
    return lambda: tuple(EntryPoint(f"{i}-{name}", f"{module.__name__}:{name}", ENTRY_POINT_GROUP)
                         for i, name in reversed(list(enumerate(names))))


def test_plug_ins_are_loaded(offered: Callable[[], tuple[EntryPoint, ...]]) -> None:
    """A class, an instance or a function; those that do not load fail when they are asked."""
    providers = load_providers(offered)
    assert [provider.name for provider in providers] == [
        "plug-in", "plug-in", "plug-in", "3-absent", "4-broken", "5-nameless"]
    for provider in providers[:3]:
        assert enrich(LEADS, [provider], Enrichment(), AT).leads[0].city == "Rome"
    found = enrich(LEADS, providers[3:], Enrichment(), AT)
    assert found.leads == tuple(LEADS)
    assert ["cannot be loaded" in warning.rule for warning in found.warnings] == [True] * 3
    assert "no licence" in found.warnings[1].rule


def test_without_plug_ins_there_is_nothing_to_load() -> None:
    """No installed package offers any here."""
    assert load_providers() == ()
