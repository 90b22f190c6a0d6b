"""The figures as tables of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.markdown import markdown_table
from benchmarks.service.bulk import BulkTimes
from benchmarks.service.single import SingleTimes, flat, p99
from benchmarks.service.sizes import Sizes
from benchmarks.service.while_solving import SolvingTimes
from benchmarks.service.windows import PARTS, WindowTimes


def bulk_table(found: Sequence[tuple[str, BulkTimes]]) -> str:
    """Return the table of bulk intake."""
    return markdown_table(
        ("database", "post, s", "validate, s", "bare inserts, s", "ratio", "asked"),
        [(name, _seconds(one.post), _seconds(one.validate), _seconds(one.insert),
          _spread(one.ratios), "2.0") for name, one in found])


def single_table(found: Sequence[tuple[str, SingleTimes]]) -> str:
    """Return the table of single posts and hot leads."""
    rows = []
    for name, one in found:
        bare, single, hot = (flat(kind) for kind in (one.bare, one.single, one.hot))
        rows.append((name, _ms(median(bare)), _ms(p99(bare)), _ms(median(single)),
                     _ms(p99(single)), _spread(one.p99_ratios), _ms(median(hot)),
                     _spread(one.hot_ratios), f"{one.num_assigned} of {len(hot)}"))
    return markdown_table(
        ("database", "bare median, ms", "bare p99", "post median", "post p99",
         "p99 ratio (asked 3)", "hot median", "hot / post (asked 3)", "hot leads with an owner"),
        rows)


def window_table(found: Sequence[tuple[str, WindowTimes]]) -> str:
    """Return the table of windows."""
    return markdown_table(
        ("database", "total, s", "solve, s", "beside it, s (asked 3)", *PARTS, "owned", "held"),
        [(name, _seconds(one.total), _seconds(one.solve), _spread(one.beside),
          *(_seconds(parts[part] for parts in one.parts) for part in PARTS),
          f"{one.num_assigned:,}", f"{one.num_held:,}") for name, one in found])


def solving_table(found: Sequence[tuple[str, SolvingTimes]]) -> str:
    """Return the table of the API while a window closes."""
    rows = []
    for name, one in found:
        idle, busy = flat(one.idle), flat(one.solving)
        rows.append((name, f"{one.full:.0f}", _seconds(one.window), len(busy), _ms(median(idle)),
                     _ms(median(busy)), f"{one.median_ratio:.2f}", _ms(p99(idle)), _ms(p99(busy)),
                     f"{one.p99_ratio:.2f}"))
    return markdown_table(
        ("database", "full load, posts/s", "window, s", "posts meanwhile", "idle median, ms",
         "meanwhile", "ratio (asked 1.5)", "idle p99", "meanwhile", "ratio (asked 3)"), rows)


def said(sizes: Sizes, load: float) -> str:
    """Return what stands above the tables."""
    return (f"{sizes.num_leads:,} leads, {sizes.num_reps} reps, medians of {sizes.repeats} "
            f"repetitions (least to most); load of the machine at the start: {load:.1f}.")


def _seconds(found: Iterable[float]) -> str:
    return f"{median(found):.2f}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _spread(found: Sequence[float]) -> str:
    return f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})"
