"""What the normalisers of names and titles share: tidying what is shown, the folded words."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from solver.prepare.normalise.folding import fold

#: Longest cell that a reader of numbers, sizes, dates or titles looks at.
MAX_SHORT_CELL = 200

#: Invisible signs that no name needs: controls, soft hyphens, marks of direction, halves of
#: surrogate pairs. The joiners of Persian and Indic scripts stay.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
                        "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
#: With its semicolon only: ``B&notes`` is a name, not ``B`` and a sign of logic.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NESTED_ENTITY = re.compile(r"&(?:amp;)+")
_DOUBLE_QUOTES = dict.fromkeys(map(ord, "“”„‟″«»〝〞＂"), '"')
_SINGLE_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ′‹›´＇"), "'")
_QUOTES = {**_DOUBLE_QUOTES, **_SINGLE_QUOTES}
#: Not the apostrophe of ``’t Hooft`` nor of ``Farmers’``.
_OUTER_SINGLE = re.compile("^[‘’‚‛ʼ′‹›´`]+(?![tTsS]\\b)|(?<![sS‘’‚‛ʼ′‹›´`])[‘’‚‛ʼ′‹›´`]+$")


def tidy(text: str) -> tuple[str, str | None]:
    """Return the text as it is safe to show, and what was done to it (None: at most trimmed).

    Entities of HTML are resolved, invisible signs dropped, runs of blanks made one, typographic
    quotes made ASCII and those without a partner dropped; the rest takes Unicode's composed form.
    Tidying what is tidy changes nothing.
    """
    done: dict[str, None] = {}
    text = text.strip()
    before = None
    while text != before:
        before = text
        for label, step in _STEPS:
            changed = step(text)
            if changed != text:
                done[label] = None
                text = changed
    return text, ", ".join(done) or None


def _resolve_entities(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _NESTED_ENTITY.sub("&", text))


def _drop_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _drop_quotes(text: str) -> str:
    text = _OUTER_SINGLE.sub("", text).translate(_QUOTES).replace('""', '"')
    if text.count('"') == 1 and not re.search(r'\d"', text):  # 12" is a length
        return text.replace('"', " ").strip()
    if text.count('"') == 2 and text[0] == text[-1] == '"':
        return text[1:-1].strip()
    return text


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _join_blanks(text: str) -> str:
    return " ".join(text.split())


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("HTML entity", _resolve_entities), ("invisible sign", _drop_invisible),
    ("quotes", _drop_quotes), ("Unicode form", _compose), ("blanks", _join_blanks))


def words(text: str) -> list[str]:
    """Return the folded words of a text, entities of HTML resolved."""
    return fold(_resolve_entities(text)).split()
