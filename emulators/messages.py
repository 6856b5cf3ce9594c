"""A mail server and Twilio's SMS, as far as our senders use them: what arrives is shown on a page, like a telephone's."""

import asyncio
import base64
import binascii
import html
import re
import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from typing import Annotated, Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Form, Header
from fastapi.responses import HTMLResponse, JSONResponse, Response

_KEPT = 200
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3"><title>Mensajes recibidos</title>
<style>body{{font:17px/1.45 system-ui;margin:0 auto;max-width:34rem;padding:1rem;background:#eef1f5}}
article{{background:#fff;border-radius:12px;padding:.8rem 1rem;margin:.8rem 0;white-space:pre-wrap}}
small{{color:#555}}</style><h1>Mensajes recibidos</h1><p>Aquí llegan los SMS y correos de esta instalación de desarrollo.</p>
{messages}</html>"""


@dataclass(frozen=True)
class Arrived:
    channel: str
    to: str
    text: str
    at: datetime


class Inbox:
    """The last messages that arrived, the newest first."""

    def __init__(self) -> None:
        self.messages: deque[Arrived] = deque(maxlen=_KEPT)

    def take(self, channel: str, to: str, text: str) -> None:
        self.messages.appendleft(Arrived(channel, to, text, datetime.now(UTC)))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each e-mail."""
        mail = message_from_bytes(_bytes(envelope.content), policy=policy.default)
        body = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n\n{body.get_content() if body else ''}"
        for recipient in envelope.rcpt_tos:
            self.take("email", str(recipient), text)
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
    """Twilio's route for sending, and the page of what arrived."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    async def page() -> str:
        shown = "".join(
            f"<article><small>{m.channel} · {html.escape(m.to)} · {m.at:%H:%M:%S} UTC</small>\n{html.escape(m.text)}</article>"
            for m in inbox.messages
        )
        return _PAGE.format(messages=shown or "<p>Todavía no llegó ninguno.</p>")

    @routes.post("/2010-04-01/Accounts/{account_sid}/Messages.json")
    async def send(
        account_sid: str,
        to: Annotated[str, Form(alias="To")],
        body: Annotated[str, Form(alias="Body")],
        sender: Annotated[str, Form(alias="From")],
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        if _user(authorization) != account_sid:
            return _refused(401, 20003, "Authenticate")
        if not _E164.fullmatch(to):
            return _refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        inbox.take("sms", to, body)
        return JSONResponse(_created(account_sid, to, sender, body), status_code=201)

    return routes


def _user(authorization: str) -> str:
    try:
        return base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _refused(status: int, code: int, message: str) -> Response:
    told = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return JSONResponse(told, status_code=status)


def _created(account_sid: str, to: str, sender: str, body: str) -> dict[str, Any]:
    moment, sid = format_datetime(datetime.now(UTC)), f"SM{uuid.uuid4().hex}"
    return {
        "account_sid": account_sid, "api_version": "2010-04-01", "body": body, "date_created": moment, "date_sent": None,
        "date_updated": moment, "direction": "outbound-api", "error_code": None, "error_message": None, "from": sender,
        "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": None, "price_unit": "USD",
        "sid": sid, "status": "queued", "subresource_uris": {}, "to": to,
        "uri": f"/2010-04-01/Accounts/{account_sid}/Messages/{sid}.json",
    }  # fmt: skip
