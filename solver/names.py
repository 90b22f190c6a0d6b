"""How names compare: NFC and Unicode case folding; postal prefixes in capitals, no spaces."""

from __future__ import annotations

import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

#: Levels, weights and ``match.unknown`` are held in units of 1/LEVEL_SCALE.
LEVEL_SCALE = 10_000
#: The territory a rep names to sell everywhere, at the overlay fit.
OVERLAY = "*"
#: Readings kept: names and numbers come again, on many leads and in the next window.
_KEPT = 1 << 16


@lru_cache(maxsize=_KEPT)
def name_key(name: str) -> str:
    """Return the form in which skills, languages, places, industries and sources compare."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def postal_key(code: str) -> str:
    """Return a postal code or prefix in upper case without spaces."""
    return "".join(code.split()).upper()


@lru_cache(maxsize=_KEPT)
def ten_thousandths(number: float) -> int:
    """Round a level or a weight to units of 1/10,000, ties to even, on its decimal digits."""
    return int((Decimal(repr(float(number))) * LEVEL_SCALE).to_integral_value(ROUND_HALF_EVEN))
