"""What a pair needs: each requirement is met by any one of its alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.matrix.refusals import Refusal
from solver.matrix.rows import ValueRows
from solver.names import LEVEL_SCALE, OVERLAY
from solver.relax.candidates import ENOUGH, NEVER, WITHOUT_RESERVE, Candidates
from solver.relax.costs import RelaxCosts
from solver.relax.kinds import ChangeKind
from solver.relax.offered import LAYER_BITS, Offered

#: Plain integers: an enumeration's own operators are slow, and this is asked of every pair.
_NO_SKILL, _NO_LANGUAGE, _NO_TERRITORY, _DEAL_BAND, _AWAY, _UNKNOWN_HOURS, _EXCLUDED, _RULE = map(
    int, (Refusal.NO_SKILL, Refusal.NO_LANGUAGE, Refusal.NO_TERRITORY, Refusal.DEAL_BAND,
          Refusal.AWAY, Refusal.UNKNOWN_HOURS, Refusal.EXCLUDED, Refusal.RULE))
#: No rep, no lead.
NOBODY = -1
_STEP = LEVEL_SCALE // 10


class Key(NamedTuple):
    """A change that serves many leads; of skills and waits every smaller amount is part of it."""

    kind: ChangeKind
    rep: int = NOBODY
    name: str = ""
    amount: int = 0
    """Level in 1/10,000, started days; 0 where there is no more and less."""


class Own(NamedTuple):
    """A change that serves one lead alone."""

    kind: ChangeKind
    lead: int
    """Position among the routed leads."""
    name: str = ""


class Requirement(NamedTuple):
    """Met by one of the shared changes, or by the lead's own."""

    shared: tuple[Key, ...]
    own: Own | None = None


