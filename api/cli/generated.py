"""``fairlead generate``: made-up input files."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.cli.exits import invoked_as, say
from api.cli.instants import parse_at
from api.cli.route import DEMO_AT
from solver.errors import UsageError
from solver.generate import (
    DayOptions,
    FloorOptions,
    generate_sales_floor,
    generate_world,
    parse_features,
)
from solver.models import Window
from solver.plan_files import LEDGER_FILE, render_plan
from solver.writing import render_inputs
from solver.writing.ledger import render_ledger

#: Folder of the plan before the window.
_PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Asked:
    """Sizes, seed and features of what is made up."""

    num_leads: int
    num_reps: int
    seed: int
    at: str | None
    history_days: int = 0
    features: str | None = None
    """Names separated by commas; None: a plain window."""
    group_share: float | None = None
    """Part of the leads in accounts of several; None: as the generator has it."""


def generate(asked: Asked, out: Path) -> None:
    """Write generated input files; never over files that stand there."""
    at = DEMO_AT if asked.at is None else parse_at(asked.at)
    files = _files(asked, at)
    if asked.history_days:
        files["history.csv"] = _history(asked, at).encode()
    for name in files:
        if (out / name).exists():
            raise UsageError(f"--out {out} holds {name} already; name another folder")
    try:
        for name, data in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror or error}") from error
    written = [name for name in files if "/" not in name]
    written += [f"{_PREVIOUS}/"] if len(written) < len(files) else []
    say(f"wrote {', '.join(written)} to {out}; route them with\n"
        f"{invoked_as()} {shlex.join(_command(out, written, at))}")


def _files(asked: Asked, at: datetime) -> dict[str, bytes]:
    features = frozenset() if asked.features is None else parse_features(asked.features)
    options = (FloorOptions(features) if asked.group_share is None
               else FloorOptions(features, asked.group_share))
    made = generate_sales_floor(asked.num_leads, asked.num_reps, asked.seed, at, options)
    files = {name: text.encode() for name, text in render_inputs(made.window).items()}
    if made.window.ledger is not None:
        files[LEDGER_FILE] = render_ledger(made.window.ledger)
    if made.previous is not None:
        files |= {f"{_PREVIOUS}/{name}": data for name, data in render_plan(made.previous).items()}
    return files


def _command(out: Path, written: list[str], at: datetime) -> list[str]:
    """Return the command that routes the files."""
    flags = {"leads": "leads.csv", "reps": "reps.csv", "accounts": "accounts.csv",
             "policy": "policy.yaml", "ledger": LEDGER_FILE, "previous": f"{_PREVIOUS}/"}
    named = [word for flag, name in flags.items() if name in written
             for word in (f"--{flag}", str(out / name))]
    return ["route", *named, "--at", at.strftime("%Y-%m-%dT%H:%M:%SZ")]


def _history(asked: Asked, at: datetime) -> str:
    """Return leads of the days before the instant's, for the same markets."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    world = generate_world(asked.num_leads, asked.num_reps, asked.seed, slots_per_lead=1.0,
                           options=DayOptions(at=midnight, history_days=asked.history_days,
                                              calendars=True))
    past = Window(at=at, leads=world.history, reps=(), policy=world.policy)
    return render_inputs(past)["leads.csv"]
