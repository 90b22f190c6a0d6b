"""What every record shares: frozen, closed to unknown fields, finite numbers only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

#: Largest deal value or revenue that is taken for a real one, in the policy's currency.
MAX_MONEY = 1e12
#: Largest weight, performance or count that is taken for a real one.
MAX_WEIGHT = 1_000.0
MAX_COUNT = 1_000_000_000


class Record(BaseModel):
    """A frozen record; a change is a copy made with ``model_copy(update=...)``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


def _to_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Id = Annotated[str, Field(min_length=1)]
#: An instant, held in UTC.
Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Money = Annotated[float, Field(ge=0, le=MAX_MONEY)]
#: Integer minor units of money, 1/100 of any currency.
MinorUnits = int
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Level = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=MAX_WEIGHT)]
