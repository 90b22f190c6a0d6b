"""Traces by OpenTelemetry, where ``FAIRLEAD_OTLP_ENDPOINT`` says where they go.

What sends them is an extra, and imported only then. Spans are made here and not by FastAPI, which
sends query strings, addresses of clients, and the texts of errors, in which leads may stand. Ours
hold names, counts, routes and statuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.settings import Settings
from solver.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.context import Context as TraceContext
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

_EXPORT_SECONDS = 5
_Value = str | int | float | bool


class _Tracing:
    """What this process traces with; nothing where no endpoint is set."""

    tracer: Tracer | None = None


@contextmanager
def tracing(settings: Settings, processor: SpanProcessor | None = None) -> Iterator[None]:
    """Trace while the block lasts, if the settings say where traces go; send all at its end.

    Parameters
    ----------
    settings
        With the endpoint; one without a path gets ``/v1/traces``, as collectors have it.
    processor
        Takes the spans instead of the endpoint.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    if settings.otlp_endpoint is None:
        yield
        return
    try:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        processor = processor or _to_endpoint(settings.otlp_endpoint)
    except ImportError:
        raise UsageError("FAIRLEAD_OTLP_ENDPOINT is set, but OpenTelemetry is not installed; "
                         "install it with: pip install 'fairlead[telemetry]'") from None
    provider = TracerProvider(resource=Resource.create(
        {"service.name": "fairlead", "service.version": version("fairlead")}))
    provider.add_span_processor(processor)
    _Tracing.tracer = provider.get_tracer("fairlead")
    try:
        yield
    finally:
        _Tracing.tracer = None
        provider.shutdown()


@contextmanager
def span(name: str, **attributes: _Value) -> Iterator[dict[str, _Value]]:
    """Trace a block; what is put into the dictionary by its end becomes attributes too."""
    with _span(name, attributes) as found:
        yield found


@contextmanager
def request_span(method: str, headers: Mapping[str, str]) -> Iterator[dict[str, _Value]]:
    """Trace a request, below the span of who sent it if the headers name one."""
    if _Tracing.tracer is None:
        yield {}
        return
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - an extra
        TraceContextTextMapPropagator,
    )

    sender = TraceContextTextMapPropagator().extract(headers)
    with _span(method, {"http.request.method": method}, sender, is_server=True) as found:
        yield found


@contextmanager
def _span(name: str, attributes: dict[str, _Value], sender: TraceContext | None = None, *,
          is_server: bool = False) -> Iterator[dict[str, _Value]]:
    if _Tracing.tracer is None:
        yield attributes
        return
    from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415 - an extra

    with _Tracing.tracer.start_as_current_span(
            name, sender, SpanKind.SERVER if is_server else SpanKind.INTERNAL,
            record_exception=False, set_status_on_exception=False) as current:
        try:
            yield attributes
        except BaseException as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            current.set_attributes(attributes)
            if "http.route" in attributes:
                current.update_name(f"{name} {attributes['http.route']}")
            if int(attributes.get("http.response.status_code", 0)) >= 500:
                current.set_status(StatusCode.ERROR)


def _to_endpoint(address: str) -> SpanProcessor:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    parts = urlsplit(address)
    whole = address if parts.path.strip("/") else address.rstrip("/") + "/v1/traces"
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=whole, timeout=_EXPORT_SECONDS))
