"""A server that is killed right after it answered: what it accepted is there."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import httpx2

from api.service.context import Context, Scope
from api.service.keys import create_key
from api.store.database import Database
from api.store.migrating import upgrade
from tests.ports import LOOPBACK, free_port
from tests.service.invariants import check_invariants
from tests.service.posting import all_ids, other
from tests.service.processes import Processes
from tests.service.serving import settings_of

_SERVER = """
import sys, uvicorn
from api.http.app import create_app
from api.service.context import Context
from api.settings import read_settings
from api.store.database import Database
settings = read_settings()
database = Database(settings.database_url.get_secret_value())
uvicorn.run(create_app(Context(database, settings)), port=int(sys.argv[1]), log_level="error")
"""


def test_what_was_accepted_survives_a_kill(database_url: str, processes: Processes) -> None:
    """Single posts and a bulk from several clients; the server is killed among them."""
    database = Database(database_url)
    try:
        upgrade(database)
        context = Context(database, settings_of(database_url))
        _, key = create_key(context, "crm", [Scope.INTAKE])
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        server = processes.python("-c", _SERVER, port, env={
            "FAIRLEAD_DATABASE_URL": database_url, "PYTHONPATH": os.getcwd()})
        server.wait_until_healthy(f"{url}/health/live", 60)
        with httpx2.Client(base_url=url, trust_env=False, timeout=30,
                           headers={"Authorization": f"Bearer {key}"}) as client:
            accepted: list[str] = []

            def post(number: int) -> None:
                try:
                    if number % 10 == 9:
                        rows = [other(f"B{number}x{row}") for row in range(20)]
                        answer = client.post("/v1/leads/bulk", json=rows)
                    else:
                        answer = client.post("/v1/leads", json=other(f"L{number}"))
                except httpx2.TransportError:
                    return
                if answer.status_code == 200:
                    accepted.extend(row["lead_id"] for row in answer.json()["results"])
                elif answer.status_code == 201:
                    accepted.append(answer.json()["lead_id"])
                if number == 45:
                    server.kill()
            with ThreadPoolExecutor(4) as threads:
                list(threads.map(post, range(80)))
        assert accepted
        assert set(accepted) <= set(all_ids(context))
        check_invariants(context, accepted)
    finally:
        database.close()
