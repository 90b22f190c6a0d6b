"""Which field a name means, and how a field is written."""

from __future__ import annotations

import re

from solver.filters.language.errors import FilterError, Place, closest, misspelt, quoted
from solver.filters.language.fields import FIELDS, FieldRef, Side
from solver.filters.language.tree import About

#: Stands before the name of a column that is called like a field.
ATTRIBUTES = "attributes"
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "top", "between", "blank", "null", "empty",
                      "contains", "starts", "ends", "has", "with", "true", "false"})
_PLAIN = re.compile(r"[^\W\d]\w*")
_SIDES = frozenset(side.value for side in Side)


def resolve(names: tuple[str, ...], about: About, with_leads: bool, place: Place,
            as_written: bool = False) -> FieldRef:
    """Return the field that a name means.

    Parameters
    ----------
    names
        The parts of the name between its dots, without quotes.
    about
        The record that a bare name is about.
    with_leads
        Whether a filter of reps may name fields of the lead.
    place
        Where it stands, for messages.
    as_written
        Whether the last part stands in backticks or brackets: then it is not taken for a slip.

    Raises
    ------
    FilterError
        If the filter may not name it, the field has no such part, or the name is within a slip
        or two of a field's.
    """
    side, rest = Side(about.value), names
    if len(names) > 1 and names[0].casefold() in _SIDES:
        side, rest = Side(names[0].casefold()), names[1:]
    _check_side(side, about, with_leads, place)
    name = rest[0].casefold()
    if len(rest) == 2 and name == ATTRIBUTES:
        return FieldRef(side, rest[1], is_attribute=True)
    known = FIELDS[side].get(name)
    if len(rest) == 1:
        return (FieldRef(side, name) if known is not None
                else _column(side, rest[0], as_written, place))
    if len(rest) == 2 and known is not None and known.parts:
        return FieldRef(side, name, part=rest[1])
    raise _no_such_part(side, rest, place)


def _column(side: Side, name: str, as_written: bool, place: Place) -> FieldRef:
    """Return another column, unless its name is probably a slip."""
    near = None if as_written else misspelt(name, FIELDS[side])
    if near is not None:
        raise place.error(f"{quoted(name)} is no field of a {side.value}; if a column of the file "
                          f"has this name, write {ATTRIBUTES}.{_quote(name)}", near)
    return FieldRef(side, name, is_attribute=True)


def _no_such_part(side: Side, names: tuple[str, ...], place: Place) -> FilterError:
    whole = ".".join(names)
    near = closest(names[0], (*_SIDES, *(n for n, field in FIELDS[side].items() if field.parts)))
    return place.error(
        f"{quoted(whole)} is no field of a {side.value}; a dot stands after lead, rep, account or "
        "attributes, and in skills.NAME, needs.NAME and required_skills.NAME",
        f"`{whole}`, in backticks, if a column has this name" if near is None
        else f"{near}.{'.'.join(names[1:])}")


def _check_side(side: Side, about: About, with_leads: bool, place: Place) -> None:
    if about is About.LEAD and side is Side.REP:
        raise place.error("a filter of leads cannot look at the rep; write this comparison into "
                          "the filter of reps")
    if about is About.REP and side is not Side.REP and not with_leads:
        raise place.error(f"this filter of reps stands without a lead, so it cannot look at the "
                          f"{side.value}")


def spell(ref: FieldRef, about: About | None = None) -> str:
    """Return a field as a filter writes it.

    Parameters
    ----------
    ref
        The field.
    about
        The record that a bare name is about; None: the side is always named.
    """
    bare = about is not None and ref.side.value == about.value
    parts = [ref.name] if ref.part is None else [ref.name, ref.part]
    clashes = ref.is_attribute and (
        ref.name.casefold() in FIELDS[ref.side] or (bare and ref.name.casefold() == ATTRIBUTES)
        or misspelt(ref.name, FIELDS[ref.side]) is not None)
    before = [] if bare else [ref.side.value]
    return ".".join([*before, *([ATTRIBUTES] if clashes else []), *map(_quote, parts)])


def _quote(name: str) -> str:
    if _PLAIN.fullmatch(name) and name.casefold() not in KEYWORDS:
        return name
    return f"`{name.replace('`', '``')}`"
