"""The account behind each lead: the one it names, else the one that most speaks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl

from solver.models import Account, Lead
from solver.models.matching import Matching
from solver.models.preparation import Evidence
from solver.prepare.match.blocking import (
    RARE_TOKENS,
    Candidates,
    Ints,
    company_blocks,
    count_tokens,
    pairs_between,
)
from solver.prepare.match.crowds import without_crowds
from solver.prepare.match.evidence import evidence_of
from solver.prepare.match.facts import account_columns, frame_of, lead_columns, rows_of
from solver.prepare.match.families import Families
from solver.prepare.match.few import FEW, pairs_between_few
from solver.prepare.match.preference import account_preference
from solver.prepare.match.results import AccountMatch, AccountMatches
from solver.prepare.match.scoring import SAME_DOMAIN, Scores, score_companies
from solver.prepare.match.similarity import Columns, Pairs, Table

#: Pairs that are scored at once.
_CHUNK = 500_000
#: Accounts shown to the person who decides.
_MOST_POSSIBLE = 3
#: More than any name has.
_ALL_WORDS = 1 << 16


def match_accounts(leads: Sequence[Lead], accounts: Sequence[Account], rules: Matching, *,
                   some: bool = False) -> AccountMatches:
    """Find the account behind each lead.

    Parameters
    ----------
    leads
        In any order. One that names an account which is there has it, with confidence 1.
    accounts
        In any order; their ids differ.
    rules
        Thresholds; the tie breakers choose among all accounts at `same` or above; `family` says
        whether a customer's whole family counts as customers.
    some
        Whether these are only those accounts that share a key with a lead. How rare a word is
        cannot be told from them, so every word of a name is a key.

    Returns
    -------
    AccountMatches
        The same, whatever the order of leads and accounts.
    """
    families = Families(accounts)
    given = [_given(lead, families, rules) for lead in leads
             if lead.account_id is not None and families.has(lead.account_id)]
    matches = {match.lead_id: match for match in given}
    others = sorted((lead for lead in leads if lead.lead_id not in matches),
                    key=lambda lead: lead.lead_id)
    if not others or not accounts:
        return AccountMatches(matches, (), 0)
    search = _Search(others, sorted(accounts, key=lambda account: account.account_id), rules,
                     families, _ALL_WORDS if some else RARE_TOKENS)
    possible: list[AccountMatch] = []
    for found, sure in search.found():
        if sure:
            matches[found[0].lead_id] = found[0]
        else:
            possible += found
    return AccountMatches(matches, tuple(possible), search.skipped_blocks)


def _given(lead: Lead, families: Families, rules: Matching) -> AccountMatch:
    account_id = lead.account_id or ""
    evidence = Evidence(kind="account_id", detail=f"the lead names {account_id!r}", weight=0.0)
    return AccountMatch(lead_id=lead.lead_id, account_id=account_id, confidence=1.0,
                        evidence=(evidence,),
                        customer=families.is_customer(account_id, rules.family))


class _Search:
    """The pairs of leads and accounts that are `possible` or more."""

    def __init__(self, leads: Sequence[Lead], accounts: Sequence[Account], rules: Matching,
                 families: Families, most_words: int) -> None:
        self._leads, self._accounts = leads, accounts
        self._rules, self._families = rules, families
        left, right = _tables(leads, accounts, rules)
        self._columns = Columns(left, right)
        self._only = _alone(right["squeezed"])
        candidates = _candidates(left, right, most_words)
        self.skipped_blocks = candidates.skipped_blocks
        self._left, self._right, self._scores = self._likely(candidates.left, candidates.right)

    def found(self) -> Iterator[tuple[list[AccountMatch], bool]]:
        """Yield each lead's account, or else the accounts that are possible."""
        confidence = self._scores.confidence.tolist()
        places = range(len(confidence))
        for _, group in groupby(places, key=self._left.tolist().__getitem__):
            of_lead = list(group)
            sure = [at for at in of_lead if confidence[at] >= self._rules.same]
            if sure:
                yield [self._match(min(sure, key=self._preference), confidence)], True
            else:
                best = sorted(of_lead, key=lambda at: (-confidence[at], at))[:_MOST_POSSIBLE]
                yield [self._match(at, confidence) for at in best], False

    def _likely(self, left: Ints, right: Ints) -> tuple[Ints, Ints, Scores]:
        """Score the candidates part by part; keep those that are possible."""
        kept: list[Ints] = []
        parts: list[Scores] = []
        for start in range(0, max(left.size, 1), _CHUNK):
            part = slice(start, start + _CHUNK)
            scores = score_companies(self._pairs(left[part], right[part]), self._only)
            likely = np.flatnonzero(scores.confidence >= self._rules.possible)
            kept.append(likely + start)
            parts.append(Scores(scores.kinds, scores.weights[likely], scores.prior))
        rows = np.concatenate(kept)
        weights = np.concatenate([part.weights for part in parts])
        return left[rows], right[rows], Scores(parts[0].kinds, weights, parts[0].prior)

    def _pairs(self, left: Ints, right: Ints) -> Pairs:
        return self._columns.pairs(left, right)

    def _preference(self, at: int) -> tuple[object, ...]:
        lead, account = self._records(at)
        bits = dict(zip(self._scores.kinds, self._scores.weights[at].tolist(), strict=True))
        return account_preference(
            account, self._families.is_customer(account.account_id, self._rules.family),
            exact_domain=bits["domain"] >= SAME_DOMAIN,
            same_country=lead.country is not None and lead.country == account.country,
            rules=self._rules)

    def _match(self, at: int, confidence: list[float]) -> AccountMatch:
        lead, account = self._records(at)
        return AccountMatch(
            lead_id=lead.lead_id, account_id=account.account_id, confidence=confidence[at],
            evidence=evidence_of(lead, account, self._scores.kinds, self._scores.weights[at]),
            customer=self._families.is_customer(account.account_id, self._rules.family))

    def _records(self, at: int) -> tuple[Lead, Account]:
        return self._leads[int(self._left[at])], self._accounts[int(self._right[at])]


def _tables(leads: Sequence[Lead], accounts: Sequence[Account], rules: Matching
            ) -> tuple[Table, Table]:
    """Return the facts of both: lists where both are few, else frames."""
    left = lead_columns(leads, rules.free_mail)
    right = account_columns(accounts, rules.free_mail)
    if max(len(leads), len(accounts)) <= FEW:
        return left, right
    return frame_of(left), without_crowds(frame_of(right), ["web", "brand", "phone"])


def _candidates(leads: Table, accounts: Table, most_words: int) -> Candidates:
    if isinstance(leads, dict) and isinstance(accounts, dict):
        return pairs_between_few(rows_of(leads), rows_of(accounts), most_words)
    assert isinstance(leads, pl.DataFrame)
    assert isinstance(accounts, pl.DataFrame)
    counts = count_tokens(accounts)
    return pairs_between(company_blocks(leads, counts, most_words),
                         company_blocks(accounts, counts, most_words))


def _alone(names: pl.Series | Sequence[str | None]) -> npt.NDArray[np.bool_]:
    """Tell which names stand once; those that are blank are one name."""
    if not isinstance(names, pl.Series):
        counts = Counter(names)
        return np.array([counts[name] == 1 for name in names], dtype=np.bool_)
    return names.to_frame().select(pl.len().over(names.name) == 1).to_series().to_numpy()
