"""A file as lines of text, of which a window is held."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import overload

from solver.models.issue import Issue
from solver.reading.formats.decoding import find_encoding, nuls_left_out
from solver.reading.formats.lines import split_lines

_CHUNK = 1 << 20
#: Lines held ahead of and behind the farthest one asked for: more than `cut_records` looks at.
_AHEAD = _BEHIND = 8_192


def read_chunks(path: Path, size: int = _CHUNK) -> Iterator[bytes]:
    """Yield the bytes of a file in parts."""
    with path.open("rb") as file:
        while chunk := file.read(size):
            yield chunk


class TextFile:
    """A file of text in any encoding, which can be read several times.

    Parameters
    ----------
    path
        Where it lies.
    chunk
        Bytes that are read at once.
    """

    def __init__(self, path: Path, chunk: int = _CHUNK) -> None:
        self._path, self._chunk = path, chunk
        self._encoding, self._issues = find_encoding(lambda: read_chunks(path, chunk), path.name)
        self._num_nuls = 0

    @property
    def issues(self) -> list[Issue]:
        """What was not as it should be, as far as lines have been read."""
        if not self._num_nuls:
            return list(self._issues)
        return [*self._issues, nuls_left_out(self._num_nuls, self._path.name)]

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends, without byte order marks and NUL characters."""
        rest = ""
        parts: list[str] = []
        for text in self._texts():
            if "\n" not in text and "\r" not in text:
                parts.append(text)
                continue
            *lines, rest = split_lines("".join((rest, *parts, text)))
            parts = []
            yield from lines  # the last may go on in the next part
        yield from split_lines("".join((rest, *parts)))

    def _texts(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        num_nuls, begun = 0, False
        for chunk in chain(read_chunks(self._path, self._chunk), (b"",)):
            text = decoder.decode(chunk, final=not chunk)
            if not begun:
                text = text.lstrip("\ufeff")
                begun = bool(text)
            if "\0" in text:
                num_nuls += text.count("\0")
                text = text.replace("\0", "")
            if text:
                yield text
        self._num_nuls = num_nuls


class LineWindow(Sequence[str]):
    """Lines of which those far behind the farthest one asked for are forgotten.

    Its length is that of the lines known so far: some thousands beyond the farthest one, or all
    that there are.

    Parameters
    ----------
    lines
        The lines from the first on.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._source = lines
        self._held: list[str] = []
        self._first, self._farthest = 0, -1
        self._ended = self._forgetting = False

    def forget(self) -> None:
        """Begin to forget lines far behind; until then all are held."""
        self._forgetting = True

    def __len__(self) -> int:
        self._load(self._farthest + _AHEAD)
        return self._first + len(self._held)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[position] for position in range(*place.indices(len(self)))]
        if place > self._farthest:
            self._farthest = place
            self._load(place)
        if place < self._first:
            raise LookupError(f"line {place} is forgotten; the first held is {self._first}")
        return self._held[place - self._first]

    def _load(self, place: int) -> None:
        """Hold lines up to a place, and well beyond it, if there are as many."""
        if self._ended or place < self._first + len(self._held):
            return
        if self._forgetting and (behind := self._farthest - _BEHIND - self._first) > 0:
            del self._held[:behind]
            self._first += behind
        wanted = place + 2 * _AHEAD - self._first
        for line in self._source:
            self._held.append(line)
            if len(self._held) > wanted:
                return
        self._ended = True
