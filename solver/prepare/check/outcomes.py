"""Whether a lead was won, as far as the columns of the CRMs say."""

from __future__ import annotations

from solver.models import Lead
from solver.names import name_key

_YES, _NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
#: Column to the values that say won, and those that say not; other values say nothing. Salesforce
#: marks converted leads, HubSpot has customers, Dynamics qualifies leads (API names and labels).
_COLUMNS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "isconverted": (_YES, _NO),
    "converted": (_YES, _NO),
    **dict.fromkeys(("lifecyclestage", "lifecycle stage"), (
        frozenset({"customer", "evangelist"}),
        frozenset({"subscriber", "lead", "marketingqualifiedlead", "marketing qualified lead",
                   "salesqualifiedlead", "sales qualified lead", "opportunity"}))),
    **dict.fromkeys(("statecode", "state code"), (
        frozenset({"qualified"}), frozenset({"open", "disqualified"}))),
}


def was_converted(lead: Lead) -> bool | None:
    """Return whether the export says that the lead was won; None where it does not say."""
    for column, text in lead.attributes.items():
        won, not_won = _COLUMNS.get(name_key(column), (frozenset(), frozenset()))
        value = name_key(text.strip())
        if value in won:
            return True
        if value in not_won:
            return False
    return None
