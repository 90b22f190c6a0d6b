"""Evidence in words: what the weights of a pair were given for."""

from __future__ import annotations

from collections.abc import Callable

from solver.models import Account, Lead
from solver.models.preparation import Evidence
from solver.prepare.match.similarity import Floats
from solver.prepare.normalise.free_mail import is_free_mail

_Record = Lead | Account


def evidence_of(left: _Record, right: _Record, kinds: tuple[str, ...], weights: Floats
                ) -> tuple[Evidence, ...]:
    """Return what speaks for and against two records being one, the heaviest first.

    Parameters
    ----------
    left
        A lead.
    right
        A lead or an account.
    kinds
        What was compared.
    weights
        (K,) bits of each kind; those of 0 are left out.
    """
    found = [Evidence(kind=kind, detail=_detail(kind, left, right), weight=round(weight, 2))
             for kind, weight in zip(kinds, weights.tolist(), strict=True) if weight]
    return tuple(sorted(found, key=lambda one: (-abs(one.weight), one.kind)))


def _detail(kind: str, left: _Record, right: _Record) -> str:
    show = _SHOWN[kind]
    one, other = show(left), show(right)
    return f"both {one!r}" if one == other else f"{one!r} and {other!r}"


def _email(record: _Record) -> str:
    return record.email or "" if isinstance(record, Lead) else ""


def _person(record: _Record) -> str:
    if isinstance(record, Account):
        return ""
    name = " ".join(part for part in (record.first_name, record.last_name) if part)
    return name or _email(record).rpartition("@")[0]


def _domain(record: _Record) -> str:
    """Return the domain, or the name where the only one is a mail provider's."""
    mail = _email(record).rpartition("@")[2]
    return record.domain or ("" if is_free_mail(mail) else mail) or _company(record)


def _company(record: _Record) -> str:
    return (record.company if isinstance(record, Lead) else record.name) or ""


def _address(record: _Record) -> str:
    return ", ".join(part for part in (record.street, record.postal_code, record.city) if part)


_SHOWN: dict[str, Callable[[_Record], str]] = {
    "email": _email, "mailbox": _email, "person": _person, "domain": _domain, "company": _company,
    "phone": lambda record: record.phone or "", "country": lambda record: record.country or "",
    "address": _address}
