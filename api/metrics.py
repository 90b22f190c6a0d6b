"""Prometheus metrics: counters of one process, and gauges that are asked for when scraped.

Each process counts for itself, as Prometheus expects of instances. What must be seen of all
processes, workers too, is a gauge from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series of each
REQUEST_SECONDS = Histogram(
    "fairlead_request_seconds", "Time to answer a request.", ("method", "route", "status"),
    buckets=(.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30))
LEADS_RECEIVED = Counter("fairlead_leads_received_total", "Leads that intake took.", ("outcome",))
ERRORS = Counter("fairlead_errors_total", "Lines that the log has as errors.", ("event",))


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure as it is now, or one per value of a label."""

    name: str
    help: str
    values: Mapping[str, float]
    """Value of the label, blank without one, to figure."""
    label: str | None = None


class _Gauges(Collector):
    """Hands gauges to a registry."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = list(gauges)

    def collect(self) -> Iterator[Metric]:
        """Yield each gauge with its figures."""
        for one in self._gauges:
            labels = [] if one.label is None else [one.label]
            family = GaugeMetricFamily(one.name, one.help, labels=labels)
            for value_of_label, figure in one.values.items():
                family.add_metric([value_of_label] if labels else [], figure)
            yield family


def exposition(gauges: Iterable[Gauge]) -> bytes:
    """Return this process's counters and the gauges, as Prometheus reads them."""
    asked = CollectorRegistry()
    asked.register(_Gauges(gauges))
    return generate_latest(REGISTRY) + generate_latest(asked)
