"""YAML without its traps: no repeated keys, no odd keys or tags, no bombs; every value's line.

YAML reads ``NO`` as false and ``2026-11-20`` as a date; the source text of each value is kept, so
that an issue can show what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from solver.models.issue import Issue, IssueCode
from solver.reading.parsing.source import decode

MAX_YAML_BYTES = 1_048_576
_MAX_NODES = 100_000
_MAX_DEPTH = 50
_SCALARS = frozenset(f"tag:yaml.org,2002:{tag}"
                     for tag in ("str", "int", "float", "bool", "null", "timestamp"))

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where a value stands and how it was written."""

    line: int | None
    """None: the text has no lines that would help."""
    text: str | None
    """Source text of a scalar; None for a mapping or a list."""


@dataclass(frozen=True)
class Document:
    """Plain data of a YAML file, with the place of every value by its path of keys."""

    file: str
    data: object
    places: Mapping[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> tuple[Path, Place | None]:
        """Return the place of the value, or of the nearest one above it that is in the file."""
        while path and path not in self.places:
            path = path[:-1]
        return path, self.places.get(path)

    def issue(self, code: IssueCode, path: Path, rule: str, remedy: str) -> Issue:
        """Return an issue about the value at a path of keys."""
        _, place = self.place(path)
        if place is not None and place.text is not None:  # an item is named by its list
            while path and isinstance(path[-1], int):
                path = path[:-1]
        return Issue(code=code, file=self.file, row=place.line if place else None,
                     column=".".join(map(str, path)) or None,
                     offending=place.text if place else None, rule=rule, remedy=remedy)


def plain_document(file: str, data: object) -> Document:
    """Return plain data as a document, the place of each value without a line.

    Parameters
    ----------
    file
        Name for the issues.
    data
        Mappings, lists and scalars, as of JSON.
    """
    return Document(file, data, dict(_places(data)))


def _places(data: object) -> Iterator[tuple[Path, Place]]:
    waiting: list[tuple[Path, object]] = [((), data)]
    while waiting:
        path, one = waiting.pop()
        inner = (one.items() if isinstance(one, dict) else enumerate(one)
                 if isinstance(one, list) else None)
        yield path, Place(None, None if inner is not None else str(one))
        waiting += [((*path, key), part) for key, part in inner or ()]


class _RefusedError(Exception):
    """The document as a whole cannot be taken."""

    def __init__(self, line: int | None, rule: str) -> None:
        super().__init__(rule)
        self.line = line


def parse_yaml(data: bytes, file: str) -> tuple[Document | None, list[Issue]]:
    """Read a YAML file into plain data.

    Returns
    -------
    tuple
        The document, or None where it cannot be read as a whole, and the issues.
    """
    if len(data) > MAX_YAML_BYTES:
        return None, [_bad_yaml(file, None, "the file must not be above 1 MiB")]
    text, issues = decode(data, file)
    if text is None:
        return None, issues
    loader: yaml.SafeLoader | None = None
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        builder = _Builder(loader, file)
        plain = None if root is None else builder.build(root, ())
    except _RefusedError as error:
        return None, [_bad_yaml(file, error.line, str(error))]
    except yaml.YAMLError as error:
        return None, [_from_yaml(file, error)]
    except RecursionError:
        return None, [_bad_yaml(file, None, "the file is nested too deeply")]
    finally:
        if loader is not None:
            loader.dispose()
    return Document(file, {} if plain is None else plain, builder.places), builder.issues


class _Builder:
    """Builds plain data from nodes and notes every place."""

    def __init__(self, loader: yaml.SafeLoader, file: str) -> None:
        self._loader = loader
        self._file = file
        self._num_nodes = 0
        self.places: dict[Path, Place] = {}
        self.issues: list[Issue] = []

    def build(self, node: Node, path: Path) -> object:
        line = node.start_mark.line + 1
        self._num_nodes += 1
        if self._num_nodes > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise _RefusedError(line, "the file is too large or refers to itself")
        self.places[path] = Place(line, node.value if isinstance(node, ScalarNode) else None)
        if isinstance(node, ScalarNode):
            return self._scalar(node, line)
        if isinstance(node, SequenceNode) and node.tag.endswith(":seq"):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        if isinstance(node, MappingNode) and node.tag.endswith(":map"):
            return self._mapping(node, path)
        raise _RefusedError(line, f"the tag {node.tag!r} has no place here")

    def _scalar(self, node: ScalarNode, line: int) -> object:
        if node.tag not in _SCALARS:
            raise _RefusedError(line, f"the tag {node.tag!r} has no place here")
        try:
            value: object = self._loader.construct_object(node)
            if isinstance(value, str):
                value.encode()
        except ValueError as error:
            raise _RefusedError(line, f"{node.value[:80]!r} cannot be read ({error})") from None
        return value

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        plain: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node, path, line)
            if key is None:
                continue
            if key in plain:
                self._report(IssueCode.BAD_YAML, line, (*path, key),
                             "the key stands twice", "Leave one of the two out")
            plain[key] = self.build(value_node, (*path, key))
        return plain

    def _key(self, node: Node, path: Path, line: int) -> str | None:
        if not isinstance(node, ScalarNode):
            raise _RefusedError(line, "a key must be text")
        key = node.value if node.tag.endswith(":merge") else self._scalar(node, line)
        if isinstance(key, str):
            return key
        self._report(IssueCode.NEEDS_QUOTES, line, (*path, node.value),
                     "YAML does not read this key as text", f'Put it in quotes: "{node.value}"')
        return None

    def _report(
        self, code: IssueCode, line: int, path: Path, rule: str, remedy: str
    ) -> None:
        self.issues.append(Issue(
            code=code, file=self._file, row=line, column=".".join(map(str, path)),
            offending=str(path[-1]), rule=rule, remedy=remedy))


def _from_yaml(file: str, error: yaml.YAMLError) -> Issue:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return _bad_yaml(file, mark.line + 1 if mark else None, f"the file is not YAML: {problem}")


def _bad_yaml(file: str, line: int | None, rule: str) -> Issue:
    return Issue(code=IssueCode.BAD_YAML, file=file, row=line, rule=rule,
                 remedy="Correct the file")
