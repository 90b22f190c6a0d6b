"""Tables in Markdown, as RESULTS.md holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_table(head: Iterable[object], rows: Sequence[Iterable[object]]) -> str:
    """Return a table; a bar within a heading opens one more column."""
    title = f"| {' | '.join(map(str, head))} |"
    rule = "| --- " * (title.count("|") - 1) + "|"
    return "\n".join((title, rule, *(f"| {' | '.join(map(str, row))} |" for row in rows)))
