import io

import pytest
from PIL import Image

from api.evidence.preview import NoPreview, make_preview


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
