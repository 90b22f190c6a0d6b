"""The generator: any size, repeatable, realistic, and the committed sample."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from solver.errors import UsageError
from solver.generate import generate_window
from solver.generate.draws import allocate
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models import Lead, ReasonCode, Window
from solver.names import OVERLAY
from solver.reading import load
from solver.solving import solve
from solver.writing import render_inputs

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "api" / "sample"


@pytest.fixture(scope="module")
def sample() -> Window:
    """The window of the committed sample."""
    return generate_window(200, 25, seed=7, at=AT)


@pytest.fixture(scope="module")
def large() -> Window:
    """A window large enough to count shares."""
    return generate_window(4000, 200, seed=3, at=AT)


def is_routed(lead: Lead) -> bool:
    """Whether a lead competes for a slot, by the rules of the issue."""
    complete = None not in (lead.created_at, lead.deal_value, lead.score)
    age = (AT - lead.created_at).total_seconds() if lead.created_at else 0
    return lead.owner_id in (None, "queue-inbound") and complete and age <= 336 * 3600


def test_committed_sample_is_the_rendered_window(sample: Window) -> None:
    """The files in api/sample equal the rendering of seed 7, byte for byte."""
    committed = {path.name: path.read_bytes() for path in SAMPLE.iterdir()
                 if path.suffix != ".json"}
    assert committed == {name: text.encode() for name, text in render_inputs(sample).items()}


@pytest.mark.parametrize(("name", "key"), [("leads", "lead_id"), ("reps", "rep_id")])
def test_what_is_posted_is_of_the_same_sample(name: str, key: str) -> None:
    """The JSON that the README posts says of each lead and rep what the CSV file says."""
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = {row[key]: row for row in csv.DictReader(file)}
    posted = json.loads((SAMPLE / f"{name}.json").read_text(encoding="utf-8"))
    assert len({one[key] for one in posted}) == len(posted) > 0
    for one in posted:
        flat = {**one, **one.pop("attributes", {})}
        said = {column: text for column in flat if (text := rows[one[key]].get(column))}
        assert {column: _as_in_csv(flat[column]) for column in said} == said


def _as_in_csv(value: object) -> str:
    match value:
        case list():
            return ";".join(_as_in_csv(one) for one in value)
        case dict():
            return ";".join(f"{name}:{_as_in_csv(one)}" for name, one in value.items())
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def test_committed_sample_is_valid_input(sample: Window) -> None:
    """Reading the committed files gives the window back, without a warning."""
    assert load(SAMPLE / "leads.csv", SAMPLE / "reps.csv", at=AT,
                policy=SAMPLE / "policy.yaml", raw=True) == sample


def test_sample_shows_every_kind_of_outcome(sample: Window) -> None:
    """Routing the sample owns, keeps and holds leads, for every reason that one file can show."""
    plan = solve(sample)
    codes = {reason.code for lead in plan.held for reason in lead.reasons}
    assert plan.assignments
    assert plan.kept
    assert codes >= {ReasonCode.OUTBID, ReasonCode.BELOW_RESERVE, ReasonCode.NEEDS_DATA,
                     ReasonCode.TOO_OLD, ReasonCode.NO_SKILL, ReasonCode.NO_LANGUAGE,
                     ReasonCode.NO_TERRITORY, ReasonCode.DEAL_BAND, ReasonCode.AWAY}
    assert any(owned.wait_minutes > 0 for owned in plan.assignments)
    assert sum(slots.price > 0 for slots in plan.slots) > len(plan.slots) / 2


@pytest.mark.parametrize(("num_leads", "num_reps"), [(1000, 100), (2000, 500)])
def test_share_of_eligible_pairs(num_leads: int, num_reps: int) -> None:
    """Between 15 and 25 % of the pairs are eligible, as in the benchmarks of the design."""
    problem = build_problem(ValueRows(generate_window(num_leads, num_reps, 7, AT)), {})
    share = problem.pairs.num_eligible / (problem.pairs.num_leads * num_reps)
    assert 0.15 <= share <= 0.25


def test_sample_has_four_territories_and_three_zones(sample: Window) -> None:
    """The sample has the shape that the README promises."""
    territories = {name for rep in sample.reps for name in rep.territories} - {OVERLAY}
    assert (len(sample.leads), len(sample.reps), len(territories)) == (200, 25, 4)
    assert len({rep.timezone for rep in sample.reps}) == 3
    assert {rule.name for rule in sample.policy.territories} == territories


def test_sample_mail_goes_nowhere(sample: Window) -> None:
    """Every address and domain lies under a name that is reserved for examples."""
    places = [lead.domain for lead in sample.leads]
    places += [str(record.email) for record in (*sample.leads, *sample.reps)]
    assert all(str(place).endswith(("example.com", "example.org", "example.net"))
               for place in places)


@pytest.mark.parametrize(("num_leads", "num_reps"), [(1, 1), (1, 2), (2, 1), (1, 300), (300, 1),
                                                     (7, 5), (3, 4000)])
def test_any_size(num_leads: int, num_reps: int) -> None:
    """Every size gives as many leads and reps as asked for, with at least one free slot."""
    window = generate_window(num_leads, num_reps, seed=1, at=AT)
    assert (len(window.leads), len(window.reps)) == (num_leads, num_reps)
    assert sum(rep.free_slots for rep in window.reps) >= 1


def test_same_seed_same_window(sample: Window) -> None:
    """The seed alone decides: the same gives an equal window, another one differs."""
    assert generate_window(200, 25, seed=7, at=AT) == sample
    assert generate_window(200, 25, seed=8, at=AT) != sample


def test_global_random_state_has_no_part(sample: Window) -> None:
    """Drawing from the library-wide generator changes nothing."""
    np.random.seed(0)  # noqa: NPY002
    assert generate_window(200, 25, seed=7, at=AT) == sample


def test_fewer_slots_than_leads(large: Window) -> None:
    """Free slots are about three quarters of the leads that compete for them."""
    slots = sum(rep.free_slots for rep in large.reps)
    assert 0.7 <= slots / sum(map(is_routed, large.leads)) <= 0.8


def test_deals_are_log_normal_and_follow_size(large: Window) -> None:
    """Deals are whole, skewed to the right, grow with company size, and pull the score up."""
    leads = [lead for lead in large.leads
             if None not in (lead.deal_value, lead.employees, lead.score)]
    deals, sizes, scores = (np.array([getattr(lead, name) for lead in leads], dtype=float)
                            for name in ("deal_value", "employees", "score"))
    assert (deals == np.rint(deals)).all()
    assert deals.mean() > 1.2 * np.median(deals)
    assert np.corrcoef(np.log(deals), np.log(sizes))[0, 1] > 0.4
    assert np.corrcoef(np.log(deals), scores)[0, 1] > 0.1


def test_territories_are_skewed(large: Window) -> None:
    """The largest team has several times the reps of the smallest."""
    teams = Counter(rep.team for rep in large.reps)
    assert max(teams.values()) > 3 * min(teams.values())


def test_skills_are_correlated(large: Window) -> None:
    """Who knows one skill of a product line knows the others too."""
    identity = [rep.skills for rep in large.reps if "identity" in rep.skills]
    assert identity
    assert all("compliance" in skills for skills in identity)


def test_every_territory_of_the_policy_is_served() -> None:
    """Each territory has a rep at every number of reps."""
    for num_reps in (1, 2, 3, 5, 10, 25, 60):
        window = generate_window(5, num_reps, seed=num_reps, at=AT)
        served = {name for rep in window.reps for name in rep.territories}
        assert {rule.name for rule in window.policy.territories} <= served


def test_some_of_everything(large: Window) -> None:
    """Leads that are kept, queued, incomplete, old or picky; reps that are off, full or banded."""
    leads, reps = large.leads, large.reps
    rep_ids = {rep.rep_id for rep in reps}
    assert {lead.owner_id for lead in leads} > {None, "queue-inbound"}
    assert {lead.owner_id for lead in leads} - {None, "queue-inbound"} <= rep_ids
    assert all(set(lead.excluded_rep_ids) <= rep_ids for lead in leads)
    for field in ("excluded_rep_ids", "languages", "required_skills", "territory", "attributes"):
        assert any(getattr(lead, field) for lead in leads), field
    assert any(lead.deal_value is None for lead in leads)
    assert any(lead.score is None for lead in leads)
    assert any(AT - lead.created_at > AT - datetime(2026, 11, 4, tzinfo=UTC)
               for lead in leads if lead.created_at)
    for field in ("time_off", "daily_cap", "min_deal", "max_deal", "open_leads"):
        assert any(getattr(rep, field) for rep in reps), field
    assert not all(rep.active for rep in reps)
    assert any(rep.active and rep.free_slots == 0 for rep in reps)
    assert any(OVERLAY in rep.territories for rep in reps)


@pytest.mark.parametrize("arguments", [(0, 1, 1, AT), (1, 0, 1, AT), (1, 1, -1, AT),
                                       (1, 1, 1, datetime(2026, 11, 18))])
def test_impossible_arguments(arguments: tuple[int, int, int, datetime]) -> None:
    """A count below 1, a negative seed or a naive instant is refused by name."""
    with pytest.raises(UsageError, match=r"num_leads|num_reps|seed|time zone"):
        generate_window(*arguments)


def test_allocate_sums_to_the_total() -> None:
    """Largest remainder: 10 in proportion 1:1:1 is 4, 3, 3, and nothing goes to weight 0."""
    assert allocate(10, [1, 1, 1]).tolist() == [4, 3, 3]
    assert allocate(7, [0, 2, 1]).tolist() == [0, 5, 2]
