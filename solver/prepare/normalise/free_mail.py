"""Mail providers where anyone gets an address: such a domain says nothing about the company."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

#: Domains that are remembered.
_KEPT = 16_384


@lru_cache(maxsize=_KEPT)
def is_free_mail(domain: str) -> bool:
    """Tell whether anyone can get an address there: free providers and disposable addresses.

    A host below a listed domain (``eu.gmail.com``) counts as that domain.
    """
    return _listed(domain, provider_domains("free")) or is_disposable(domain)


def is_disposable(domain: str) -> bool:
    """Tell whether addresses there are made to be thrown away."""
    return _listed(domain, provider_domains("disposable"))


def _listed(domain: str, listed: frozenset[str]) -> bool:
    name = domain.strip().lower().strip(".")
    while name:
        if name in listed:
            return True
        name = name.partition(".")[2]
    return False


@lru_cache(maxsize=2)
def provider_domains(kind: str) -> frozenset[str]:
    """Return the domains of one section of ``free_mail.txt``."""
    text = files("solver.prepare.normalise").joinpath("free_mail.txt").read_text("utf-8")
    section = text.partition(f"[{kind}]\n")[2].partition("\n[")[0]
    return frozenset(line.strip() for line in section.splitlines()
                     if line.strip() and not line.startswith("#"))
