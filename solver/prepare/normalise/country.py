"""Countries: names, codes and local spellings to ISO 3166-1 alpha-2."""

from __future__ import annotations

import re
from functools import lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.country_names import (
    countries,
    country_codes,
    english_names,
    local_names,
    spelt_names,
)
from solver.prepare.normalise.folding import fold
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised
from solver.prepare.normalise.region_names import full_names
from solver.prepare.normalise.spelling import closest
from solver.prepare.normalise.zone_rules import zone_cities

_ARTICLES = re.compile(r"^the | the$")
_BRACKETED = re.compile(r"^([^()\[\]]+)[(\[]([^()\[\]]+)[)\]]$")
_JOINED = re.compile(r"\s+[-–—|/:]\s+|\s*[|:]\s*")
#: No country has a longer name; what is longer is no name.
_LONGEST = 120


@lru_cache(maxsize=CACHED)
def normalise_country(text: str) -> Cell:
    """Return the alpha-2 code of a country: ``Deutschland``, ``U.S.A.``, ``276``, ``Philipines``.

    ``NA`` in capitals is Namibia, as ISO says; ``n/a`` is a placeholder. A name that fits several
    countries (``Kongo``), or a part that speaks against the rest (``US - Germany``), is unknown.
    Kosovo is ``XK``, as in CLDR, though ISO has not assigned it.
    """
    trimmed = text.strip()
    if trimmed in countries():
        return Cell(trimmed)
    if (blank := as_blank(text)) is not None:
        return blank
    if len(trimmed) > _LONGEST:
        return unrecognised(text)
    for part in (trimmed, *_agreeing_parts(trimmed)):
        if (code := country_codes().get(fold(part))) is not None:
            return recognised(text, "country code", code)
        if (code := _named(fold(part))) is not None:
            return recognised(text, "country name", code)
    # A place that has this very name is no slip: Vienna, Tainan, Saint Mary.
    is_place = fold(trimmed) in full_names(None) or trimmed.lower() in zone_cities()
    meant = frozenset() if is_place else closest(fold(trimmed), spelt_names())
    return recognised(text, "country spelling", *meant) if len(meant) == 1 \
        else unrecognised(text)


def _named(key: str) -> str | None:
    """Return the only country of a folded name, English names first."""
    for name in (key, _ARTICLES.sub("", key)):
        if (code := english_names().get(name)) is not None:
            return code
    # A name that no locale shares between two countries.
    meant = local_names().get(key, frozenset())
    return next(iter(meant)) if len(meant) == 1 else None


def _agreeing_parts(text: str) -> tuple[str, ...]:
    """Return the first of two parts that name one country: ``Germany (DE)``, ``US - USA``."""
    bracketed = _BRACKETED.match(text)
    parts = bracketed.groups() if bracketed else tuple(_JOINED.split(text))
    if len(parts) != 2:
        return ()
    codes = {country_codes().get(fold(part)) or _named(fold(part)) for part in parts}
    return parts[:1] if len(codes) == 1 and None not in codes else ()
