"""Files as text: what cannot be opened is a usage error, what cannot be decoded an issue."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

from solver.errors import UsageError
from solver.models.issue import Issue, IssueCode

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_files(paths: Mapping[str, str | Path]) -> dict[str, bytes]:
    """Return the bytes of each file by what it is for (``leads``, ``reps``, ...).

    Raises
    ------
    UsageError
        A file does not exist or cannot be read; all such files are named.
    """
    contents: dict[str, bytes] = {}
    problems: list[str] = []
    for use, path in paths.items():
        try:
            contents[use] = Path(path).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(f"the {use} file {str(path)!r} cannot be read: {reason}")
    if problems:
        raise UsageError("; ".join(problems))
    return contents


def decode(data: bytes, file: str) -> tuple[str | None, list[Issue]]:
    """Return the text of a UTF-8 file without its byte order mark, or why there is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, error, file)]
    if text.strip():
        return text, []
    return None, [Issue(code=IssueCode.EMPTY_FILE, file=file, rule="the file is empty",
                        remedy="Check how it was exported or saved")]


def _not_utf8(data: bytes, error: UnicodeDecodeError, file: str) -> Issue:
    marked = data.startswith(codecs.BOM_UTF8)  # utf-8-sig counts from behind the mark
    offset = error.start + (len(codecs.BOM_UTF8) if marked else 0)
    outside_quotes = data[:offset].split(b'"')[::2]
    row = 1 + sum(part.count(b"\n") for part in outside_quotes)
    found = "UTF-16" if data[:2] in _UTF16_MARKS else "another encoding"
    return Issue(
        code=IssueCode.NOT_UTF8, file=file, row=row, offending=f"0x{data[offset]:02X}",
        rule=f"the byte at offset {offset:,} is not UTF-8; the file seems to be in {found}",
        remedy="Save the file as UTF-8",
    )
