"""Presets: mappings for the exports of known CRMs, one data file each."""

from __future__ import annotations

from importlib.resources import files

from solver.errors import UsageError
from solver.reading.mapping.mapping_file import read_mapping
from solver.reading.mapping.rules import ColumnRules

_FOLDER = files("solver.reading") / "presets"


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets that exist, sorted."""
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir()
                        if entry.name.endswith(".yaml")))


def read_preset(name: str) -> ColumnRules:
    """Return the mapping of a preset.

    Raises
    ------
    UsageError
        There is no such preset; those that exist are named.
    """
    if name not in preset_names():
        raise UsageError(f"there is no preset {name!r}; use one of: {', '.join(preset_names())}")
    found = read_mapping((_FOLDER / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    if found.issues:
        raise ValueError("\n".join(map(str, found.issues)))
    return found.mapping
