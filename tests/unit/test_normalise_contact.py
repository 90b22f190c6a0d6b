"""Phone numbers, e-mail addresses and web domains, in the spellings of exports."""

from __future__ import annotations

import pytest

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.domain import brand, normalise_domain, registrable
from solver.prepare.normalise.email import EmailCell, normalise_email
from solver.prepare.normalise.free_mail import is_disposable, is_free_mail, provider_domains
from solver.prepare.normalise.phone import PhoneCell, normalise_phone


@pytest.mark.parametrize(("text", "country", "value", "owner", "zone"), [
    ("(617) 555-0123", "US", "+16175550123", "US", "America/New_York"),
    ("+1 617 555 0123", None, "+16175550123", "US", "America/New_York"),
    ("416-555-0123", "US", "+14165550123", "CA", "America/Toronto"),
    ("030 123456", "DE", "+4930123456", "DE", "Europe/Berlin"),
    ("0151 23456789", "de", "+4915123456789", "DE", "Europe/Berlin"),
    ("0049 30 123456", None, "+4930123456", "DE", "Europe/Berlin"),
    ("0049 30 123456", "US", "+4930123456", "DE", "Europe/Berlin"),
    ("020 7946 0958", "GB", "+442079460958", "GB", "Europe/London"),
    ("9876543210", "IN", "+919876543210", "IN", "Asia/Kolkata"),
    ("138 0013 8000", "CN", "+8613800138000", "CN", "Asia/Shanghai"),
    ("+34 928 123456", None, "+34928123456", "ES", "Atlantic/Canary"),
    ("617-555-0123 x45", "US", "+16175550123;ext=45", "US", "America/New_York"),
    ("6175550123.0", "US", "+16175550123", "US", "America/New_York"),
    ("1-800-FLOWERS", "US", "+18003569377", None, None),
    ("+800 1234 5678", None, "+80012345678", None, None),
])
def test_phone(text: str, country: str | None, value: str, owner: str | None,
               zone: str | None) -> None:
    """National and international numbers become E.164 with their country and zone."""
    cell = normalise_phone(text, country)
    assert cell == PhoneCell(value, "phone number", country=owner)
    assert cell.timezone == zone


@pytest.mark.parametrize("text", ["617-555-0123 / 617-555-0199", "617-555-0123; 617-555-0199",
                                  "123, 617-555-0123", "617-555-0123 or 617-555-0199"])
def test_several_phones(text: str) -> None:
    """Of several numbers in one cell the first valid one counts, and the rule says so."""
    cell = normalise_phone(text, "US")
    assert (cell.value, cell.rule) == ("+16175550123", "first phone of several")


@pytest.mark.parametrize(("text", "country"), [
    ("000-000-0000", "US"), ("123", "US"), ("(617) 555-0123", None), ("1.61756E+10", "US"),
    ("call me", "US"), ("030 123456", "ZZ"),
])
def test_invalid_phone(text: str, country: str | None) -> None:
    """What is no number there stays as it came."""
    assert normalise_phone(text, country) == PhoneCell(text, known=False)


def test_phone_that_says_nothing() -> None:
    """A placeholder is as good as blank; a number in E.164 is not changed."""
    assert normalise_phone("n/a", "US") == PhoneCell(None, "placeholder")
    assert normalise_phone(" ", "US") == PhoneCell(None)
    assert normalise_phone("+16175550123;ext=45", "DE").rule is None


@pytest.mark.parametrize(("text", "value", "rule"), [
    ("bob@example.com", "bob@example.com", None), ("bob@acme.test", "bob@acme.test", None),
    ("Bob@Acme.COM", "bob@acme.com", "e-mail spelling"),
    ("mailto:bob@acme.com?subject=x", "bob@acme.com", "e-mail spelling"),
    ("Bob Smith <bob@acme.com>", "bob@acme.com", "e-mail spelling"),
    ("'bob@acme.com'", "bob@acme.com", "e-mail spelling"),
    ("bob@acme.com.", "bob@acme.com", "e-mail spelling"),
    ("bob@bücher.de", "bob@xn--bcher-kva.de", "e-mail spelling"),
    ("BÖB@acme.com", "böb@acme.com", "e-mail spelling"),
    ("o'neil+x@acme.com", "o'neil+x@acme.com", None),
    ("bob@acme.com; eve@acme.com", "bob@acme.com", "first e-mail of several"),
    ("bob@ or eve@acme.com", "eve@acme.com", "first e-mail of several"),
])
def test_email(text: str, value: str, rule: str | None) -> None:
    """Small letters, no wrapping, one address, an ASCII domain."""
    cell = normalise_email(text)
    assert cell == EmailCell(value, rule, domain=value.partition("@")[2])


