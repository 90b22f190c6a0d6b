"""Real arrivals as worlds of a day: what they hold, what they may know, what was mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from benchmarks.datasets.bpic2012 import PART, SYSTEM, ZONE, handlers, loans, read_cases
from benchmarks.datasets.canonical import through_files
from benchmarks.datasets.locate import MissingDataError, data_folder
from benchmarks.datasets.maven import opportunities, read_pipeline
from benchmarks.datasets.timeline import Timeline, created, spread
from benchmarks.simulate_real import main
from solver.calendar.zones import zone
from solver.models import Window
from solver.simulate import Held, Method, Windows, simulate
from solver.world import World

AMSTERDAM = zone(ZONE)
MONDAY = date(2026, 1, 5)
CASES = "case_id,arrival,amount_req,first_human_start_ts,first_human_resource"
PIPELINE = ("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,"
            "close_value\r\n")


def utc(day: date, hour: int, minute: int = 0) -> str:
    """Amsterdam's wall clock as the log writes it."""
    local = datetime.combine(day, time(hour, minute), AMSTERDAM)
    return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def write_cases(folder: Path, rows: Iterable[str]) -> Path:
    (folder / "cases.csv").write_text("\n".join((CASES, *rows)) + "\n", encoding="utf-8")
    return folder


def ten_weeks(folder: Path, later_amount: int = 9_000) -> Path:
    """Ten weeks from a Monday: Ana starts at 9:30 and 16:10, Ben on Mondays and Tuesdays at 12."""
    rows = []
    for n in range(70):
        day = MONDAY + timedelta(days=n)
        amount = later_amount if n >= 42 else 1_000 * (1 + n % 9)
        rows += [f"{3 * n},{utc(day, 8)},{amount},{utc(day, 9, 30)},ana",
                 f"{3 * n + 1},{utc(day, 10)},{amount},{utc(day, 16, 10)},ana",
                 f"{3 * n + 2},{utc(day, 11)},{amount},{utc(day, 11)},{SYSTEM}"]
        if day.weekday() < 2:
            rows.append(f"b{n},{utc(day, 12)},500,{utc(day, 12)},ben")
        if n == 41:
            # Asked for in the learning part, first worked on in the judged one.
            rows.append(f"c{n},{utc(day, 13)},500,{utc(day + timedelta(days=1), 3)},ana")
    return write_cases(folder, rows)


def real(make: Callable[[], Timeline]) -> Timeline:
    """Return a time line of the shared data, or skip with what is missing."""
    try:
        return make()
    except MissingDataError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def applications() -> Timeline:
    """The loan applications."""
    return real(loans)


@pytest.fixture(scope="module")
def pipeline() -> Timeline:
    """Maven's opportunities."""
    return real(opportunities)


def assert_knows_only_the_past(world: World) -> None:
    assert all(created(lead) < world.start for lead in world.history)
    assert all(world.start <= created(lead) < world.end for lead in world.arrivals)


