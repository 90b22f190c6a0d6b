"""Settings of the service, from the environment: every variable begins with ``FAIRLEAD_``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal, Self

from limits import parse
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from solver.errors import UsageError

#: What the secret is where nobody set one; outside development the service does not start with it.
DEFAULT_SECRET = "development-only"  # noqa: S105 - refused wherever it would matter
#: Kinds of addresses that can be allowed; no others, for Apprise knows some that run programs.
PeopleSchema = Literal["discord", "gchat", "json", "jsons", "mailto", "mailtos", "mmost", "mmosts",
                       "slack", "workflow", "workflows"]
_PREFIX = "FAIRLEAD_"
#: How alike a name must be to a setting's to be taken for it; the tests' own variables are not.
_CLOSE = 0.9
_Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Environment(StrEnum):
    """What kind of place the service runs in."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How log lines look."""

    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """Read once at the start; frozen."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore",
                                      use_attribute_docstrings=True)

    database_url: SecretStr = SecretStr("sqlite:///fairlead.db")
    """Where everything is stored: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``."""
    environment: Environment = Environment.DEVELOPMENT
    """``production`` refuses to start with the default secret."""
    secret: SecretStr = SecretStr(DEFAULT_SECRET)
    """What hashes of keys are made with; at least 16 characters outside development."""
    migrate_at_start: bool = True
    """Whether ``serve`` brings the tables to what it needs; else only ``db upgrade`` does."""
    host: str = "127.0.0.1"
    """Address that ``serve`` listens on."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """Port that ``serve`` listens on."""
    window_seconds: _Seconds = 60.0
    """A window closes so many seconds after its first lead came in, and after the one before."""
    window_max_leads: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    """A window closes as soon as so many leads wait, and takes no more than these."""
    solve_seconds: _Seconds = 30.0
    """Time limit of a window that is no flow, and of ``POST /v1/solve``."""
    solve_max_pairs: Annotated[int, Field(ge=1)] = 100_000
    """Leads times reps that ``POST /v1/solve`` takes."""
    bulk_max_leads: Annotated[int, Field(ge=1, le=10_000)] = 10_000
    """Rows of one ``POST /v1/leads/bulk``."""
    max_body_bytes: Annotated[int, Field(ge=1024)] = 16 * 1024 * 1024
    """Largest request body."""
    rate_limit: str = "6000/minute"
    """Requests of one API key, on one server; such as ``100/second``."""
    pool_size: Annotated[int, Field(ge=1, le=100)] = 10
    """Connections to the database of one process, and requests that it works on at once."""
    lease_seconds: _Seconds = 30.0
    """A worker that was not heard of for so long has lost its window."""
    worker_idle_seconds: Annotated[float, Field(gt=0, le=60)] = 0.5
    """Pause of a worker that found nothing to do."""
    window_days: Annotated[int, Field(ge=1, le=3_660)] = 400
    """Days for which inputs and plans of windows are kept, to be explained and replayed."""
    scenario_days: Annotated[int, Field(ge=1, le=3_660)] = 30
    """Days for which comparisons of scenarios are kept, with inputs and results."""
    scenario_max_pairs: Annotated[int, Field(ge=1)] = 10_000_000
    """Leads times reps of the window that a scenario of ``POST /v1/scenarios`` may make."""
    floors_history_days: Annotated[int, Field(ge=1, le=400)] = 42
    """Days of past leads that floors are learnt from."""
    delivery_delays: tuple[_Seconds, ...] = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000,
                                             86_400)
    """Seconds between the attempts of a delivery; after the last it is a dead letter."""
    delivery_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    """How long a webhook receiver may take; people are given half as long again."""
    allow_private_targets: bool = False
    """Whether webhooks may go to private networks and to plain http."""
    delivery_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days that messages are kept after they were delivered."""
    people_schemas: tuple[PeopleSchema, ...] = ("mailto", "mailtos", "slack", "workflow",
                                                "workflows", "discord", "gchat")
    """Kinds of Apprise URLs that messages to people may go to; ``json``, ``jsons``, ``mmost`` and
    ``mmosts`` can be allowed too, though a name that turns inwards after it was judged is not
    caught with them."""
    crm: Literal["salesforce", "hubspot", "dynamics"] | None = None
    """The CRM whose ids the lead ids are; messages then say what to write into it."""
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    """Least level that is logged."""
    log_format: LogFormat = LogFormat.CONSOLE
    """``json`` for machines."""
    otlp_endpoint: str | None = None
    """Where OpenTelemetry traces go, over HTTP; needs the extra ``telemetry``."""
    idempotency_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 48.0
    """How long the answer to an ``Idempotency-Key`` is kept."""

    @field_validator("rate_limit")
    @classmethod
    def _a_rate(cls, text: str) -> str:
        try:
            parse(text)
        except ValueError:
            raise ValueError("must be a number of requests in a time, such as 100/second") from None
        return text

    @model_validator(mode="after")
    def _no_default_secret(self) -> Self:
        secret = self.secret.get_secret_value()
        if self.environment is not Environment.DEVELOPMENT and (
                secret == DEFAULT_SECRET or len(secret) < 16):
            raise ValueError("FAIRLEAD_SECRET must be set to at least 16 characters of your own "
                             f"where FAIRLEAD_ENVIRONMENT is {self.environment.value}")
        return self


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    UsageError
        A variable has a value that cannot be, or its name is a misspelt one's; values are not
        repeated where they may be secrets.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - beside its only use

    _refuse_misspelt(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(map(_said, error.errors(include_input=False, include_url=False)))
        raise UsageError(f"settings: {problems}") from None


def _refuse_misspelt(names: Iterable[str]) -> None:
    """Refuse variables that are nearly settings: they would be ignored without a word."""
    known = [f"{_PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted(map(str.upper, names)):
        if name.startswith(_PREFIX) and name not in known:
            for meant in get_close_matches(name, known, n=1, cutoff=_CLOSE):
                raise UsageError(f"settings: {name} is no setting; did you mean {meant}?")


def _said(one: ErrorDetails) -> str:
    said = one["msg"].removeprefix("Value error, ")
    return f"{_PREFIX}{'_'.join(map(str, one['loc'])).upper()}: {said}" if one["loc"] else said
