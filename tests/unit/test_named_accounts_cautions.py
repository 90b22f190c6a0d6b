"""Named accounts whose ids are in no file are told of."""

from __future__ import annotations

from tests.unit.input_files import read

ACCOUNTS = "account_id\nA1\n"


def test_unknown_reps_and_accounts_of_named_accounts_are_warned_of() -> None:
    """A typo would move an account without a word."""
    reading = read(accounts=ACCOUNTS, policy="precedence: {named_accounts: {A1: zoe, ZZ: r1}}\n")
    found = {(issue.code.value, issue.offending) for issue in reading.warnings}
    assert found >= {("UNKNOWN_REP", "zoe"), ("UNKNOWN_ACCOUNT", "ZZ")}
    assert reading.window is not None


def test_known_ids_are_not() -> None:
    """Both ids are in their files."""
    reading = read(accounts=ACCOUNTS, policy="precedence: {named_accounts: {A1: r1}}\n")
    assert not [issue for issue in reading.warnings if issue.column == "precedence.named_accounts"]
