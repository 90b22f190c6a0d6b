"""Results that outlive the run: remembered, and in a file from which the next run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter, ValidationError

from api.executors import Places, runner_at
from solver.errors import UsageError
from solver.running import Progress, Runner
from solver.running.runner import Item, Result, Shared
from solver.versions import versions

_KIND = "fairlead results"


class Remembered:
    """A runner that remembers results, so that no item is run twice.

    Parameters
    ----------
    key_of
        What tells an item from others, as text.
    adapter
        Of the results; they are kept as JSON.
    known
        Key to the JSON of results that are there already.
    keep
        Told of each new key and JSON.
    """

    def __init__(self, key_of: Callable[[Any], str], adapter: TypeAdapter[Any],
                 known: Mapping[str, Any], keep: Callable[[str, str], None]) -> None:
        self._key_of, self._adapter, self._keep = key_of, adapter, keep
        self._results = dict(known)
        self._inner: Runner | None = None
        self._keys: Sequence[str] = ()
        self._progress: Progress | None = None
        self._total = 0

    def __contains__(self, item: object) -> bool:
        return self._key_of(item) in self._results

    @contextmanager
    def at(self, places: Places, progress: Progress | None = None) -> Iterator[Remembered]:
        """Run what is left at some places, and tell of progress over all items."""
        self._progress = progress
        with runner_at(places, progress=self._count, partial=self._take) as inner:
            self._inner = inner
            yield self

    def run(self, function: Callable[[Shared, Item], Result], shared: Shared,
            items: Sequence[Item]) -> tuple[Result, ...]:
        """Return the results in the order of the items; as of :meth:`solver.running.Runner.run`."""
        keys = [self._key_of(item) for item in items]
        left = {key: item for key, item in zip(keys, items, strict=True)
                if key not in self._results}
        self._keys, self._total = list(left), len(set(keys))
        if left:
            assert self._inner is not None
            self._inner.run(function, shared, list(left.values()))
        return tuple(self._results[key] for key in keys)

    def _take(self, position: int, result: Any) -> None:
        key, text = self._keys[position], self._adapter.dump_json(result).decode()
        self._keep(key, text)
        self._results[key] = self._adapter.validate_json(text)

    def _count(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(self._total - total + done, self._total)


@contextmanager
def kept_in(file: Path | None, inputs: Mapping[str, Any], key_of: Callable[[Any], str],
            adapter: TypeAdapter[Any]) -> Iterator[Remembered]:
    """Give a runner that goes on from what a file holds, and adds each result to it at once.

    Parameters
    ----------
    file
        JSON lines; made where there is none. None: results are remembered, not written.
    inputs
        What all items share, as plain JSON: results of other inputs, or of other versions, are
        not taken for these.
    key_of, adapter
        As of :class:`Remembered`.

    Raises
    ------
    UsageError
        If the file is none of these, is of other inputs or versions, or cannot be written.
    """
    if file is None:
        yield Remembered(key_of, adapter, {}, lambda *_: None)
        return
    head = {"kind": _KIND, "versions": versions(), "inputs": digest_of(inputs)}
    known = _read(file, head, adapter) if file.exists() and file.stat().st_size else None
    with _opened(file) as lines:
        if known is None:
            _write(file, lines, head)
        yield Remembered(key_of, adapter, known or {}, lambda key, text: _write(
            file, lines, {"key": key, "result": json.loads(text)}))


def digest_of(inputs: Mapping[str, Any]) -> str:
    """Return a hash of plain JSON."""
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _read(file: Path, head: Mapping[str, Any], adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """Return key to result; the last line may be cut off, where its writer was killed."""
    try:
        whole = file.read_bytes()
        first, *lines = whole.decode().split("\n")
        if _parsed(first, file) != head:
            raise UsageError(f"--keep {file} holds results of other inputs, options or versions; "
                             "name another file, or delete it")
        found = [_parsed(line, file) for line in lines[:-1]]
        if lines and lines[-1]:
            file.write_bytes(whole[:whole.rindex(b"\n") + 1])
        return {one["key"]: adapter.validate_json(json.dumps(one["result"])) for one in found}
    except OSError as error:
        raise UsageError(f"--keep {file} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, ValidationError, KeyError, TypeError) as error:
        raise _no_results(file) from error


def _parsed(line: str, file: Path) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise _no_results(file) from error


def _no_results(file: Path) -> UsageError:
    return UsageError(f"--keep {file} is no file of results; name another one")


def _opened(file: Path) -> TextIO:
    try:
        return file.open("a", encoding="utf-8")
    except OSError as error:
        raise _unwritable(file, error) from error


def _write(file: Path, lines: TextIO, record: Mapping[str, Any]) -> None:
    try:
        lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        lines.flush()
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> UsageError:
    return UsageError(f"--keep {file} cannot be written: {error.strerror or error}")
