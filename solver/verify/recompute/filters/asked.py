"""The filters of a policy, asked of the leads, reps and pairs of a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from solver.filters.language.fields import FieldRef, Side
from solver.filters.language.parse import parse_filter
from solver.filters.language.tree import About, Filter, fields_of
from solver.models import Lead, Rep, Window
from solver.verify.recompute.arrays import BoolArray
from solver.verify.recompute.filters.evaluate import Evaluator
from solver.verify.recompute.filters.fields import Fields


class Asked:
    """Filters with their answers; a null filter matches all.

    Parameters
    ----------
    window
        Reps, accounts, instant.
    leads
        The leads that are asked, among which ``top`` ranks.
    territory, worth
        What leads are found to lie in and to be worth.
    """

    def __init__(self, window: Window, leads: Sequence[Lead],
                 territory: Callable[[Lead], str | None],
                 worth: Callable[[Lead], float | None]) -> None:
        self._leads, self._reps = leads, window.reps
        self._fields = Fields(window, territory, worth)
        self._evaluator = Evaluator(self._fields, leads)
        self._everybody: BoolArray = np.ones(len(window.reps), dtype=bool)
        self._answers: dict[tuple[str, str], bool] = {}
        self._rows: dict[tuple[str, object], BoolArray] = {}

    def lead(self, text: str | None, lead: Lead) -> bool:
        """Say whether a lead matches a filter of leads."""
        if text is None:
            return True
        key = text, lead.lead_id
        if key not in self._answers:
            self._answers[key] = self._evaluator.matches(parse_filter(text).root, lead, None)
        return self._answers[key]

    def leads(self, text: str | None) -> BoolArray:
        """Return who of the leads matches a filter of leads; shape (leads,)."""
        return np.array([self.lead(text, lead) for lead in self._leads], dtype=bool)

    def reps(self, text: str | None) -> BoolArray:
        """Return who matches a filter of reps that looks at no lead; shape (reps,)."""
        return self._everybody if text is None else self._row(text, None)

    def pairs(self, text: str | None, lead: Lead) -> BoolArray:
        """Return who matches a filter of reps beside a lead; shape (reps,)."""
        return self._everybody if text is None else self._row(text, lead)

    def looks_at_leads(self, text: str | None) -> bool:
        """Say whether a filter of reps compares with the lead."""
        return text is not None and parse_filter(text, About.REP).reads_leads

    def _row(self, text: str, lead: Lead | None) -> BoolArray:
        """Ask every rep; leads that look the same to the filter are asked once."""
        parsed = parse_filter(text, About.REP, with_leads=lead is not None)
        of_lead = [ref for ref in fields_of(parsed) if ref.side is not Side.REP]
        key = text, tuple(self._fields.held(ref, lead, None) for ref in of_lead)
        if key not in self._rows:
            self._rows[key] = self._ask_reps(parsed, lead)
        return self._rows[key]

    def _ask_reps(self, parsed: Filter, lead: Lead | None) -> BoolArray:
        of_rep = [ref for ref in fields_of(parsed) if ref.side is Side.REP]
        known: dict[object, bool] = {}
        answers = []
        for rep in self._reps:
            key = self._seen(of_rep, rep)
            if key not in known:
                known[key] = self._evaluator.matches(parsed.root, lead, rep)
            answers.append(known[key])
        return np.array(answers, dtype=bool)

    def _seen(self, refs: list[FieldRef], rep: Rep) -> object:
        return tuple(self._fields.held(ref, None, rep) for ref in refs)
