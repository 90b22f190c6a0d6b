"""The command line as an application; its commands are loaded only when they are asked for."""

from __future__ import annotations

import sys

import typer

from api.cli.exits import cannot_be_used, say
from api.cli.listed import Commands, list_in
from api.collecting import collect_rarely

app = typer.Typer(
    name="fairlead", cls=Commands, no_args_is_help=True, rich_markup_mode="markdown",
    add_completion=False, pretty_exceptions_enable=False,
    help="Decides which sales rep owns which lead: one owner per lead, proven best, explained.\n\n"
         "Start with `fairlead demo`, then route your own files:\n\n"
         "`fairlead route --leads leads.csv --reps reps.csv --policy policy.yaml --out plan`\n\n"
         "or run it as a service: `fairlead serve`.\n\n"
         "stdout is data, stderr is progress and problems. Exit codes: 0 ok, 1 a check failed, "
         "2 usage, 3 invalid input, 4 rules that cannot all hold, 5 stopped by a limit with a "
         "result, 6 stopped by one without.")

list_in(app)


def main() -> None:
    """Run the command line; what the parser refuses is one line on stderr."""
    collect_rarely()
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="fairlead", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:  # typer's own panel would wrap it
        say(f"error: {error.format_message()}")
        code = error.exit_code
    except OSError as error:
        code = cannot_be_used(error)
    sys.exit(code)
