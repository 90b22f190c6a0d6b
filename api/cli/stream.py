"""``fairlead prepare --stream``: leads in files larger than memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from api.cli.exits import say, say_issues
from api.cli.instants import parse_at
from api.cli.prepared import print_quality
from api.cli.reading_options import ReadingOptions
from api.out_folder import PREPARED_FOLDER, check_folder, fresh_folder
from solver.errors import UsageError
from solver.reading.streaming import prepare_stream

#: Options that have no meaning for a stream.
_WITHOUT = ("reps", "accounts", "activities")


def stream(reading: ReadingOptions, out: Path | None, at: str | None, enrich: Sequence[str]
           ) -> None:
    """Read, prepare and write batch by batch; arguments are those of the command."""
    given = [f"--{name}" for name in _WITHOUT if getattr(reading, name) is not None]
    if given or enrich:
        raise UsageError(f"--stream normalises, checks and merges what is surely one; leave out "
                         f"{', '.join([*given, *(['--enrich'] if enrich else [])])}")
    if reading.leads is None or out is None:
        raise UsageError("--stream needs --leads FILE and --out DIR")
    check_folder(out, PREPARED_FOLDER, reading.paths())
    with fresh_folder(out) as fresh:
        done = prepare_stream(reading.leads, fresh, at=parse_at(at), policy=reading.policy,
                              preset=reading.preset, columns=reading.columns,
                              timezone=reading.timezone)
    say_issues(done.issues)
    for (column, code), number in sorted(done.more.items(), key=str):
        say(f"... and {number:,} more {code}{f' in {column}' if column else ''}")
    say(f"wrote {', '.join(done.files)} to {out}; {done.num_changes:,} fields were changed")
    print_quality(done.report)
