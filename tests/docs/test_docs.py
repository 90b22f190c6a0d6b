"""The docs name everything that exists, and nothing that does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

import solver
from api.cli.exits import ExitCode
from api.cli.options import Format, KeyFormat, SchemaName, ScopeChoice
from solver.hand_off import OCCUPYING, STEPS_OF_PEOPLE, LeadState
from solver.models import IssueCode, Policy, Queue, ReasonCode, Territory, UsualRange
from solver.models.calibration import Calibration
from solver.models.enrichment import FieldEnrichment, Wins
from solver.models.hand_off import Milestone, Rate
from solver.models.scoring import (
    BehaviourRule,
    Disqualify,
    DisqualifyRule,
    FitRule,
    Group,
    Stage,
    When,
)
from solver.plan_files import PLAN_FILES
from solver.prepared_files import PREPARED_FILES, QUARANTINE_FILE
from solver.reading import preset_names
from solver.reading.activities_file import COLUMNS as ACTIVITY_COLUMNS
from solver.reading.columns import FILE_KINDS
from solver.reading.formats.result import RULES
from solver.reading.mapping.rules import FieldRule
from solver.reading.policy_file import read_policy
from tests.command_line import ROOT, commands

LIBRARY, WAYS_IN, PROJECT = "solver/README.md", "api/README.md", "README.md"
PREPARING = "solver/prepare/README.md"
#: Sections of the policy that stand in one row of the table, with their keys.
_IN_ONE_ROW = (Territory, When, FitRule, BehaviourRule, Group, Disqualify, DisqualifyRule, Stage,
               Calibration, UsualRange)
_COMMANDS = commands()


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _section(path: str, heading: str) -> str:
    """Return the text under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", _text(path), re.M | re.S)
    assert found, f"{path} has no section {heading!r}"
    return found[1]


def _code(text: str) -> set[str]:
    """Return the words that stand in backticks, in fenced or in indented blocks."""
    fenced = re.findall(r"^```.*?^```", text, re.M | re.S)
    indented = re.findall(r"^ {4}\S.*$", text, re.M)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return set(re.findall(r"[\w.-]+", "\n".join([*fenced, *indented, *spans])))


