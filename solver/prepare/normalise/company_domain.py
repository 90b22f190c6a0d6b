"""Which domains are a company's own: those of mail providers say nothing about a company."""

from __future__ import annotations

from collections.abc import Collection

from solver.prepare.normalise.domain import normalise_domain, registrable
from solver.prepare.normalise.free_mail import is_free_mail


class CompanyDomains:
    """Tells domains of companies from those of mail providers.

    Parameters
    ----------
    free_mail
        Domains of providers besides the built-in list.
    """

    def __init__(self, free_mail: Collection[str] = ()) -> None:
        self._more = frozenset(domain.lower() for domain in free_mail)

    def of(self, text: str) -> str | None:
        """Return the registrable domain of a domain or an address, None where no company's."""
        bare = text.rpartition("@")[2].strip().lower()
        if "/" in bare:
            bare = normalise_domain(bare).value or ""
        own = registrable(bare)
        if own is None or {bare, own} & self._more or is_free_mail(bare) or is_free_mail(own):
            return None
        return own
