"""Find duplicates and accounts on labelled data, and time them as they grow.

Run ``python -m benchmarks.match_accounts [--quality] [--scale 12500 25000 50000 100000]`` from the
project's root. Quality: precision and recall on the generator's labelled leads and accounts
(:mod:`solver.generate.corruptions`) at several thresholds, and on what the real data allows, the
names in Maven's pipeline. Scale: as many leads, five times as many accounts, each size in a process
of its own; what is found is asserted before a time is printed. Times gate nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.datasets.locate import MissingDataError
from benchmarks.markdown import markdown_table
from benchmarks.match_real import real_tables
from benchmarks.plots import scale_plot
from solver.generate import generate_window
from solver.generate.corruptions import (
    LabelledAccounts,
    LabelledLeads,
    accounts_behind,
    corrupt,
)
from solver.generate.firms import draw_firms
from solver.generate.markets import MARKETS
from solver.models.matching import Matching
from solver.prepare.match import AccountMatches, Duplicates, find_duplicates, match_accounts

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_SEEDS = (7, 8, 9)
_QUALITY_LEADS = 4_000
_ACCOUNTS_PER_LEAD = 5
#: Leads beside the originals that `corrupt` adds, per original.
_ADDED = 0.5
_THRESHOLDS = (0.7, 0.8, 0.92, 0.97, 0.99)
#: What must be found at any size, at the policy's own thresholds.
_FLOOR = 0.97
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """Labelled leads and accounts."""

    leads: LabelledLeads
    accounts: LabelledAccounts


@dataclass(frozen=True)
class Timing:
    """What one size took."""

    num_leads: int
    num_accounts: int
    duplicates: float
    """Seconds on the clock."""
    accounts: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of all cores for both; other work on the machine does not stretch them."""
    gibibytes: float
    """Peak of the process, records and labels included."""
    found: tuple[float, float, float, float]
    """Precision and recall of duplicates and of accounts."""


