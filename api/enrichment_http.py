"""Providers of data outside this process: an HTTP callback, and plug-ins by entry point.

The callback gets ``POST`` with JSON, in batches::

    {"schema_version": "1.0", "leads": [{"lead_id": "L1", "domain": "acme.example", ...}, ...]}

and answers with status 200 and what it knows; leads and fields that it does not know are left out
or null::

    {"leads": {"L1": {"employees": 120, "industry": "Software", "products": ["A", "B"],
                      "employees_updated_at": "2026-11-01T00:00:00Z"}}}

Nothing is tried again and no redirect is followed: a lead that could not be enriched is enriched in
the next run.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from solver.errors import UsageError
from solver.models.lead import Lead
from solver.prepare.enrich.provider import Answer, Provider, ProviderError

#: Entry points that name a provider, or something that returns one when called.
ENTRY_POINT_GROUP = "fairlead.enrichers"
#: What a provider is told of a lead: who it is, not what we think of it or whose it is.
_SENT_FIELDS = (
    "lead_id", "company", "domain", "street", "city", "country", "region", "postal_code",
    "timezone", "industry", "employees", "annual_revenue", "first_name", "last_name", "title",
    "email", "phone", "languages")
_MAX_ANSWER = 32 * 1024 * 1024
_CHUNK = 64 * 1024


class HttpProvider:
    """A provider behind a URL.

    Parameters
    ----------
    url
        Where to post, ``http`` or ``https``.
    timeout
        Seconds for each batch: for every step of the exchange, and for all that is read before the
        last piece of the answer.
    name
        Name that stands in the record of every change; the host if not given.
    batch_size
        Most leads of one question.
    headers
        Further headers, such as ``Authorization``; never shown.

    Raises
    ------
    UsageError
        If the URL is not an HTTP one, or the timeout or the batch size is not above 0.
    """

    def __init__(self, url: str, timeout: float = 10.0, *, name: str | None = None,
                 batch_size: int = 100, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is not an http or https address with a host; correct it")
        if not timeout > 0 or batch_size < 1:
            raise UsageError(f"timeout {timeout} and batch_size {batch_size} must be above 0")
        self.name = name or parts.hostname
        self._url = url
        self._timeout = timeout
        self._batch_size = batch_size
        self._headers = dict(headers or {})
        self._opener = urllib.request.build_opener(_NoRedirect)

    def enrich(self, leads: Sequence[Lead]) -> dict[str, dict[str, str]]:
        """Ask about the leads, batch by batch.

        Raises
        ------
        ProviderError
            If the answer to any batch is late, has a status other than 200 or is not of the form
            that the module names.
        """
        answer: dict[str, dict[str, str]] = {}
        for start in range(0, len(leads), self._batch_size):
            body = self._post(leads[start:start + self._batch_size])
            answer.update(_cells(_leads_of(body)))
        return answer

    def _post(self, leads: Sequence[Lead]) -> bytes:
        question = {"schema_version": "1.0", "leads": [_sent(lead) for lead in leads]}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            self._url, data=json.dumps(question).encode(), method="POST",
            headers={"Accept": "application/json", "User-Agent": "fairlead", **self._headers,
                     "Content-Type": "application/json"})
        deadline = time.monotonic() + self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                if response.status != http.HTTPStatus.OK:
                    raise ProviderError(f"it answered with status {response.status}, not 200")
                return _read(response, deadline, self._timeout)
        except HTTPError as error:
            with error:
                raise ProviderError(f"it answered with status {error.code}, not 200") from None
        except TimeoutError as error:
            raise ProviderError(_late(self._timeout)) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise ProviderError(_late(self._timeout)) from error
            raise ProviderError(f"it cannot be reached: {reason or type(error).__name__}"
                                ) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: data of leads goes nowhere but where the user said."""

    def redirect_request(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
                         headers: http.client.HTTPMessage, newurl: str) -> None:
        """Return no request to follow."""


def _sent(lead: Lead) -> dict[str, Any]:
    values = lead.model_dump(mode="json", include=set(_SENT_FIELDS))
    return {name: values[name] for name in _SENT_FIELDS if values[name] not in (None, [])}


def _read(response: http.client.HTTPResponse, deadline: float, timeout: float) -> bytes:
    """Read an answer that comes in time and is not endless."""
    chunks: list[bytes] = []
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        if time.monotonic() > deadline:
            raise ProviderError(_late(timeout))
        if sum(map(len, chunks)) > _MAX_ANSWER:
            raise ProviderError(f"its answer is longer than {_MAX_ANSWER:,} bytes; ask in smaller "
                                "batches")
    if response.length:
        raise ProviderError(f"its answer broke off {response.length:,} bytes before the end")
    return b"".join(chunks)


def _late(timeout: float) -> str:
    return f"its answer was not there after {timeout:g} s"


def _leads_of(body: bytes) -> dict[str, dict[str, object]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise ProviderError(f"its answer is not JSON: {str(error)[:100]}") from error
    leads = document.get("leads") if isinstance(document, dict) else None
    if not isinstance(leads, dict) or not all(isinstance(of, dict) for of in leads.values()):
        raise ProviderError("its answer has no object 'leads' of lead_id to an object of fields")
    return leads


def _cells(leads: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, dict[str, str]]]:
    for lead_id, fields in leads.items():
        yield lead_id, {name: _text(lead_id, name, value) for name, value in fields.items()
                        if value is not None}


def _text(lead_id: str, name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    raise ProviderError(f"its {name} of lead {lead_id!r} is {json.dumps(value)[:80]}, which is "
                        "neither text, number nor a list of texts")


class _Unloadable:
    """Stands for a plug-in that cannot be loaded: it fails when asked, like any other."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def enrich(self, leads: Sequence[Lead]) -> Answer:
        """Answer nothing about any of the leads.

        Raises
        ------
        ProviderError
            Always.
        """
        raise ProviderError(f"the plug-in cannot be loaded, {len(leads):,} lead(s): {self._why}")


def load_providers(
    found: Callable[[], Sequence[EntryPoint]] = lambda: tuple(
        entry_points(group=ENTRY_POINT_GROUP)),
) -> tuple[Provider, ...]:
    """Return the providers that installed packages offer, by the name of their entry points.

    An entry point names a provider, or a class or function that returns one without arguments. One
    that cannot be loaded fails when it is asked, so that routing goes on with a warning.

    Parameters
    ----------
    found
        Returns the entry points.
    """
    return tuple(_load(point) for point in sorted(found(), key=lambda point: point.name))


def _load(point: EntryPoint) -> Provider:
    try:
        offered = point.load()
        provider = offered() if isinstance(offered, type) or not hasattr(offered, "enrich") \
            else offered
        if not isinstance(provider.name, str) or not callable(provider.enrich):
            raise TypeError("name must be text and enrich a method")
    except Exception as error:  # whatever somebody else's package raises
        return _Unloadable(point.name, f"{type(error).__name__}: {error}"[:200])
    loaded: Provider = provider
    return loaded
