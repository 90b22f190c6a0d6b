"""Edits of one scenario that change the same thing: of a rep, of a lead, of the policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AnySet
from itertools import chain
from typing import NamedTuple

from solver.models import IssueCode
from solver.names import name_key
from solver.scenarios.bases import OfReps
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import (
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.found import Found, and_others
from solver.scenarios.policies import leaf_paths
from solver.scenarios.present import Present
from solver.scenarios.rep_edits import (
    AddSkill,
    ChangeCapacity,
    CloseDay,
    RemoveReps,
    TakeTimeOff,
)


class _Part(NamedTuple):
    """Something of reps or of leads that an edit changes."""

    kind: str
    """``rep`` or ``lead``."""
    what: str
    """Which thing, in words."""


#: What an edit changes, and the reps or leads of whom it does.
_Claims = dict[_Part, AnySet[str]]
#: Of one who leaves an edit claims all.
_GONE = _Part("rep", "whether the rep is there at all")
#: Two edits may claim it if they are of different days.
_AWAY = _Part("rep", "the time off")


def overlaps(present: Present, scenario: Scenario) -> Iterator[tuple[int, Found]]:
    """Yield the position of each edit that changes what an earlier one changes, and the problem.

    Parameters
    ----------
    present
        The window.
    scenario
        What it says of unknown reps and names is passed over.

    Notes
    -----
    An edit that meets several earlier ones is yielded once, with the first of them.
    """
    edits = scenario.edits
    if len(edits) < 2:
        return
    claims = [dict(_claims(present, edit)) for edit in edits]
    found: dict[int, Found] = {}
    for at, problem in chain(_changed_twice(claims), _away_twice(edits, claims), _set_twice(edits)):
        found.setdefault(at, problem)
    yield from sorted(found.items(), key=lambda one: one[0])


def _claims(present: Present, edit: Edit) -> Iterator[tuple[_Part, AnySet[str]]]:
    if isinstance(edit, ScaleLeads):
        yield _Part("lead", "how many there are"), present.lead_ids_of(edit.where)
    elif isinstance(edit, ShiftLeads):
        for field in (*edit.set, *(["when they come"] if edit.days else [])):
            yield _Part("lead", field), present.lead_ids_of(edit.where)
    elif isinstance(edit, MoveTerritory):
        yield _territory(edit.territory), {*edit.from_, *edit.to}
    elif isinstance(edit, OpenTerritory):
        yield _territory(edit.territory.name), set(edit.reps)
    elif isinstance(edit, OfReps) and (part := _part(edit)):
        yield part, set(present.reps_of(edit))


def _part(edit: OfReps) -> _Part | None:
    """Return what an edit of reps changes of them; None: it is of everybody."""
    match edit:
        case RemoveReps():
            return _GONE
        case ChangeCapacity():
            return _Part("rep", f"the {edit.of.value}")
        case AddSkill():
            return _Part("rep", f"the skill {name_key(edit.skill)!r}")
        case TakeTimeOff():
            return _AWAY
        case CloseDay() if edit.rep_ids is not None or edit.where is not None:
            return _Part("rep", f"the day {edit.date}")
    return None


def _territory(name: str) -> _Part:
    return _Part("rep", f"the territory {name_key(name)!r}")


def _changed_twice(claims: Sequence[_Claims]) -> Iterator[tuple[int, Found]]:
    """Yield the edits that claim what an earlier one does, or a rep who leaves."""
    firsts: defaultdict[_Part, dict[str, int]] = defaultdict(dict)
    of_rep: dict[str, int] = {}
    for second, made in enumerate(claims):
        met: set[int] = set()
        for part, ids in made.items():
            if part != _AWAY:
                met |= _positions(firsts[part], ids)
            if part.kind == "rep":
                met |= _positions(of_rep if part == _GONE else firsts[_GONE], ids)
        if met:
            yield second, _shared(claims[min(met)], made, min(met))
        for part, ids in made.items():
            for known in [firsts[part], *([of_rep] if part.kind == "rep" else [])]:
                known.update(dict.fromkeys(ids - known.keys(), second))


def _positions(firsts: dict[str, int], ids: AnySet[str]) -> set[int]:
    """Return the positions of the earlier edits that were the first to be of some ids."""
    return set(map(firsts.__getitem__, firsts.keys() & ids))


def _shared(one: _Claims, other: _Claims, first: int) -> Found:
    """Return the problem of two edits that claim the same, or of which one removes the rep."""
    common = {part: one[part] & other[part] for part in one.keys() & other.keys() - {_AWAY}}
    common[_GONE] = ((one.get(_GONE, set()) | other.get(_GONE, set()))
                     & _reps(one) & _reps(other))
    ids = set().union(*common.values())
    part = min((part for part in common if min(ids) in common[part]),
               key=lambda part: (part != _GONE, part))
    return Found(IssueCode.OVERLAPPING_EDITS, "", None,
                 f"{and_others(min(ids), len(ids), part.kind)} would be changed twice, here and "
                 f"by edits[{first}] of the scenario: {part.what}",
                 f"Leave one of the two out, or narrow its filter so that no {part.kind} is in "
                 "both")


def _reps(claims: _Claims) -> set[str]:
    return set().union(*(ids for part, ids in claims.items() if part.kind == "rep"))


def _away_twice(edits: Sequence[Edit], claims: Sequence[_Claims]
                ) -> Iterator[tuple[int, Found]]:
    """Yield the edits that give days off which an earlier one gives to the same rep."""
    before: list[tuple[int, TakeTimeOff]] = []
    for second, other in enumerate(edits):
        if not isinstance(other, TakeTimeOff):
            continue
        for first, one in before:
            begin, end = max(one.from_, other.from_), min(one.to, other.to)
            if begin <= end and (both := claims[first][_AWAY] & claims[second][_AWAY]):
                yield second, Found(
                    IssueCode.OVERLAPPING_EDITS, "from", str(other.from_),
                    f"{and_others(min(both), len(both), 'rep')} would be away twice from {begin} "
                    f"to {end}, here and by edits[{first}] of the scenario",
                    "Leave these days out of one of the two")
                break
        before.append((second, other))


def _set_twice(edits: Sequence[Edit]) -> Iterator[tuple[int, Found]]:
    """Yield the edits that set a key of the policy, or one around or in it, which is set before."""
    changed, opened = _Keys(), _Keys()
    for second, edit in enumerate(edits):
        keys = tuple(_keys(edit))
        known = [changed] if isinstance(edit, OpenTerritory) else [changed, opened]
        met = [(*hit, theirs) for theirs in keys for one in known if (hit := one.meeting(theirs))]
        if met:
            first, mine, theirs = min(met)
            key = ".".join(theirs)
            field = f"set.{key}" if isinstance(edit, ChangePolicy) else "territory"
            yield second, Found(IssueCode.OVERLAPPING_EDITS, field, key,
                                f"edits[{first}] of the scenario changes {'.'.join(mine)} of the "
                                "policy as well", "Leave one of the two out, or write both in one")
        (opened if isinstance(edit, OpenTerritory) else changed).add(keys, second)


def _keys(edit: Edit) -> Iterable[tuple[str, ...]]:
    if isinstance(edit, ChangePolicy):
        return leaf_paths(edit.set)
    return [("territories",)] if isinstance(edit, OpenTerritory) else []


class _Keys:
    """Keys of the policy that edits set so far, each with the first edit that does."""

    def __init__(self) -> None:
        self._set: dict[tuple[str, ...], int] = {}
        self._around: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}

    def add(self, keys: Iterable[tuple[str, ...]], at: int) -> None:
        """Take the keys that an edit sets."""
        for key in keys:
            self._set.setdefault(key, at)
            for end in range(len(key)):
                self._around.setdefault(key[:end], (at, key))

    def meeting(self, key: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | None:
        """Return the first edit that sets a key, one in it or one around it, and which it sets."""
        met = [(self._set[key[:end]], key[:end]) for end in range(len(key) + 1)
               if key[:end] in self._set]
        met += [self._around[key]] if key in self._around else []
        return min(met, default=None)
