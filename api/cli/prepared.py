"""The report of `fairlead prepare` for people."""

from __future__ import annotations

from rich.markup import escape

from api.cli.tables import new_console, new_table, number_column
from solver.plan_files import decimal_money
from solver.prepare.check.report import QualityReport
from solver.prepare.results import Prepared

#: Fields, changes and values that are shown of each kind.
_SHOWN = 10


def print_report(prepared: Prepared) -> None:
    """Print where the rows went, what was changed, what nobody knows, and what to mend."""
    _print_rows(prepared.report)
    _print_changes(prepared)
    _print_fields(prepared.report)
    _print_unknown(prepared.report)
    _print_held(prepared)
    _print_fixes(prepared.report, prepared.policy.currency)


def print_quality(report: QualityReport) -> None:
    """Print where the rows went, and how good the data of the leads is."""
    _print_rows(report)
    _print_fields(report)
    _print_unknown(report)


def _print_rows(report: QualityReport) -> None:
    balance = report.balance
    quality = "" if report.mean_quality is None else f"; mean quality {report.mean_quality:.0f}"
    new_console().print(
        f"[bold]Rows[/bold] in {balance.rows_in:,} = leads {balance.rows_out:,} + merged "
        f"{balance.merged:,} + set aside {balance.quarantined:,}. Of the leads "
        f"{report.routable:,} have all that routing needs{quality}.\n")


def _print_changes(prepared: Prepared) -> None:
    counts: dict[tuple[str, str], tuple[int, str]] = {}
    for change in prepared.changes:
        key = change.field, change.rule
        number, example = counts.get(key, (0, f"{change.before or ''} → {change.after or ''}"))
        counts[key] = number + 1, example
    rows = new_table("What was changed", "field")
    rows.add_column("rule")
    number_column(rows, "times")
    rows.add_column("for example")
    for (name, rule), (number, example) in sorted(
            counts.items(), key=lambda item: (-item[1][0], item[0]))[:2 * _SHOWN]:
        rows.add_row(name, escape(rule), f"{number:,}", escape(example[:60]))
    if counts:
        new_console().print(rows)


def _print_fields(report: QualityReport) -> None:
    rows = new_table("Fields", "field")
    for name in ("there", "unknown", "implausible", "complete", "valid"):
        number_column(rows, name)
    for one in report.fields:
        rows.add_row(one.field, f"{one.there:,}", f"{one.unknown:,}", f"{one.implausible:,}",
                     f"{one.completeness:.0%}",
                     "" if one.validity is None else f"{one.validity:.0%}")
    new_console().print(rows)


def _print_unknown(report: QualityReport) -> None:
    rows = new_table("What nobody knows", "field")
    number_column(rows, "leads")
    rows.add_column("values")
    for found in report.unknown[:_SHOWN]:
        values = ", ".join(f"{value.value} ({value.leads:,})" for value in found.values[:5])
        rows.add_row(found.field, f"{found.leads:,}", escape(values[:100]))
    if report.unknown:
        new_console().print(rows)


def _print_held(prepared: Prepared) -> None:
    rows = new_table("Kept out of routing", "reason")
    rows.add_column("queue")
    number_column(rows, "leads")
    rows.add_column("for example")
    kinds: dict[tuple[str, str], list[str]] = {}
    for hold in prepared.holds:
        kinds.setdefault((hold.reason.code.value, hold.queue.value), []).append(
            f"{hold.lead_id}: {hold.reason.detail}")
    for (code, queue), found in kinds.items():
        rows.add_row(code, queue, f"{len(found):,}", escape(found[0][:100]))
    if kinds:
        new_console().print(rows)


def _print_fixes(report: QualityReport, currency: str) -> None:
    rows = new_table(f"What to mend first: what it would route, {currency}", "mend")
    number_column(rows, "leads")
    number_column(rows, "worth")
    for fix in report.fixes:
        rows.add_row(escape("; ".join(map(str, fix.problems))), f"{fix.leads:,}",
                     decimal_money(fix.worth))
    if report.fixes:
        new_console().print(rows)
