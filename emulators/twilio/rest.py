"""Twilio's REST API for messages and their media, as far as its own SDK uses it here."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from emulators.twilio import contents
from emulators.twilio.account import VERSION, Account, Refused, authenticate, not_found, page
from emulators.twilio.contents import Content, Filled, Misfit
from emulators.twilio.delivery import ERRORS, OUTSIDE_WINDOW, UNFIT, Delivery
from emulators.twilio.faults import CALLBACKS, E164, Faults, Kind
from emulators.twilio.store import WHATSAPP, Channel, Media, Message, Store

_LIMIT = 1600
_FILES = 10
_E164 = re.compile(E164)


def gate(account: Account, faults: Faults) -> Any:
    """What every request to the REST API goes through. Raises ``Refused``."""

    async def check(request: Request) -> None:
        authenticate(request, account)
        if request.path_params.get("account_sid", account.sid) != account.sid:
            raise not_found(request)
        to = (await request.form()).get("To")
        faults.meet(str(to).removeprefix(WHATSAPP) if to else None)

    return Depends(check)


def router(
    account: Account, store: Store, shelf: dict[str, Content], faults: Faults, delivery: Delivery,
    arrived: Callable[[Message], None],
) -> APIRouter:  # fmt: skip
    """Everything below ``Accounts/{sid}/Messages``; ``arrived`` is told what was accepted, in order."""
    routes = APIRouter(prefix=f"/{VERSION}/Accounts/{{account_sid}}", dependencies=[gate(account, faults)])

    def found(request: Request, sid: str) -> Message:
        if sid not in store.messages:
            raise not_found(request)
        return store.messages[sid]

    def file_of(request: Request, sid: str, media_sid: str) -> Media:
        for media in found(request, sid).files:
            if media.sid == media_sid:
                return media
        raise not_found(request)

    @routes.post("/Messages.json")
    async def send(request: Request) -> Response:
        form = await request.form()
        message, problem = accept(form, store, shelf)
        if message.callback is not None:
            taken = {kind: faults.take(kind, message.number) for kind in CALLBACKS}
            message.faults = {kind: fault for kind, fault in taken.items() if fault}
        store.keep(message)
        arrived(message)
        told = _message(account, message)
        delivery.send(message, problem=problem)
        if late := faults.take(Kind.LATE_ANSWER, message.number):
            await asyncio.sleep(late.seconds or 0)
        return JSONResponse(told, status_code=201)

    @routes.get("/Messages.json")
    async def listed(request: Request) -> dict[str, Any]:
        asked = request.query_params
        since = _since(asked.get("DateSent>"))
        every = [
            one
            for one in reversed(store.messages.values())
            if all(asked.get(name) in (None, one.addresses[name]) for name in ("To", "From")) and one.at >= since
        ]
        part, place, following = page(request, every)
        told = [_message(account, one) for one in part]
        return place | {"messages": told, "next_page_uri": f"{request.url.path}?{following}" if following else None}

    @routes.get("/Messages/{sid}.json")
    async def read(request: Request, sid: str) -> dict[str, Any]:
        return _message(account, found(request, sid))

    @routes.get("/Messages/{sid}/Media.json")
    async def files(request: Request, sid: str) -> dict[str, Any]:
        message = found(request, sid)
        part, place, following = page(request, message.files)
        told = [_media(account, message, media) for media in part]
        uri = f"{request.url.path}?{following}"
        return place | {"media_list": told, "next_page_uri": uri if following else None}

    @routes.get("/Messages/{sid}/Media/{media_sid}.json")
    async def described(request: Request, sid: str, media_sid: str) -> dict[str, Any]:
        return _media(account, found(request, sid), file_of(request, sid, media_sid))

    @routes.get("/Messages/{sid}/Media/{media_sid}")
    async def content(request: Request, sid: str, media_sid: str) -> Response:
        """Twilio sends on to where the file itself lies, under a name that nobody guesses."""
        media = file_of(request, sid, media_sid)
        return RedirectResponse(f"{request.base_url}cdn/{media.key}", status_code=307)

    return routes


def _since(told: str | None) -> datetime:
    """From when on messages are listed; Twilio takes days and moments."""
    if told is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Refused(400, 20422, "Invalid Parameter: DateSent") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def cdn(store: Store) -> APIRouter:
    """The files themselves, for whoever knows their name."""
    routes = APIRouter()

    @routes.get("/cdn/{key}")
    async def content(request: Request, key: str) -> Response:
        if key not in store.media:
            raise not_found(request)
        media = store.media[key]
        return Response(media.content, media_type=media.content_type, headers={"X-Content-Type-Options": "nosniff"})

    return routes


def accept(form: FormData, store: Store, shelf: dict[str, Content]) -> tuple[Message, int | None]:
    """The message that a request to send makes, and the code of the error that it will end with, if that is certain.

    Raises ``Refused``.
    """
    channel, number, business = _parties(form)
    body, content_sid = str(form.get("Body", "")), form.get("ContentSid")
    urls = tuple(str(url) for url in form.getlist("MediaUrl"))
    if len(body) > _LIMIT:
        raise Refused(400, 21617, f"The concatenated message body exceeds the {_LIMIT} character limit")
    if not (body or urls or content_sid):
        raise Refused(400, 21619, "A text message body or media urls must be specified.")
    if len(urls) > _FILES:
        raise Refused(400, 21623, "Number of media files exceeds allowed limit")
    if not all(_is_url(url) for url in urls):
        raise Refused(400, 21620, "Invalid media URL(s)")
    callback = form.get("StatusCallback")
    if callback is not None and not _is_url(str(callback)):
        raise Refused(400, 21609, "The StatusCallback URL is not a valid url")
    now, problem, approved = store.clock(), None, False
    filled = Filled(body, media_urls=urls)
    if content_sid:
        content = shelf.get(str(content_sid))
        if content is None:
            raise Refused(400, 21655, "The ContentSid is Invalid")
        approved = content.approval is not None
        try:
            filled = contents.fill(content, contents.variables(str(form.get("ContentVariables", ""))), channel)
        except Misfit:
            filled, problem = Filled(""), UNFIT
    if channel == "whatsapp" and not approved and not store.is_open(number, business, at=now):
        problem = OUTSIDE_WINDOW
    message = Message(
        channel=channel, number=number, business=business, text=filled.text, at=now, inbound=False, status="queued",
        callback=str(callback) if callback else None, media_urls=filled.media_urls, offer=filled.offer,
    )  # fmt: skip
    return message, problem


def _parties(form: FormData) -> tuple[Channel, str, str]:
    """The channel, whom a request writes to, and by which number. Raises ``Refused``."""
    to, sender = str(form.get("To", "")), str(form.get("From", ""))
    for name, code, value in (("To", 21604, to), ("From", 21603, sender)):
        if not value:
            raise Refused(400, code, f"A '{name}' phone number is required.")
    for name, code, value in (("To", 21211, to), ("From", 21212, sender)):
        if not _E164.match(value.removeprefix(WHATSAPP)):
            raise Refused(400, code, f"Invalid '{name}' Phone Number: {value}")
    if to.startswith(WHATSAPP) != sender.startswith(WHATSAPP):
        raise Refused(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
    channel: Channel = "whatsapp" if to.startswith(WHATSAPP) else "sms"
    return channel, to.removeprefix(WHATSAPP), sender.removeprefix(WHATSAPP)


def _is_url(told: str) -> bool:
    try:
        parts = urlsplit(told)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _message(account: Account, message: Message) -> dict[str, Any]:
    uri = f"/{VERSION}/Accounts/{account.sid}/Messages/{message.sid}"
    files: Sequence[object] = message.files if message.inbound else message.media_urls
    sent = None if message.status in ("queued", "failed") else format_datetime(message.at)
    code = message.error_code
    return {
        "account_sid": account.sid, "api_version": VERSION, "body": message.text,
        "date_created": format_datetime(message.at), "date_sent": sent,
        "date_updated": format_datetime(message.updated_at or message.at),
        "direction": "inbound" if message.inbound else "outbound-api", "error_code": code,
        "error_message": ERRORS[code] if code else None, "from": message.addresses["From"],
        "messaging_service_sid": None, "num_media": str(len(files)), "num_segments": "1", "price": None,
        "price_unit": "USD", "sid": message.sid, "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"}, "to": message.addresses["To"], "uri": f"{uri}.json",
    }  # fmt: skip


def _media(account: Account, message: Message, media: Media) -> dict[str, Any]:
    moment = format_datetime(media.created_at)
    return {
        "account_sid": account.sid, "content_type": media.content_type, "date_created": moment,
        "date_updated": moment, "parent_sid": message.sid, "sid": media.sid,
        "uri": f"/{VERSION}/Accounts/{account.sid}/Messages/{message.sid}/Media/{media.sid}.json",
    }  # fmt: skip
