"""What the rules of a policy make impossible with the leads and reps at hand, before any solve."""

from solver.rule_checks.findings import rule_findings

__all__ = ["rule_findings"]
