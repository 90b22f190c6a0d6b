"""Time preparing beside the libraries' own bare calls, and its memory on files past memory.

Run ``python -m benchmarks.prepare_leads [--rows 20000] [--repeats 5] [--stream-rows 100000 300000
1000000]`` from the project's root. Raw leads are made up
(:mod:`benchmarks.raw_leads`), each repeat from a seed of its own, so that no text of an earlier one
is known. Bare are the calls that no reading of such cells can do without: each distinct phone
number parsed, validated, formatted, its country and time zone found, each distinct address checked,
each distinct domain cut. What comes out is asserted before a time is printed. Times gate nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import phonenumbers
import tldextract
from email_validator import EmailNotValidError, validate_email
from phonenumbers.timezone import time_zones_for_number

from benchmarks.markdown import markdown_table
from benchmarks.raw_leads import AT, HEADER, raw_rows, write_raw_leads
from solver.models import Lead, Policy
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.records import LeadNormaliser, apply
from solver.prepare.reporting import Tally
from solver.reading.streaming import prepare_stream

_TEXTS = ("company", "domain", "street", "city", "country", "region", "postal_code", "industry",
          "first_name", "last_name", "title", "email", "phone", "source")
_CUT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Seconds of one repeat."""

    bare: float
    prepared: float


@dataclass(frozen=True, slots=True)
class Stream:
    """One streamed file."""

    num_rows: int
    seconds: float
    gibibytes: float
    """Peak of its own process."""


def main() -> None:
    """Print the ratio, then time and memory by size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="leads of a repeat")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stream-rows", type=int, nargs="*", default=[100_000, 300_000, 1_000_000])
    arguments = parser.parse_args()
    repeats = [measure(arguments.rows, seed) for seed in range(arguments.repeats + 1)][1:]
    print(markdown_table(
        ("leads", "bare calls, µs per lead", "normalise and check, µs per lead", "ratio, median",
         "ratios"), [(
             f"{arguments.rows:,}",
             f"{1e6 * median(one.bare for one in repeats) / arguments.rows:.1f}",
             f"{1e6 * median(one.prepared for one in repeats) / arguments.rows:.1f}",
             f"{median(one.prepared / one.bare for one in repeats):.2f}",
             ", ".join(f"{one.prepared / one.bare:.2f}" for one in repeats))]), flush=True)
    if arguments.stream_rows:
        streams = [stream_apart(size) for size in arguments.stream_rows]
        print("\n" + markdown_table(
            ("rows streamed", "seconds", "µs per row", "peak, GiB"),
            [(f"{one.num_rows:,}", f"{one.seconds:.0f}", f"{1e6 * one.seconds / one.num_rows:.0f}",
              f"{one.gibibytes:.2f}") for one in streams]))


def measure(num_rows: int, seed: int) -> Repeat:
    """Time bare calls and preparing on the same new leads, one right after the other."""
    leads = _leads(num_rows, seed)
    regions = {lead.country: normalise_country(lead.country).value if lead.country else None
               for lead in leads}
    start = perf_counter()
    _bare_calls(leads, regions)
    middle = perf_counter()
    normaliser, tally = LeadNormaliser(), Tally(Policy(), AT)
    num_phones = 0
    for lead in leads:
        done = normaliser.normalise(lead)
        after = apply(lead, done)
        tally.add(after, dict(done.unknown))
        num_phones += after.phone is not None and after.phone.startswith("+")
    end = perf_counter()
    assert num_phones > 0.9 * len(leads)
    return Repeat(middle - start, end - middle)


def _leads(num_rows: int, seed: int) -> list[Lead]:
    """Return leads whose texts are as they came."""
    at = {name: HEADER.index(name) for name in _TEXTS}
    return [Lead.model_validate({
        "lead_id": f"L{n}", "created_at": AT, "deal_value": 1.0, "score": 50.0,
        **{name: row[place] for name, place in at.items() if row[place]}})
        for n, row in enumerate(raw_rows(num_rows, seed))]


def _bare_calls(leads: Sequence[Lead], regions: dict[str | None, str | None]) -> None:
    """Make the libraries' own calls on what is distinct."""
    for text, country in dict.fromkeys((lead.phone, lead.country) for lead in leads if lead.phone):
        try:
            number = phonenumbers.parse(text, regions[country])
        except phonenumbers.NumberParseException:
            continue
        phonenumbers.is_valid_number(number)
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        phonenumbers.region_code_for_number(number)
        time_zones_for_number(number)
    for email in dict.fromkeys(lead.email for lead in leads if lead.email):
        try:
            validate_email(email, check_deliverability=False)
        except EmailNotValidError:
            continue
    for domain in dict.fromkeys(lead.domain for lead in leads if lead.domain):
        _CUT(domain)


def stream_apart(num_rows: int) -> Stream:
    """Stream a file in a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_stream, (num_rows,))


def _stream(num_rows: int) -> Stream:
    with tempfile.TemporaryDirectory() as folder:
        leads = Path(folder) / "leads.csv"
        write_raw_leads(leads, num_rows, seed=1)
        out = Path(folder) / "out"
        out.mkdir()
        start = perf_counter()
        balance = prepare_stream(leads, out, at=AT).report.balance
        seconds = perf_counter() - start
        assert balance.rows_in == num_rows
        with (out / "leads.csv").open("rb") as file:
            assert sum(1 for _ in file) == balance.rows_out + 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return Stream(num_rows, seconds, peak)


if __name__ == "__main__":
    main()
