"""A linear model in arrays, and the way to MathOpt's engines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from solver.program.program import Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SparseModel:
    """maximise ``objective @ x`` subject to ``low <= A x <= high``, ``lower <= x <= upper``."""

    objective: Floats
    """(n,) minor units."""
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    """(n,) which variables are integers."""
    row_low: Floats
    row_high: Floats
    row: Ints
    """(N,) rows of the entries, ascending."""
    variable: Ints
    """(N,) variables of the entries, ascending within a row."""
    value: Floats

    @property
    def size(self) -> int:
        """N."""
        return len(self.objective)

    def proto(self, relaxed: bool = False) -> model_pb2.ModelProto:
        """Return MathOpt's form of the model, or of its linear relaxation."""
        proto = model_pb2.ModelProto()
        variables, rows = proto.variables, proto.linear_constraints
        variables.ids.extend(range(len(self.objective)))
        variables.lower_bounds.extend(self.lower.tolist())
        variables.upper_bounds.extend(self.upper.tolist())
        variables.integers.extend(
            [False] * len(self.whole) if relaxed else self.whole.tolist())
        proto.objective.maximize = True
        costly = np.flatnonzero(self.objective)
        proto.objective.linear_coefficients.ids.extend(costly.tolist())
        proto.objective.linear_coefficients.values.extend(self.objective[costly].tolist())
        rows.ids.extend(range(len(self.row_low)))
        rows.lower_bounds.extend(self.row_low.tolist())
        rows.upper_bounds.extend(self.row_high.tolist())
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(self.row.tolist())
        matrix.column_ids.extend(self.variable.tolist())
        matrix.coefficients.extend(self.value.tolist())
        return proto

    def mathopt(self, relaxed: bool = False) -> mathopt.Model:
        """Return the model as MathOpt takes it."""
        return mathopt.Model.from_model_proto(self.proto(relaxed))
