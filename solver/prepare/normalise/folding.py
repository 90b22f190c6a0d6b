"""Folding: one spelling for texts that differ in case, accents, punctuation or width."""

from __future__ import annotations

import unicodedata

#: Letters that Unicode does not take apart, as people without them on the keyboard write them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                        "ı": "i", "ħ": "h", "ŧ": "t", "ə": "e", "ⁿ": "n", "&": " and "})
#: How umlauts and their kin are written where the keyboard has none.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_APOSTROPHES = frozenset("'’‘`´ʻʼʾʿ′‛")
_SAINTS = {"st": "saint", "ste": "sainte"}
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF
#: The same for plain text, without looking each letter up.
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else "" if chr(code) in _APOSTROPHES
          else " and " if chr(code) == "&" else " " for code in range(128)}


def fold(text: str) -> str:
    """Return `text` in small letters and digits with single blanks, without Latin accents.

    Accents of other scripts tell words apart and stay; ``St.`` is ``saint``, ``&`` is ``and``,
    single letters with dots or blanks are one word (``U.S.A.``), a flag is its country code.
    """
    if text.isascii():
        return _joined(text.translate(_ASCII))
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _joined(opened.translate(_PLAIN).translate(_FOLDED))


def foldings(text: str) -> tuple[str, ...]:
    """Return the foldings under which a name is found: ``thuringen`` and ``thueringen``."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return tuple(dict.fromkeys((fold(text), fold(composed.translate(_SPELT_OUT)))))


class _Folded(dict[int, str]):
    """Characters by their code to what they are folded to, each looked at once."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


def _folded(character: str) -> str:
    """Return the letter, mark or digit itself, nothing for accents, else a blank."""
    if character in _APOSTROPHES or "\u0300" <= character <= "\u036f":
        return ""
    if _FIRST_FLAG <= ord(character) <= _LAST_FLAG:
        return chr(ord("a") + ord(character) - _FIRST_FLAG)
    return character if unicodedata.category(character)[0] in "LMN" else " "


_FOLDED = _Folded()


def _joined(kept: str) -> str:
    words = kept.split()
    if len(words) > 1 and all(len(word) == 1 and word.isascii() for word in words):
        return "".join(words)
    return " ".join(_SAINTS.get(word, word) for word in words)