def _first_column(text: str) -> set[str]:
    """Return the words in backticks of the first cell of every table row."""
    cells = re.findall(r"^\|([^|]*)\|", text, re.M)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def _policy_keys(model: type[BaseModel] = Policy, prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        sections = [kind for kind in (field.annotation, *get_args(field.annotation))
                    if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if sections and not issubclass(sections[0], _IN_ONE_ROW):
            yield from _policy_keys(sections[0], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _policy_examples() -> list[tuple[tuple[str, ...], str]]:
    """Return the keys and the example of every row of the tables of the policy."""
    rows = re.findall(r"^\| (`.*?`) \| (?:[^|]*) \| `([^|]*)` \|", _section(LIBRARY, "Policy"),
                      re.M)
    return [(tuple(re.findall(r"`([^`]+)`", keys)), text) for keys, text in rows]


def _set_keys(node: object, prefix: str = "") -> Iterator[str]:
    """Return the dotted keys that a policy's text sets; those of lists like those of mappings."""
    yield prefix.removesuffix(".")
    for key, inner in node.items() if isinstance(node, dict) else ():
        yield from _set_keys(inner, f"{prefix}{key}.")
    for inner in node if isinstance(node, list) else ():
        yield from _set_keys(inner, prefix)


def test_every_problem_of_the_input_is_explained() -> None:
    """The tables list exactly the issue codes."""
    assert _first_column(_section(LIBRARY, "Problems of the input")) == set(IssueCode)


def test_every_reason_and_queue_is_explained() -> None:
    """The table lists exactly the reason codes, and every queue that holds leads."""
    section = _section(LIBRARY, "Reasons and queues")
    assert _first_column(section) == set(ReasonCode)
    assert set(Queue) <= _code(section)


def test_which_states_take_a_slot_is_said() -> None:
    """The table of the service lists every state, and occupied are those that the code says."""
    section = _section(WAYS_IN, "Hand-off")
    rows = dict(re.findall(r"^\| `(\w+)` \| (occupied|free) \|", section, re.M))
    assert rows.keys() == set(LeadState)
    assert {state for state, slot in rows.items() if slot == "occupied"} == OCCUPYING


def test_every_step_of_people_is_explained() -> None:
    """The section of the service names each step that people take."""
    assert _first_column(_section(WAYS_IN, "Hand-off")) >= STEPS_OF_PEOPLE


def test_every_policy_key_is_explained() -> None:
    """The tables list exactly the keys, and name those of territories and of rules."""
    section = _section(LIBRARY, "Policy")
    assert _first_column(section) == set(_policy_keys())
    assert {key for keys, _ in _policy_examples() for key in keys} == set(_policy_keys())
    for rule in (*_IN_ONE_ROW, FieldEnrichment):
        assert set(rule.model_fields) <= _code(section), rule
    assert {*Wins, *Milestone, *Rate} <= _code(section)


@pytest.mark.parametrize(("keys", "text"), _policy_examples())
def test_every_policy_key_has_an_example_that_sets_it(keys: tuple[str, ...], text: str) -> None:
    """The example is a policy without a problem, and names each key of its row."""
    policy, issues = read_policy(text.encode(), "policy.yaml")
    assert policy is not None, issues
    assert issues == []
    assert set(keys) <= set(_set_keys(yaml.safe_load(text)))


def test_an_example_shows_something_else_than_the_default() -> None:
    """A policy that changes nothing would be no example."""
    assert [text for _, text in _policy_examples()
            if read_policy(text.encode(), "policy.yaml")[0] == Policy()] == []


def test_every_code_of_quarantine_is_explained() -> None:
    """The table lists the codes of reading, and that of a row without an id."""
    section = _section(PREPARING, "Reading in any condition")
    assert _first_column(section) == {*RULES, IssueCode.BLANK_CELL}


def test_every_column_of_the_activities_file_is_explained() -> None:
    """It has a table of its own."""
    found = re.search(r"^\| activities \|.*?(?=\n\n|\Z)", _section(LIBRARY, "Columns"), re.M | re.S)
    assert found
    assert _first_column(found[0]) == set(ACTIVITY_COLUMNS)


def test_every_key_of_a_mapping_is_explained() -> None:
    """The table lists exactly the keys of a rule."""
    assert _first_column(_section(LIBRARY, "Mapping file")) == set(FieldRule.model_fields)


@pytest.mark.parametrize("use", sorted(FILE_KINDS))
def test_every_canonical_column_is_explained(use: str) -> None:
    """Each file has a table with exactly its columns, those that must be there starred."""
    section = _section(LIBRARY, "Columns")
    found = re.search(rf"^\| {use} \|.*?(?=\n\n|\Z)", section, re.M | re.S)
    assert found, f"no table of {use}"
    kind = FILE_KINDS[use]
    assert _first_column(found[0]) == set(kind.columns)
    starred = set(re.findall(r"`(\w+)`\*", found[0]))
    assert starred == {column.name for column in kind.columns.values() if column.needed}


@pytest.mark.parametrize("command", [name for name, command in sorted(_COMMANDS.items())
                                     if not hasattr(command, "commands")])
def test_every_command_and_flag_is_explained(command: str) -> None:
    """A usage line for each command, and each of its flags in backticks or in that line."""
    assert re.search(rf"^    fairlead {command}\b", _text(WAYS_IN), re.M)
    flags = {flag for parameter in _COMMANDS[command].params for flag in parameter.opts
             if flag.startswith("--")} - {"--help"}
    assert flags <= _code(_text(WAYS_IN))


def test_no_flag_is_explained_that_does_not_exist() -> None:
    """Every flag in the two READMEs belongs to some command."""
    flags = {flag for command in _COMMANDS.values() for parameter in command.params
             for flag in parameter.opts}
    for path in (WAYS_IN, PROJECT):
        lines = [line for line in _text(path).splitlines() if "curl " not in line]
        named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", "\n".join(lines)))
        assert named <= {*flags, "--help"}


def test_every_choice_of_the_command_line_is_explained() -> None:
    """Formats, schemas, presets and exit codes."""
    text = _text(WAYS_IN)
    choices = {*Format, *KeyFormat, *ScopeChoice, *SchemaName, *preset_names()}
    assert {str(choice) for choice in choices} <= _code(text)
    codes = {int(code) for code in re.findall(r"^\| (\d) \|", text, re.M)}
    assert codes == set(ExitCode)


def test_every_file_of_a_plan_is_explained() -> None:
    """The README lists the five files."""
    assert set(PLAN_FILES) <= _code(_text(PROJECT))


def test_every_file_of_prepare_is_explained() -> None:
    """The command line's README lists what `prepare` writes."""
    assert {*PREPARED_FILES, QUARANTINE_FILE} <= _first_column(_text(WAYS_IN))


def test_the_readme_imports_what_the_library_exports() -> None:
    """The Python example uses public names only."""
    imported = re.findall(r"^from solver import (.+)$", _text(PROJECT), re.M)
    assert imported
    assert {name.strip() for line in imported for name in line.split(",")} <= set(solver.__all__)


def test_the_readme_opens_with_the_two_commands_that_ci_runs() -> None:
    """The first block holds make demo and make test, and the machine runs the same line."""
    (first, *_) = re.findall(r"^```\n(.*?)^```", _text(PROJECT), re.M | re.S)
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make demo", "make test"]
    assert "make test" in _text(".ci/run").splitlines()
    assert "://" not in _text("constraints.txt")


@pytest.mark.parametrize("path", [PROJECT, WAYS_IN, LIBRARY, PREPARING])
def test_every_link_leads_somewhere(path: str) -> None:
    """Linked files exist, and linked headings stand in them."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", _text(path)):
        name, _, anchor = target.partition("#")
        file = (ROOT / path).parent / name if name else ROOT / path
        assert file.exists(), f"{path} links to {target}"
        assert not anchor or anchor in _anchors(file)


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
