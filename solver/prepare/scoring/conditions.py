"""The conditions of a scoring as tests of one lead or one activity, with what they found."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

from solver.models.lead import Lead
from solver.models.scoring import Did, EmailKind, When
from solver.names import name_key

#: What kind of mail server a domain in lower case is; None: not known.
MailKind = Callable[[str], EmailKind | None]
#: Says in words what of the lead matches, or None.
LeadTest = Callable[[Lead], str | None]
#: Takes kind and detail of an activity.
ActivityTest = Callable[[str, str], bool]
_Ends = tuple[float | None, float | None]
_NAMES = ("function", "seniority", "industry", "sector", "country", "region")
_RANGES = ("employees", "annual_revenue")


def lead_test(when: When, mail_kind: MailKind) -> LeadTest:
    """Return a test of a lead: every key given must match.

    Parameters
    ----------
    when
        The condition.
    mail_kind
        Kind of the mail server of a domain in lower case.
    """
    tests = list(_tests(when, mail_kind))

    def test(lead: Lead) -> str | None:
        found: list[str] = []
        for one in tests:
            part = one(lead)
            if part is None:
                return None
            found.append(part)
        return ", ".join(found)

    return test


def activity_test(did: Did) -> ActivityTest:
    """Return a test of an activity's kind and detail; its age is not looked at."""
    kinds = frozenset(map(name_key, did.kind))
    texts = tuple(map(name_key, did.detail_contains))

    def test(kind: str, detail: str) -> bool:
        if kinds and name_key(kind) not in kinds:
            return False
        return not texts or any(text in name_key(detail) for text in texts)

    return test


def _tests(when: When, mail_kind: MailKind) -> Iterable[LeadTest]:
    if when.title:
        yield _title_test(when.title)
    for field in _NAMES:
        if values := getattr(when, field):
            yield _name_test(field, values)
    if when.source:
        yield _source_test(when.source)
    if when.domain:
        yield _domain_test(when.domain)
    if when.email:
        yield _email_test(when.email, mail_kind)
    given = ((field, getattr(when, field)) for field in _RANGES)
    yield from (_range_test(field, ends) for field, ends in given if ends is not None)
    yield from (_attribute_test(name, texts) for name, texts in when.attributes.items())
    yield from (_number_test(name, ends) for name, ends in when.numbers.items())


def _title_test(phrases: Sequence[str]) -> LeadTest:
    wanted = tuple(f" {_words(phrase)} " for phrase in phrases)

    def test(lead: Lead) -> str | None:
        title = f" {_words(lead.title)} " if lead.title else ""
        return f"title {lead.title}" if any(phrase in title for phrase in wanted) else None

    return test


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", name_key(text)))


def _name_test(field: str, values: Sequence[str]) -> LeadTest:
    wanted = frozenset(map(name_key, values))

    def test(lead: Lead) -> str | None:
        value = getattr(lead, field)
        return f"{field} {value}" if value is not None and name_key(value) in wanted else None

    return test


def _source_test(values: Sequence[str]) -> LeadTest:
    wanted = frozenset(map(name_key, values))

    def test(lead: Lead) -> str | None:
        all_of_it = lead.sources or ((lead.source,) if lead.source else ())
        return next((f"source {one}" for one in all_of_it if name_key(one) in wanted), None)

    return test


def _domain_test(values: Sequence[str]) -> LeadTest:
    wanted = tuple(value.casefold().lstrip(".@") for value in values)

    def test(lead: Lead) -> str | None:
        for domain in filter(None, (_host(lead.domain), mail_domain(lead))):
            if any(domain == one or domain.endswith(f".{one}") for one in wanted):
                return f"domain {domain}"
        return None

    return test


def _host(domain: str | None) -> str | None:
    """Return the host of a domain or of a web address that stands for it."""
    if domain is None:
        return None
    return domain.casefold().rpartition("://")[2].partition("/")[0].partition(":")[0]


def mail_domain(lead: Lead) -> str | None:
    """Return the domain of the lead's e-mail address in lower case, or None."""
    if lead.email is None:
        return None
    return lead.email.rpartition("@")[2].strip().casefold() if "@" in lead.email else None


def _email_test(kinds: Sequence[EmailKind], mail_kind: MailKind) -> LeadTest:
    def test(lead: Lead) -> str | None:
        domain = mail_domain(lead)
        kind = None if not domain else mail_kind(domain)
        return f"{kind.value} e-mail at {domain}" if kind is not None and kind in kinds else None

    return test


def _range_test(field: str, ends: _Ends) -> LeadTest:
    def test(lead: Lead) -> str | None:
        value: float | None = getattr(lead, field)
        return f"{field} {value:g}" if value is not None and _inside(value, ends) else None

    return test


def _inside(value: float, ends: _Ends) -> bool:
    low, high = ends
    return (low is None or value >= low) and (high is None or value <= high)


def _attribute_test(name: str, values: Sequence[str]) -> LeadTest:
    wanted = frozenset(map(name_key, values))

    def test(lead: Lead) -> str | None:
        value = _attribute(lead, name)
        return f"{name} {value}" if value is not None and name_key(value) in wanted else None

    return test


def _number_test(name: str, ends: _Ends) -> LeadTest:
    def test(lead: Lead) -> str | None:
        value = _attribute(lead, name)
        number = None if value is None else _number(value)
        return f"{name} {value}" if number is not None and _inside(number, ends) else None

    return test


def _attribute(lead: Lead, name: str) -> str | None:
    value = lead.attributes.get(name)
    if value is None:
        key = name_key(name)
        value = next((text for one, text in lead.attributes.items() if name_key(one) == key), None)
    return value or None


def _number(text: str) -> float | None:
    """Return a plain number; what is written in another way is normalised before it comes here."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
