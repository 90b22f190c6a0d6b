"""Prometheus metrics of one process; what the database knows is asked when it is scraped."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

REQUEST_SECONDS = Histogram(
    "fairlead_request_seconds", "Time to answer a request.", ("method", "route", "status"),
    buckets=(.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30))
LEADS_RECEIVED = Counter("fairlead_leads_received_total", "Leads that intake took.", ("outcome",))
