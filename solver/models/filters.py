"""Filters in a policy, read with it: what is no filter is an issue of the policy."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from solver.filters.language.errors import FilterError
from solver.filters.language.parse import parse_filter
from solver.filters.language.tree import About, Top, leaves_of
from solver.models.base import Text


def _check_leads(text: str) -> str:
    parse_filter(text, About.LEAD)
    return text


def _check_pairs(text: str) -> str:
    parse_filter(text, About.REP)
    return text


def _check_lone_lead(text: str) -> str:
    if any(isinstance(leaf, Top) for leaf in leaves_of(parse_filter(text, About.LEAD).root)):
        raise ValueError(f"{text!r} ranks leads of a window, but this filter is asked of one lead "
                         "alone; compare with a number, as in score >= 80")
    return text


#: A filter over leads.
LeadFilter = Annotated[Text, AfterValidator(_check_leads)]
#: A filter over leads that come one by one.
LoneLeadFilter = Annotated[Text, AfterValidator(_check_lone_lead)]
#: A filter over reps, which may compare with the lead.
RepFilter = Annotated[Text, AfterValidator(_check_pairs)]


def check_reps_alone(text: str) -> None:
    """Check that a filter over reps looks at no lead.

    Raises
    ------
    ValueError
        If it does.
    """
    try:
        parse_filter(text, About.REP, with_leads=False)
    except FilterError as error:
        raise ValueError(f"each makes a limit of each rep or team, so reps is asked of the rep "
                         f"alone; {text!r}, {error}") from error
