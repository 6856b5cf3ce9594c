import io

import pytest
from PIL import Image

from api.errors import UnknownMediaType
from api.evidence.preview import NoPreview, make_preview
from api.evidence.service import sniff


def picture(size: tuple[int, int], kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


async def test_a_preview_is_small_and_carries_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of the victim"
    preview = await make_preview(picture((3000, 2000), exif=exif))
    with Image.open(io.BytesIO(preview)) as shown:
        assert max(shown.size) == 640
        assert not dict(shown.getexif())


@pytest.mark.parametrize("data", [b"", b"not a picture", picture((50, 50))[:200], b"\x89PNG\r\n\x1a\n" + b"\0" * 100])
async def test_what_can_t_be_decoded_has_no_preview(data: bytes) -> None:
    with pytest.raises(NoPreview):
        await make_preview(data)


async def test_a_picture_of_far_too_many_pixels_is_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(NoPreview):
        await make_preview(out.getvalue())


@pytest.mark.parametrize(("data", "kind"), [(picture((2, 2)), "image/jpeg"), (b"%PDF-1.7\n", "application/pdf")])
def test_a_file_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize("data", [b"<svg xmlns='x'>", b"#!/bin/sh", b"PK\x03\x04" + b"\0" * 60, b"hola"])
def test_what_is_not_accepted_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownMediaType):
        sniff(data)
