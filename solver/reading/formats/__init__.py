"""Files of any format, whole or damaged, to tables: nothing is raised and no row is lost."""

from solver.reading.formats.owners import OwnerProblem, resolve_owners
from solver.reading.formats.quarantine import quarantine_file, render_quarantine
from solver.reading.formats.readers import is_other_format, read_any
from solver.reading.formats.result import TolerantTable
from solver.reading.formats.tolerant import known_columns, read_tolerantly

__all__ = ["OwnerProblem", "TolerantTable", "is_other_format", "known_columns", "quarantine_file",
           "read_any", "read_tolerantly", "render_quarantine", "resolve_owners"]
