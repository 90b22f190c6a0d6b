"""Scenarios of any JSON: refused with a place, or applied; nothing else ever comes of them."""

from __future__ import annotations

import json
import re
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import InvalidInputError
from solver.models import Issue, Policy, Territory, Window
from solver.scenarios import ChangePolicy, Edit, OpenTerritory, Scenario, apply, read_scenarios
from solver.scenarios.overlaps import overlaps
from solver.scenarios.present import Present
from solver.scenarios.reading import EDITS
from tests.scenario_windows import with_rules

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["name", "upper", "West", "x", "0"]), inner, max_size=3), max_leaves=6)
_KEYS = st.sampled_from([*Policy.model_fields, *["limits", "rules", "territories"] * 4, ""])


@settings(max_examples=150)
@given(st.lists(st.dictionaries(_KEYS, _JSON, min_size=1, max_size=2), min_size=1, max_size=2),
       st.booleans())
def test_whatever_a_policy_is_set_to_is_refused_or_applied(
        changes: list[dict[str, object]], opens: bool) -> None:
    """No JSON makes anything else of it than issues with a place, or a window."""
    edits: list[Edit] = [ChangePolicy.model_validate({"set": one}) for one in changes]
    if opens:
        edits.append(OpenTerritory(territory=Territory(name="New"), before="North", reps=("ana",)))
    window = with_rules()
    issues: tuple[Issue, ...] = ()
    try:
        edited = apply(window, Scenario(name="s", edits=tuple(edits)))
    except InvalidInputError as error:
        issues = error.issues
    else:
        assert Window.model_validate_json(edited.model_dump_json()) == edited
    assert all((issue.column or "").startswith("scenarios[0].edits[") for issue in issues)


#: Values that each key of some edit takes.
_VALUES: dict[str, list[object]] = {
    "like": ["ana", "zed", 'source = "fair"'], "count": [1, 2], "capacity": [0, 3],
    "starts_on": ["2026-11-18", "2026-12-01"], "ramp": [[{"after_days": 0, "share": 0.5}]],
    "changes": [{"team": "East"}, {"daily_cap": None}, {"timezone": None}],
    "rep_ids": [["ana"], ["ben", "cleo"]], "where": ["active", 'country = "GB"', "true"],
    "leads": ["stay", "route"], "of": ["capacity", "daily_cap"], "add": [-1, 2], "factor": [0.5, 2],
    "from": ["2026-11-18", ["ana"], ["cleo"]], "to": ["2026-11-19", ["cleo"], ["ana"]],
    "date": ["2026-11-18"], "skill": ["crm", "law"], "level": [0.5],
    "territory": ["North", {"name": "Alps"}], "reps": [["ana"]], "before": ["South"],
    "share": [0.5], "days": [-1, 0.01], "name": ["c"], "leads_per_day": [0.4, 3],
    "set": [2, {"country": "ES"}, {"reserve_value": 5}, {"limits": {"West": None}}]}
_FIELDS = {kind: {field.alias or name: field.is_required()
                  for name, field in model.model_fields.items() if name != "edit"}
           for kind, model in EDITS.items()}


@st.composite
def _edits(draw: st.DrawFn) -> dict[str, object]:
    """Draw an edit with the keys that its kind needs and some more, mostly with right values."""
    kind = draw(st.sampled_from(sorted(_FIELDS)))
    chosen = draw(st.sampled_from(["rep_ids", "where"]))
    keys = [key for key, needed in _FIELDS[kind].items()
            if needed or key == chosen or (key not in ("rep_ids", "where")
                                           and draw(st.integers(0, 2)) == 0)]
    wrong = draw(st.integers(0, 9)) == 0
    return {"edit": kind} | {key: draw(_JSON if wrong else st.sampled_from(_VALUES[key]))
                             for key in keys}


@settings(max_examples=300)
@given(st.lists(_edits(), min_size=1, max_size=2))
def test_whatever_edits_hold_they_are_refused_or_applied(edits: list[dict[str, object]]) -> None:
    """Reading, checking and applying agree on what can be."""
    text = json.dumps([{"name": "s", "edits": edits}])
    issues: tuple[Issue, ...] = ()
    try:
        (scenario,) = read_scenarios(text)
        edited = apply(with_rules(), scenario)
    except InvalidInputError as error:
        issues = error.issues
    else:
        assert Window.model_validate_json(edited.model_dump_json()) == edited
        assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert all((issue.column or "").startswith("scenarios[0]") for issue in issues)


@settings(max_examples=150)
@given(st.lists(_edits(), min_size=2, max_size=8))
def test_an_edit_overlaps_where_it_does_with_an_earlier_one_alone(
        edits: list[dict[str, object]]) -> None:
    """Found without looking at each two of them; the earlier one that is named is one of those."""
    read = []
    for edit in edits:
        with suppress(InvalidInputError):
            read.append(read_scenarios(json.dumps([{"name": "s", "edits": [edit]}]))[0].edits[0])
    present = Present(with_rules())
    expected = [{first for first in range(second) if [*overlaps(present, Scenario(
        name="two", edits=(read[first], read[second])))]} for second in range(len(read))]
    found = dict(overlaps(present, Scenario(name="all", edits=tuple(read))))
    assert list(found) == [second for second, firsts in enumerate(expected) if firsts]
    for second, problem in found.items():
        named = re.search(r"edits\[(\d+)\] of the scenario", problem.rule)
        assert named
        assert int(named[1]) in expected[second]
