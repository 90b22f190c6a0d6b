"""Matching: leads that are one, and the account behind each lead."""

from solver.prepare.match.accounts import match_accounts
from solver.prepare.match.contacts import contact_order
from solver.prepare.match.duplicates import Part, find_duplicates
from solver.prepare.match.families import Families
from solver.prepare.match.keys import (
    account_keys,
    lead_account_keys,
    lead_keys,
    most_of_key,
)
from solver.prepare.match.merging import apply_merges, merge_changes, merge_leads
from solver.prepare.match.results import (
    AccountMatch,
    AccountMatches,
    Duplicates,
    PossibleMatch,
)

__all__ = [
    "AccountMatch",
    "AccountMatches",
    "Duplicates",
    "Families",
    "Part",
    "PossibleMatch",
    "account_keys",
    "apply_merges",
    "contact_order",
    "find_duplicates",
    "lead_account_keys",
    "lead_keys",
    "match_accounts",
    "merge_changes",
    "merge_leads",
    "most_of_key",
]
