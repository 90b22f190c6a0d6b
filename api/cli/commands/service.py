"""Commands that run the service: the server, its database, its API keys."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.exits import exits
from api.cli.options import Format, KeyFormat, ScopeChoice

db = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown",
                 help="The service's database.")
keys = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown",
                   help="API keys of the service.")


@exits
def serve(host: Annotated[str | None, typer.Option(
              help="Address to listen on; FAIRLEAD_HOST if not given, else this machine only."
          )] = None,
          port: Annotated[int | None, typer.Option(
              min=0, max=65_535, help="Port; FAIRLEAD_PORT if not given, else 8000. 0: any free "
                                      "one, which the log names.")] = None,
          no_worker: Annotated[bool, typer.Option(
              "--no-worker", help="Close no windows and deliver nothing here; `fairlead worker` "
                                  "does elsewhere.")] = False) -> None:
    """Run the routing service: HTTP, and a worker beside it.

    `fairlead serve`

    Everything is in the file fairlead.db, or where FAIRLEAD_DATABASE_URL says; its tables are made
    or upgraded first. SIGTERM and Ctrl-C end it in order. Settings are variables that begin with
    FAIRLEAD_.
    """
    from api.cli.service import serve as run

    run(host, port, worker=not no_worker)


@exits
def upgrade() -> None:
    """Bring the tables to what this version needs; nothing happens where they are.

    `fairlead db upgrade`

    Several at once take turns.
    """
    from api.cli.service import upgrade as run

    run()


@exits
def create(name: Annotated[str, typer.Option(help="Who will use it, or what for.")],
           scope: Annotated[list[ScopeChoice], typer.Option(
               help="What it may do; may stand several times. admin covers all.")],
           expires: Annotated[str | None, typer.Option(
               metavar="RFC3339", help="Instant from which it is void; never if not given."
           )] = None,
           rep: Annotated[str | None, typer.Option(
               metavar="ID", help="Whose own key it is: colleagues' figures are not shown to it."
           )] = None,
           format: Annotated[KeyFormat, typer.Option(  # noqa: A002
               help="What stdout shows: the key alone, or everything about it as JSON."
           )] = KeyFormat.TEXT) -> None:
    """Make an API key and print it, this once; the database has only its hash.

    `KEY=$(fairlead keys create --name crm --scope intake --scope read)`
    """
    from api.cli.service import create_key as run

    run(name, [one.value for one in scope], expires, rep, as_json=format is KeyFormat.JSON)


@exits
def list_(format: Annotated[Format, typer.Option(  # noqa: A002
              help="What stdout shows: a table to read, JSON, or CSV.")] = Format.TABLE) -> None:
    """List all keys, revoked and expired ones too."""
    from api.cli.service import list_keys as run

    run(format.value)


@exits
def revoke(key_id: Annotated[str, typer.Argument(
        metavar="ID", help="Id of the key, as `keys list` shows it.")]) -> None:
    """Make a key void at once."""
    from api.cli.service import revoke_key as run

    run(key_id)


db.command()(upgrade)
keys.command()(create)
keys.command("list")(list_)
keys.command()(revoke)
