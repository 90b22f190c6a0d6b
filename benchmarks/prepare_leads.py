"""Time preparing beside the libraries' own bare calls, and its memory on files past memory.

Run ``python -m benchmarks.prepare_leads [--rows 20000] [--repeats 5] [--stream-rows 100000 300000
1000000]`` from the project's root. Raw leads are made up (:mod:`benchmarks.raw_leads`), each repeat
from a seed of its own, so that no text of an earlier one is known. Bare are the libraries' calls
whose answers a prepared lead holds, each once for what is distinct: a phone number parsed,
validated and formatted, an address checked, a domain cut; and, timed apart from these, the country
and the time zone of a number. Bare calls and preparing take turns. What comes out is asserted
before a time is printed: every number that the bare calls take for valid, as they write it, and
every address. Python looks for cycles as rarely as in the command line. Times gate nothing.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import phonenumbers
import tldextract
from email_validator import validate_email
from phonenumbers.timezone import time_zones_for_number

from api.collecting import collect_rarely
from benchmarks.markdown import markdown_table
from benchmarks.raw_leads import AT, HEADER, raw_rows, write_raw_leads
from solver.models import Lead, Policy
from solver.models.matching import Matching
from solver.prepare.match import find_duplicates
from solver.prepare.normalise.country import normalise_country
from solver.prepare.normalise.records import LeadNormaliser
from solver.prepare.reporting import Tally
from solver.prepare.state import State
from solver.reading.streaming import prepare_stream

_TEXTS = ("company", "domain", "street", "city", "country", "region", "postal_code", "industry",
          "first_name", "last_name", "title", "email", "phone", "source")
_CUT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Seconds of one repeat."""

    bare: float
    """Phones parsed, validated, formatted; addresses checked; domains cut."""
    places: float
    """The country and the time zone of each phone."""
    prepared: float
    """The same leads normalised and checked, all fields of them."""
    matched: float
    """The same leads searched for duplicates."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One streamed file."""

    num_rows: int
    seconds: float
    gibibytes: float
    """Peak of its own process."""


def main() -> None:
    """Print the ratio, then time and memory by size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prepare_leads", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="leads of a repeat")
    parser.add_argument("--repeats", type=int, default=5,
                        help="of each measure; 5 by default")
    parser.add_argument("--stream-rows", type=int, nargs="*", default=[100_000, 300_000, 1_000_000],
                        help="leads of each stream, for memory")
    arguments = parser.parse_args()
    collect_rarely()
    repeats = [measure(arguments.rows, seed) for seed in range(arguments.repeats + 1)][1:]
    print(_ratios(arguments.rows, repeats), flush=True)
    if arguments.stream_rows:
        streams = [stream_apart(size) for size in arguments.stream_rows]
        print("\n" + markdown_table(
            ("rows streamed", "seconds", "µs per row", "peak, GiB"),
            [(f"{one.num_rows:,}", f"{one.seconds:.0f}", f"{1e6 * one.seconds / one.num_rows:.0f}",
              f"{one.gibibytes:.2f}") for one in streams]))


def _ratios(num_rows: int, repeats: Sequence[Repeat]) -> str:
    def micros(seconds: Iterable[float]) -> str:
        return f"{1e6 * median(seconds) / num_rows:.1f}"

    def ratios(found: Iterable[float]) -> str:
        listed = list(found)
        return f"{median(listed):.2f} ({min(listed):.2f} to {max(listed):.2f})"

    return markdown_table(
        ("µs per lead", "median", "ratio to the bare calls",
         "ratio to these with country and zone of the number"), [
            ("bare calls", micros(one.bare for one in repeats), "1", ""),
            ("country and zone of the number", micros(one.places for one in repeats), "", ""),
            ("normalise and check", micros(one.prepared for one in repeats),
             ratios(one.prepared / one.bare for one in repeats),
             ratios(one.prepared / (one.bare + one.places) for one in repeats)),
            ("find duplicates", micros(one.matched for one in repeats), "", "")])


def measure(num_rows: int, seed: int) -> Repeat:
    """Time bare calls and preparing on the same new leads, one right after the other."""
    leads = _leads(num_rows, seed)
    regions = {lead.country: normalise_country(lead.country).value if lead.country else None
               for lead in leads}
    gc.collect()
    start = perf_counter()
    numbers = _bare_calls(leads, regions)
    valid = perf_counter()
    for number in numbers.values():
        phonenumbers.region_code_for_number(number)
        time_zones_for_number(number)
    placed = perf_counter()
    state, tally = State(leads, []), Tally(Policy(), AT)
    state.normalise(LeadNormaliser(Policy()))
    for lead in state.leads:
        tally.add(lead, state.unknown.get(lead.lead_id, {}))
    checked = perf_counter()
    find_duplicates(state.leads, Matching())
    matched = perf_counter()
    _assert_right(leads, state, regions, numbers)
    return Repeat(valid - start, placed - valid, checked - placed, matched - checked)


def _assert_right(leads: Sequence[Lead], state: State, regions: Mapping[str | None, str | None],
                  numbers: Mapping[tuple[str, str | None], phonenumbers.PhoneNumber]) -> None:
    for before, after in zip(leads, state.leads, strict=True):
        number = numbers.get((before.phone or "", regions[before.country]))
        if number is not None:
            assert after.phone == phonenumbers.format_number(
                number, phonenumbers.PhoneNumberFormat.E164), before.phone
        if before.email is not None:
            assert after.email == before.email.lower()
    assert len(numbers) > 0.9 * len(leads)


def _leads(num_rows: int, seed: int) -> tuple[Lead, ...]:
    """Return leads whose texts are as they came."""
    at = {name: HEADER.index(name) for name in _TEXTS}
    return tuple(Lead.model_validate({
        "lead_id": f"L{n}", "created_at": AT, "deal_value": 1.0, "score": 50.0,
        **{name: row[place] for name, place in at.items() if row[place]}})
        for n, row in enumerate(raw_rows(num_rows, seed)))


def _bare_calls(leads: Sequence[Lead], regions: Mapping[str | None, str | None]
                ) -> dict[tuple[str, str | None], phonenumbers.PhoneNumber]:
    """Make the libraries' own calls on what is distinct; return the numbers that are valid."""
    valid = {}
    for text, region in dict.fromkeys(
            (lead.phone, regions[lead.country]) for lead in leads if lead.phone):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            valid[text, region] = number
    for email in dict.fromkeys(lead.email for lead in leads if lead.email):
        validate_email(email, check_deliverability=False)
    for domain in dict.fromkeys(lead.domain for lead in leads if lead.domain):
        _CUT(domain)
    return valid


def stream_apart(num_rows: int) -> Stream:
    """Stream a file in a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_stream, (num_rows,))


def _stream(num_rows: int) -> Stream:
    collect_rarely()
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
