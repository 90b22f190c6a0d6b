"""What the models refuse in values that could be read: ranges, in the words of an issue."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from solver.reading.columns import AnyRecord, FileKind
from solver.reading.validation import bound_rule


def build(kind: FileKind, values: dict[str, object]) -> AnyRecord | list[tuple[str, str]]:
    """Return the record, or (column, rule) of each value that the model refuses."""
    try:
        return kind.model.model_validate(values)
    except ValidationError as error:
        return list(_refusals(error))


def _refusals(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_url=False):
        location = detail["loc"]
        if not location:  # rules over several columns are checked by who knows the cells
            continue
        rule = bound_rule(detail) or detail["msg"]
        name = f"{str(location[1])[:80]!r}: " if len(location) > 1 else ""
        yield str(location[0]), f"{name}{rule}"


def value_problem(kind: FileKind, name: str, value: object) -> str | None:
    """Return the rule that one value breaks on its own, or None."""
    values: dict[str, object] = {**stand_ins(kind), name: value}
    built = build(kind, values)
    return next((rule for column, rule in built if column == name), None) \
        if isinstance(built, list) else None


def stand_ins(kind: FileKind) -> dict[str, object]:
    """Return values for the cells that must be filled, so that the others can be checked."""
    return {column.name: "?" if column.name == kind.id_column else 0
            for column in kind.columns.values() if column.filled}
