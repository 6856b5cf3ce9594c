"""A mail server, and a page and a list of every e-mail, SMS and WhatsApp message that the program sent."""

import asyncio
import html
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from itertools import islice
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

_KEPT = 20_000
_SHOWN = 200
_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3"><title>Mensajes recibidos</title>
<style>body{{font:17px/1.45 system-ui;margin:0 auto;max-width:34rem;padding:1rem;background:#eef1f5}}
article{{background:#fff;border-radius:12px;padding:.8rem 1rem;margin:.8rem 0;white-space:pre-wrap}}
small{{color:#555}}</style><h1>Mensajes recibidos</h1>
<p>Aquí llegan los SMS y correos de esta instalación de desarrollo. Hay un <a href="/telefono">teléfono con WhatsApp</a>.</p>
{messages}</html>"""


class Arrived(Protocol):
    """A message that the program sent to a contact; ``media`` is where its file is, ``status`` how far it came."""

    @property
    def channel(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def media(self) -> str | None: ...
    @property
    def sid(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def choices(self) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Mail:
    to: str
    text: str
    at: datetime
    channel: str = "email"
    media: None = None
    sid: None = None
    status: str = "delivered"
    choices: tuple[()] = ()


class Inbox:
    """The last messages that were sent, the newest first."""

    def __init__(self) -> None:
        self.messages: deque[Arrived] = deque(maxlen=_KEPT)

    def take(self, message: Arrived) -> None:
        self.messages.appendleft(message)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each e-mail."""
        mail = message_from_bytes(_bytes(envelope.content), policy=policy.default)
        body = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n\n{body.get_content() if body else ''}"
        for recipient in envelope.rcpt_tos:
            self.take(Mail(str(recipient), text, datetime.now(UTC)))
        return "250 OK"


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


@asynccontextmanager
async def smtp_server(inbox: Inbox, host: str, port: int) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="localhost", loop=loop), host, port)
    try:
        yield
    finally:
        server.close()


def router(inbox: Inbox) -> APIRouter:
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    async def page() -> str:
        shown = "".join(_article(message) for message in islice(inbox.messages, _SHOWN))
        return _PAGE.format(messages=shown or "<p>Todavía no llegó ninguno.</p>")

    @routes.get("/messages.json")
    async def listed(to: str) -> list[dict[str, Any]]:
        """What was sent to a number or an address, the oldest first; ``status`` tells what never arrived."""
        return [
            {
                "channel": one.channel, "text": one.text, "media": one.media, "sid": one.sid, "status": one.status,
                "choices": [{"id": choice.id, "title": choice.title} for choice in one.choices],
            }
            for one in reversed(inbox.messages)
            if one.to == to
        ]  # fmt: skip

    return routes


def _article(message: Arrived) -> str:
    media = f'\n<a href="{html.escape(message.media)}">Documento</a>' if message.media else ""
    head = f"{message.channel} · {html.escape(message.to)} · {message.at:%H:%M:%S} UTC"
    return f"<article><small>{head}</small>\n{html.escape(message.text)}{media}</article>"
