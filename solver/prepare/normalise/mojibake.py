"""Text whose encoding was taken for another one on the way: ``MÃ¼ller`` for ``Müller``."""

from __future__ import annotations

import re
from functools import lru_cache

from solver.prepare.normalise.outcome import CACHED

#: What one letter becomes: two signs or more, none of them ASCII.
_SUSPICIOUS = re.compile(r"[^\x00-\x7f]{2}")


@lru_cache(maxsize=CACHED)
def mend_encoding(text: str) -> str:
    """Return what was meant by UTF-8 read as another encoding, once or several times.

    By `ftfy`, which leaves alone what may be meant as it stands. Signs that stand for a lost byte
    are not guessed.
    """
    if _SUSPICIOUS.search(text) is None:
        return text
    from ftfy import TextFixerConfig, fix_encoding  # noqa: PLC0415 - read only where needed

    return fix_encoding(text, TextFixerConfig(
        replace_lossy_sequences=False, decode_inconsistent_utf8=False, fix_c1_controls=False))
