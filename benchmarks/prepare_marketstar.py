"""Route MarketStar's windows raw and prepared, side by side, and print the measured tables.

Run ``python -m benchmarks.prepare_marketstar`` from the project's root. The same rows of the
export are read in three ways by one mapping of column names: raw, where the rows that the strict
reader refuses are left out (a user gets no window at all until they are gone); raw with a mapping
that also converts the four abbreviations of time zones; and prepared.

Two policies. `everywhere` is that of ``route_marketstar``: territories weigh nothing. `by sector`
is made up, for nothing in the data says who sells where: NAICS sectors, the commonest first, are
dealt to the reps in turn, and a lead outside every territory goes to nobody. Each territory is
written twice: by the names of industries that an administrator lists, the commonest spellings of
the export's other leads, and by the sector that only prepared leads have.

Deal values, scores, needs, slots and levels of reps are the adapter's, the same in every way.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.marketstar import PART, ZONE, Knowledge, backlog_window, busiest_day_window
from benchmarks.datasets.marketstar_raw import ZONES
from benchmarks.markdown import markdown_table
from solver.models import Lead, Plan, ReasonCode, Territory, Window
from solver.prepare.normalise.industry import Industries
from solver.reading import Reading, read_window
from solver.solving import solve
from solver.verify import verify_plan
from solver.writing.records import records_csv

WINDOWS: Mapping[str, Callable[[], Window]] = {
    "backlog": backlog_window,
    "busiest day, hindsight": partial(busiest_day_window, Knowledge.HINDSIGHT)}
WAYS = ("raw", "raw, zones by hand", "prepared")
#: Spellings of each sector that an administrator lists; None: all that there are.
LISTED = (1, 5, None)
_RULES: dict[str, object] = {
    "lead_id": "LeadId", "title": "Title", "industry": "Industry", "employees": "Employees",
    "timezone": "TimeZone", "source": "LeadSource", "owner_id": "OwnerEmployeeId",
    "created_at": {"column": "CreatedDate", "date_formats": ["%Y%m%d"]},
    "deal_value": "DealValue", "score": "Score", "needs": "Needs"}
_USABLE = frozenset({ReasonCode.OUTBID, ReasonCode.SLOT_KEPT, ReasonCode.BELOW_RESERVE})


@dataclass(frozen=True)
class Way:
    """What one way of reading gives."""

    name: str
    reading: Reading
    left_out: int
    """Rows that the strict reader refused."""


@dataclass(frozen=True)
class Routed:
    """The plan of what one way of reading gives."""

    way: Way
    plan: Plan
    routable: frozenset[str]
    """Leads that some rep may own."""
    worth: float
    """Expected revenue of the routable leads, USD."""

    @property
    def owners(self) -> dict[str, str]:
        """lead_id to rep_id."""
        return {assignment.lead_id: assignment.rep_id for assignment in self.plan.assignments}


def main() -> None:
    """Print every table; refuse to report a plan that is not proven or does not verify."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prepare_marketstar",
                                     description=__doc__)
    parser.parse_args()
    try:
        export = pl.read_csv(data_folder(PART) / "leads.csv", infer_schema=False)
    except MissingDataError as error:
        parser.exit(2, f"{error}\n")
    for name, make in WINDOWS.items():
        window = make()
        ways = [read_way(export, window, way) for way in WAYS]
        print(f"### {name}\n\n{_reading_table(export, ways[-1].reading)}\n")
        for title, ruled in _rules_of(export, window):
            print(f"{_routing_table(title, [route(way, ruled) for way in ways])}\n", flush=True)


def _rules_of(export: pl.DataFrame, window: Window) -> Iterator[tuple[str, Window]]:
    """Yield the policies, each with its title."""
    yield "everywhere", window
    for listed in LISTED:
        spellings = "every spelling" if listed is None else f"{listed} spelling(s) each"
        yield f"by sector, {spellings}", by_sector(export, window, listed)


