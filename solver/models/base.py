"""What every record shares: frozen, closed to unknown fields, finite numbers only."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from solver.names import name_key

_Names = TypeVar("_Names", tuple[str, ...], dict[str, float])

#: Largest deal value or revenue that is taken for a real one, in the policy's currency.
MAX_MONEY = 1e12
#: Largest weight, performance or count that is taken for a real one.
MAX_WEIGHT = 1_000.0
MAX_COUNT = 1_000_000_000
#: More slots than any lead takes.
MAX_USE = 1_000


class Record(BaseModel):
    """A frozen record; a change is a copy made with ``model_copy(update=...)``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


def _to_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the years 1 to 9999 in UTC too") from None


def _distinct(names: _Names) -> _Names:
    keys = Counter(map(name_key, names))
    if twice := [name for name in names if keys[name_key(name)] > 1]:
        raise ValueError(f"the name {twice[0]!r} stands twice")
    return names


Id = Annotated[str, Field(min_length=1)]
#: Text that is there; what is not there is None.
Text = Annotated[str, Field(min_length=1)]
#: Names that differ as names compare.
Names = Annotated[tuple[Text, ...], AfterValidator(_distinct)]
#: An instant, held in UTC.
Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Money = Annotated[float, Field(ge=0, le=MAX_MONEY)]
#: Integer minor units of money, 1/100 of any currency.
MinorUnits = Annotated[int, Field(ge=-(2**63), lt=2**63)]
#: ISO 4217 code.
CurrencyCode = Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Level = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=MAX_WEIGHT)]
#: Skill to level or minimum level, and skill to weight; skills differ as names compare.
Levels = Annotated[dict[Text, Level], AfterValidator(_distinct)]
Weights = Annotated[dict[Text, Weight], AfterValidator(_distinct)]