@pytest.mark.parametrize("text", ["bob", "bob@@acme.com", "bob@acme", "bob@localhost", "a b@c.com",
                                  "@acme.com", "bob@-acme.com"])
def test_invalid_email(text: str) -> None:
    """What is no address stays as it came, without a domain."""
    assert normalise_email(text) == EmailCell(text, known=False)


def test_email_of_a_free_provider() -> None:
    """A free or disposable address says so; a placeholder is as good as blank."""
    assert normalise_email("bob@GMail.com").is_free
    assert normalise_email("bob@mailinator.com").is_free
    assert not normalise_email("bob@acme.com").is_free
    assert normalise_email("none") == EmailCell(None, "placeholder")


def test_free_mail_lists() -> None:
    """Free providers with country variants, disposable ones apart, hosts below them too."""
    assert is_free_mail("yahoo.co.uk")
    assert is_free_mail("EU.gmail.com.")
    assert is_free_mail("yopmail.com")
    assert is_disposable("yopmail.com")
    assert not is_disposable("gmail.com")
    assert not is_free_mail("notgmail.com")
    assert not is_free_mail("com")
    assert not is_free_mail("")
    assert len(provider_domains("free")) >= 150
    assert len(provider_domains("disposable")) >= 40
    assert not provider_domains("free") & provider_domains("disposable")


def test_listed_mail_domains_are_domains() -> None:
    """Every line of the list is a host name in its normal spelling."""
    assert [line for kind in ("free", "disposable") for line in provider_domains(kind)
            if normalise_domain(line) != Cell(line)] == []


@pytest.mark.parametrize(("text", "value", "rule"), [
    ("acme.com", "acme.com", None), ("xn--bcher-kva.de", "xn--bcher-kva.de", None),
    ("www.com", "www.com", None), ("facebook.com", "facebook.com", None),
    ("ACME.com", "acme.com", "domain spelling"), ("www.acme.co.uk", "acme.co.uk",
                                                  "domain spelling"),
    ("Bücher.de", "xn--bcher-kva.de", "domain spelling"),
    ("https://www.Acme.com/path?x=1#y", "acme.com", "domain of a URL"),
    ("http://user:pw@acme.com:80/", "acme.com", "domain of a URL"),
    ("acme.com:8080", "acme.com", "domain of a URL"), ("//acme.com", "acme.com", "domain of a URL"),
    ("http//acme.com", "acme.com", "domain of a URL"),
    ("bob@acme.com", "acme.com", "domain of a URL"),
    ("acme.com, acme.de", "acme.com", "first domain of several"),
    ("https://www.linkedin.com/company/acme", None, "page on another site"),
    ("n/a", None, "placeholder"), ("", None, None),
])
def test_domain(text: str, value: str | None, rule: str | None) -> None:
    """URLs and hosts become one host name; a page elsewhere is as good as blank."""
    assert normalise_domain(text) == Cell(value, rule)


@pytest.mark.parametrize("text", ["localhost", "127.0.0.1", "acme.local", "[::1]", "Acme Inc",
                                  "my_site.acme.com", "-acme.com", "http://", "a..com"])
def test_unknown_domain(text: str) -> None:
    """A host below no public suffix, and what is none, stay unknown."""
    assert normalise_domain(text) == Cell(text, known=False)


@pytest.mark.parametrize(("domain", "owned", "name"), [
    ("mail.acme.com", "acme.com", "acme"), ("acme.de", "acme.de", "acme"),
    ("shop.acme.co.uk", "acme.co.uk", "acme"), ("co.uk", None, None),
    ("acme.example.com", "acme.example.com", "acme"), ("example.com", None, None),
    ("acme.github.io", "acme.github.io", "acme"), ("acme.local", None, None), ("", None, None),
    ("not a host", None, None), ("WWW.Acme.com", "acme.com", "acme"),
])
def test_registered_part(domain: str, owned: str | None, name: str | None) -> None:
    """Subdomains fold, country and hosting suffixes count as suffixes."""
    assert registrable(domain) == owned
    assert brand(domain) == name
