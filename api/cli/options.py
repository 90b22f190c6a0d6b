"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a result is printed on stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class KeyFormat(StrEnum):
    """How a new API key is printed."""

    TEXT = "text"
    JSON = "json"


class ScopeChoice(StrEnum):
    """What an API key may do; the service's scopes."""

    INTAKE = "intake"
    READ = "read"
    OPERATE = "operate"
    ADMIN = "admin"


class HeldChoice(StrEnum):
    """What becomes of a lead that its window holds."""

    LOST = "lost"
    RETURN = "return"


class MethodChoice(StrEnum):
    """How leads get their owners in a quarter that is played."""

    FIRST_MATCH = "first_match"
    ROUND_ROBIN = "round_robin"
    WEIGHTED_ROUND_ROBIN = "weighted_round_robin"
    MOST_FREE_SLOTS = "most_free_slots"
    GREEDY = "greedy"
    OPTIMAL = "optimal"
    OPTIMAL_YESTERDAY = "optimal_yesterday"
    OPTIMAL_REFRESHED = "optimal_refreshed"
    INSTANT = "instant"


class MeasureChoice(StrEnum):
    """What is measured of a quarter."""

    VALUE = "value"
    OWNED = "owned"
    MEAN_WAIT = "mean_wait_minutes"
    P95_WAIT = "p95_wait_minutes"
    HELD = "held_at_end"
    LOST = "lost"
    UTILISATION = "utilisation"
    SERVICE_LEVEL = "service_level"


class SchemaName(StrEnum):
    """Records whose JSON Schema can be printed."""

    LEAD = "lead"
    REP = "rep"
    ACCOUNT = "account"
    ACTIVITY = "activity"
    TERRITORY = "territory"
    POLICY = "policy"
    WINDOW = "window"
    PLAN = "plan"


PlanFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")]
At = Annotated[str | None, typer.Option(
    metavar="RFC3339", help="Instant of the decision, with its offset; now if not given.")]
Out = Annotated[Path | None, typer.Option(
    metavar="DIR", help="Write plan.json and its CSV files there, all or none.")]
Jobs = Annotated[int | None, typer.Option(
    min=1, max=256, help="Processes to use; one for each processor if not given. The figures do "
                         "not depend on it.")]
DaskAddress = Annotated[str | None, typer.Option(
    metavar="ADDRESS", envvar="FAIRLEAD_DASK",
    help="Run on the workers of a Dask cluster instead, by the address of its scheduler, as in "
         "tcp://127.0.0.1:8786; needs the extra `dask`.")]
KeepFile = Annotated[Path | None, typer.Option(
    metavar="FILE", help="Write each result there as soon as it is done; where the file has "
                         "results of the same inputs, they are not worked out again.")]
