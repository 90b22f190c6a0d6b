"""The yardstick of a single post: a FastAPI route that validates the body and inserts one row.

``python -m benchmarks.service.bare_app DATABASE_URL``, with the server settings, the threads and
the database of the service.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import Column, MetaData, String, Table, Text, insert

from api.service.intake.sent import FIELDS
from api.settings import Settings
from api.store.database import Database
from tests.ports import LOOPBACK

bare_leads = Table("bare_leads", MetaData(), Column("lead_id", String, primary_key=True),
                   Column("record", Text, nullable=False))
_Value = str | float | bool | list[Any] | dict[str, Any] | None
_fields: dict[str, Any] = {"lead_id": (str, ...),
                           **dict.fromkeys(sorted(FIELDS), (_Value, None))}
#: The fields of a posted lead, each whatever people write.
Lead: type[BaseModel] = create_model("Lead", __config__=ConfigDict(extra="forbid"), **_fields)


class Taken(BaseModel):
    """What is answered."""

    lead_id: str


def bare_app(database: Database) -> FastAPI:
    """Return the application; its table must be there."""
    app = FastAPI(lifespan=_lifespan)

    @app.post("/leads", status_code=201)
    def post(lead: Lead) -> Taken:
        values = {"lead_id": vars(lead)["lead_id"], "record": lead.model_dump_json()}
        with database.write() as tx:
            tx.connection.execute(insert(bare_leads).values(values))
        return Taken(lead_id=values["lead_id"])
    return app


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _pool_size()
    yield


def _pool_size() -> int:
    size: int = Settings.model_fields["pool_size"].default
    return size


def main(url: str) -> None:
    """Serve until ended."""
    database = Database(url, pool_size=_pool_size())
    with database.write() as tx:
        bare_leads.create(tx.connection)
    with socket.create_server((LOOPBACK, 0), backlog=2048) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"listening on http://{LOOPBACK}:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(bare_app(database), log_config=None, access_log=False,
                                      server_header=False)).run([listener])


if __name__ == "__main__":
    main(sys.argv[1])
