"""``fairlead floors``: from past leads to what each rep's slot is expected to bring later."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from api.cli.exits import say, say_issues
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from api.cli.tables import print_floors
from api.out_file import check_out_file, write_out_file
from solver.errors import InvalidInputError, UsageError
from solver.horizon import horizon_prices, learn
from solver.models import Floors, Lead, Severity
from solver.plan_files import render_floors
from solver.reading.history_file import read_past_leads
from solver.sales_floor.ledger import used_in_periods

#: The beginning of a floors file, in which its own keys stand.
_BEGIN = 200


def floors(reading: ReadingOptions, history: Path, out: Path, at: str | None, seed: int,
           output_format: str) -> None:
    """Read, learn, price, write, print; arguments are those of the command."""
    instant = parse_at(at)
    _check_out(out, [*reading.paths(), history])
    past, sound = read_past(reading, history, instant)
    window = reading.read(instant)
    if not sound:
        raise InvalidInputError([])
    say(f"read {len(window.leads):,} leads, {len(window.reps):,} reps and {len(past):,} past "
        "leads; learning")
    forecast = learn(past, at=instant, policy=window.policy)
    on_hold = {hold.lead_id for hold in window.holds}
    waiting = [lead for lead in window.leads if lead.lead_id not in on_hold]
    made = horizon_prices(window.reps, None, waiting, forecast, instant, window.policy,
                          seed=seed, used=used_in_periods(window))
    _say_basis(made)
    files = render_floors(made)
    write_out_file(out, "--out", files["floors.json"])
    say(f"wrote {out}; make it anew by {_stamp(made.refresh_at)}")
    if output_format == "table":
        print_floors(window, made)
    else:
        sys.stdout.write(files[f"floors.{output_format}"].decode())


def read_past(reading: ReadingOptions, history: Path, at: datetime
              ) -> tuple[tuple[Lead, ...], bool]:
    """Read past leads as the command reads its leads, print their problems on stderr.

    Returns
    -------
    tuple
        The leads, and whether the file is free of errors.
    """
    past, issues = read_past_leads(history, at=at, preset=reading.preset,
                                   columns=reading.columns, timezone=reading.timezone,
                                   policy=reading.sound_policy(), raw=reading.raw)
    say_issues(issues)
    return past, not any(issue.severity is Severity.ERROR for issue in issues)


def _check_out(out: Path, inputs: list[Path]) -> None:
    check_out_file(out, "--out", inputs)
    if out.exists():
        with out.open("rb") as file:
            begin = file.read(_BEGIN)
        if begin and b'"refresh_at"' not in begin:
            raise UsageError(f"--out {out} is there and is no floors file; name another file")


def _say_basis(made: Floors) -> None:
    """Say what the forecast rests on."""
    say(f"forecast by {made.basis.value} from {made.history_leads:,} past leads over "
        f"{made.history_days:.1f} days: {made.expected_leads:,.1f} leads expected until "
        f"{_stamp(made.until)}; {made.samples} samples")
    for note in made.notes:
        say(f"note: {note}")


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
