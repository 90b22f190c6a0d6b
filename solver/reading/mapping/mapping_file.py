"""The mapping file: YAML rules by canonical column, checked against what each column holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from solver.models.issue import Issue, IssueCode
from solver.reading.columns import FILE_KINDS, FileKind
from solver.reading.mapping.check import check_rule
from solver.reading.mapping.rules import ColumnRules, FieldRule
from solver.reading.parsing.strict_yaml import Document, Path, Place, parse_yaml
from solver.reading.validation import did_you_mean, validate


@dataclass
class MappingFile:
    """The rules of a mapping file, with its problems."""

    rules: dict[str, dict[str, FieldRule]] = field(
        default_factory=lambda: {use: {} for use in FILE_KINDS})
    """Sound rules by file and canonical column."""
    faulty: set[tuple[str, str]] = field(default_factory=set)
    """(file, canonical column) of the rules with problems: nothing is known of these columns."""
    issues: list[Issue] = field(default_factory=list)
    unreadable: bool = False
    """The file could not be read as a whole: nothing is known of any column."""

    @property
    def mapping(self) -> ColumnRules:
        """The sound rules."""
        return ColumnRules(**self.rules)


def read_mapping(data: bytes, file: str, timezone: ZoneInfo | None = None) -> MappingFile:
    """Read a mapping.

    Parameters
    ----------
    data
        Content of the YAML file: sections ``leads``, ``reps``, ``accounts``, or the rules of the
        leads alone. A bare name is short for ``{column: name}``.
    file
        Name for the issues.
    timezone
        Zone of constant times that carry no offset.
    """
    document, issues = parse_yaml(data, file)
    if document is None:
        return MappingFile(issues=issues, unreadable=True)
    found = MappingFile(issues=issues)
    document = _spelled_out(_in_sections(document))
    if not isinstance(document.data, dict):
        _add(found, document, (), "must be sections of rules by canonical column")
        found.unreadable = True
        return found
    for use, rules in document.data.items():
        if use not in FILE_KINDS:
            found.issues.append(document.issue(
                IssueCode.UNKNOWN_KEY, (use,), f"there is no section {use!r}",
                did_you_mean(use, FILE_KINDS)))
        elif not isinstance(rules, dict):
            _add(found, document, (use,), "must be rules by canonical column")
        else:
            _read_section(found, document, FILE_KINDS[use], rules, timezone)
    return found


def _read_section(
    found: MappingFile, document: Document, kind: FileKind, rules: dict[str, object],
    timezone: ZoneInfo | None,
) -> None:
    for name in rules:
        path: Path = (kind.use, name)
        if name not in kind.columns:
            found.issues.append(document.issue(
                IssueCode.UNKNOWN_KEY, path, f"there is no canonical column {name!r} of {kind.use}",
                did_you_mean(name, kind.columns)))
            continue
        rule, issues = validate(FieldRule, document, IssueCode.BAD_MAPPING, path)
        if rule is not None:
            issues += check_rule(kind, name, rule, document, timezone)
        found.issues += issues
        if rule is None or issues:
            found.faulty.add((kind.use, name))
        else:
            found.rules[kind.use][name] = rule


def _add(found: MappingFile, document: Document, path: Path, rule: str) -> None:
    found.issues.append(document.issue(IssueCode.BAD_MAPPING, path, rule,
                                       "Write a rule for each column, as in score: {default: 50}"))


def _in_sections(document: Document) -> Document:
    """Put rules that stand alone under ``leads``."""
    data = document.data
    if not isinstance(data, dict) or not data or set(data) & set(FILE_KINDS):
        return document
    places: dict[Path, Place] = {("leads", *path): place for path, place in document.places.items()}
    return Document(document.file, {"leads": data}, places)


def _spelled_out(document: Document) -> Document:
    """Write every short form in full; what is malformed stays, for the model to refuse."""
    data = document.data
    if not isinstance(data, dict):
        return document
    sections = {
        use: {name: _full_rule(rule) for name, rule in rules.items()}
        if isinstance(rules, dict) else rules
        for use, rules in data.items()
    }
    return Document(document.file, sections, document.places)


def _full_rule(rule: Any) -> Any:
    if isinstance(rule, str):
        return {"column": [rule]}
    if not isinstance(rule, dict):
        return rule
    full = dict(rule)
    if "column" in full:
        full["column"] = _as_list(full["column"])
    if isinstance(full.get("defaults"), list):
        full["defaults"] = [_full_segment(segment) for segment in full["defaults"]]
    return full


def _full_segment(segment: Any) -> Any:
    if not isinstance(segment, dict) or not isinstance(segment.get("when"), dict):
        return segment
    when = {name: _as_list(values) for name, values in segment["when"].items()}
    return {**segment, "when": when}


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | dict) or value is None else [value]
