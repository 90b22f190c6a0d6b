"""The many spellings of MarketStar's industries, sorted into fourteen groups.

The spellings come from several list vendors (``TELECOM``, ``advertising_&_marketing``,
``Government &amp; Politics``), so a label is reduced to plain words and belongs to the first group
with a word that begins one of them.
"""

from __future__ import annotations

import html
import re

#: Labels that say nothing; they count as no industry.
VAGUE = frozenset({"", "n a", "other", "other industry not listed", "unknown", "unlisted"})

#: Ordered: ``hospitality`` must not be caught by ``hospital``, nor ``biotech`` by ``tech``.
_GROUPS = (
    ("travel and leisure", r"travel|hotel|hospitality|airline|restaurant|leisure|attraction"
                           r"|sport|recreation|club|spa\b"),
    ("finance", r"financ|bank|insurance|capital|fsi\b"),
    ("health", r"health|pharma|biotech|medical|life science|hospital"),
    ("education", r"educat|academic|research"),
    ("public", r"government|govt|politic|non ?profit|organi|association|community|museum"
               r"|environmental"),
    ("media", r"media|advertis|marketing|marketer|publish|entertain|gaming|arts|movies|concert"
              r"|agency|blog"),
    ("telecom", r"telecom|communication"),
    ("retail", r"retail|ecommerce|distributor|wholesale|shopping|home improvement"),
    ("consumer goods", r"consumer|cpg\b|food|beverage|apparel|household|tobacco|beauty|baby"),
    ("technology", r"software|internet|tech|saas|it services|computer|service provider"),
    ("construction", r"construct|building|real estate|engineering|aec\b"),
    ("energy", r"energy|utilit|electricity|oil\b|gas\b"),
    ("manufacturing", r"manufactur|machinery|chemical|metal|mining|mineral|electric|aerospace"
                      r"|defense|automotive|transport|logistic|packaging|industrial|marine|agricult"
                      r"|printing"),
    ("business services", r"professional|business|commercial|consult|law|legal|human resources"
                          r"|services|holding|design"),
)
_PATTERNS = tuple((group, re.compile(rf"\b(?:{words})")) for group, words in _GROUPS)


def industry_words(label: str) -> str:
    """Return a label as lower-case words: entities resolved, all other signs as one blank."""
    return " ".join(re.findall(r"[a-z0-9]+", html.unescape(label).casefold()))


def industry_group(label: str) -> str | None:
    """Return the group of an industry label, or ``None`` where no word of it is known."""
    words = industry_words(label)
    return next((group for group, pattern in _PATTERNS if pattern.search(words)), None)
