"""The checker: recomputes a plan from its inputs without the code that made it."""

from solver.verify.check import Check
from solver.verify.files import verify_files
from solver.verify.plan import verify_plan

__all__ = ["Check", "verify_files", "verify_plan"]