def read_way(export: pl.DataFrame, window: Window, way: str) -> Way:
    """Read a window's leads from the export in one way.

    Parameters
    ----------
    export
        ``leads.csv`` as it is, all columns as text.
    window
        Which leads, what they are worth, and all that is not of leads.
    way
        One of ``WAYS``.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = export.join(_worths(window.leads), on="LeadId", maintain_order="left")
        reading = _read(folder, rows, window, way)
        refused = {issue.row for issue in reading.errors}
        if refused:  # row 2 is the first
            rows = rows.with_row_index("at", offset=2).filter(~pl.col("at").is_in(refused))
            reading = _read(folder, rows.drop("at"), window, way)
    return Way(way, reading, len(refused))


def route(way: Way, ruled: Window) -> Routed:
    """Route the leads that were read under the reps and the policy of a window, with proof."""
    if way.reading.window is None:
        raise SystemExit(f"{way.name}: {way.reading.errors[0].message}")
    window = way.reading.window.model_copy(update={"reps": ruled.reps, "policy": ruled.policy})
    plan = solve(window)
    failed = [check for check in verify_plan(window, plan) if not check.passed]
    if plan.certificate.gap or failed:
        raise SystemExit(f"the plan is not proven: gap {plan.certificate.gap}, failed {failed}")
    routable = frozenset({a.lead_id for a in plan.assignments} | {
        held.lead_id for held in plan.held
        if _USABLE.intersection(reason.code for reason in held.reasons)})
    worth = sum((lead.deal_value or 0.0) * (lead.score or 0.0) / 100
                for lead in window.leads if lead.lead_id in routable)
    return Routed(way, plan, routable, worth)


def _read(folder: Path, rows: pl.DataFrame, window: Window, way: str) -> Reading:
    zones = {"column": "TimeZone", "values": ZONES}
    rules = _RULES | ({"timezone": zones} if way == WAYS[1] else {})
    rows.write_csv(folder / "leads.csv")
    (folder / "columns.yaml").write_text(json.dumps({"leads": rules}), encoding="utf-8")
    (folder / "reps.csv").write_text(records_csv(window.reps, ("rep_id", "capacity")),
                                     encoding="utf-8", newline="")
    return read_window(folder / "leads.csv", folder / "reps.csv", at=window.at, timezone=ZONE,
                       policy=window.policy, columns=folder / "columns.yaml",
                       raw=way != WAYS[-1])


def _worths(leads: Sequence[Lead]) -> pl.DataFrame:
    """Return what the adapter says that leads are worth and need, as columns of the export."""
    return pl.DataFrame({
        "LeadId": [lead.lead_id for lead in leads],
        "DealValue": [f"{lead.deal_value}" for lead in leads],
        "Score": [f"{lead.score}" for lead in leads],
        "Needs": [";".join(f"{skill}:{weight:g}" for skill, weight in lead.needs.items())
                  for lead in leads]})


def by_sector(export: pl.DataFrame, window: Window, listed: int | None) -> Window:
    """Return the window with sectors as territories, dealt to the reps in turn.

    Parameters
    ----------
    export
        ``leads.csv`` as it is.
    window
        Whose reps share the sectors.
    listed
        How many spellings of each sector the policy names, the commonest first; None: all.
    """
    own = [lead.lead_id for lead in window.leads]
    others = export.filter(~pl.col("LeadId").is_in(own))["Industry"].drop_nulls()
    labels = Counter(others.to_list())
    industries = Industries({})
    spellings: dict[str, list[str]] = {}
    for label in sorted(labels, key=lambda label: (-labels[label], label)):
        found = industries.sector(label)
        if found.known and found.value is not None:
            spellings.setdefault(found.value, []).append(label)
    total = {sector: sum(labels[label] for label in names) for sector, names in spellings.items()}
    order = sorted(total, key=lambda sector: (-total[sector], sector))
    territories = [rule for sector in order for rule in (
        Territory(name=sector, industries=tuple(spellings[sector][:listed])),
        Territory(name=sector, sectors=(sector,)))]
    homes: dict[str, list[str]] = {rep.rep_id: [] for rep in window.reps}
    for place, sector in enumerate(order):
        homes[window.reps[place % len(window.reps)].rep_id].append(sector)
    reps = tuple(rep.model_copy(update={"territories": tuple(homes[rep.rep_id])})
                 for rep in window.reps)
    policy = window.policy.model_copy(update={"territories": tuple(territories)})
    return window.model_copy(update={"reps": reps, "policy": policy})


def _reading_table(export: pl.DataFrame, reading: Reading) -> str:
    prepared = reading.prepared
    assert prepared is not None
    same = [name for name in export.columns if name != "LeadId"]
    rows = export.filter(pl.col("LeadId").is_in([lead.lead_id for lead in prepared.leads]))
    twice = rows.height - rows.unique(same).height
    changes = Counter(change.field for change in prepared.changes)
    unknown = {field.field: field.leads for field in prepared.report.unknown}
    said = [("rows", rows.height), ("rows equal to another but for the id", twice),
            ("duplicates merged", len(prepared.preparation.merged)),
            ("possible duplicates, held for review", len(prepared.review.leads)),
            ("rows in quarantine", len(prepared.quarantine)),
            *((f"{field} filled in or changed", changes[field]) for field in sorted(changes)),
            *((f"{field} not recognised", unknown[field]) for field in sorted(unknown))]
    return markdown_table(("preparing finds", "leads"),
                          [(what, f"{number:,}") for what, number in said])


def _routing_table(title: str, ways: Sequence[Routed]) -> str:
    rows, before = [], ways[0].owners
    for found in ways:
        owners = found.owners
        both = before.keys() & owners.keys()
        rows.append((
            found.way.name, f"{found.way.left_out:,}", f"{len(found.routable):,}",
            f"{found.worth:,.0f}", f"{len(owners):,}",
            f"{found.plan.certificate.value / 100:,.0f}",
            f"{len(owners.keys() - both):,}", f"{len(before.keys() - both):,}",
            f"{sum(before[lead_id] != owners[lead_id] for lead_id in both):,}"))
    return markdown_table((title, "rows refused", "leads routable", "their worth, USD", "owned",
                           "value of the plan, USD", "owned, not so raw", "no longer owned",
                           "other owner than raw"), rows)


if __name__ == "__main__":
    main()
