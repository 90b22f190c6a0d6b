"""What a mapping file or a preset may say about a canonical column."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from solver.models.base import Record
from solver.models.territory import Text

#: A value as YAML writes it; it is read like a cell of the column.
Scalar = StrictBool | StrictInt | StrictFloat | StrictStr


class Segment(Record):
    """A default for the rows whose cells match."""

    when: Annotated[dict[str, tuple[Text, ...]], Field(min_length=1)]
    """Canonical column to the values that match; all columns must match."""
    value: Scalar
    """What a blank cell then holds."""


class FieldRule(Record):
    """How one canonical column is filled."""

    column: tuple[Text, ...] = ()
    """Names of the export's column, in any case; the first that is present is read."""
    constant: Scalar | None = None
    """One value for every row, instead of a column."""
    default: Scalar | None = None
    """What a blank cell holds."""
    defaults: tuple[Segment, ...] = ()
    """Defaults by segment; the first that matches comes before ``default``."""
    values: dict[str, Scalar] = Field(default_factory=dict)
    """The export's value to the canonical one, compared as names; blank text means missing."""
    multiply: Annotated[float, Field(gt=0)] | None = None
    """Factor on a number."""
    remove: str = ""
    """Characters that are dropped before a number is read."""
    date_formats: tuple[Text, ...] = ()
    """Forms of an instant in the notation of ``strptime``, besides RFC 3339."""
    separator: Text = ";"
    """What separates the items of a list in the export."""


class ColumnRules(Record):
    """Rules by canonical column, for each file."""

    leads: dict[str, FieldRule] = Field(default_factory=dict)
    reps: dict[str, FieldRule] = Field(default_factory=dict)
    accounts: dict[str, FieldRule] = Field(default_factory=dict)

    def of(self, use: str) -> dict[str, FieldRule]:
        """Return the rules of one file: ``leads``, ``reps`` or ``accounts``."""
        rules: dict[str, FieldRule] = getattr(self, use)
        return rules


def combine(preset: ColumnRules, mapping: ColumnRules) -> ColumnRules:
    """Return the preset with the mapping on top, key by key of each rule; the mapping wins."""
    return ColumnRules(**{use: _combine(preset.of(use), mapping.of(use))
                      for use in ColumnRules.model_fields})


def _combine(
    preset: dict[str, FieldRule], mapping: dict[str, FieldRule]
) -> dict[str, FieldRule]:
    combined = dict(preset)
    for name, rule in mapping.items():
        below = preset.get(name, FieldRule())
        if rule.constant is not None:
            below = below.model_copy(update={"column": ()})
        given = {key: getattr(rule, key) for key in rule.model_fields_set}
        combined[name] = below.model_copy(update=given)
    return combined
