"""Days to play from an own past: reps, policy and past leads, to which nobody has come yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from api.cli.exits import say, say_issues
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from solver.errors import InvalidInputError, UsageError
from solver.horizon import learn
from solver.models import ForecastBasis, Severity
from solver.reading.history_file import past_issues
from solver.world import Behaviour, World


def made_up_alone(flags: str) -> UsageError:
    """Return the error of flags that an own past leaves no room for."""
    return UsageError(f"{flags} are of made-up days; with --history the leads come from that file "
                      "and the reps from --reps")


def no_leads() -> UsageError:
    """Return the error of leads that wait, which simulated days have no place for."""
    return UsageError("--leads has no place here: the leads of the days are drawn from --history "
                      "FILE, or made up; leave it out")


def own_world(reading: ReadingOptions, history: Path, at: str | None, days: int, seed: int
              ) -> World:
    """Read reps, policy and past leads: a world to which nobody has come yet.

    Parameters
    ----------
    reading
        The reps, the policy, and how the past leads are read.
    history
        The past leads.
    at, days
        Where the days begin, and how many they are.
    seed
        Of what owners and leads do.

    Raises
    ------
    UsageError
        If leads that wait are named, or no reps.
    InvalidInputError
        If a past lead is not of the past; the problems were printed.
    """
    if reading.leads is not None:
        raise no_leads()
    if reading.reps is None:
        raise UsageError("--history needs --reps FILE, the reps who take the leads")
    start = parse_at(at)
    window = replace(reading, leads=history).read(start)
    issues = [issue.model_copy(update={"severity": Severity.ERROR})
              for issue in past_issues(window.leads, history.name, start)]
    say_issues(issues)
    if issues:
        raise InvalidInputError([])
    forecast = learn(window.leads, at=start, policy=window.policy)
    if forecast.basis is ForecastBasis.NONE:
        say(f"note: {len(forecast.history.leads):,} complete past leads are too few to forecast "
            "from: methods with floors go without")
    say(f"read {len(window.leads):,} past leads and {len(window.reps):,} reps; playing")
    on_hold = {hold.lead_id for hold in window.holds}
    past = sorted((lead for lead in window.leads
                   if lead.created_at is not None and lead.lead_id not in on_hold),
                  key=lambda lead: (lead.created_at, lead.lead_id))
    return World(start=start, end=start + timedelta(days=days), reps=window.reps,
                 policy=window.policy, arrivals=(), history=tuple(past), seed=seed,
                 behaviour=Behaviour(open_hours=window.policy.horizon.open_hours))
