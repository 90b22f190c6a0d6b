"""From what the program opens to changes with names, amounts and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from solver.models import Lead
from solver.names import LEVEL_SCALE, name_key
from solver.relax.candidates import WITHOUT_RESERVE
from solver.relax.capacity import LimitRoom, Room
from solver.relax.catalogue import Catalogue, Key, Own, Requirement
from solver.relax.costs import COST_SCALE
from solver.relax.kinds import ChangeKind
from solver.relax.model import Chosen
from solver.relax.records import Change
from solver.relax.words import Words

#: Lead, by position among those in question, with a rep.
Given = tuple[int, int]


class Named:
    """Changes of one answer, each found again by what a pair needs.

    Parameters
    ----------
    catalogue, room
        The pairs in question, and what the limits leave.
    chosen
        What the program opens.
    given
        The pairs that it makes.
    words
        Writes the sentences.
    """

    def __init__(self, catalogue: Catalogue, room: Room, chosen: Chosen, given: Iterable[Given],
                 words: Words) -> None:
        self._catalogue, self._room, self._chosen, self._words = catalogue, room, chosen, words
        self._given = tuple(given)
        self.shared: dict[Key, Change] = {}
        self.own: dict[Own, Change] = {}
        self.slots = {rep: self._slot(rep, slots) for rep, slots in chosen.slots.items()}
        self.limits = {name: self._limit(name, steps) for name, steps in chosen.raised.items()}
        self.fairness = self._fairness() if chosen.fairness else None
        for key in chosen.keys:
            self.shared[key] = self._made(key.kind, self._catalogue.cost(key),
                                          **self._fields(key))
        for own in self._needed_own():
            self.own[own] = self._made(own.kind, self._catalogue.cost(own), **self._own_fields(own))

    def all(self) -> Iterator[Change]:
        """Yield every change."""
        yield from self.slots.values()
        yield from self.shared.values()
        yield from self.own.values()
        yield from self.limits.values()
        if self.fairness is not None:
            yield self.fairness

    def covering(self, need: Requirement) -> list[Key | Own]:
        """Return the changes of the answer that meet a requirement."""
        found: list[Key | Own] = [key for key in self.shared if any(
            key[:3] == wanted[:3] and key.amount >= wanted.amount for wanted in need.shared)]
        if need.own in self.own:
            found.append(need.own)
        return found

    def _needed_own(self) -> Iterator[Own]:
        for at, rep in self._given:
            for need in self._catalogue.needs(at, rep) or ():
                if need.own is not None and not self.covering(need):
                    yield need.own

    def _fields(self, key: Key) -> dict[str, object]:
        """Return what a shared change is about."""
        match key.kind:
            case ChangeKind.WAIT:
                return {"amount": float(self._longest_wait(key.amount))}
            case ChangeKind.RESERVE:
                return {"amount": self._reserve()}
            case ChangeKind.HOURS:
                return {}
            case ChangeKind.RULE | ChangeKind.LAYER:
                return {"name": key.name}
        fields: dict[str, object] = {"rep_id": self._rep_id(key.rep)}
        if key.kind is ChangeKind.SKILL:
            fields |= {"name": self._spelled(key), "amount": key.amount / LEVEL_SCALE}
        elif key.kind is ChangeKind.DEAL_BAND:
            fields |= {"name": key.name, "amount": self._deal_end(key)}
        elif key.kind is not ChangeKind.OVERLAY:
            fields |= {"name": self._spelled(key)}
        return fields

    def _own_fields(self, own: Own) -> dict[str, object]:
        fields: dict[str, object] = {"lead_id": self._lead(own.lead).lead_id}
        if own.kind is ChangeKind.EXCLUSION:
            return fields | {"rep_id": own.name}
        return fields | ({"name": own.name} if own.name else {})

    def _deal_end(self, key: Key) -> float:
        """Return the deal value that the end has to reach."""
        found = self._catalogue.candidates
        beyond = found.below if key.name == "min" else found.above
        values = [self._catalogue.rows.leads.deal_value[found.lead[at]]
                  for at, rep in self._given if rep == key.rep and beyond[at, rep]]
        return float(min(values) if key.name == "min" else max(values))

    def _longest_wait(self, days: int) -> int:
        found = self._catalogue.candidates
        return max(int(found.wait[rep]) for _, rep in self._given
                   if 0 < found.wait_days[rep] <= days)

    def _reserve(self) -> float:
        """Return a reserve below what the least pair that needs it brings."""
        found = self._catalogue.candidates
        least = min(int(found.net[at, rep]) for at, rep in self._given
                    if found.worthwhile[at, rep] == WITHOUT_RESERVE)
        return (least - 1) / 100

    def _spelled(self, key: Key) -> str:
        """Return a name as the first lead that asks for it spells it."""
        for at in self._catalogue.candidates.lead.tolist():
            names = _NAMES[key.kind](self._lead(at))
            found = next((name for name in names if name_key(name) == key.name), None)
            if found is not None:
                return found
        rules = self._catalogue.rows.policy.territories
        return next((rule.name for rule in rules if name_key(rule.name) == key.name), key.name)

    def _slot(self, rep: int, slots: int) -> Change:
        cost = (self._catalogue.slot_cost(rep) or 0) * slots
        return self._made(ChangeKind.SLOT, cost, rep_id=self._rep_id(rep), amount=float(slots))

    def _limit(self, name: str, steps: int) -> Change:
        """Return the new upper end: beyond what the period has used, where it is overdrawn."""
        parts = [part for part in self._room.limits if part.limit == name]
        unit = self._catalogue.costs.of(ChangeKind.LIMIT) or 0
        return self._made(ChangeKind.LIMIT, unit * steps, name=name,
                          amount=float(_new_end(parts[0], steps)))

    def _fairness(self) -> Change:
        return self._made(ChangeKind.FAIRNESS, self._catalogue.costs.of(ChangeKind.FAIRNESS) or 0)

    def _made(self, kind: ChangeKind, cost: int, **fields: object) -> Change:
        bare = Change.model_validate(
            {"kind": kind, "sentence": "", "cost": cost / COST_SCALE, **fields})
        return bare.model_copy(update={"sentence": self._words.sentence(bare)})

    def _rep_id(self, rep: int) -> str:
        return self._catalogue.rows.reps.rep_ids[rep]

    def _lead(self, lead: int) -> Lead:
        return self._catalogue.rows.leads.leads[lead]


def _new_end(part: LimitRoom, steps: int) -> int:
    return (part.upper or 0) + part.step * steps


def _territory(lead: Lead) -> tuple[str, ...]:
    return () if lead.territory is None else (lead.territory,)


_NAMES: dict[ChangeKind, Callable[[Lead], tuple[str, ...]]] = {
    ChangeKind.SKILL: lambda lead: tuple(lead.required_skills),
    ChangeKind.LANGUAGE: lambda lead: lead.languages,
    ChangeKind.TERRITORY: _territory,
}