def main() -> None:
    """Print the tables that are asked for; both without arguments, at small sizes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.match_accounts",
                                     description=__doc__)
    parser.add_argument("--quality", action="store_true", help="precision and recall")
    parser.add_argument("--scale", type=int, nargs="+", metavar="L", help="numbers of leads")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the scale there")
    arguments = parser.parse_args()
    if arguments.quality or not arguments.scale:
        print(f"{quality_tables()}\n", flush=True)
    sizes = arguments.scale or ([] if arguments.quality else [2_500, 5_000])
    if min(sizes, default=1_000) < 1_000:
        parser.error("--scale takes 1,000 leads or more")
    if sizes:
        timings = [time_apart(size) for size in sizes]
        print(scale_table(timings))
        if arguments.plot:
            scale_plot(arguments.plot, {one.num_leads: one.cpu for one in timings})


def make_case(num_leads: int, accounts_per_lead: float, seed: int) -> Case:
    """Make labelled leads, about as many as asked for, and accounts."""
    rng = np.random.default_rng(seed)
    originals = round(num_leads / (1 + _ADDED))
    window = generate_window(originals, 20, seed, _AT)
    firms = draw_firms(rng, max(originals, round(num_leads * accounts_per_lead)), MARKETS)
    labelled = corrupt(window.leads, rng, firms=firms[:originals])
    return Case(labelled, accounts_behind(labelled, rng, firms[originals:]))


def quality_tables() -> str:
    """Return how well duplicates and accounts are found, on generated and on real data."""
    cases = [make_case(_QUALITY_LEADS, _ACCOUNTS_PER_LEAD, seed) for seed in _SEEDS]
    tables = [f"## Duplicates, {len(cases)} x {_QUALITY_LEADS:,} leads", _duplicates_table(cases),
              "## Accounts of the same leads", _accounts_table(cases), "## Names in real data"]
    try:
        tables.append(real_tables())
    except MissingDataError as error:
        tables.append(str(error))
    return "\n\n".join(tables)


def _duplicates_table(cases: Sequence[Case]) -> str:
    """Merge at each threshold; pairs without an address in common are the harder ones."""
    true = [case.leads.pairs for case in cases]
    labelled = [case.leads for case in cases]
    hard = list(map(_apart, true, labelled))
    rows = []
    for same in _THRESHOLDS:
        found = [found_pairs(find_duplicates(case.leads.leads, _rules(same))) for case in cases]
        rows.append((same, *_rates(found, true), *_rates(map(_apart, found, labelled), hard)))
    review = [{_sorted(one.lead_id, one.other_lead_id) for one in
               find_duplicates(case.leads.leads, Matching()).possible} for case in cases]
    right = sum(len(pairs & labels) for pairs, labels in zip(review, true, strict=True))
    head = ("merged from", "precision", "recall", "precision, other address",
            "recall, other address")
    return (f"{markdown_table(head, rows)}\n\nAt the defaults {sum(map(len, review))} pairs wait "
            f"for review, {right} of them one; {sum(map(len, true)):,} pairs are one, "
            f"{sum(map(len, hard)):,} of them under two addresses.")


def _accounts_table(cases: Sequence[Case]) -> str:
    """Match at each threshold; leads whose company has no account must have none."""
    true = [frozenset(case.accounts.behind.items()) for case in cases]
    rows = []
    for same in _THRESHOLDS:
        found = [match_accounts(case.leads.leads, case.accounts.accounts, _rules(same))
                 for case in cases]
        asked = [{(one.lead_id, one.account_id) for one in matches.possible} for matches in found]
        in_view = sum(len(pairs & labels) for pairs, labels in zip(asked, true, strict=True))
        rows.append((same, *_rates(map(_matched, found), true),
                     sum(len({lead_id for lead_id, _ in pairs}) for pairs in asked), in_view))
    leads = sum(len(case.leads.leads) for case in cases)
    return markdown_table(
        ("matched from", "precision", "recall", "leads that wait for review",
         "of them with the right account in view"), rows) + (
        f"\n\n{leads:,} leads, {sum(map(len, true)):,} of them of a company with an account.")


def found_pairs(duplicates: Duplicates) -> Pairs:
    """Return all pairs of leads that were made one, the smaller id first."""
    groups: dict[str, list[str]] = {}
    for merge in duplicates.merges:
        groups.setdefault(merge.into_lead_id, [merge.into_lead_id]).append(merge.lead_id)
    return frozenset(_sorted(one, other) for group in groups.values()
                     for place, one in enumerate(group) for other in group[:place])


def _matched(found: AccountMatches) -> Pairs:
    return frozenset((lead_id, match.account_id) for lead_id, match in found.matches.items())


def _rules(same: float) -> Matching:
    return Matching(same=same, possible=0.7)


def _sorted(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _apart(pairs: Pairs, labelled: LabelledLeads) -> Pairs:
    """Return the pairs whose addresses differ."""
    address = {lead.lead_id: (lead.email or lead.domain or "").lower() for lead in labelled.leads}
    return frozenset((one, other) for one, other in pairs if address[one] != address[other])


def _rates(found: Iterable[Pairs], true: Iterable[Pairs]) -> tuple[str, str]:
    """Return precision and recall over all cases."""
    precision, recall = rates(zip(found, true, strict=True))
    return f"{precision:.4f}", f"{recall:.4f}"


def rates(cases: Iterable[tuple[Pairs, Pairs]]) -> tuple[float, float]:
    """Return precision and recall of pairs found, given those that are true."""
    hits = num_found = num_true = 0
    for found, true in cases:
        hits += len(found & true)
        num_found += len(found)
        num_true += len(true)
    return hits / max(1, num_found), hits / max(1, num_true)


def time_apart(num_leads: int) -> Timing:
    """Time one size in a process of its own, so that its peak of memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(time_size, (num_leads,))


def time_size(num_leads: int) -> Timing:
    """Make a case, find everything, assert what was found."""
    case = make_case(num_leads, _ACCOUNTS_PER_LEAD, _SEEDS[0])
    start, start_cpu = perf_counter(), process_time()
    duplicates = find_duplicates(case.leads.leads, Matching())
    between = perf_counter()
    matches = match_accounts(case.leads.leads, case.accounts.accounts, Matching())
    end, cpu = perf_counter(), process_time() - start_cpu
    true = frozenset(case.accounts.behind.items())
    found = (*rates([(found_pairs(duplicates), case.leads.pairs)]),
             *rates([(_matched(matches), true)]))
    if min(found) < _FLOOR:
        sys.exit(f"{num_leads:,} leads: precision and recall {found} fell below {_FLOOR}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return Timing(len(case.leads.leads), len(case.accounts.accounts), between - start,
                  end - between, cpu, peak, found)


def scale_table(timings: Sequence[Timing]) -> str:
    """Return seconds, memory and the growth of the work per lead as a Markdown table."""
    first = timings[0].cpu / timings[0].num_leads
    rows = [(f"{one.num_leads:,}", f"{one.num_accounts:,}", f"{one.duplicates:.1f}",
             f"{one.accounts:.1f}", f"{1e3 * one.cpu / one.num_leads:.2f}",
             f"{one.cpu / one.num_leads / first:.2f}", f"{one.gibibytes:.1f}",
             *(f"{rate:.3f}" for rate in one.found)) for one in timings]
    return markdown_table(
        ("leads", "accounts", "duplicates, s", "accounts, s", "CPU, ms per lead", "ratio",
         "peak, GiB", "duplicates: precision", "recall", "accounts: precision", "recall"), rows)


if __name__ == "__main__":
    main()
