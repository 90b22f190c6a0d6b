"""Bytes of any encoding to text; what was taken for the encoding is reported."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from solver.models.issue import Issue, IssueCode
from solver.reading.formats.result import warning

#: Gives bytes from the beginning, in parts.
Chunks = Callable[[], Iterator[bytes]]

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAMPLE = 65_536
#: Encodings that spreadsheets and CRMs write; fewer candidates make for fewer wrong guesses.
_CANDIDATES = ["cp1252", "cp932", "cp1251", "gb18030", "big5", "cp949", "cp1250", "cp1253",
               "cp1254", "cp1255", "cp1256", "iso8859_15", "mac_roman"]
#: The detector cannot tell these from cp1252 by a few names.
_LATIN = frozenset({"cp1250", "cp1254", "iso8859_15"})
#: Stands for bytes that are none in the encoding (U+FFFD).
LOST = "\ufffd"
_RUN = re.compile(r"[^\x00-\x7f]+")
#: Letters and marks of western languages; one byte of cp1252 behind another rarely passes for them.
_WESTERN = re.compile("[\u00a0-\u017f\u2010-\u20ac]+")
#: Damaged letters in a western file to which one sound one is no accident.
_ACCIDENT = 10
_CHECK = "Check names with accents, or save the file as UTF-8"


def decode_any(data: bytes, file: str) -> tuple[str, list[Issue]]:
    """Return text for any bytes, without byte order marks and NUL characters.

    Parameters
    ----------
    data
        Content of the file.
    file
        Name for the issues.

    Returns
    -------
    tuple
        The text, and a warning for each thing that was not as it should be.
    """
    name, issues = find_encoding(lambda: iter((data,)), file)
    text = data.decode(name, "replace").lstrip("\ufeff")
    if num_nuls := text.count("\0"):
        text = text.replace("\0", "")
        issues.append(nuls_left_out(num_nuls, file))
    return text, issues


def nuls_left_out(num_nuls: int, file: str) -> Issue:
    """Return the warning of NUL characters."""
    return warning(file, f"{num_nuls:,} NUL character(s) were left out",
                   "Export the file again as UTF-8 text")


def find_encoding(chunks: Chunks, file: str) -> tuple[str, list[Issue]]:
    """Return the name of the encoding that bytes are best read in, and a warning if it is odd.

    Parameters
    ----------
    chunks
        Gives the bytes from the beginning, in parts of any size, each time that it is called.
    file
        Name for the issues.
    """
    head = _head(chunks())
    wide = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _unmarked(head)
    if wide is not None:
        return wide, [_taken(file, wide.upper())]
    if _decodes(chunks(), "utf-8"):
        return "utf-8", []
    num_bad, runs = _count_utf8(chunks())
    if runs.speak_for_utf8:  # any other encoding would spoil what is sound
        return "utf-8", [warning(
            file, f"{num_bad:,} byte(s) are not UTF-8 and stand as {LOST}",
            "Look for the sign in the file, and export it again as UTF-8",
            code=IssueCode.NOT_UTF8)]
    name = _guess(chunks())
    if not _decodes(chunks(), name):
        name = "latin-1"  # decodes every byte
    return name, [_taken(file, name)]


def _head(chunks: Iterable[bytes]) -> bytes:
    head = b""
    for chunk in chunks:
        head += chunk[:_SAMPLE]
        if len(head) >= _SAMPLE:
            break
    return head[:_SAMPLE]


def _decodes(chunks: Iterable[bytes], name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass
class _Runs:
    """Runs of letters outside ASCII under UTF-8: sound ones, and those with a damaged letter.

    Letters of East Asian encodings that pass for UTF-8 by accident stand among others that do not;
    the umlaut of a western name stands beside plain letters. Runs beside one count once more.
    """

    sound: int = 0
    damaged: int = 0
    sound_in_words: int = 0
    damaged_in_words: int = 0

    @property
    def speak_for_utf8(self) -> bool:
        """Whether a file with damaged letters is best read as UTF-8.

        In western text a sound letter is no accident, so that few of them outweigh many damaged.
        """
        western = 2 * self.damaged_in_words >= self.damaged
        return self.sound > self.damaged or (
            western and 0 < self.damaged <= _ACCIDENT * self.sound_in_words)

    def add(self, text: str) -> None:
        """Count the runs of a text that begins and ends outside of any."""
        for run in _RUN.finditer(text):
            in_word = text[run.start() - 1: run.start()].isalpha() or text[
                run.end(): run.end() + 1].isalpha()
            if LOST in run[0]:
                self.damaged += 1
                self.damaged_in_words += in_word
            else:
                self.sound += 1
                self.sound_in_words += in_word and _WESTERN.fullmatch(run[0]) is not None


def _count_utf8(chunks: Iterable[bytes]) -> tuple[int, _Runs]:
    """Return how many bytes are no UTF-8, and the runs of letters outside ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    num_bad, runs, rest = 0, _Runs(), ""
    for chunk in _with_end(chunks):
        text = decoder.decode(chunk, final=not chunk)
        num_bad += text.count(LOST)
        rest += text
        end = len(rest) if not chunk or len(rest) - len(text) > _SAMPLE else _last_ascii(rest) + 1
        runs.add(rest[:end])
        rest = rest[max(0, end - 1):]  # the letter before the next run
    return num_bad, runs


def _last_ascii(text: str) -> int:
    """Return the place of the last ASCII character, -1 where there is none."""
    return next((place for place in range(len(text) - 1, -1, -1) if text[place] < "\x80"), -1)


def _with_end(chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield from filter(None, chunks)
    yield b""


def _unmarked(sample: bytes) -> str | None:
    """Recognise UTF-16 without a mark: every other byte of plain letters is NUL."""
    pairs = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.6 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _guess(chunks: Iterable[bytes]) -> str:
    """Name the likeliest encoding; western letters that could be several are cp1252.

    Only lines with letters outside ASCII are shown to the detector: the others say nothing, and
    would drown these in a large file.
    """
    sample, size = [], 0
    for line in _lines(chunks):
        if not line.isascii():
            sample.append(line[:_SAMPLE])
            size += len(line)
        if size > _SAMPLE:
            break
    matches = from_bytes(b"".join(sample), cp_isolation=_CANDIDATES)
    best = matches.best()
    offered = {name for match in matches for name in match.could_be_from_charset}
    western = best is None or (best.encoding in _LATIN and "cp1252" in offered)
    return "cp1252" if best is None or western else best.encoding


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        rest = lines.pop() if lines else b""  # the next chunk may go on with it
        yield from lines
    if rest:
        yield rest


def _taken(file: str, name: str) -> Issue:
    return warning(file, f"the file is not UTF-8; it was read as {name}", _CHECK,
                   code=IssueCode.NOT_UTF8)
