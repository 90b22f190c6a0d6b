"""Every operation of the service against its OpenAPI document: no 5xx, no contract fault.

    python -m benchmarks.service_contract [--examples 500] [--seed 1] [--only TEXT]
                                          [--database-url URL]

Requests are made up by schemathesis, right and wrong ones, half of them about things that exist.
The tests do the same with few examples.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from api.http.app import create_app
from api.logs import set_up_logs
from api.service.context import Context, Scope
from api.service.keys import create_key
from api.settings import Settings
from api.store.database import Database
from api.store.migrating import upgrade
from benchmarks.service_floor import Known, put_floor

Operation = APIOperation[Any, Any, Any, Any]
#: All checks that schemathesis makes, but:
_CHECKS = {
    # A request that fits the schema may break a rule between fields, name what is gone, be too
    # large together, or not suit the state of things; `detail` says which.
    "positive_data_acceptance": {"expected-statuses": [
        "2xx", "3xx", "401", "403", "404", "409", "410", "413", "422", "429"]},
    "negative_data_rejection": {"expected-statuses": [
        "400", "401", "403", "404", "405", "409", "410", "413", "415", "422", "429"]},
    # Tests of their own look at every operation without a key.
    "ignored_auth": {"enabled": False},
}


@dataclass(frozen=True)
class Fuzzed:
    """A service that requests are sent to."""

    operations: Mapping[str, Operation]
    """By method and path."""
    headers: Mapping[str, str]
    """With a key that may do everything."""
    known: Known
    """Ids that exist."""


@contextmanager
def fuzzed(database_url: str) -> Iterator[Fuzzed]:
    """Give a service on an empty database, with a small sales floor put up.

    Parameters
    ----------
    database_url
        An empty database.
    """
    chosen = Settings(database_url=SecretStr(database_url), log_level="ERROR",
                      rate_limit="1000000/second", solve_max_pairs=400, solve_seconds=2,
                      allow_private_targets=True)
    database = Database(database_url)
    try:
        upgrade(database)
        context = Context(database, chosen)
        _, key = create_key(context, "contract", [Scope.ADMIN])
        headers = {"Authorization": f"Bearer {key}"}
        app = create_app(context)
        known = put_floor(context, app, headers)
        config = SchemathesisConfig.from_dict({"checks": _CHECKS})
        schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config)
        found = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
        found.sort(key=lambda operation: operation.method == "delete")  # what is gone, is gone
        yield Fuzzed({operation.label: operation for operation in found}, headers, known)
    finally:
        database.close()


def fuzz(service: Fuzzed, label: str, examples: int, seed: int | None = None) -> None:
    """Send made-up requests to one operation; the first fault is raised, made small.

    Parameters
    ----------
    service
        Where they go.
    label
        Method and path of the operation.
    examples
        How many requests.
    seed
        Of the requests; None: the same ones each time.
    """
    @settings(max_examples=examples, deadline=None, database=None, derandomize=seed is None,
              phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    @given(_cases(service.operations[label], service.known))
    def send(case: Case[Any]) -> None:
        case.call_and_validate(headers=dict(service.headers))

    with _only_this_machine():
        (send if seed is None else seeded(seed)(send))()


@contextmanager
def _only_this_machine() -> Iterator[None]:
    """Know no other host by name: webhooks go to made-up addresses."""
    def known(host: str | bytes | None, *others: Any, **more: Any) -> Any:
        if host not in {"127.0.0.1", "::1", "localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, "not looked up here")
        return look_up(host, *others, **more)

    look_up, socket.getaddrinfo = socket.getaddrinfo, known
    try:
        yield
    finally:
        socket.getaddrinfo = look_up


def _cases(operation: Operation, known: Known) -> st.SearchStrategy[Case[Any]]:
    """Return requests that fit the schema, that do not, and that name what exists."""
    names = [one.name for one in operation.path_parameters if known.get(one.name)]
    existing = [operation.as_strategy(path_parameters=dict(zip(names, ids, strict=True)))
                for ids in zip(*(known[name] for name in names), strict=False)]
    return st.one_of(operation.as_strategy(), operation.as_strategy(GenerationMode.NEGATIVE),
                     *existing)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_contract",
                                     description=__doc__)
    parser.add_argument("--examples", type=int, default=500,
                        help="requests of each operation; 500 by default")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the requests; 1 by default")
    parser.add_argument("--only", default="", help="operations whose name has this in it")
    parser.add_argument("--database-url", help="an empty database; a SQLite file if not given")
    asked = parser.parse_args()
    set_up_logs(Settings(log_level="ERROR"))
    with tempfile.TemporaryDirectory() as folder:
        faults = _run(asked, asked.database_url or f"sqlite:///{folder}/fairlead.db")
    sys.exit(1 if faults else 0)


def _run(asked: argparse.Namespace, database_url: str) -> int:
    faults = 0
    with fuzzed(database_url) as service:
        for label in service.operations:
            if asked.only not in label:
                continue
            try:
                fuzz(service, label, asked.examples, asked.seed)
            except (Exception, FailureGroup) as error:
                faults += 1
                print(f"FAULT  {label}\n{error}", flush=True)
            else:
                print(f"pass   {label}: {asked.examples} requests", flush=True)
    return faults


if __name__ == "__main__":
    main()
