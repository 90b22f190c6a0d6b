"""READING: the options with which commands name their input files."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.exits import say_issues

if TYPE_CHECKING:
    from solver.models import Policy, Window
    from solver.prepare.enrich.provider import Provider
    from solver.reading import Reading

_PANEL = "Input files"
_OPTIONS: dict[str, Any] = {
    "leads": Annotated[Path | None, typer.Option(
        help="Leads: CSV, Excel, Parquet, JSON lines; canonical headers or as the preset or "
             "mapping says. Needed.",
        rich_help_panel=_PANEL)],
    "reps": Annotated[Path | None, typer.Option(
        help="Reps, CSV: capacity, skills, hours. Needed.", rich_help_panel=_PANEL)],
    "accounts": Annotated[Path | None, typer.Option(
        help="Accounts, CSV.", rich_help_panel=_PANEL)],
    "policy": Annotated[Path | None, typer.Option(
        help="Policy, YAML; overrides the defaults key by key.", rich_help_panel=_PANEL)],
    "preset": Annotated[str | None, typer.Option(
        help="How a CRM names its columns: salesforce, hubspot, dynamics.",
        rich_help_panel=_PANEL)],
    "columns": Annotated[Path | None, typer.Option(
        help="Mapping of any other export, YAML: renames, converts, gives defaults; wins over "
             "the preset.", rich_help_panel=_PANEL)],
    "timezone": Annotated[str | None, typer.Option(
        help="IANA zone of times that carry no offset, such as Europe/London.",
        rich_help_panel=_PANEL)],
    "activities": Annotated[Path | None, typer.Option(
        help="What leads did: lead_id, at, kind, detail, in any format that leads may have; for "
             "the policy's scoring.",
        rich_help_panel=_PANEL)],
    "ledger": Annotated[Path | None, typer.Option(
        help="What reps got so far, CSV: the ledger.csv of the last plan, with rows for leads "
             "given by hand since; for fair shares and limits over days, weeks, months.",
        rich_help_panel=_PANEL)],
    "previous": Annotated[Path | None, typer.Option(
        metavar="DIR", help="Folder of the plan before this one: changing its owners costs what "
                            "the policy's `stability` says.", rich_help_panel=_PANEL)],
    "raw": Annotated[bool, typer.Option(
        "--raw", help="Take leads as they come: nothing is normalised, merged, matched, scored or "
                      "held, and every odd cell is an error.", rich_help_panel=_PANEL)],
}
_NO_LEADS = Annotated[Path | None, typer.Option("--leads", hidden=True)]
_DEFAULTS: dict[str, Any] = {"raw": False}
#: Options of what was before the window; only commands that ask for them have them.
_BEFORE = frozenset({"ledger", "previous"})


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """The input files of a command."""

    leads: Path | None
    reps: Path | None
    accounts: Path | None
    policy: Path | None
    preset: str | None
    columns: Path | None
    timezone: str | None
    activities: Path | None = None
    ledger: Path | None = None
    previous: Path | None = None
    raw: bool = False

    @property
    def given(self) -> bool:
        """Whether both leads and reps are named."""
        return self.leads is not None and self.reps is not None

    def paths(self) -> list[Path]:
        """Every file that is named."""
        return [path for field in fields(self)
                if isinstance(path := getattr(self, field.name), Path)]

    def sound_policy(self) -> Policy | None:
        """Return the policy of the file, if there is one without a problem; nothing is printed."""
        from solver.reading.policy_file import read_policy

        if self.policy is None or not self.policy.is_file():
            return None
        return read_policy(self.policy.read_bytes(), self.policy.name)[0]

    def read(self, at: datetime, policy: Policy | None = None) -> Window:
        """Read all files, print their problems on stderr and return the window.

        Parameters and errors are those of :meth:`read_all`.
        """
        window = self.read_all(at, policy).window
        assert window is not None
        return window

    def read_all(self, at: datetime, policy: Policy | None = None,
                 providers: Sequence[Provider] = ()) -> Reading:
        """Read all files, print their problems on stderr and return what was read.

        Parameters
        ----------
        at
            The instant of the decision.
        policy
            A plan's policy, in place of the file.
        providers
            Who fills in what leads lack.

        Raises
        ------
        InvalidInputError
            With no issues left to show: they were printed here.
        """
        from solver.errors import InvalidInputError, UsageError
        from solver.reading import read_window

        if self.leads is None or self.reps is None:
            raise UsageError("name the input files with --leads FILE and --reps FILE")
        if self.raw and self.activities is not None:
            raise UsageError("--raw takes leads as they come, so that --activities would score "
                             "nothing; leave one of the two out")
        reading = read_window(
            self.leads, self.reps, at=at, accounts=self.accounts,
            policy=self.policy if policy is None else policy, preset=self.preset,
            columns=self.columns, timezone=self.timezone, activities=self.activities,
            raw=self.raw, ledger=self.ledger, previous=self.previous, providers=providers)
        say_issues(reading.issues)
        if reading.window is None:
            raise InvalidInputError([])
        return reading


def with_reading(*before: str, leads: bool = True
                 ) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the READING options; it takes them as its argument ``reading``.

    Parameters
    ----------
    before
        What the command reads of the time before the window: ``ledger``, ``previous``.
    leads
        Whether leads that wait have a place there. If not, the help has no ``--leads``, and the
        command says why it refuses them.
    """
    names = [name for name in _OPTIONS if name in before or name not in _BEFORE]
    files = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(name),
                               annotation=_OPTIONS[name] if leads or name != "leads" else _NO_LEADS)
             for name in names]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**arguments: Any) -> None:
            reading = ReadingOptions(**{name: arguments.pop(name) for name in names})
            command(reading=reading, **arguments)

        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, p
               in inspect.signature(command, eval_str=True).parameters.items() if name != "reading"]
        run.__signature__ = inspect.Signature([*own, *files])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*own, *files]}
        return run

    return decorate
