"""A mail server, and Twilio's SMS and WhatsApp as far as they are used: what arrives is shown on a page, and a telephone's
page writes by WhatsApp as a citizen would.
"""

import asyncio
import base64
import binascii
import hmac
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
from urllib.parse import urlencode

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Form, Header
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

_KEPT = 200
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3"><title>Mensajes recibidos</title>
<style>body{{font:17px/1.45 system-ui;margin:0 auto;max-width:34rem;padding:1rem;background:#eef1f5}}
article{{background:#fff;border-radius:12px;padding:.8rem 1rem;margin:.8rem 0;white-space:pre-wrap}}
small{{color:#555}}.wrote{{background:#d7f5d0;margin-left:3rem}}</style><h1>Mensajes recibidos</h1><p>Aquí llegan los SMS y correos de esta instalación de desarrollo.</p>
{messages}</html>"""


_TELEPHONE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Teléfono de prueba</title><style>body{{font:17px/1.4 system-ui;margin:0 auto;max-width:34rem;padding:1rem}}
iframe{{width:100%;height:65vh;border:1px solid #ccc;border-radius:12px}}input{{font:inherit;padding:.6rem;width:70%}}
button{{font:inherit;padding:.6rem 1rem}}</style><h1>WhatsApp de {number}</h1>
<iframe src="/telefono/hilo?numero={number}" title="Mensajes"></iframe>
<form method="post"><input type="hidden" name="numero" value="{number}"><input name="texto" aria-label="Mensaje" autofocus required>
<button>Enviar</button></form></html>"""
_WHATSAPP = "whatsapp:"
_LIMIT = 1600


@dataclass(frozen=True)
class Arrived:
    """A message that reached a contact, or that the contact ``wrote``."""

    channel: str
    to: str
    text: str
    at: datetime
    media: str | None = None
    wrote: bool = False


@dataclass(frozen=True)
class Webhook:
    """Where the telephone's messages go: to ``address``, signed for ``public_url`` with the account's token."""

    address: str
    public_url: str
    token: str


class Inbox:
    """The last messages that arrived, the newest first."""

    def __init__(self) -> None:
        self.messages: deque[Arrived] = deque(maxlen=_KEPT)

    def take(self, channel: str, to: str, text: str, media: str | None = None, *, wrote: bool = False) -> None:
        self.messages.appendleft(Arrived(channel, to, text, datetime.now(UTC), media, wrote))

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


def router(inbox: Inbox, webhook: Webhook | None) -> APIRouter:
    """Twilio's route for sending, the page of what arrived, and the telephone."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    async def page() -> str:
        shown = "".join(_article(message) for message in inbox.messages)
        return _PAGE.format(messages=shown or "<p>Todavía no llegó ninguno.</p>")

    @routes.get("/messages.json")
    async def listed(to: str) -> list[dict[str, str | None]]:
        """What reached a number, the oldest first."""
        found = [one for one in reversed(inbox.messages) if one.to == to and not one.wrote]
        return [{"channel": one.channel, "text": one.text, "media": one.media} for one in found]

    @routes.post("/2010-04-01/Accounts/{account_sid}/Messages.json")
    async def send(
        account_sid: str,
        to: Annotated[str, Form(alias="To")],
        sender: Annotated[str, Form(alias="From")],
        body: Annotated[str, Form(alias="Body")] = "",
        media: Annotated[str | None, Form(alias="MediaUrl")] = None,
        callback: Annotated[str | None, Form(alias="StatusCallback")] = None,
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        if _user(authorization) != account_sid:
            return _refused(401, 20003, "Authenticate")
        channel = "whatsapp" if to.startswith(_WHATSAPP) else "sms"
        number = to.removeprefix(_WHATSAPP)
        if not _E164.fullmatch(number) or to.startswith(_WHATSAPP) != sender.startswith(_WHATSAPP):
            return _refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if len(body) > _LIMIT:
            return _refused(400, 21617, f"The concatenated message body exceeds the {_LIMIT} character limit")
        inbox.take(channel, number, body, media)
        created = _created(account_sid, to, sender, body)
        if callback is not None and webhook is not None:
            told = {"MessageSid": created["sid"], "MessageStatus": "delivered", "To": to, "From": sender}
            _tasks.add(task := asyncio.create_task(_post(webhook, callback.removeprefix(webhook.public_url), told)))
            task.add_done_callback(_tasks.discard)
        return JSONResponse(created, status_code=201)

    @routes.get("/telefono", response_class=HTMLResponse)
    async def telephone(numero: str = "+51987654321") -> str:
        return _TELEPHONE.format(number=html.escape(numero))

    @routes.get("/telefono/hilo", response_class=HTMLResponse)
    async def thread(numero: str) -> str:
        found = [one for one in reversed(inbox.messages) if one.to == numero and one.channel == "whatsapp"]
        return _PAGE.format(messages="".join(_article(one) for one in found[-12:]))

    @routes.post("/telefono")
    async def write(numero: Annotated[str, Form()], texto: Annotated[str, Form()]) -> Response:
        inbox.take("whatsapp", numero, texto, wrote=True)
        if webhook is not None:
            form = {"MessageSid": f"SM{uuid.uuid4().hex}", "From": _WHATSAPP + numero, "Body": texto, "NumMedia": "0"}
            await _post(webhook, "/webhooks/twilio/whatsapp", form)
        return RedirectResponse(f"/telefono?{urlencode({'numero': numero})}", status_code=303)

    return routes


_tasks: set[asyncio.Task[None]] = set()


async def _post(webhook: Webhook, path: str, form: dict[str, str]) -> None:
    """Call a webhook as Twilio does: a form, signed over the public address and its fields in order."""
    signed = webhook.public_url + path + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(webhook.token.encode(), signed.encode(), "sha1")).decode()
    async with httpx.AsyncClient(timeout=15) as client:
        await client.post(webhook.address + path, data=form, headers={"X-Twilio-Signature": signature})


def _article(message: Arrived) -> str:
    side = ' class="wrote"' if message.wrote else ""
    media = f'\n<a href="{html.escape(message.media)}">Documento</a>' if message.media else ""
    head = f"{message.channel} · {html.escape(message.to)} · {message.at:%H:%M:%S} UTC"
    return f"<article{side}><small>{head}</small>\n{html.escape(message.text)}{media}</article>"


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
