"""Owners as exports write them, by id, e-mail or name, to the ids of reps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solver.models.rep import Rep
from solver.names import name_key

_SALESFORCE_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-5]{3})?", re.ASCII)
#: How the ids of users and of queues begin.
_USERS_AND_QUEUES = ("005", "00G", "00g")
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#: What owners are known by, in the order in which it counts: rep ids by that.
_Known = tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...]


@dataclass(frozen=True)
class OwnerProblem:
    """An owner who could not be found out and stays as the file has it."""

    owner: str
    rule: str
    """What must hold."""
    remedy: str
    rep_ids: tuple[str, ...] = ()
    """Reps who it may be."""


def salesforce_suffix(short_id: str) -> str:
    """Return the three characters that make a Salesforce id of 15 characters one of 18.

    Each stands for five characters of the id and says, as a binary number whose lowest digit is
    the first of them, which of these are capitals.

    Parameters
    ----------
    short_id
        15 characters.
    """
    fives = (short_id[start:start + 5] for start in range(0, 15, 5))
    return "".join(_DIGITS[sum(1 << place for place, char in enumerate(five) if char.isupper())]
                   for five in fives)


def resolve_owners(
    owners: Iterable[str], reps: Iterable[Rep]
) -> tuple[dict[str, str], tuple[OwnerProblem, ...]]:
    """Find the rep behind each owner: by id, Salesforce id, e-mail, then name.

    Parameters
    ----------
    owners
        Owners as the file names them; one may come several times.
    reps
        The reps of the rep file.

    Returns
    -------
    tuple
        Each owner's rep id, or the owner as it is where there is no such rep; and the owners
        whom several reps could be, or whose Salesforce id contradicts itself.
    """
    known = Owners(reps)
    found: dict[str, str] = {}
    problems: list[OwnerProblem] = []
    for owner in dict.fromkeys(owners):
        rep_id = known.find(owner)
        found[owner] = rep_id if isinstance(rep_id, str) else owner
        if isinstance(rep_id, OwnerProblem):
            problems.append(rep_id)
    return found, tuple(problems)


class Owners:
    """What the owners among some reps are known by, made ready once for many leads."""

    def __init__(self, reps: Iterable[Rep]) -> None:
        reps = tuple(reps)
        self._ids = {rep.rep_id for rep in reps}
        self._known = _known(reps)

    def find(self, owner: str) -> str | OwnerProblem | None:
        """Return the rep id of an owner, None where there is no such rep, or why it is open."""
        return owner if owner in self._ids else _resolve(owner, self._known)


def _known(reps: Iterable[Rep]) -> _Known:
    return (
        ("Salesforce id", _index((_short(rep.rep_id)[0], rep.rep_id) for rep in reps)),
        ("e-mail address", _index((rep.email and rep.email.strip().casefold(), rep.rep_id)
                                  for rep in reps)),
        ("name", _index((rep.name and _spaced(rep.name), rep.rep_id) for rep in reps)),
    )


def _resolve(owner: str, known: _Known) -> str | OwnerProblem | None:
    short, is_sound = _short(owner)
    keys = (short, owner.strip().casefold(), _spaced(owner))
    for (what, index), key in zip(known, keys, strict=True):
        rep_ids = index.get(key, ()) if key else ()
        if len(rep_ids) == 1:
            return rep_ids[0]
        if rep_ids:
            return OwnerProblem(owner, f"several reps have this {what}",
                                "Name the owner by rep id", rep_ids)
    if is_sound:
        return None
    return OwnerProblem(owner, "the last three characters of a Salesforce id must fit its capitals",
                        "Export the id again; a spreadsheet may have changed its case")


def _index(pairs: Iterable[tuple[str | None, str]]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for key, rep_id in pairs:
        if key:
            index[key] = (*index.get(key, ()), rep_id)
    return index


def _short(text: str) -> tuple[str | None, bool]:
    """Return a Salesforce id of 15 characters, and False where it has a suffix that is wrong."""
    text = text.strip()
    if _SALESFORCE_ID.fullmatch(text) is None:
        return None, True
    short, suffix = text[:15], text[15:]
    if suffix and suffix != salesforce_suffix(short):
        return None, not text.startswith(_USERS_AND_QUEUES)
    return short, True


def _spaced(name: str) -> str:
    return name_key(" ".join(name.split()))
