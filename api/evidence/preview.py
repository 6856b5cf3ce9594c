"""Re-encodes one picture into a small JPEG: a program of its own, with little memory and time, fed by its standard input.

Whatever a crafted picture does to the decoder happens here, without keys, files or database at hand.
"""

import asyncio
import io
import resource
import sys

from PIL import Image, ImageOps

_SIDE = 640
_SECONDS = 10
_MEMORY = 512 * 1024 * 1024
_MOST_PIXELS = 60_000_000


class NoPreview(Exception):
    """The picture could not be decoded within the limits."""


def _reencode(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (_SIDE, _SIDE))
        small = ImageOps.exif_transpose(picture).convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


async def make_preview(data: bytes) -> bytes:
    """A JPEG of at most 640 pixels a side without any metadata. Raises ``NoPreview``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", __file__,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env={},
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(data), timeout=_SECONDS * 2)
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise NoPreview from error
    if process.returncode or not out:
        raise NoPreview
    return out


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    sys.stdout.buffer.write(_reencode(sys.stdin.buffer.read()))