@dataclass(frozen=True)
class Catalogue:
    """Reads what pairs need off their bits."""

    rows: ValueRows
    candidates: Candidates
    costs: RelaxCosts
    offered: Offered

    @cached_property
    def _unit(self) -> dict[ChangeKind, int | None]:
        """What one unit of each kind costs, in parts."""
        return {kind: self.costs.of(kind) for kind in ChangeKind}

    @cached_property
    def _slot_costs(self) -> list[int | None]:
        return [self.costs.of_slot(rep_id) for rep_id in self.rows.reps.rep_ids]

    def open_to(self, at: int) -> NDArray[np.bool_]:
        """Return (R,) reps whom no change is needed for."""
        found = self.candidates
        open_to: NDArray[np.bool_] = (found.bits[at] == 0) & (found.worthwhile[at] == ENOUGH)
        return open_to

    def possible(self, at: int) -> NDArray[np.bool_]:
        """Return (R,) active reps: of others no change makes owners."""
        bits = self.candidates.bits[at] & np.uint16(Refusal.INACTIVE)
        possible: NDArray[np.bool_] = bits == 0
        return possible

    def needs(self, at: int, rep: int) -> list[Requirement] | None:
        """Return what a pair needs; None where nothing that is allowed opens it.

        Parameters
        ----------
        at, rep
            Position among the leads in question, and of the rep.
        """
        needs = list(self._needs(at, rep))
        return None if any(not one.shared and one.own is None for one in needs) else needs

    def _needs(self, at: int, rep: int) -> Iterator[Requirement]:
        yield from self._needs_of_rep(at, rep)
        yield from self._needs_of_rules(at, rep)
        if self.candidates.worthwhile[at, rep] != ENOUGH:
            yield self._worthwhile(at, int(self.candidates.lead[at]), rep)

    def _needs_of_rep(self, at: int, rep: int) -> Iterator[Requirement]:
        """Yield what the rep lacks."""
        bits, lead = int(self.candidates.bits[at, rep]), int(self.candidates.lead[at])
        if bits & _NO_SKILL:
            yield from self._skills(lead, rep)
        if bits & _NO_LANGUAGE:
            yield self._languages(lead, rep)
        if bits & _NO_TERRITORY:
            yield self._territory(lead, rep)
        if bits & _DEAL_BAND:
            end = "min" if self.candidates.below[at, rep] else "max"
            yield self._shared(Key(ChangeKind.DEAL_BAND, rep, end))
        if bits & _AWAY:
            days = int(self.candidates.wait_days[rep])
            reachable = (self.candidates.wait[rep] != NEVER and days <= self.offered.wait_days)
            yield self._shared(Key(ChangeKind.WAIT, amount=days)) if reachable else _NOTHING
        if bits & _UNKNOWN_HOURS:
            yield self._shared(Key(ChangeKind.HOURS)) if self.offered.hours else _NOTHING

    def _needs_of_rules(self, at: int, rep: int) -> Iterator[Requirement]:
        """Yield what keeps the lead from the rep."""
        bits, lead = int(self.candidates.bits[at, rep]), int(self.candidates.lead[at])
        if bits & _EXCLUDED:
            yield Requirement((), self._own(Own(ChangeKind.EXCLUSION, lead,
                                                self.rows.reps.rep_ids[rep])))
        if bits & _RULE:
            yield from self._rules(at, lead, rep)
        for name, bit in LAYER_BITS:
            if bits & bit:
                yield self._layer(lead, name)

    def _skills(self, lead: int, rep: int) -> Iterator[Requirement]:
        factors = self.rows.leads
        for skill, minimum in factors.required_sets[factors.required[lead]]:
            if self.offered.levels(skill)[rep] < minimum:
                yield self._shared(Key(ChangeKind.SKILL, rep, skill, minimum))

    def _languages(self, lead: int, rep: int) -> Requirement:
        factors = self.rows.leads
        return self._shared(*(Key(ChangeKind.LANGUAGE, rep, name) for name
                              in sorted(factors.language_sets[factors.languages[lead]])))

    def _territory(self, lead: int, rep: int) -> Requirement:
        """Return the lead's territory, or everywhere: where the policy has a fit for it."""
        key = self.rows.leads.territories[self.rows.leads.territory[lead]].territory
        fits, home = self.rows.policy.territory_fit, self.offered.home[rep]
        found = []
        if key is not None and key != OVERLAY and fits.home is not None and self.offered.named:
            found.append(Key(ChangeKind.TERRITORY, rep, key))
        if fits.overlay is not None and (key is None or key not in home):
            found.append(Key(ChangeKind.OVERLAY, rep))
        return self._shared(*found)

    def _rules(self, at: int, lead: int, rep: int) -> Iterator[Requirement]:
        for name, refused in self.candidates.rules.items():
            if refused[at, rep]:
                shared = (Key(ChangeKind.RULE, name=name),) if name in self.offered.rules else ()
                own = (Own(ChangeKind.RULE_FOR_LEAD, lead, name)
                       if lead in self.offered.rule_leads[name] else None)
                yield Requirement(self._affordable(shared), self._own(own))

    def _layer(self, lead: int, name: str) -> Requirement:
        shared = (Key(ChangeKind.LAYER, name=name),) if name in self.offered.layers else ()
        own = (Own(ChangeKind.LAYER_FOR_LEAD, lead, name)
               if lead in self.offered.layer_leads else None)
        return Requirement(self._affordable(shared), self._own(own))

    def _worthwhile(self, at: int, lead: int, rep: int) -> Requirement:
        lower = self.candidates.worthwhile[at, rep] == WITHOUT_RESERVE
        shared = (Key(ChangeKind.RESERVE),) if lower else ()
        return Requirement(self._affordable(shared), self._own(Own(ChangeKind.PLACE, lead)))

    def _shared(self, *keys: Key) -> Requirement:
        return Requirement(self._affordable(keys))

    def _affordable(self, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(key for key in keys if self._unit[key.kind] is not None)

    def _own(self, own: Own | None) -> Own | None:
        return None if own is None or self._unit[own.kind] is None else own

    def slot_cost(self, rep: int) -> int | None:
        """Return what one slot more of a rep costs, in parts."""
        return self._slot_costs[rep]

    def cheapest_way(self, need: Requirement) -> Key | Own:
        """Return the cheapest change that meets a requirement alone."""
        ways: list[Key | Own] = [*need.shared, *([] if need.own is None else [need.own])]
        return min(ways, key=self.cost)

    def cost(self, change: Key | Own) -> int:
        """Return what a change costs, in parts: of a skill from its present level."""
        unit = self._unit[change.kind]
        assert unit is not None
        if isinstance(change, Own):
            return unit
        if change.kind is ChangeKind.SKILL:
            rise = change.amount - int(self.offered.levels(change.name)[change.rep])
            return unit * -(-rise // _STEP)
        return unit * change.amount if change.kind is ChangeKind.WAIT else unit


_NOTHING = Requirement(())