def test_handlers_by_hand(tmp_path: Path) -> None:
    """Hours, weekdays and weights come from first touches; the system user is no rep."""
    timeline = loans(ten_weeks(tmp_path))
    ana, ben = timeline.reps
    assert (ana.rep_id, ben.rep_id) == ("ana", "ben")
    assert ana.working_hours == tuple(
        f"{day} 09:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    assert ben.working_hours == ("Mon 12:00-13:00", "Tue 12:00-13:00")
    assert (ana.weight, ben.weight) == (2.0, 1.0)
    assert ben.skills["low amount"] > ana.skills["low amount"]


def test_handlers_without_a_recent_day_are_gone(tmp_path: Path) -> None:
    """Who has not been seen for four weeks, or on fewer than ten days, is no rep."""
    cases = read_cases(ten_weeks(tmp_path)).with_columns(band=pl.lit("low"))
    assert [rep.rep_id for rep in handlers(cases, MONDAY + timedelta(weeks=5))] == ["ana", "ben"]
    assert [rep.rep_id for rep in handlers(cases, MONDAY + timedelta(weeks=4))] == ["ana"]
    left = cases.filter((pl.col("handler") != "ben") | (pl.col("touched").dt.date()
                                                        < MONDAY + timedelta(weeks=5)))
    assert [rep.rep_id for rep in handlers(left, MONDAY + timedelta(weeks=9))] == ["ana"]


def test_judged_days_follow_the_learning_part(tmp_path: Path) -> None:
    """Of 69 whole days 41 are learnt from; working days of the rest are judged."""
    timeline = loans(ten_weeks(tmp_path))
    assert timeline.days[0] == MONDAY + timedelta(days=42)
    assert timeline.days[-1] == MONDAY + timedelta(days=67)
    assert all(day.weekday() < 5 for day in timeline.days)
    with pytest.raises(ValueError, match="one of the judged days"):
        timeline.world(MONDAY, 1.0)


def test_slots_are_split_over_the_reps_at_work(tmp_path: Path) -> None:
    """On Mondays Ana and Ben share the slots two to one; on Wednesdays all are Ana's."""
    timeline = loans(ten_weeks(tmp_path))
    assert timeline.leads_per_day == pytest.approx(3.4, abs=0.1)
    monday, wednesday = (timeline.world(MONDAY + timedelta(days=n), 0.9) for n in (42, 44))
    assert [rep.daily_cap for rep in monday.reps] == [2, 1]
    assert [rep.daily_cap for rep in wednesday.reps] == [3, 0]
    assert_knows_only_the_past(monday)
    assert len(monday.arrivals) == 4
    assert monday.start == datetime.combine(monday.start.astimezone(AMSTERDAM).date(), time(),
                                            AMSTERDAM)


def test_nothing_of_the_judged_part_is_learnt(tmp_path: Path) -> None:
    """Other amounts and no more touches after the cut leave reps, policy and slots as they are."""
    one = loans(ten_weeks(tmp_path))
    text = (ten_weeks(tmp_path, later_amount=77) / "cases.csv").read_text(encoding="utf-8")
    cut = utc(MONDAY + timedelta(days=41), 0)
    blind = [",".join((*fields[:3], "", "")) if fields[3] >= cut else line
             for line in text.splitlines()[1:] if (fields := line.split(","))]
    other = loans(write_cases(tmp_path, blind))
    assert (other.reps, other.policy, other.leads_per_day) == (
        one.reps, one.policy, one.leads_per_day)


def test_days_are_spread_evenly() -> None:
    """A sample of days keeps the first and the last; more than there are is all of them."""
    days = tuple(MONDAY + timedelta(days=n) for n in range(9))
    assert spread(days, 3) == (days[0], days[4], days[8])
    assert spread(days, 1) == (days[0],)
    assert spread(days, 99) == days


def write_maven(folder: Path, rows: str) -> Path:
    files = {"products.csv": "product,series,sales_price\r\nGTX Pro,GTX,4821\r\nMG Special,MG,55",
             "accounts.csv": "account,sector,office_location\r\nAcme,technolgy,United States\r\n"
                             "Bio,medical,Philipines\r\n",
             "sales_teams.csv": "sales_agent,manager,regional_office\r\nAna ,Max,East\r\n"
                                "Ben,Max,West\r\nCy,Max,West\r\n",
             "sales_pipeline.csv": PIPELINE + rows}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def test_maven_is_mended(tmp_path: Path) -> None:
    """GTXPro has GTX Pro's price, sectors and countries are spelt right, blanks stay blank."""
    rows = read_pipeline(write_maven(tmp_path, (
        "1,Ana,GTXPro,Acme,Won,2017-01-02,2017-03-01,1\r\n"
        "2,Ben,MG Special,Bio,Lost,2017-01-02,2017-03-01,0\r\n"
        "3,Ben,MG Special,,Engaging,2017-01-03,,\r\n"
        "4,Ben,GTXPro,Bio,Prospecting,,,\r\n")))
    assert rows.select("product", "price", "sector", "country").rows() == [
        ("GTX Pro", 4821.0, "technology", "US"), ("MG Special", 55.0, "medical", "PH"),
        ("MG Special", 55.0, None, None)]


def test_maven_product_without_a_price_is_named(tmp_path: Path) -> None:
    """A product that the price list does not have stops the reading."""
    folder = write_maven(tmp_path, "1,Ana,GTXPlus,Acme,Won,2017-01-02,,\r\n")
    with pytest.raises(ValueError, match="'GTXPlus' has none"):
        read_pipeline(folder)


def test_maven_agents_and_times(tmp_path: Path) -> None:
    """Agents share the slots as they engaged before the judged days; times repeat."""
    agents = ["Ana" if n % 4 == 0 else "Ben" for n in range(236)] + ["Cy"] * 164
    rows = "".join(f"{n},{agent},MG Special,,Won,{MONDAY + timedelta(days=n // 4)},,\r\n"
                   for n, agent in enumerate(agents))
    timeline = opportunities(write_maven(tmp_path, rows))
    assert [(rep.rep_id, rep.team, rep.weight) for rep in timeline.reps] == [
        ("Ana", "East", 25.0), ("Ben", "West", 75.0)]
    assert (timeline.leads_per_day, len(timeline.days)) == (4.0, 40)
    world = timeline.world(timeline.days[-1], 1.0)
    assert [rep.daily_cap for rep in world.reps] == [1, 3]
    assert_knows_only_the_past(world)
    clock = [created(lead).time() for lead in world.arrivals]
    assert len(set(clock)) == 4
    assert time(9) <= min(clock) <= max(clock) < time(17)
    assert timeline == opportunities(tmp_path)


@pytest.mark.data
def test_loans_are_what_the_log_says(applications: Timeline) -> None:
    """10,203 applications, 31 handlers at work before 13 December 2011, 35 judged days."""
    assert len(applications.leads) == 10_203
    assert len(applications.reps) == 31
    assert SYSTEM not in {rep.rep_id for rep in applications.reps}
    assert (applications.days[0], applications.days[-1]) == (date(2011, 12, 13), date(2012, 1, 31))
    assert len(applications.days) == 35
    assert date(2011, 12, 26) not in applications.days


@pytest.mark.data
def test_loan_reps_do_not_see_the_judged_part(applications: Timeline, tmp_path: Path) -> None:
    """A log that ends with the cut gives the same handlers."""
    cut = datetime.combine(applications.days[0], time(), AMSTERDAM)
    lines = (data_folder(PART) / "cases.csv").read_text(encoding="utf-8").splitlines()
    stamp = f"{cut.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    (tmp_path / "cases.csv").write_text(
        "\n".join([lines[0], *(line for line in lines[1:] if line.split(",")[1] < stamp)]),
        encoding="utf-8")
    known = read_cases(tmp_path).with_columns(
        band=pl.when(pl.col("amount") <= 6_000).then(pl.lit("low")).when(
            pl.col("amount") <= 15_000).then(pl.lit("middle")).otherwise(pl.lit("high")))
    assert handlers(known, applications.days[0]) == applications.reps


