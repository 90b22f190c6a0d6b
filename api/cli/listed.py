"""The commands in the order of the help: a line for each, and where it stands.

The help needs no more than that. Typer would look at three hundred options to list twenty commands,
for a fifth of the time that the whole help takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class Listed(NamedTuple):
    """A command, or a group of commands, that is not loaded yet."""

    name: str
    """What a user types."""
    module: str
    """Where it stands, below ``api.cli.commands``."""
    summary: str
    """Its line in the help, word for word the first paragraph of its own."""

    def load(self) -> Any:
        """Return the command with its options, as Typer builds it."""
        module = import_module(f"api.cli.commands.{self.module}")
        command = getattr(module, self.name.replace("-", "_"))
        alone = typer.Typer(add_completion=False, rich_markup_mode="markdown")
        if isinstance(command, typer.Typer):
            alone.add_typer(command, name=self.name)
            return get_group(alone).commands[self.name]
        alone.command(self.name)(command)
        return get_command(alone)


_LISTED = (
    Listed("route", "routing",
           "Route the leads of an export: one owner per lead, proven best, explained."),
    Listed("floors", "routing",
           "Learn from past leads what each rep's slot is expected to bring later."),
    Listed("simulate", "routing",
           "Play whole days by each method, beside the best that hindsight could have done."),
    Listed("whatif", "planning",
           "Compare scenarios with the window as it is: hire, leave, shift, re-weight."),
    Listed("capacity", "planning",
           "Rank reps, teams and territories by what one slot more or fewer is worth, exactly."),
    Listed("quarter", "planning",
           "Play scenarios through whole quarters: value, wait, service level, with intervals."),
    Listed("verify", "plans", "Check a plan against its input files, without the optimiser."),
    Listed("explain", "plans",
           "Say why a lead went where it went, why it is held, or why not to a rep."),
    Listed("relax", "plans", "Find the cheapest changes that give every held lead an owner."),
    Listed("validate", "inputs", "Report every problem of the input files, and write nothing."),
    Listed("prepare", "inputs",
           "Make leads that can be trusted: normalised, merged, matched, scored, checked."),
    Listed("generate", "inputs",
           "Write made-up but realistic leads.csv, reps.csv and policy.yaml."),
    Listed("schema", "inputs", "Print the JSON Schema of a record."),
    Listed("versions", "inputs",
           "Print the versions of Fairlead and of the libraries that answers rest on."),
    Listed("demo", "routing",
           "Route the sample that comes with Fairlead: 200 leads, 25 reps, a Wednesday afternoon."),
    Listed("serve", "service", "Run the routing service: HTTP, and a worker beside it."),
    Listed("worker", "working",
           "Close windows, deliver messages and watch the hand-off, until it is ended."),
    Listed("run-window", "working",
           "Close one window now and commit its plan; for cron, where no worker runs."),
    Listed("db", "service", "The service's database."),
    Listed("keys", "service", "API keys of the service."),
)
BY_NAME = {listed.name: listed for listed in _LISTED}


class Commands(TyperGroup):
    """Loads the one command that is run, or whose own help is shown."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that a user typed, and load it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, BY_NAME[name].load() if name else found, rest


def list_in(app: typer.Typer) -> None:
    """Give an application of the class :class:`Commands` what its help lists."""
    for listed in _LISTED:
        app.command(listed.name, help=listed.summary)(_not_loaded)


def _not_loaded() -> None:
    """Stand for a command in the list."""
