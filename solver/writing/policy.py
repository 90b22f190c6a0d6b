"""The policy as YAML."""

from __future__ import annotations

from typing import Any

import yaml

from solver.models import Policy


def policy_yaml(policy: Policy) -> str:
    """Return the version and whatever differs from the defaults, as a policy file."""
    changed = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    keys = {"version": policy.version} | _plain(changed)
    return "".join(_entry(key, value) for key, value in keys.items())


def _entry(key: str, value: Any) -> str:
    """Write one key; a mapping that holds only scalars would come out in braces."""
    style = None if isinstance(value, dict | list) else False
    return yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True,
                          default_flow_style=style, width=100)


def _plain(node: Any) -> Any:
    """Write whole numbers without a decimal point."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, float) and node.is_integer():
        return int(node)
    return node
