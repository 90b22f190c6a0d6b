"""``fairlead validate``, ``generate``, ``schema`` and ``versions``."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path

from api.cli.exits import invoked_as, say
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from api.cli.route import DEMO_AT
from solver.errors import UsageError
from solver.generate import DayOptions, generate_window, generate_world
from solver.models import Account, Activity, Lead, Plan, Policy, Rep, Territory, Window
from solver.models.base import Record
from solver.solving import prepare
from solver.versions import versions as library_versions
from solver.writing import render_inputs

_SCHEMAS: dict[str, type[Record]] = {
    "lead": Lead, "rep": Rep, "account": Account, "activity": Activity, "territory": Territory,
    "policy": Policy, "window": Window, "plan": Plan,
}


def validate(reading: ReadingOptions, at: str | None) -> None:
    """Read and value everything; problems go to stderr, a count to stdout."""
    window = reading.read(parse_at(at))
    prepare(window)
    print(f"valid: {len(window.leads):,} leads, {len(window.reps):,} reps, "
          f"{len(window.accounts):,} accounts, policy version {window.policy.version}")


def generate(num_leads: int, num_reps: int, seed: int, out: Path, at: str | None,
             history_days: int) -> None:
    """Write generated input files; never over files that stand there."""
    instant = DEMO_AT if at is None else parse_at(at)
    files = render_inputs(generate_window(num_leads, num_reps, seed, instant))
    if history_days:
        files["history.csv"] = _history(num_leads, num_reps, seed, instant, history_days)
    for name in files:
        if (out / name).exists():
            raise UsageError(f"--out {out} holds {name} already; name another folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror or error}") from error
    stamp = instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    command = ["route", "--leads", str(out / "leads.csv"), "--reps",
               str(out / "reps.csv"), "--policy", str(out / "policy.yaml"), "--at", stamp]
    say(f"wrote {', '.join(files)} to {out}; route them with\n{invoked_as()} {shlex.join(command)}")


def _history(num_leads: int, num_reps: int, seed: int, at: datetime, days: int) -> str:
    """Return leads of the days before the instant's, for the same markets."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    world = generate_world(num_leads, num_reps, seed, slots_per_lead=1.0, options=DayOptions(
        at=midnight, history_days=days, calendars=True))
    past = Window(at=at, leads=world.history, reps=(), policy=world.policy)
    return render_inputs(past)["leads.csv"]


def schema(name: str) -> None:
    """Print a record's JSON Schema."""
    print(json.dumps(_SCHEMAS[name].model_json_schema(), indent=2))


def versions() -> None:
    """Print one library per line."""
    for library, version in library_versions().items():
        print(f"{library} {version}")
