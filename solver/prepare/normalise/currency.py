"""Currencies by code, sign or name: from the Unicode CLDR (Babel) and ISO 4217 (pycountry)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import pycountry
from babel import Locale
from babel.numbers import get_currency_name

from solver.prepare.normalise.folding import fold

_LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "nb", "da", "ja", "zh", "cs",
            "hu", "tr", "ru")
_NAME_LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl")
#: Locales that put the kind of money last: ``US dollars``, ``Schweizer Franken``.
_LAST_WORD_LOCALES = ("en", "de")
#: Codes that people also write in small letters; ``all`` and ``top`` are words, too.
_SMALL_CODES = frozenset(("usd", "eur", "gbp", "chf", "jpy", "cad", "aud", "inr", "cny", "brl",
                          "mxn", "sek", "nok", "dkk", "pln", "nzd", "sgd", "hkd", "zar"))
_UNITS_OF_ACCOUNT = frozenset(("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"))
_SHARED_MONEY = frozenset(("XAF", "XCD", "XCG", "XOF", "XPF"))
#: Signs that several currencies share, by the English name of the kind of money; "$" stands for
#: pesos, too.
_SHARED_SIGNS = (("$", ("dollar", "peso")), ("rs", ("rupee",)), ("kr", ("krona", "krone", "króna")),
                 ("¥", ("yen", "yuan")))
_MORE_SIGNS: Mapping[str, str] = {"s$": "SGD", "usd$": "USD", "sfr": "CHF", "rmb": "CNY",
                                  "c$": "CAD", "cad$": "CAD", "aud$": "AUD"}


def currency_of(text: str) -> frozenset[str] | None:
    """Return the ISO 4217 codes that a code, sign or name may stand for; None: it is none.

    ``€`` is one, ``$`` are many. Several words must have a code in common (``US$ USD``).
    """
    text = text.strip()
    if text.upper() in _codes() and (text.isupper() or text.lower() in _SMALL_CODES):
        return frozenset((text.upper(),))
    table = _table()
    found = table.get(_sign_key(text)) or table.get(fold(text))
    if found is not None:
        return found
    parts = text.split()
    if len(parts) < 2:
        return None
    each = [currency_of(part) for part in parts]
    known = [codes for codes in each if codes is not None]
    common = frozenset.intersection(*known) if known else frozenset()
    return common if common and len(known) == len(each) else None


def _sign_key(text: str) -> str:
    return "".join(text.casefold().replace(".", "").split())


@cache
def _codes() -> frozenset[str]:
    """Return the codes of money in use: no units of account, metals or codes for testing."""
    every = {currency.alpha_3 for currency in pycountry.currencies}
    return frozenset(code for code in every - _UNITS_OF_ACCOUNT
                     if code[0] != "X" or code in _SHARED_MONEY)


@cache
def _table() -> Mapping[str, frozenset[str]]:
    """Return folded names and signs, each with the codes that it may stand for."""
    table: dict[str, set[str]] = defaultdict(set)
    for locale in _LOCALES:
        for code, sign in Locale.parse(locale).currency_symbols.items():
            if code in _codes() and sign != code:
                table[_sign_key(sign)].add(code)
    for code in _codes():
        for name in _names(code):
            table[name].add(code)
    for kind, codes in _kinds().items():
        table.setdefault(kind, codes)
    for sign, kinds in _SHARED_SIGNS:
        table[sign] |= {code for code in _codes() for kind in kinds
                        if get_currency_name(code, locale="en").casefold().endswith(kind)}
    for sign, code in _MORE_SIGNS.items():
        table[sign] = {code}
    return {name: frozenset(codes) for name, codes in table.items() if name}


def _names(code: str) -> Iterator[str]:
    """Yield the folded names of a currency, singular and plural."""
    for locale in _NAME_LOCALES:
        for count in (None, 1, 2):
            yield fold(get_currency_name(code, count, locale))


def _kinds() -> Mapping[str, set[str]]:
    """Return ``dollars``, ``Franken`` and their like, each with the codes that it may stand for."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for code in _codes():
        for locale in _LAST_WORD_LOCALES:
            for count in (None, 1, 2):
                kinds[fold(get_currency_name(code, count, locale)).split()[-1]].add(code)
    return kinds
