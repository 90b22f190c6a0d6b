"""The policy file: YAML that overrides the defaults key by key."""

from __future__ import annotations

from solver.models.issue import Issue, IssueCode
from solver.models.policy import Policy
from solver.reading.parsing.strict_yaml import parse_yaml
from solver.reading.validation import validate


def read_policy(data: bytes, file: str) -> tuple[Policy | None, list[Issue]]:
    """Read a policy; None (and issues) where it has problems.

    Parameters
    ----------
    data
        Content of the YAML file.
    file
        Name for the issues.
    """
    document, issues = parse_yaml(data, file)
    if document is None:
        return None, issues
    policy, misfits = validate(Policy, document, IssueCode.BAD_POLICY)
    issues += misfits
    return (None if issues else policy), issues
