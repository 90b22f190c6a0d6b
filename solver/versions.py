"""Versions of Fairlead and of the libraries that an answer rests on."""

from __future__ import annotations

from importlib.metadata import version

#: Libraries whose version can change an answer.
LIBRARIES = ("fairlead", "holidays", "numpy", "ortools", "polars", "pydantic", "tzdata")


def versions() -> dict[str, str]:
    """Return the installed version of each of ``LIBRARIES``."""
    return {library: version(library) for library in LIBRARIES}
