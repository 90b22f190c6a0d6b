"""Errors that show only across rows: companies that are their own parents."""

from __future__ import annotations

from solver.models.issue import Issue, IssueCode
from solver.reading.records import Records


def parent_cycles(accounts: Records) -> list[Issue]:
    """Return an issue for each ring of parents, at the row of its first account."""
    fields = accounts.fields
    ids = fields.values.get("account_id", [])
    parents = dict(zip(map(str, ids), fields.values.get("parent_id", []), strict=False))
    done: set[str] = set()
    issues: list[Issue] = []
    for start in accounts.ids:
        chain: dict[str, None] = {}
        account: object = start
        while isinstance(account, str) and account not in done and account not in chain:
            chain[account] = None
            account = parents.get(account)
        if isinstance(account, str) and account in chain:
            ring = list(chain)[list(chain).index(account):]
            issues.append(_ring(accounts, ring))
        done.update(chain)
    return issues


def _ring(accounts: Records, ring: list[str]) -> Issue:
    first = min(ring, key=accounts.ids.__getitem__)
    turn = ring.index(first)
    names = [*ring[turn:], *ring[:turn], first]
    shown = names if len(names) <= 6 else [*names[:5], "...", first]
    return Issue(
        code=IssueCode.PARENT_CYCLE, file=accounts.table.file, row=accounts.ids[first],
        column=accounts.fields.shown("parent_id"), record_id=first, offending=names[1],
        rule=f"an account must not be its own parent ({' -> '.join(shown)})"[:300],
        remedy="Clear the parent of one of these accounts")
