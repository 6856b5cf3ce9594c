"""A citizen's telephone with WhatsApp: what is written on it goes to the program as Twilio brings it, and its page shows
what came.
"""

import mimetypes
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, HTTPException, UploadFile
from fastapi.responses import FileResponse
from pydantic import AwareDatetime

from emulators.twilio.account import VERSION, Account, new_sid
from emulators.twilio.delivery import MEDIA_LIMIT, Delivery
from emulators.twilio.faults import E164, Faults, Kind
from emulators.twilio.store import WHATSAPP, Choice, Media, Message, Store

_STATIC = Path(__file__).parent / "static"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_Number = Annotated[str, Form(pattern=E164)]


def router(account: Account, store: Store, faults: Faults, delivery: Delivery) -> APIRouter:
    """The telephone at ``/telefono``, and ``/clock``, which moves the time here."""
    routes = APIRouter()

    @routes.get("/telefono")
    async def page() -> FileResponse:
        return FileResponse(_STATIC / "telefono.html", headers=_HEADERS)

    @routes.get("/telefono/telefono.{kind}")
    async def static(kind: str) -> FileResponse:
        if kind not in ("css", "js"):
            raise HTTPException(404)
        return FileResponse(_STATIC / f"telefono.{kind}", headers=_HEADERS)

    @routes.get("/telefono/mensajes")
    async def thread(number: str) -> list[dict[str, Any]]:
        """What this telephone wrote and was sent, the oldest first."""
        return [_shown(one) for one in store.thread(number)]

    @routes.post("/telefono/leidos", status_code=204)
    async def seen(number: _Number) -> None:
        """The telephone shows all that came."""
        for message in store.thread(number):
            if message.status == "delivered":
                delivery.read(message)

    @routes.post("/telefono/mensajes", status_code=201)
    async def write(
        number: _Number,
        text: Annotated[str, Form(max_length=4096)] = "",
        choice: Annotated[str | None, Form()] = None,
        reply_to: Annotated[str | None, Form()] = None,
        latitude: Annotated[float | None, Form(ge=-90, le=90)] = None,
        longitude: Annotated[float | None, Form(ge=-180, le=180)] = None,
        address: Annotated[str, Form()] = "",
        label: Annotated[str, Form()] = "",
        profile_name: Annotated[str, Form()] = "Ciudadano",
        file: UploadFile | None = None,
    ) -> dict[str, Any]:
        """Write to the program: a text, a tap on a ``choice`` (of the message ``reply_to``, else of the last one that offers
        it), a place, or a file with or without a text. Answers what the webhook did, null if nobody listens.
        """
        message = Message(
            channel="whatsapp", number=number, business=account.number, text=text, at=store.clock(), inbound=True,
            status="received",
        )  # fmt: skip
        more: dict[str, str] = {"MessageType": "text"}
        if choice is not None:
            offering, tapped = _offered(store.thread(number), choice, reply_to)
            more = _tap(offering, tapped)
            message.text = tapped.title
        elif latitude is not None and longitude is not None:
            place = {"Latitude": latitude, "Longitude": longitude, "Address": address, "Label": label}
            message.location = {name: str(value) for name, value in place.items() if value != ""}
            more = {"MessageType": "location", **message.location}
        elif file is not None:
            media = Media(await file.read(), _type_of(file), store.clock(), file.filename or "")
            if len(media.content) > MEDIA_LIMIT:
                raise HTTPException(413, "El archivo pasa de 16 MB.")
            message.sid = new_sid("MM")
            store.attach(message, media)
            more = _file(account, message, media)
        elif not text:
            raise HTTPException(422, "No hay nada que enviar.")
        store.keep(message)
        form = _form(account, message, profile_name) | more
        times = 2 if faults.take(Kind.DUPLICATE_WEBHOOKS, number) else 1
        answered = await delivery.hand_over(form, times=times)
        message.handed_over = answered is not None and answered < 300
        return {"MessageSid": message.sid, "webhook_status": answered}

    @routes.put("/clock", status_code=204)
    async def move(now: Annotated[AwareDatetime | None, Body(embed=True)]) -> None:
        """The time here from now on; null is the real one again."""
        store.clock.set(now)

    @routes.get("/clock")
    async def time() -> dict[str, datetime]:
        return {"now": store.clock()}

    return routes


def _form(account: Account, message: Message, profile_name: str) -> dict[str, str]:
    return message.addresses | {
        "AccountSid": account.sid, "ApiVersion": VERSION, "Body": message.text, "MessageSid": message.sid,
        "NumMedia": "0", "NumSegments": "1", "ProfileName": profile_name, "ReferralNumMedia": "0",
        "SmsMessageSid": message.sid, "SmsSid": message.sid, "SmsStatus": "received", "WaId": message.number[1:],
    }  # fmt: skip


def _offered(thread: Iterable[Message], choice: str, reply_to: str | None) -> tuple[Message, Choice]:
    for message in reversed(list(thread)):
        if reply_to in (None, message.sid) and message.status != "failed":
            for offered in message.choices:
                if offered.id == choice:
                    return message, offered
    raise HTTPException(409, "Ningún mensaje ofrece esa opción.")


def _tap(offering: Message, tapped: Choice) -> dict[str, str]:
    """A button of an approved template is told apart from one in a session."""
    assert offering.offer is not None
    replied = {
        "OriginalRepliedMessageSid": offering.sid,
        "OriginalRepliedMessageSender": WHATSAPP + offering.business,
    }
    if offering.offer.button is not None:
        return {"MessageType": "interactive", "ListId": tapped.id, "ListTitle": tapped.title, **replied}
    kind = "button" if offering.offer.approved else "interactive"
    return {"MessageType": kind, "ButtonText": tapped.title, "ButtonPayload": tapped.id, **replied}


def _file(account: Account, message: Message, media: Media) -> dict[str, str]:
    family = media.content_type.partition("/")[0]
    kind = family if family in ("image", "video", "audio") else "document"
    kind = "contacts" if media.content_type == "text/vcard" else kind
    resource = f"/{VERSION}/Accounts/{account.sid}/Messages/{message.sid}/Media/{media.sid}"
    return {
        "MessageType": kind, "NumMedia": "1", "MediaContentType0": media.content_type,
        "MediaUrl0": f"https://api.twilio.com{resource}",
    }  # fmt: skip


def _type_of(file: UploadFile) -> str:
    """What a file says that it is, else what its name says."""
    told = (file.content_type or "").partition(";")[0].strip().lower()
    if told and told != "application/octet-stream":
        return "text/vcard" if told == "text/x-vcard" else told
    return mimetypes.guess_type(file.filename or "")[0] or "application/octet-stream"


def _shown(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid, "mine": message.inbound, "text": message.text, "at": message.at, "status": message.status,
        "handed_over": message.handed_over, "error_code": message.error_code, "location": message.location,
        "button": message.offer.button if message.offer else None,
        "choices": [asdict(choice) for choice in message.choices],
        "files": [
            {"url": f"/cdn/{media.key}", "content_type": media.content_type, "name": media.name}
            for media in message.files
        ],
    }  # fmt: skip