@pytest.mark.data
def test_maven_is_what_the_pipeline_says(pipeline: Timeline) -> None:
    """7,135 engaged opportunities, 30 agents, list prices, a need of none."""
    assert len(pipeline.leads) == 7_135
    assert len(pipeline.reps) == 30
    assert {lead.deal_value for lead in pipeline.leads} == {
        550.0, 4821.0, 55.0, 3393.0, 5482.0, 1096.0, 26768.0}
    assert not any(lead.needs for lead in pipeline.leads)
    assert {rep.team for rep in pipeline.reps} == {"Central", "East", "West"}
    assert pipeline.days[0] == date(2017, 5, 15)


@pytest.mark.data
@pytest.mark.parametrize("make", [loans, opportunities])
def test_real_days_pass_through_the_canonical_files(make: Callable[[], Timeline]) -> None:
    """A day's leads and reps are what a user's files give."""
    timeline = real(make)
    world = timeline.world(timeline.days[3], 0.8)
    assert_knows_only_the_past(world)
    assert sum(rep.daily_cap or 0 for rep in world.reps) == round(0.8 * timeline.leads_per_day)
    window = Window(at=world.end, leads=world.arrivals, reps=world.reps, policy=world.policy)
    read = through_files(window)
    assert {lead.lead_id: lead for lead in read.leads} == {
        lead.lead_id: lead for lead in window.leads}
    assert read.reps == window.reps


@pytest.mark.data
@pytest.mark.parametrize("make", [loans, opportunities])
def test_refreshed_floors_beat_none_on_real_days(make: Callable[[], Timeline]) -> None:
    """Where slots are scarce, floors from the past win more, and nothing beats hindsight."""
    timeline = real(make)
    worlds = [timeline.world(day, 0.5) for day in spread(timeline.days, 2)]
    simulation = simulate(worlds, (Method.OPTIMAL, Method.OPTIMAL_REFRESHED, Method.INSTANT),
                          windows=Windows(leads=5), held=Held.LOST)
    without, *others = simulation.results
    tops = [ceiling.value for ceiling in simulation.ceilings]
    for result in others:
        assert all(bare < value <= top for bare, value, top
                   in zip(without.values, result.values, tops, strict=True))


@pytest.mark.data
@pytest.mark.usefixtures("applications", "pipeline")
def test_command_prints_a_table_per_source_and_level(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One day and one level give four tables with a row per method, the base's difference 0."""
    monkeypatch.setattr("sys.argv", ["simulate_real", "--days", "1", "--slots", "0.5"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("###")] == [
        "### Loan applications", "### Maven"]
    rows = [line.split(" | ") for line in lines if line.startswith("| optimal |")]
    assert [row[3] for row in rows] == ["0"] * 4
    assert len([line for line in lines if line.startswith("| instant |")]) == 4


@pytest.mark.parametrize("arguments", [["--days", "0"], ["--slots", "-1"], ["--slots", "nan"]])
def test_command_refuses_senseless_numbers(
        arguments: list[str], monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    """No day and no slots are refused with the number and the rule."""
    monkeypatch.setattr("sys.argv", ["simulate_real", *arguments])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert f"{arguments[1]} " in capsys.readouterr().err
