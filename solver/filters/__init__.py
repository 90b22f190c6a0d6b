"""One filter language for every rule of a policy: read once, asked in arrays."""

from solver.filters.language.errors import FilterError
from solver.filters.language.fields import FIELDS, FieldRef, Kind, Side
from solver.filters.language.parse import parse_filter
from solver.filters.language.render import render
from solver.filters.language.tree import About, Filter, fields_of
from solver.filters.masks.masks import lead_mask, rep_mask
from solver.filters.masks.pairs import PairMask, pair_mask
from solver.filters.masks.tables import LeadContext, LeadTable, RepTable

__all__ = [
    "FIELDS",
    "About",
    "FieldRef",
    "Filter",
    "FilterError",
    "Kind",
    "LeadContext",
    "LeadTable",
    "PairMask",
    "RepTable",
    "Side",
    "fields_of",
    "lead_mask",
    "pair_mask",
    "parse_filter",
    "render",
    "rep_mask",
]
