"""Every operation of the service against its OpenAPI document: no 5xx, no contract fault.

    python -m benchmarks.service_contract [--examples 500] [--seed 1] [--only TEXT]
                                          [--database-url URL]

Requests are made up by schemathesis, right and wrong ones, half of them about things that exist.
The tests do the same with few examples.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.config import SchemathesisConfig

from api.http.app import create_app
from api.service.context import Context, Scope
from api.service.keys import create_key
from api.settings import Settings
from api.store.database import Database
from api.store.migrating import upgrade
from benchmarks.service_floor import Known, put_floor

#: All checks that schemathesis makes, but:
_CHECKS = {
    # A request that fits the schema may break a rule between fields, name what is gone, be too
    # large together, or not suit the state of things; `detail` says which.
    "positive_data_acceptance": {"expected-statuses": [
        "2xx", "3xx", "401", "403", "404", "409", "410", "413", "422", "429"]},
    "negative_data_rejection": {"expected-statuses": [
        "400", "401", "403", "404", "405", "409", "410", "413", "415", "422", "429"]},
    # 503 is what `/health/ready` says where no worker runs, as here.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]},
}


@contextmanager
def fuzzed(database_url: str) -> Iterator[tuple[FastAPI, dict[str, str], Known]]:
    """Give an application on an empty database with a floor put up, an admin's key, and the ids.

    Parameters
    ----------
    database_url
        An empty database.
    """
    chosen = Settings(database_url=database_url, log_level="ERROR",  # type: ignore[arg-type]
                      rate_limit="1000000/second", solve_max_pairs=400, solve_seconds=2)
    database = Database(database_url)
    try:
        upgrade(database)
        context = Context(database, chosen)
        _, key = create_key(context, "contract", [Scope.ADMIN])
        headers = {"Authorization": f"Bearer {key}"}
        app = create_app(context)
        yield app, headers, put_floor(context, app, headers)
    finally:
        database.close()


def operations_of(app: FastAPI) -> dict[str, APIOperation]:
    """Return every operation by its method and path."""
    config = SchemathesisConfig.from_dict({"checks": _CHECKS})
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config)
    found = (result.ok() for result in schema.get_all_operations())
    return {operation.label: operation for operation in found}


def fuzz(operation: APIOperation, headers: Mapping[str, str], known: Known, examples: int,
         seed: int | None = None) -> None:
    """Send made-up requests to one operation; the first fault is raised, made small.

    Parameters
    ----------
    operation
        One of `operations_of`.
    headers
        With a key that may do everything.
    known
        Ids that exist, by the name of the parameter.
    examples
        How many requests.
    seed
        Of the requests; None: the same ones each time.
    """
    @settings(max_examples=examples, deadline=None, database=None, derandomize=seed is None,
              phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    @given(_cases(operation, known))
    def send(case: Case) -> None:
        case.call_and_validate(headers=dict(headers))

    if seed is not None:
        send = seeded(seed)(send)
    send()


def _cases(operation: APIOperation, known: Known) -> st.SearchStrategy[Case]:
    """Return requests that fit the schema, that do not, and that name what exists."""
    parameters = {one.name for one in operation.path_parameters}
    ids = {name: found for name, found in known.items() if name in parameters and found}
    existing = [operation.as_strategy(path_parameters=dict(zip(ids, each, strict=True)))
                for each in zip(*ids.values(), strict=False)]
    return st.one_of(operation.as_strategy(),
                     operation.as_strategy(GenerationMode.NEGATIVE), *existing)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="operations whose name has this in it")
    parser.add_argument("--database-url", help="an empty database; a SQLite file if not given")
    given_ = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = _run(given_, given_.database_url or f"sqlite:///{folder}/fairlead.db")
    sys.exit(1 if faults else 0)


def _run(given_: Any, database_url: str) -> int:
    faults = 0
    with fuzzed(database_url) as (app, headers, known):
        for label, operation in operations_of(app).items():
            if given_.only not in label:
                continue
            try:
                fuzz(operation, headers, known, given_.examples, given_.seed)
            except Exception as error:
                faults += 1
                print(f"FAULT  {label}\n{error}", flush=True)
            else:
                print(f"pass   {label}: {given_.examples} requests", flush=True)
    return faults


if __name__ == "__main__":
    main()
