"""Traces: a span for each request and block, with nothing of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.tracing import TraceRequests
from api.telemetry import span, tracing
from tests.service.receiver import Receiver
from tests.service.serving import Service, serving, settings_of

_PARENT = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def spans(tmp_path: Path) -> Iterator[InMemorySpanExporter]:
    """What is traced while the test runs."""
    found = InMemorySpanExporter()
    settings = settings_of(f"sqlite:///{tmp_path}/f.db", otlp_endpoint="http://127.0.0.1:9")
    with tracing(settings, SimpleSpanProcessor(found)):
        yield found


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Service]:
    """A service whose requests are traced."""
    with serving(f"sqlite:///{tmp_path}/f.db") as service:
        app = create_app(service.context)
        app.add_middleware(TraceRequests)

        @app.get("/v1/broken/{lead_id}")
        def broken(lead_id: str) -> None:
            with span("window.commit", window_id="w-1"):
                raise RuntimeError(f"nothing of {lead_id}")

        service.client = TestClient(app, headers=service.client.headers,
                                    raise_server_exceptions=False)
        yield service


def _only(spans: InMemorySpanExporter) -> ReadableSpan:
    (found,) = spans.get_finished_spans()
    return found


def test_a_request_is_a_span_below_its_senders(traced: Service,
                                               spans: InMemorySpanExporter) -> None:
    """Named by its route, with status and request id, and neither query nor address."""
    traced.client.get("/v1/keys?email=eva@klein.example", headers={
        "traceparent": f"00-{_PARENT}-00f067aa0ba902b7-01", "X-Request-ID": "r-1"})
    found = _only(spans)
    assert (found.name, found.kind) == ("GET /v1/keys", SpanKind.SERVER)
    assert f"{found.context.trace_id:032x}" == _PARENT
    assert dict(found.attributes or {}) == {
        "http.request.method": "GET", "http.route": "/v1/keys", "request_id": "r-1",
        "http.response.status_code": 200}


def test_what_fails_is_marked_without_what_it_says(traced: Service,
                                                   spans: InMemorySpanExporter) -> None:
    """The block inside the request, and the request; errors' texts may quote leads."""
    assert traced.client.get("/v1/broken/eva@klein.example").status_code == 500
    inner, request = spans.get_finished_spans()
    assert (inner.name, inner.parent.span_id if inner.parent else None) == (
        "window.commit", request.context.span_id)
    assert dict(inner.attributes or {}) == {"window_id": "w-1"}
    assert request.name == "GET /v1/broken/{lead_id}"
    for one in (inner, request):
        assert one.status.status_code is StatusCode.ERROR
        assert "klein" not in one.to_json()


def test_health_is_not_traced(traced: Service, spans: InMemorySpanExporter) -> None:
    """Somebody asks every few seconds."""
    traced.client.get("/health/live")
    assert spans.get_finished_spans() == ()


def test_what_is_put_in_by_the_end_is_an_attribute(spans: InMemorySpanExporter) -> None:
    """Counts are known only then."""
    with span("window.commit") as attributes:
        attributes["num_assigned"] = 7
    assert dict(_only(spans).attributes or {}) == {"num_assigned": 7}


def test_nothing_is_traced_without_an_endpoint(tmp_path: Path) -> None:
    """And blocks run all the same."""
    with tracing(settings_of(f"sqlite:///{tmp_path}/f.db")), span("window.commit") as attributes:
        attributes["num_assigned"] = 7


def test_spans_go_to_the_endpoint_at_the_end(receiver: Receiver, tmp_path: Path) -> None:
    """As OTLP over HTTP, at the path that collectors have; none is lost at the end."""
    address = receiver.url.removesuffix("/hook")
    with tracing(settings_of(f"sqlite:///{tmp_path}/f.db", otlp_endpoint=address)), \
            span("window.commit"):
        pass
    (got,) = receiver.wait_for(1)
    assert (got.method, got.path) == ("POST", "/v1/traces")
    assert b"window.commit" in got.body
