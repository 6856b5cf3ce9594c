"""What kind of file somebody sent: told by its content, and refused where it is another kind too or would burst."""

import io
import re

import filetype
from PIL import Image

from api.errors import TooLarge, UnknownMediaType

PREVIEWED = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
ACCEPTED = PREVIEWED | {
    "image/heic",
    "video/mp4", "video/webm", "video/quicktime", "video/3gpp", "video/x-matroska",
    "audio/mpeg", "audio/ogg", "audio/mp4", "audio/x-wav", "audio/amr", "audio/aac", "audio/x-flac",
    "application/pdf", "text/vcard",
}  # fmt: skip
MOST_PIXELS = 250_000_000
"""Of one picture; telephones make up to 200 million."""
Image.MAX_IMAGE_PIXELS = None  # here only heads are read, and ``MOST_PIXELS`` is the limit
_CARD_BYTES = 64 * 1024
_CARD = re.compile(rb"\s*BEGIN:VCARD\r?\n.*END:VCARD\s*", re.S | re.I)
_HEAD = 8192
_TAIL = 66_000  # a ZIP's last record and its longest comment
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)\b", re.I)
_PDF_HEAD = 1024  # where readers look for a PDF's mark


def sniff(data: bytes) -> str:
    """The media type that the content itself shows.

    Raises ``UnknownMediaType`` for a kind that is not accepted and for a file that is a page, an archive, a program or a PDF
    besides (a polyglot), and ``TooLarge`` for a picture of more than ``MOST_PIXELS``.
    """
    if len(data) <= _CARD_BYTES and _CARD.fullmatch(data):
        return "text/vcard"
    kind = filetype.guess(data[:_HEAD])
    media_type = str(kind.mime) if kind else ""
    if media_type not in ACCEPTED or _is_something_else_too(data, media_type):
        raise UnknownMediaType
    if media_type in PREVIEWED and _pixels(data) > MOST_PIXELS:
        raise TooLarge
    return media_type


def _is_something_else_too(data: bytes, media_type: str) -> bool:
    mark = data.find(b"%PDF-", 0, _PDF_HEAD)
    if mark >= 0 and (media_type != "application/pdf" or mark > 0):
        return True
    if _MARKUP.search(data, 0, _HEAD) and media_type != "application/pdf":
        return True
    return _ends_as_archive(data)


def _ends_as_archive(data: bytes) -> bool:
    """Whether an unzipper would open it: the last record names a directory that is there."""
    at = data.rfind(b"PK\x05\x06", max(len(data) - _TAIL, 0))
    if at < 0 or len(data) < at + 22:
        return False
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    return at >= size and (size == 0 or data[at - size : at - size + 4] == b"PK\x01\x02")


def _pixels(data: bytes) -> int:
    """Pixels of a picture as its head says; 0 for one that has no head that can be read. Nothing is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            return picture.width * picture.height
    except (OSError, ValueError, SyntaxError):
        return 0
