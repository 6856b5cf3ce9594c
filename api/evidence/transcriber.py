"""What a voice note says, as far as a machine can tell: an aid for whoever hears it, never a statement."""

import httpx

from api.settings import settings

_SECONDS = 120
_MOST = 20_000


class NotTranscribed(Exception):
    """The service did not answer with a text."""


async def transcribe(data: bytes, *, media_type: str) -> str | None:
    """The words of a recording, None where this installation has no transcriber or none were made out.

    The service of ``COMISARIO_TRANSCRIBER_URL`` gets the file as the body of a POST and answers ``{"text": …}``. Raises
    ``NotTranscribed``.
    """
    url = settings().transcriber_url
    if url is None:
        return None
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            answer = await client.post(url, content=data, headers={"Content-Type": media_type})
        text = answer.raise_for_status().json()["text"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise NotTranscribed(type(error).__name__) from None
    return str(text).replace("\x00", "").strip()[:_MOST] or None
