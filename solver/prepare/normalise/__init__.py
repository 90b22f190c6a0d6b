"""Normalising: one field's text to the form in which rules compare it, with what was done."""
