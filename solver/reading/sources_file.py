"""The sources file: YAML that names several files of leads, each with its own mapping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from solver.calendar.zones import zone
from solver.models.base import Record, Text
from solver.models.issue import Issue, IssueCode
from solver.names import name_key
from solver.reading.mapping.presets import preset_names, read_preset
from solver.reading.mapping.rules import ColumnRules
from solver.reading.parsing.strict_yaml import Document, parse_yaml
from solver.reading.validation import did_you_mean, validate

#: What a name is made of: it begins ids, is a source of leads, and is part of a file's name.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_FILES = ("leads", "columns")


class Source(Record):
    """One entry of the sources file."""

    name: Text
    """Letters, digits, ``-`` and ``_``; no two differ in case alone."""
    leads: Text
    """File of leads in any format, from the folder of the sources file."""
    preset: Text | None = None
    """CRM whose export it is."""
    columns: Text | None = None
    """Mapping file, from the folder of the sources file; it wins over the preset."""
    timezone: Text | None = None
    """IANA zone of times that carry no offset; None: the zone of the run."""


class _Sources(Record):
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class OpenedFile:
    """A file that a source names."""

    shown: str
    """Its name for issues, without its folder; as the sources file has it where two share one."""
    data: bytes


@dataclass(frozen=True)
class OpenedSource:
    """A source whose files could be read and whose settings are known."""

    name: str
    leads: OpenedFile
    columns: OpenedFile | None
    preset: ColumnRules
    timezone: ZoneInfo | None


@dataclass
class _Reader:
    """Checks entries one after the other."""

    document: Document
    folder: Path
    issues: list[Issue] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    leads_of: dict[Path, str] = field(default_factory=dict)
    """File of leads to the source that named it first."""

    def open(self, at: int, source: Source, shown: Counter[str]) -> OpenedSource | None:
        """Return an entry with its files, or None and what is wrong with it."""
        before = len(self.issues)
        self._check_name(at, source.name)
        preset = self._preset(at, source.preset)
        timezone = self._timezone(at, source.timezone)
        files = {key: self._file(at, key, text, shown) for key in _FILES
                 if (text := getattr(source, key)) is not None}
        leads = files["leads"]
        if leads is not None:
            self._check_once(at, source)
        if leads is None or len(self.issues) > before:
            return None
        return OpenedSource(source.name, leads, files.get("columns"), preset, timezone)

    def _check_name(self, at: int, name: str) -> None:
        if not _NAME.fullmatch(name):
            self._say(at, "name", "must be 1 to 40 letters, digits, - and _: it begins the ids of "
                      "the leads", "Write a name such as web-forms")
        elif name_key(name) in self.names:
            self._say(at, "name", "the name stands twice", "Give every source a name of its own",
                      IssueCode.NAME_TWICE)
        self.names.add(name_key(name))

    def _check_once(self, at: int, source: Source) -> None:
        path = (self.folder / source.leads).resolve()
        first = self.leads_of.setdefault(path, source.name)
        if first != source.name:
            self._say(at, "leads", f"the source {first!r} has this file already",
                      "Name each file once")

    def _preset(self, at: int, name: str | None) -> ColumnRules:
        if name is None:
            return ColumnRules()
        if name in preset_names():
            return read_preset(name)
        self._say(at, "preset", f"there is no preset {name!r}", did_you_mean(name, preset_names()))
        return ColumnRules()

    def _timezone(self, at: int, name: str | None) -> ZoneInfo | None:
        try:
            return None if name is None else zone(name)
        except ValueError as error:
            self._say(at, "timezone", str(error), "Write the name of the zone",
                      IssueCode.UNKNOWN_ZONE)
            return None

    def _file(self, at: int, key: str, text: str, shown: Counter[str]) -> OpenedFile | None:
        name = Path(text).name
        try:
            return OpenedFile(name if shown[name] == 1 else text, (self.folder / text).read_bytes())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._say(at, key, f"the file cannot be read: {reason}",
                      f"Correct the path; it begins in the folder of {self.document.file}")
            return None

    def _say(self, at: int, key: str, rule: str, remedy: str,
             code: IssueCode = IssueCode.BAD_MAPPING) -> None:
        self.issues.append(self.document.issue(code, ("sources", at, key), rule, remedy))


def read_sources_file(data: bytes, path: Path) -> tuple[tuple[OpenedSource, ...], list[Issue]]:
    """Read a sources file and the files that it names.

    Parameters
    ----------
    data
        Content of the YAML file: ``sources``, a list of :class:`Source`.
    path
        Its place: paths in it begin in its folder.

    Returns
    -------
    tuple
        The sources without a problem, sorted by name, and every problem of the others.
    """
    document, issues = parse_yaml(data, path.name)
    if document is None:
        return (), issues
    model, misfits = validate(_Sources, document, IssueCode.BAD_MAPPING)
    entries = _entries(document) if model is None else dict(enumerate(model.sources))
    if model is not None and not entries:
        misfits = [document.issue(IssueCode.BAD_MAPPING, ("sources",), "no source is named",
                                  "Name one or more, as in {name: web, leads: web.csv}")]
    shown = _names_by_file(list(entries.values()))
    reader = _Reader(document, path.parent, [*issues, *misfits])
    opened = [reader.open(at, source, shown) for at, source in entries.items()]
    return (tuple(sorted((one for one in opened if one is not None), key=lambda one: one.name)),
            reader.issues)


def files_named(path: Path) -> list[Path]:
    """Return the sources file and the files that it names; of one with problems what is found."""
    try:
        document, _ = parse_yaml(path.read_bytes(), path.name)
    except OSError:
        return [path]
    entries = _listed(document) if document is not None else []
    return [path, *(path.parent / text for entry in entries if isinstance(entry, dict)
                    for key in _FILES
                    if isinstance(text := entry.get(key), str) and "\0" not in text)]


def _listed(document: Document) -> list[object]:
    entries = document.data.get("sources") if isinstance(document.data, dict) else None
    return entries if isinstance(entries, list) else []


def _entries(document: Document) -> dict[int, Source]:
    """Return the sound entries of a list that as a whole is not."""
    found = {at: validate(Source, document, IssueCode.BAD_MAPPING, ("sources", at))[0]
             for at in range(len(_listed(document)))}
    return {at: source for at, source in found.items() if source is not None}


def _names_by_file(sources: Sequence[Source]) -> Counter[str]:
    """Count the different files of each name."""
    texts = {text for source in sources for key in _FILES
             if (text := getattr(source, key)) is not None}
    return Counter(Path(text).name for text in texts)
