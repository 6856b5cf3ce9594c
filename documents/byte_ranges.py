"""Which bytes the signatures of a file are over: read from the bytes alone, so that a hostile file has no parser to attack."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

LARGEST_CONTAINER = 65_536
"""Bytes of the largest signature container or time-stamp that is looked at."""

_MOST = 40
_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,12})\s{1,8}(\d{1,12})\s{1,8}(\d{1,12})\s{1,8}(\d{1,12})")


class Uncovered(Exception):
    """The signatures are not over the whole file; carries the reason as a key of ``documents.verification``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ByteRange:
    """A signature is over everything up to ``gap`` and from ``resumed`` to ``end``; its container lies between, and
    is what the revision that ends there was issued with.
    """

    gap: int
    resumed: int
    end: int

    def digits(self, pdf: bytes) -> bytes:
        """The container in hexadecimal. Raises ``Uncovered`` if the gap holds anything else."""
        quoted = pdf[self.gap : self.resumed]
        if len(quoted) > 2 * LARGEST_CONTAINER or not (quoted.startswith(b"<") and quoted.endswith(b">")):
            raise Uncovered("byte_range_wrong")
        return quoted[1:-1]


def covering(pdf: bytes) -> tuple[ByteRange, ...]:
    """The byte ranges of a file in which every one but the first covers the whole of the one before, and the last
    covers the file to its last byte. Raises ``Uncovered``.
    """
    matches = list(islice(_BYTE_RANGE.finditer(pdf), _MOST + 1))
    if not matches:
        raise Uncovered("byte_range_wrong")
    start, gap, resumed, rest = map(int, matches[0].groups())
    if start != 0 or not 0 < gap < resumed:
        raise Uncovered("byte_range_wrong")
    found = [ByteRange(gap, resumed, resumed + rest)]
    found += _later(matches[1:], found[0].end)
    covered = found[-1].end
    if covered > len(pdf):
        raise Uncovered("truncated")
    if appended := pdf[covered:]:
        raise Uncovered("incremental_update" if b"startxref" in appended else "bytes_appended")
    if len(matches) > len(found):
        raise Uncovered("several_signatures")
    return tuple(found)


def _later(matches: list[re.Match[bytes]], covered: int) -> Iterator[ByteRange]:
    """Those that follow what is covered so far; what does not is left, and so is all that comes after it."""
    for match in matches:
        start, gap, resumed, rest = map(int, match.groups())
        if start != 0 or not covered < match.start() < resumed + rest or not covered < gap < resumed:
            return
        covered = resumed + rest
        yield ByteRange(gap, resumed, covered)


def digests(pdf: bytes, ranges: Iterable[ByteRange]) -> list[bytes]:
    """The SHA-256 of what each signature is over, in one passage through the file."""
    view, running, hashed, found = memoryview(pdf), hashlib.sha256(), 0, []
    for one in ranges:
        running.update(view[hashed : one.gap])
        signed = running.copy()
        signed.update(view[one.resumed : one.end])
        found.append(signed.digest())
        running.update(view[one.gap : one.end])
        hashed = one.end
    return found
