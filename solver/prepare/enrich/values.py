"""Values that come from others: as text, as a field of a lead takes them, with their dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pydantic import ValidationError

from solver.models.enrichment import FieldEnrichment, Wins
from solver.models.lead import Lead
from solver.prepare.check.filled import is_filled
from solver.prepare.normalise.cell import Cell

#: Brings the text of one field to the form in which rules compare it.
Normalise = Callable[[str, str], Cell]
#: Ours and theirs; None: not known.
_Dates = tuple[datetime | None, datetime | None]
_SEPARATOR = ";"
_LISTS = ("products", "languages")
_UPDATED_AT = "_updated_at"
_PLACEHOLDER = "?"
#: Values kept: a company's come again with each of its leads.
_KEPT = 1 << 14


class RefusedValueError(ValueError):
    """A value that a lead cannot take."""


def as_it_is(field: str, text: str) -> Cell:  # noqa: ARG001 - the signature of Normalise
    """Trim a value, whatever the field."""
    return Cell(text.strip() or None)


@lru_cache(maxsize=_KEPT)
def parsed(field: str, text: str) -> object:
    """Return a value as the lead holds it.

    Raises
    ------
    RefusedValueError
        With the rule that the value breaks.
    """
    value: object = text
    if field in _LISTS:
        value = tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())
    try:
        lead = Lead.model_validate({"lead_id": _PLACEHOLDER, field: value})
    except ValidationError as error:
        raise RefusedValueError(error.errors(include_url=False)[0]["msg"]) from error
    return getattr(lead, field)


def shown(value: object) -> str | None:
    """Return a value of a lead as text; None where there is none."""
    if not is_filled(value):
        return None
    if isinstance(value, tuple):
        return _SEPARATOR.join(value)
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return str(value)


def date_name(field: str) -> str:
    """Return the attribute that says when a field was last known to be right."""
    return field + _UPDATED_AT


def is_date_name(name: str) -> bool:
    """Tell whether a name is that of the date of a field."""
    return name.endswith(_UPDATED_AT)


def instant(text: str | None) -> datetime | None:
    """Read an instant or a day in UTC; None where it is none."""
    try:
        read = datetime.fromisoformat((text or "").strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def our_date(lead: Lead, field: str) -> datetime | None:
    """Return when our value was last known to be right, as far as we know."""
    return instant(lead.attributes.get(date_name(field))) or lead.created_at


def is_stale(rule: FieldEnrichment, ours: datetime | None, at: datetime) -> bool:
    """Tell whether our value of that date is stale; one of unknown date is not."""
    return (rule.stale_days is not None and ours is not None
            and at - ours > timedelta(days=rule.stale_days))


def theirs_stands(rule: FieldEnrichment, values: tuple[str, str], dates: _Dates,
                  at: datetime) -> bool:
    """Tell whether their value replaces ours where both are there.

    Parameters
    ----------
    rule
        Of the field.
    values
        Ours and theirs, as text.
    dates
        Ours and theirs, as far as known; what is not known to be newer is not.
    at
        The instant of the decision.
    """
    if rule.wins in (Wins.OURS, Wins.THEIRS):
        return rule.wins is Wins.THEIRS
    ours, theirs = dates
    both_known = ours is not None and theirs is not None
    newer = ours is not None and theirs is not None and theirs > ours
    if is_stale(rule, ours, at) and (newer or not both_known):
        return True
    if rule.wins is Wins.NEWER:
        return newer
    return rule.wins is Wins.LONGER and len(values[1]) > len(values[0])
