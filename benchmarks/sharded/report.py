"""The tables of the spread window, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.markdown import markdown_table
from benchmarks.processes import gigabytes
from benchmarks.sharded.constants import Constants
from benchmarks.sharded.paper import Paper, bottleneck
from benchmarks.sharded.runs import Beside


def render(size: tuple[int, int], run: Beside, paper: Paper, num_workers: Sequence[int]) -> str:
    """Return everything that is printed."""
    return "\n\n".join((
        f"## {size[0]:,} × {size[1]:,}: two workers of this machine beside one process",
        _runs(run), _bytes(run), "## Constants, measured in this run", _constants(paper.constants),
        f"## On paper: {paper.num_leads:,} × {paper.num_reps:,}", _paper(paper, num_workers),
        bottleneck(paper, num_workers)))


def _runs(run: Beside) -> str:
    rows = []
    for name, seconds, found in (("one process, two threads", run.alone, run.alone_found),
                                 ("Dask, two workers", run.spread, run.spread_found)):
        effort = found.effort
        rows.append((name, f"{median(seconds):.2f}", f"{min(seconds):.2f}", effort.rounds,
                     effort.passes, f"{effort.bids:,}", f"{effort.core_pairs:,}"))
    return markdown_table(("where", "median, s", "least, s", "rounds", "passes", "bids",
                           "core pairs"), rows) + f"\n\nRatio of the medians: {run.ratio:.2f}."


def _bytes(run: Beside) -> str:
    traffic, effort = run.traffic, run.spread_found.effort
    by_size = sorted(traffic.received_by.items(), key=lambda item: -item[1])
    rows = [("sent, all questions", traffic.sent), *((f"received, {name}", num)
                                                     for name, num in by_size if num)]
    table = markdown_table(("bytes", "in the solve", "by round"),
                           [(name, f"{num:,}", f"{num // effort.rounds:,}") for name, num in rows])
    matrix = 12 * run.num_pairs
    return (f"{table}\n\nAll {run.num_pairs:,} usable pairs are {matrix:,} bytes at 12 a pair; "
            f"{(traffic.sent + traffic.received) / matrix:.1%} of that travelled.")


def _constants(of: Constants) -> str:
    rows = [
        ("a pass, by cell", f"{of.pass_ns:.2f} ns"), ("passes", of.passes),
        ("auctions, by cell", f"{of.start_ns:.2f} ns"),
        ("bids per lead", f"{of.bids_per_lead:.1f}"), ("rounds", of.rounds),
        ("core pairs per lead, last round", f"{of.pairs_per_lead:.2f}"),
        *((f"flow on {flow.pairs:,} near pairs",
           f"{flow.seconds:.3f} s, {1e9 * flow.seconds / flow.pairs:.0f} ns a pair")
          for flow in of.flows),
        ("flow grows with its pairs to the power", f"{of.exponent:.2f}"),
        ("slot prices, by core pair and round", f"{of.paths_ns:.0f} ns"),
        ("joining the parts' answers, by core pair and round", f"{of.join_ns:.0f} ns"),
        ("canonical choice, by lead", f"{of.canonical_ns:.0f} ns"),
        ("auction of near pairs, by lead", f"{of.fine_ns:.0f} ns"),
        ("bytes of near pairs by lead, once", f"{of.near_bytes:.1f}"),
        ("bytes by core pair and round", f"{of.bytes_per_pair:.1f}"),
        ("bytes by rep, part and round, both ways", f"{of.bytes_per_rep:.1f}"),
        ("bytes by lead at the end", f"{of.bytes_per_owner:.1f}"),
        ("a question to two workers and back", f"{1e3 * of.round_trip:.1f} ms"),
        ("questions by round", f"{of.questions_per_round:.1f}"),
        ("memory of a flow, by core pair", f"{of.core_bytes:.0f} bytes"),
        ("memory of a worker, by lead", f"{of.lead_bytes:.0f} bytes"),
        ("memory of tables, by rep", f"{of.rep_bytes:.0f} bytes")]
    return markdown_table(("what", "figure"), rows)


def _paper(paper: Paper, num_workers: Sequence[int]) -> str:
    by_workers = [paper.seconds(num) for num in num_workers]
    rows = [(name, *(_duration(seconds[name]) for seconds in by_workers))
            for name in by_workers[0]]
    rows += [
        ("**in all**", *(_duration(sum(seconds.values())) for seconds in by_workers)),
        ("bytes once", *(gigabytes(paper.once_bytes()) for _ in num_workers)),
        ("bytes by round", *(gigabytes(paper.round_bytes(num)) for num in num_workers)),
        ("memory of a worker", *(gigabytes(paper.worker_bytes(num)) for num in num_workers)),
        ("memory here", *(gigabytes(paper.own_bytes()) for _ in num_workers))]
    return markdown_table(
        ("", *(f"{num:,} workers" for num in num_workers)), rows) + (
        "\n\nA worker is a process on as many cores as this machine has; bytes go at 1.25 GB/s "
        "and questions as many times slower as there are more workers than two. The core of "
        f"{paper.core_pairs:,.0f} pairs is what so many leads have by the pairs per lead measured "
        "here, and its flow a power law drawn out far beyond what was measured: were flows linear "
        f"in their pairs, they would take {_duration(paper.linear_seconds())} instead.")


def _duration(seconds: float) -> str:
    if seconds >= 3_600:
        return f"{seconds / 3_600:,.1f} h"
    return f"{seconds / 60:,.1f} min" if seconds >= 60 else f"{seconds:,.1f} s"
