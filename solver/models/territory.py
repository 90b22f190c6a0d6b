"""A territory: a named rule over geography, company size and industry."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from solver.models.base import Record
from solver.models.sectors import check_sector
from solver.names import postal_key

Text = Annotated[str, Field(strict=True, min_length=1)]
Bound = Annotated[float, Field(ge=0)] | None
#: Both ends included; ``null`` is open.
Range = tuple[Bound, Bound]


def _check_postal_range(text: str) -> str:
    first, _, last = text.partition("-")
    low, high = postal_key(first), postal_key(last)
    if not low or len(low) != len(high) or low > high:
        raise ValueError(f"the postal range {text!r} must be two codes of one length, the lower "
                         "first, as in 10000-12999")
    return text


PostalRange = Annotated[Text, AfterValidator(_check_postal_range)]


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
    postal_ranges: tuple[PostalRange, ...] = ()
    """Stretches of postal codes, such as ``10000-12999``: a code belongs by as many of its first
    characters as the ends have."""
    industries: tuple[Text, ...] = ()
    """Industry names."""
    sectors: tuple[Annotated[Text, AfterValidator(check_sector)], ...] = ()
    """NAICS sector codes, such as ``51``; only prepared leads have one."""
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
