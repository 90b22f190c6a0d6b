"""Canonical input files: the text that reads back as an equal window."""

from solver.writing.inputs import render_inputs

__all__ = ["render_inputs"]
