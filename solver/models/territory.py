"""A territory: a named rule over geography, company size and industry."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from solver.models.base import Record

Text = Annotated[str, Field(strict=True, min_length=1)]
Bound = Annotated[float, Field(ge=0)] | None
#: Both ends included; ``null`` is open.
Range = tuple[Bound, Bound]


class Territory(Record):
    """A lead belongs to the first territory whose every given key matches it."""

    name: Text
    """Name that reps list under ``territories``; may stand on several rules."""
    countries: tuple[Text, ...] = ()
    """Country codes."""
    regions: tuple[Text, ...] = ()
    """States, provinces, regions."""
    postal_prefixes: tuple[Text, ...] = ()
    """Beginnings of postal codes."""
    industries: tuple[Text, ...] = ()
    """Industry names."""
    sources: tuple[Text, ...] = ()
    """Lead sources."""
    employees: Range | None = None
    """Smallest and largest company size."""
    annual_revenue: Range | None = None
    """Smallest and largest yearly revenue."""

    @model_validator(mode="after")
    def _check_ranges(self) -> Self:
        for key in ("employees", "annual_revenue"):
            low, high = getattr(self, key) or (None, None)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{key}: the lower end {low} must not be above the upper {high}")
        return self
