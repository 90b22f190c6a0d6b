"""E-mail addresses: syntax, one spelling, and whose the domain is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.free_mail import is_free_mail
from solver.prepare.normalise.outcome import CACHED, as_blank

_ANGLED = re.compile(r"<([^<>]+)>")
_MAILTO = re.compile(r"^mailto:\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|/]+")
_JOINERS = frozenset({"or", "and", "oder", "und", "y", "o", "et", "ou", "&"})
_LONGEST = 2_000
#: A bare address whose local part needs no look by the library: letters, digits and a few signs,
#: single dots inside (RFC 5322, dot-atom), and short enough for every limit of length.
_PLAIN = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)"
                    r"@([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")
_LONGEST_PLAIN = 64


@dataclass(frozen=True, slots=True)
class EmailCell(Cell):
    """An e-mail address after normalising."""

    domain: str | None = None
    """Host name in ASCII; None: no valid address."""
    is_free: bool = False
    """Whether anyone gets an address there."""


#: What people write on both sides of the sign who have no address, or give none.
_NOBODY = frozenset(("na", "no", "noemail", "nomail", "none", "noreply", "null", "test", "unknown",
                     "xxx"))


@lru_cache(maxsize=CACHED)
def normalise_email(text: str) -> EmailCell:
    """Return an address in small letters, without ``mailto:``, angle brackets and names.

    Checked for syntax alone; international domains in ASCII. Of several the first valid one
    counts. What is no address stays as it came, and is unknown; ``noemail@noemail.com`` and its
    like are nobody's.
    """
    trimmed = text.strip()
    if (plain := _plain(trimmed)) is not None:
        domain = _plain_domain(plain[2])
        return EmailCell(trimmed, known=False) if domain is None else _cell(
            trimmed, f"{plain[1].lower()}@{domain}", domain, "e-mail spelling")
    if (blank := as_blank(text)) is not None:
        return EmailCell(blank.value, blank.rule)
    candidates = _candidates(trimmed) if len(trimmed) <= _LONGEST else []
    for candidate in candidates:
        if (parts := _valid(candidate)) is not None:
            return _cell(trimmed, *parts, "first e-mail of several" if len(candidates) > 1
                         else "e-mail spelling")
    return EmailCell(trimmed, known=False)


def _cell(trimmed: str, value: str, domain: str, rule: str) -> EmailCell:
    if domain.partition(".")[0] in _NOBODY and value.partition("@")[0] in _NOBODY:
        return EmailCell(None, "placeholder")
    return EmailCell(value, None if value == trimmed else rule, domain=domain,
                     is_free=is_free_mail(domain))


def _candidates(text: str) -> list[str]:
    """Return what may be addresses: all in angle brackets, else all words with an ``@``."""
    if angled := [inside for inside in _ANGLED.findall(text) if "@" in inside]:
        return [_bare(inside) for inside in angled]
    words = [_bare(word) for word in _BETWEEN.split(_MAILTO.sub("", text))
             if word.lower() not in _JOINERS]
    with_at = [word for word in words if "@" in word]
    # More words than one address, and one of them is no name beside it: a sentence, not a cell.
    return with_at if len(with_at) == len([word for word in words if word]) else []


def _bare(text: str) -> str:
    return _MAILTO.sub("", text.strip()).partition("?")[0].strip("<>()[]\"'.,:; ")


def _valid(text: str) -> tuple[str, str] | None:
    """Return the address and its domain; None: it is none, or changes when looked at again."""
    first = _checked(text)
    return first if first is None or first[0] == text or _checked(first[0]) == first else None


def _checked(text: str) -> tuple[str, str] | None:
    plain = _plain(text)
    if plain is None:
        return _asked(text)
    domain = _plain_domain(plain[2])
    return None if domain is None else (f"{plain[1].lower()}@{domain}", domain)


def _plain(text: str) -> re.Match[str] | None:
    return _PLAIN.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None


@lru_cache(maxsize=CACHED)
def _plain_domain(domain: str) -> str | None:
    """Return the domain of a plain address as it is written; many addresses share one.

    None: no address is valid there, or it changes when it is looked at again.
    """
    found = _asked(f"a@{domain}")
    if found is None or found[1] == domain or _asked(found[0]) == found:
        return found and found[1]
    return None


def _asked(text: str) -> tuple[str, str] | None:
    """Ask the library for the address in small letters and its domain; None: it is none."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        # Sample data and tests have addresses below the reserved ``.test``.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError, ValueError):
        return None
    domain = found.ascii_domain.lower()
    if "." not in domain:
        return None
    return unicodedata.normalize("NFC", found.local_part.lower()) + f"@{domain}", domain
