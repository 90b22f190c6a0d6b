"""The keys of blocking as texts, record by record: for stores that are asked, and for few records.

They are those of :mod:`solver.prepare.match.blocking` before crowded ones are split: two records
that are compared share one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from solver.models import Account, Lead
from solver.models.matching import Matching
from solver.prepare.match.blocking import MIN_HALVED, STRONG_CAP, WEAK_CAP
from solver.prepare.match.crowds import CROWD
from solver.prepare.match.facts import Facts, facts_of_account, facts_of_lead

#: Kind of what is compared, and the value.
Key = tuple[str, str]
#: Longer ones are cut, and end in a digest of the whole.
_LONGEST = 120
#: Kinds whose keys only hint, so that fewer records may share one.
_MOST = {"person": WEAK_CAP, "word": WEAK_CAP, "half": WEAK_CAP, "phone": CROWD}


def lead_keys(lead: Lead, rules: Matching) -> tuple[str, ...]:
    """Return the keys under which a lead is compared with other leads.

    Parameters
    ----------
    lead
        Normalised.
    rules
        Which mail domains say nothing.

    Returns
    -------
    tuple
        Such as ``email:ana@acme.com`` or ``company:acme``, each once, 140 characters at most. Two
        leads that are compared for duplicates share one.
    """
    return _texts(person_keys(facts_of_lead(lead, rules.free_mail)))


def lead_account_keys(lead: Lead, rules: Matching) -> tuple[str, ...]:
    """Return the keys under which a lead is compared with accounts; see :func:`account_keys`."""
    return _texts(_company_texts(facts_of_lead(lead, rules.free_mail)))


def account_keys(account: Account, rules: Matching) -> tuple[str, ...]:
    """Return the keys under which an account is compared with leads.

    Parameters
    ----------
    account
        Normalised.
    rules
        Which mail domains say nothing.

    Returns
    -------
    tuple
        As those of :func:`lead_keys`. A lead and an account that are compared share one, unless
        the lead names the account. Every word of the name is a key, not only its rarest two.
    """
    return _texts(_company_texts(facts_of_account(account, rules.free_mail)))


def most_of_key(key: str) -> int:
    """Return how many records may share a key and still all be compared by it.

    Those of a phone that more share are not compared by it at all: it is nobody's own.
    """
    return _MOST.get(key.partition(":")[0], STRONG_CAP)


def person_keys(facts: Facts) -> Iterator[Key]:
    """Yield the keys of a lead by which it may be one with another."""
    first, last = facts["first"], facts["last"]
    person = " ".join(sorted((first, last))) if first is not None and last is not None else None
    for kind, value in (("email", facts["email"]), ("phone", facts["phone"]), ("person", person),
                        ("web", facts["web"]), ("mail", facts["mail"]),
                        ("company", facts["squeezed"])):
        if value is not None:
            yield kind, value


def company_keys(facts: Facts) -> Iterator[Key]:
    """Yield the keys of a lead or an account by which they may be one company, but for words."""
    for kind, name in (("domain", "web"), ("domain", "mail"), ("phone", "phone"),
                       ("company", "squeezed"), ("company", "brand")):
        if (value := facts.get(name)) is not None:
            yield kind, value
    yield from (("half", half) for half in _halves(facts))


def words_of(facts: Facts) -> list[str]:
    """Return the words of a company's name, each once."""
    name = facts["name"]
    return [] if name is None else list(dict.fromkeys(name.split(" ")))


def _company_texts(facts: Facts) -> Iterator[Key]:
    yield from company_keys(facts)
    yield from (("word", word) for word in words_of(facts))


def _halves(facts: Facts) -> Iterator[str]:
    """Yield halves of a name within its country, as blocking makes them."""
    name, country = facts["name"], facts["country"]
    if name is None or country is None:
        return
    words = name.split(" ")
    alone = len(words[0]) < MIN_HALVED
    text, rest = (facts["squeezed"] or "", "") if alone else (words[0], words[-1][:1])
    if len(text) < MIN_HALVED:
        return
    for half in (len(text) // 2, (len(text) + 1) // 2, (len(text) - 1) // 2):
        yield f"^{text[:half]} {rest} {country}"
        yield f"${text[-half:]} {rest} {country}"


def _texts(keys: Iterable[Key]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{kind}:{_short(value)}" for kind, value in keys))


def _short(value: str) -> str:
    if len(value) <= _LONGEST:
        return value
    digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{value[:_LONGEST]}~{digest}"
