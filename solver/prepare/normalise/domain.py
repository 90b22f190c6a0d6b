"""Web domains: URLs and hosts to one host name, and what of it the company registered."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised

if TYPE_CHECKING:
    from tldextract import TLDExtract
    from tldextract.tldextract import ExtractResult

#: Reserved for documentation (RFC 2606): samples and tests give each company one below them.
_SAMPLE_SUFFIXES = ("example.com", "example.net", "example.org")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?/{2,}|(?:https?|ftp|mailto):/*|https?;?/+", re.ASCII)
_HOST_ENDS = re.compile(r"[/?#\\]")
_PORT = re.compile(r":[0-9]*$")
_WWW = re.compile(r"^www[0-9]?\.(?=[^.]+\.)")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_BETWEEN = re.compile(r"[\s,;|]+")
#: A page there says nothing about the company's own domain.
_PAGES_OF_OTHERS = frozenset({
    "about.me", "bit.ly", "facebook.com", "fb.com", "fb.me", "g.page", "github.com", "goo.gl",
    "indiamart.com", "instagram.com", "linkedin.com", "linktr.ee", "maps.google.com",
    "medium.com", "pinterest.com", "sites.google.com", "t.me", "tiktok.com", "twitter.com",
    "vk.com", "wa.me", "wechat.com", "x.com", "xing.com", "yelp.com", "youtu.be", "youtube.com",
})
_LONGEST_URL, _LONGEST_HOST = 2_000, 253


@lru_cache(maxsize=CACHED)
def normalise_domain(text: str) -> Cell:
    """Return the host of a URL, host or e-mail address, in small letters.

    Without scheme, user, port, path and ``www.``; international names in their ASCII form
    (punycode). Of several the first counts. A host below no public suffix (``localhost``, an IP
    address) is unknown. A page on someone else's site (``linkedin.com/company/acme``) is as good
    as blank.
    """
    if (blank := as_blank(text)) is not None:
        return blank
    first, *others = _BETWEEN.split(text.strip()[:_LONGEST_URL].strip("<>\"'()[] ,;|").strip())
    host, page = _host_and_page(first)
    name = _ascii(host)
    if name is None or not _extract(name).suffix or "." not in name:
        return unrecognised(text)
    if page and (name in _PAGES_OF_OTHERS or registrable(name) in _PAGES_OF_OTHERS):
        return Cell(None, "page on another site")
    rule = "first domain of several" if any(others) else \
        "domain of a URL" if host != first.lower() else "domain spelling"
    return recognised(text, rule, name)


@lru_cache(maxsize=CACHED)
def registrable(domain: str) -> str | None:
    """Return what of a host its owner registered: ``mail.acme.co.uk`` gives ``acme.co.uk``.

    By the public suffix list that `tldextract` brings along, hosting suffixes (``github.io``)
    included; None: `domain` is a suffix itself, or below none.
    """
    name = _ascii(domain.strip())
    return (_extract(name).top_domain_under_public_suffix or None) if name is not None else None


@lru_cache(maxsize=CACHED)
def brand(domain: str) -> str | None:
    """Return the registered name without its suffix: ``acme`` of ``acme.de`` and ``acme.com``."""
    name = _ascii(domain.strip())
    found = None if name is None else _extract(name)
    return found.domain if found is not None and found.suffix and found.domain else None


def _host_and_page(url: str) -> tuple[str, bool]:
    """Return the host of a URL, and whether a page of it is named."""
    rest = _SCHEME.sub("", url.lower(), count=1) if _SCHEME.match(url.lower()) else url.lower()
    host, *page = _HOST_ENDS.split(rest, maxsplit=1)
    return _PORT.sub("", host.rpartition("@")[2]).strip("."), any(page)


@lru_cache(maxsize=CACHED)
def _ascii(host: str) -> str | None:
    """Return a host name in ASCII without ``www.``; None: it is no host name."""
    import idna  # noqa: PLC0415

    name = host.lower().strip(".")
    if not name or len(name) > _LONGEST_HOST:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    while _WWW.match(name):
        name = _WWW.sub("", name)
    sound = len(name) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, name.split(".")))
    return name if sound else None


def _extract(name: str) -> ExtractResult:
    return _extractor()(name)


@lru_cache(maxsize=1)
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415

    # No look at the network, no cache on disk: the same list on every machine.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), extra_suffixes=_SAMPLE_SUFFIXES,
                      include_psl_private_domains=True)
