"""A window: the leads waiting, the reps' free slots and the policy, at one instant."""

from __future__ import annotations

from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Self

from pydantic import model_validator

from solver.models.account import Account
from solver.models.base import Instant, Record
from solver.models.lead import Lead
from solver.models.ledger import Ledger
from solver.models.policy import Policy
from solver.models.preparation import Hold, Preparation
from solver.models.rep import Rep
from solver.models.sales_floor import PreviousOwner


def _first_repeated(ids: list[str]) -> str | None:
    return next((a for a, b in pairwise(ids) if a == b), None)


class Window(Record):
    """Inputs of one solve, sorted by id so that the order of the input never matters."""

    at: Instant
    """The instant of the decision (UTC)."""
    leads: tuple[Lead, ...]
    """All leads of the input: those routed, kept and held."""
    reps: tuple[Rep, ...]
    """All reps, active or not."""
    accounts: tuple[Account, ...] = ()
    """Accounts, where a file was given."""
    policy: Policy = Policy()
    """Rules and weights."""
    holds: tuple[Hold, ...] = ()
    """Leads that preparing keeps out of routing, sorted by lead_id; one for each."""
    previous: tuple[PreviousOwner, ...] = ()
    """Owners in the previous plan, sorted by lead_id; one for each lead."""
    ledger: Ledger | None = None
    """What reps got, and limits used, before this window."""
    preparation: Preparation | None = None
    """What preparing did; None: the leads are as they came."""

    @model_validator(mode="before")
    @classmethod
    def _sort(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for name, key in (("leads", "lead_id"), ("reps", "rep_id"), ("accounts", "account_id"),
                          ("holds", "lead_id"), ("previous", "lead_id")):
            rows = data.get(name)
            if rows and all(hasattr(row, key) for row in rows):
                data[name] = tuple(sorted(rows, key=attrgetter(key)))
            elif rows and all(isinstance(row, dict) and isinstance(row.get(key), str)
                              for row in rows):
                data[name] = tuple(sorted(rows, key=itemgetter(key)))
        return data

    @model_validator(mode="after")
    def _check_unique(self) -> Self:
        for ids in ([x.lead_id for x in self.leads], [x.rep_id for x in self.reps],
                    [x.account_id for x in self.accounts], [x.lead_id for x in self.holds],
                    [x.lead_id for x in self.previous]):
            if (twice := _first_repeated(ids)) is not None:
                raise ValueError(f"id {twice!r} stands twice")
        return self

    @model_validator(mode="after")
    def _check_holds(self) -> Self:
        known = {lead.lead_id for lead in self.leads} if self.holds else set()
        for hold in self.holds:
            if hold.lead_id not in known:
                raise ValueError(f"the hold of lead {hold.lead_id!r} is of no lead of the window; "
                                 "leave it out, or add the lead")
        return self
