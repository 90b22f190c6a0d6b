"""The policy as YAML."""

from __future__ import annotations

from typing import Any

import yaml

from solver.models import Policy


def policy_yaml(policy: Policy) -> str:
    """Return the version and whatever differs from the defaults, as a policy file."""
    head = f"version: {policy.version}\n"
    changed = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    if not changed:
        return head
    return head + yaml.safe_dump(_plain(changed), sort_keys=False, allow_unicode=True,
                                 default_flow_style=None, width=100)


def _plain(node: Any) -> Any:
    """Write whole numbers without a decimal point."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, float) and node.is_integer():
        return int(node)
    return node
