"""The layers above territory: which rep a lead's account names, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.matrix.families import Families
from solver.matrix.refusals import NOT_THERE, WAIVED, Refusal
from solver.models import Account, Layer, Lead, OwnerAway, Policy

_Bits = NDArray[np.uint16]
#: A layer counts only for a rep whom none of these refuse.
_BARRED = np.uint16(Refusal.EXCLUDED | Refusal.RULE | Refusal.INACTIVE)
_NOT_THERE = np.uint16(NOT_THERE)
_WAIVED = np.uint16(WAIVED)
#: Layer of the policy to its bit, in the order of the precedence.
LAYERS: tuple[tuple[str, Refusal], ...] = (
    ("named_account", Refusal.NAMED_ACCOUNT),
    ("open_opportunity", Refusal.OPEN_OPPORTUNITY),
    ("account_owner", Refusal.ACCOUNT_OWNER),
    ("family_owner", Refusal.FAMILY_OWNER),
)
NO_REP = -1


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the layers make of a block of B leads."""

    decided: NDArray[np.int64]
    """(B,) rep of the hard layer that decides, ``NO_REP`` where none does."""
    layer: NDArray[np.int8]
    """(B,) position in ``LAYERS`` of that layer, -1 where none decides."""
    waived: NDArray[np.bool_]
    """(B,) whether the deciding rep was let off the territory."""
    preferred: NDArray[np.int64]
    """(B,) rep of the first preferred layer that counts, ``NO_REP`` where none does."""
    passed_over: NDArray[np.int64]
    """(B,) rep of the first hard layer passed over because the rep is away, ``NO_REP``."""


class Precedence:
    """The reps whom each routed lead's account names, by layer that is not off.

    Parameters
    ----------
    leads
        The routed leads.
    accounts
        The window's accounts.
    policy
        Its ``precedence``.
    rep_index
        rep_id to position.
    """

    def __init__(self, leads: Sequence[Lead], accounts: Sequence[Account], policy: Policy,
                 rep_index: Mapping[str, int]) -> None:
        self._policy = policy.precedence
        self.num_reps = len(rep_index)
        named = _Named(accounts, policy, rep_index)
        asked = [(at, name, bit) for at, (name, bit) in enumerate(LAYERS)
                 if getattr(self._policy, name) is not Layer.OFF]
        self._asked = asked
        columns = [[named.rep(name, lead.account_id) for lead in leads] for _, name, _ in asked]
        self._reps = np.array(columns, dtype=np.int64).reshape(len(asked), len(leads))

    @property
    def names_any(self) -> bool:
        """Whether any layer names a rep for any lead."""
        return bool((self._reps != NO_REP).any())

    def named(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Yield each layer that is not off, with (L,) the reps whom it names, ``NO_REP``: none."""
        for (_, name, _), reps in zip(self._asked, self._reps, strict=True):
            yield name, reps

    def lead_named(self) -> NDArray[np.int64]:
        """Return positions of the leads for whom a layer names a rep, ascending."""
        return np.flatnonzero((self._reps != NO_REP).any(axis=0))

    def decide_named(self, lead_idx: NDArray[np.int64], bits: _Bits) -> tuple[Decisions, _Bits]:
        """Ask the layers for some leads, from what refuses the reps whom they name alone.

        Parameters
        ----------
        lead_idx
            (K,) leads.
        bits
            (K, layers) refusals, by every other rule, of the rep whom each layer of `named` names;
            anything where it names nobody.

        Returns
        -------
        tuple
            The decisions, and (K,) what still refuses the deciding rep; 0 where none decides.
        """
        names = self._reps[:, lead_idx]
        columns = self.take(lead_idx)
        columns._reps = np.where(names == NO_REP, NO_REP, np.arange(len(names))[:, None])
        changed, rows = bits.copy(), np.arange(len(lead_idx))
        found = columns.decide(slice(0, len(lead_idx)), changed)
        left = np.where(found.decided == NO_REP, np.uint16(0), changed[rows, found.decided])
        reps = [np.where(column == NO_REP, NO_REP, names[column, rows])
                for column in (found.decided, found.preferred, found.passed_over)]
        return replace(found, decided=reps[0], preferred=reps[1], passed_over=reps[2]), left

    def take(self, lead_idx: NDArray[np.int64]) -> Precedence:
        """Return the layers of some of the leads, in the order given."""
        taken = object.__new__(Precedence)
        taken._policy, taken._asked, taken.num_reps = self._policy, self._asked, self.num_reps
        taken._reps = self._reps[:, lead_idx]
        return taken

    def decide(self, block: slice, bits: _Bits) -> Decisions:
        """Ask the layers for a block of leads and change their bits in place.

        Parameters
        ----------
        block
            The leads.
        bits
            (B, R) refusals of every other rule.
        """
        num = len(bits)
        found = Decisions(np.full(num, NO_REP), np.full(num, -1, np.int8),
                          np.zeros(num, np.bool_), np.full(num, NO_REP), np.full(num, NO_REP))
        for (at, name, _), reps in zip(self._asked, self._reps[:, block], strict=True):
            rows = np.flatnonzero((reps != NO_REP) & (found.decided == NO_REP))
            rows = rows[(bits[rows, reps[rows]] & _BARRED) == 0]
            if getattr(self._policy, name) is Layer.PREFERRED:
                first = rows[found.preferred[rows] == NO_REP]
                found.preferred[first] = reps[first]
                continue
            if self._policy.owner_away is OwnerAway.NEAREST:
                away = (bits[rows, reps[rows]] & _NOT_THERE) != 0
                gone = rows[away]
                gone = gone[found.passed_over[gone] == NO_REP]
                found.passed_over[gone] = reps[gone]
                rows = rows[~away]
            found.decided[rows], found.layer[rows] = reps[rows], at
        self._write(bits, found)
        return found

    @staticmethod
    def _write(bits: _Bits, found: Decisions) -> None:
        rows = np.flatnonzero(found.decided != NO_REP)
        reps = found.decided[rows]
        own = bits[rows, reps]
        found.waived[rows] = (own & np.uint16(Refusal.NO_TERRITORY)) != 0
        layer_bits = np.array([bit for _, bit in LAYERS], dtype=np.uint16)
        bits[rows] |= layer_bits[found.layer[rows], None]
        bits[rows, reps] = own & ~_WAIVED


class _Named:
    """The rep whom each layer names for an account."""

    def __init__(self, accounts: Sequence[Account], policy: Policy,
                 rep_index: Mapping[str, int]) -> None:
        self._accounts = {account.account_id: account for account in accounts}
        self._named = policy.precedence.named_accounts
        self._rep_index = rep_index
        self._families = Families(() if policy.precedence.family_owner is Layer.OFF else accounts)

    def rep(self, layer: str, account_id: str | None) -> int:
        """Return the position of the rep, ``NO_REP`` where the layer names none in the file."""
        if account_id is None:
            return NO_REP
        account = self._accounts.get(account_id)
        rep_id: str | None = None
        if layer == "named_account":
            rep_id = self._named.get(account_id) or (account.named_rep_id if account else None)
        elif layer == "family_owner":
            rep_id = self._families.owner(account_id)
        elif account is not None:
            rep_id = (account.owner_id if layer == "account_owner"
                      else account.open_opportunity_owner_id)
        return NO_REP if rep_id is None else self._rep_index.get(rep_id, NO_REP)
