"""What a provider says of a field, in the form in which a lead holds it."""

from __future__ import annotations

from solver.prepare.enrich.values import as_it_is
from solver.prepare.normalise.amount import read_amount
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.domain import normalise_domain
from solver.prepare.normalise.email import normalise_email
from solver.prepare.normalise.headcount import read_headcount
from solver.prepare.normalise.zone import normalise_zone

_TEXTS = {"country": normalise_country, "domain": normalise_domain, "email": normalise_email,
          "timezone": normalise_zone}


def provider_cell(field: str, text: str) -> Cell:
    """Return a provider's text as a cell: sizes and amounts as plain numbers, places by code.

    Amounts are taken to be in the policy's currency.
    """
    if field in _TEXTS:
        cell: Cell = _TEXTS[field](text)
        return cell
    if field == "employees":
        size = read_headcount(text)
        return as_it_is(field, text) if size is None else Cell(f"{size.value:g}", size.rule)
    if field in {"deal_value", "annual_revenue"}:
        amount = read_amount(text)
        if amount is not None:
            return Cell(f"{amount.value:.15g}", amount.rule)
    return as_it_is(field, text)
