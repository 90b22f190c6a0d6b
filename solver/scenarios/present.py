"""A window as it is, as edits ask it: which reps, which leads, which names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property

import numpy as np

from solver.calendar.zones import zone
from solver.filters import About, LeadTable, RepTable, fields_of, lead_mask, parse_filter, rep_mask
from solver.matrix.lead_tables import lead_table
from solver.matrix.triage import Triage, triage
from solver.models import Lead, Policy, Rep, Window
from solver.names import OVERLAY
from solver.scenarios.bases import OfReps
from solver.world import World


class Present:
    """A window before any edit, as every edit looks at it; each thing is worked out once.

    Parameters
    ----------
    window
        The window.
    sorted_out
        Its leads sorted out, where that is known already.
    """

    def __init__(self, window: Window, sorted_out: Triage | None = None) -> None:
        self.window = window
        self._triage = sorted_out
        self._leads: dict[str | None, tuple[Lead, ...]] = {}
        self._lead_ids: dict[str | None, frozenset[str]] = {}

    @cached_property
    def triage(self) -> Triage:
        """Which leads are routed, kept and held."""
        return triage(self.window) if self._triage is None else self._triage

    @cached_property
    def reps(self) -> dict[str, Rep]:
        """Reps by id, active or not."""
        return {rep.rep_id: rep for rep in self.window.reps}

    @cached_property
    def _rep_table(self) -> RepTable:
        return RepTable(self.window.reps)

    @cached_property
    def _lead_table(self) -> LeadTable:
        return lead_table(self.triage.routed, self.triage.age_hours, self.window)

    def reps_of(self, edit: OfReps) -> tuple[str, ...]:
        """Return the ids of the reps that an edit is of: those named, else active ones that match.

        Where it says neither, it is of every active rep.
        """
        if edit.rep_ids is not None:
            return edit.rep_ids
        mask = rep_mask(parse_filter(edit.where or "true", About.REP), self._rep_table)
        return tuple(rep.rep_id for rep, matches in zip(self.window.reps, mask, strict=True)
                     if matches and rep.active)

    def leads_of(self, where: str | None) -> tuple[Lead, ...]:
        """Return the routed leads that match a filter; None: all, in the order of ids."""
        if where not in self._leads:
            mask = lead_mask(parse_filter(where or "true"), self._lead_table)
            routed = self.triage.routed
            self._leads[where] = tuple(routed[at] for at in np.flatnonzero(mask))
        return self._leads[where]

    def lead_ids_of(self, where: str | None) -> frozenset[str]:
        """Return the ids of the leads of :meth:`leads_of`."""
        if where not in self._lead_ids:
            self._lead_ids[where] = frozenset(lead.lead_id for lead in self.leads_of(where))
        return self._lead_ids[where]

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """Names of skills that leads ask for, reps have, or filters of the policy look at."""
        names = dict.fromkeys(name for lead in self.window.leads
                              for name in (*lead.needs, *lead.required_skills))
        names |= dict.fromkeys(name for rep in self.window.reps for name in rep.skills)
        return tuple(names | dict.fromkeys(_skills_of_filters(self.window.policy)))

    @cached_property
    def territories(self) -> tuple[str, ...]:
        """Names of territories of the policy, of leads and of reps."""
        names = dict.fromkeys(rule.name for rule in self.window.policy.territories)
        names |= dict.fromkeys(lead.territory for lead in self.window.leads if lead.territory)
        names |= dict.fromkeys(name for rep in self.window.reps for name in rep.territories)
        names.pop(OVERLAY, None)
        return tuple(names)


def window_of(world: World) -> Window:
    """Return a world as the window that scenarios are checked against.

    Parameters
    ----------
    world
        Its arrivals are the window's leads, at the world's start.
    """
    return Window(at=world.start, leads=world.arrivals, reps=world.reps, policy=world.policy)


def local_day(timezone: str | None, at: datetime) -> date:
    """Return the date of an instant in a zone, in UTC where none is named."""
    return at.astimezone(UTC if timezone is None else zone(timezone)).date()


def _skills_of_filters(policy: Policy) -> Iterator[str]:
    texts = [one.reps for section in (policy.rules, policy.limits, policy.use)
             for one in section if one.reps is not None]
    for text in texts:
        for ref in fields_of(parse_filter(text, About.REP)):
            if ref.name == "skills" and ref.part is not None:
                yield ref.part
