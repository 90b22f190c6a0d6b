"""What is wrong with an edit: where in the scenarios, which value, what must hold, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from solver.models import Issue, IssueCode, Rep
from solver.names import name_key

#: Known names that a message lists where none is close.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A problem of one edit."""

    code: IssueCode
    field: str
    """Key of the edit, with what lies below it behind dots."""
    offending: str | None
    """The value found."""
    rule: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where scenarios come from, and which of them is looked at."""

    file: str | None
    """Name of the file; None: they were made in Python."""
    at: int
    """Position of the scenario, from 0."""
    scenario: str
    """Its name."""

    def issue(self, found: Found, edit: int | None = None) -> Issue:
        """Return a problem as an issue; without an edit it is the scenario's own."""
        where = "" if edit is None else f".edits[{edit}]"
        return Issue(code=found.code, file=self.file, record_id=self.scenario,
                     column=f"scenarios[{self.at}]{where}" + (f".{found.field}" if found.field
                                                              else ""),
                     offending=found.offending, rule=found.rule, remedy=found.remedy)


def close_to(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that an unknown one is close to, if any."""
    spelt = {name_key(one): one for one in known}
    close = difflib.get_close_matches(name_key(name), spelt, n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return the remedy for an unknown name: the closest known one, or some of them."""
    close = close_to(name, known)
    if close is not None:
        return f"Maybe it is {close!r}"
    shown = ", ".join(repr(one) for one in sorted(known)[:_SHOWN])
    if not shown:
        return "Leave it out: there is none of any name"
    return f"Use one of: {shown}" + (f" and {len(known) - _SHOWN:,} more"
                                     if len(known) > _SHOWN else "")


def and_others(first: str, number: int, what: str) -> str:
    """Return the first of several, with how many others there are."""
    if number == 1:
        return f"{what} {first!r}"
    return f"{what} {first!r} and {number - 1:,} other{'s' if number > 2 else ''}"


def unknown_reps(field: str, rep_ids: Iterable[str], known: Collection[str]) -> list[Found]:
    """Return one problem for each rep that is not there."""
    return [Found(IssueCode.UNKNOWN_REP, field, rep_id, f"there is no rep {rep_id!r} in the window",
                  did_you_mean(rep_id, known)) for rep_id in rep_ids if rep_id not in known]


def inactive_reps(field: str, rep_ids: Iterable[str], known: dict[str, Rep]) -> list[Found]:
    """Return one problem for each rep who is there but not active."""
    return [Found(IssueCode.BAD_SCENARIO, field, rep_id,
                  f"rep {rep_id!r} is not active, and no edit of the rep would change anything",
                  "Leave the rep out, or hire one like the rep with add_reps")
            for rep_id in rep_ids if rep_id in known and not known[rep_id].active]
