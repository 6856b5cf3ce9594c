"""Files are told by their content, and what is two kinds at once or would burst is refused."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from api.errors import TooLarge, UnknownMediaType
from api.evidence.kinds import sniff


def picture(size: tuple[int, int] = (20, 20), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.html", "<script>alert(1)</script>")
    return out.getvalue()


def png_head(width: int, height: int) -> bytes:
    """A PNG that says to be so large, of a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 4096)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Juan\r\nTEL:+51987654321\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(), "image/jpeg"), (picture(kind="PNG"), "image/png"), (picture(kind="WEBP"), "image/webp"),
        (picture(kind="GIF"), "image/gif"), (b"%PDF-1.7\n", "application/pdf"), (CARD, "text/vcard"),
        (b"OggS" + b"\0" * 60, "audio/ogg"), (picture() + b"\0" * 5000, "image/jpeg"),
        (picture() + b"\x00\x00\x00\x18ftypmp42" + b"\0" * 500, "image/jpeg"),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize("data", [b"<svg xmlns='x'>", b"#!/bin/sh", archive(), b"hola", b"BEGIN:VCARD and more"])
def test_what_is_not_accepted_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownMediaType):
        sniff(data)


@pytest.mark.parametrize(
    "data",
    [
        picture() + archive(),
        picture(kind="PNG") + archive(),
        b"%PDF-1.7\n" + archive(),
        picture(kind="GIF")[:13] + b"<script>alert(1)</script>" + picture(kind="GIF")[13:],
        picture()[:20] + b"<!DOCTYPE html><html>" + picture()[20:],
        picture()[:100] + b"%PDF-1.7" + picture()[100:],
        picture()[:20] + b"<?php system($_GET[0]);" + picture()[20:],
    ],
    ids=["jpeg+zip", "png+zip", "pdf+zip", "gif+script", "jpeg+html", "jpeg+pdf", "jpeg+php"],
)
def test_what_is_two_kinds_at_once_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownMediaType):
        sniff(data)


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 2), (1, 2**31 - 1), (65_535, 65_535)])
def test_a_picture_that_would_burst_is_refused_from_its_head(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge):
        sniff(png_head(*size))
