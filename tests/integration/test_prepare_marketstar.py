"""MarketStar's backlog raw and prepared: what preparing brings, and where it changes nothing."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.datasets.marketstar import PART, backlog_window
from benchmarks.prepare_marketstar import WAYS, Routed, Way, by_sector, main, read_way, route
from solver.models import Window
from tests.quirks import shared

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def export() -> pl.DataFrame:
    """The leads of the shared data as they are."""
    return pl.read_csv(shared(PART) / "leads.csv", infer_schema=False)


@pytest.fixture(scope="module")
def window(export: pl.DataFrame) -> Window:  # noqa: ARG001 - skips with the data folder
    """The leads that nobody owns."""
    return backlog_window()


@pytest.fixture(scope="module")
def ways(export: pl.DataFrame, window: Window) -> list[Way]:
    """The window read in each way."""
    return [read_way(export, window, way) for way in WAYS]


def routed(ways: list[Way], ruled: Window) -> list[Routed]:
    return [route(way, ruled) for way in ways]


def test_raw_refuses_what_preparing_reads(ways: list[Way], window: Window) -> None:
    """188 of 365 rows write PST or CST: no window until they are gone; prepared, all come in."""
    assert [way.left_out for way in ways] == [188, 0, 0]
    raw, _, prepared = routed(ways, window)
    assert (len(raw.routable), len(prepared.routable)) == (177, 365)
    assert raw.routable < prepared.routable
    assert prepared.worth > 2 * raw.worth
    assert prepared.plan.certificate.value > raw.plan.certificate.value


def test_where_rules_read_no_mended_field_a_mapping_is_enough(ways: list[Way], window: Window
                                                              ) -> None:
    """With the zones converted by hand, preparing changes no owner and no value."""
    _, by_hand, prepared = routed(ways, window)
    assert by_hand.owners == prepared.owners
    assert by_hand.plan.certificate == prepared.plan.certificate


def test_sectors_reach_what_lists_of_names_miss(ways: list[Way], window: Window,
                                                export: pl.DataFrame) -> None:
    """One name per sector misses more than five; the sector misses fewer than every spelling."""
    reached = []
    for listed in (1, 5, None):
        _, by_hand, prepared = routed(ways, by_sector(export, window, listed))
        assert by_hand.routable <= prepared.routable
        reached.append((len(by_hand.routable), len(prepared.routable)))
    assert reached == [(154, 266), (252, 266), (265, 266)]


def test_nothing_is_merged_without_a_person_or_a_company(ways: list[Way]) -> None:
    """Rows equal but for the id stay: MarketStar names nobody, and that is said, not guessed."""
    prepared = ways[-1].reading.prepared
    assert prepared is not None
    assert (prepared.preparation.merged, prepared.review.leads) == ((), ())


def test_the_command_prints_its_tables(monkeypatch: pytest.MonkeyPatch, window: Window,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    """One table of what was found and one per policy, each with a row per way."""
    monkeypatch.setattr("benchmarks.prepare_marketstar.WINDOWS", {"backlog": lambda: window})
    monkeypatch.setattr("sys.argv", ["prepare_marketstar"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert [sum(line.startswith(f"| {way} |") for line in lines) for way in WAYS] == [4, 4, 4]
    assert "| prepared | 0 | 365 | 23,993 | 77 | 8,627 | 46 | 46 | 19 |" in lines
