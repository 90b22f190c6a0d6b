"""The way in: files to a window, or to all that is wrong with them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from solver.calendar.zones import zone
from solver.errors import InputWarning, InvalidInputError, UsageError
from solver.models.policy import Policy
from solver.models.window import Window
from solver.prepare.enrich.provider import Provider
from solver.reading.collect import Order, Reading, collect
from solver.reading.earlier import with_earlier
from solver.reading.mapping.presets import read_preset
from solver.reading.mapping.rules import ColumnRules
from solver.reading.parsing.source import read_files

FilePath = str | Path


def load(  # noqa: PLR0913 - one argument for each input of a run
    leads: FilePath,
    reps: FilePath,
    *,
    at: datetime,
    accounts: FilePath | None = None,
    policy: FilePath | Policy | None = None,
    preset: str | None = None,
    columns: FilePath | None = None,
    timezone: str | None = None,
    activities: FilePath | None = None,
    ledger: FilePath | None = None,
    previous: FilePath | None = None,
    raw: bool = False,
) -> Window:
    """Read a window from files.

    Parameters
    ----------
    leads, reps
        CSV, Excel, Parquet or JSON lines; CSV files of reps, and raw ones of leads, in UTF-8.
    at
        Instant of the decision, with an offset or a zone.
    accounts
        CSV file of the companies behind the leads.
    policy
        YAML file that overrides the defaults key by key, or a policy.
    preset
        Name of the CRM whose export the files are, such as ``salesforce``.
    columns
        YAML file that maps the columns of any other export; it wins over the preset.
    timezone
        IANA zone of times that carry no offset.
    activities
        CSV file of what leads did, for the policy's scoring.
    ledger
        CSV file of what reps got so far, as a plan wrote it.
    previous
        Folder of the plan before this one.
    raw
        Whether leads are read strictly and routed as they come; by default they are prepared:
        read in any condition, normalised, merged, matched with accounts, scored and checked.

    Returns
    -------
    Window
        Leads, reps and accounts sorted by id, and the policy.

    Raises
    ------
    InvalidInputError
        The files have errors; all of them are listed.
    UsageError
        A file cannot be opened, `at` has no offset, or there is no such preset or zone.

    Warns
    -----
    InputWarning
        Once for each problem that does not stop the run.
    """
    reading = read_window(leads, reps, at=at, accounts=accounts, policy=policy, preset=preset,
                          columns=columns, timezone=timezone, activities=activities, ledger=ledger,
                          previous=previous, raw=raw)
    if reading.window is None:
        raise InvalidInputError(reading.issues)
    for issue in reading.issues:
        warnings.warn(issue.message, InputWarning, stacklevel=2)
    return reading.window


def read_window(  # noqa: PLR0913 - one argument for each input of a run
    leads: FilePath,
    reps: FilePath,
    *,
    at: datetime,
    accounts: FilePath | None = None,
    policy: FilePath | Policy | None = None,
    preset: str | None = None,
    columns: FilePath | None = None,
    timezone: str | None = None,
    activities: FilePath | None = None,
    ledger: FilePath | None = None,
    previous: FilePath | None = None,
    raw: bool = False,
    providers: Sequence[Provider] = (),
) -> Reading:
    """Read a window from files, with every problem of all files; parameters as :func:`load`.

    ``providers`` fill in what leads lack, and refresh what is stale.

    Returns
    -------
    Reading
        The window, or None where there are errors, all issues, and all that preparing did.

    Raises
    ------
    UsageError
        A file cannot be opened, `at` has no offset, or there is no such preset or zone.
    """
    instant = in_utc(at)
    local = named_zone(timezone)
    below = read_preset(preset) if preset is not None else ColumnRules()
    paths = {"leads": leads, "reps": reps, "accounts": accounts, "policy": policy,
             "columns": columns, "activities": activities}
    given = {use: path for use, path in paths.items()
             if path is not None and not isinstance(path, Policy)}
    names = {use: Path(path).name for use, path in given.items()}
    order = Order(read_files(given), names, instant, below, local,
                  policy if isinstance(policy, Policy) else Policy(), raw, tuple(providers))
    return with_earlier(collect(order), ledger=ledger, previous=previous, zone=local)


def in_utc(at: datetime) -> datetime:
    """Return an instant in UTC, or refuse one that has no offset, as a usage error."""
    if at.utcoffset() is None:
        raise UsageError(f"the instant {at.isoformat()} must have an offset from UTC")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"the instant {at.isoformat()} lies outside the years 1 to 9999 "
                         "(UTC)") from None


def named_zone(name: str | None) -> ZoneInfo | None:
    """Return a zone by its name, or refuse one that does not exist, as a usage error."""
    if name is None:
        return None
    try:
        return zone(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
