"""Meta's webhooks: whether they are signed, and what they hold. A thing that can't be read spoils no other."""

import hashlib
import hmac
import json
import logging
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import BaseModel, Field, ValidationError

from api.conversations.channels.base import Inbound, Media, Status, Word
from api.settings import Settings
from vocabulary.sentences import sentence

_log = logging.getLogger(__name__)
_SILENT = ("reaction", "revoke", "system")
"""Nothing was said: a heart, a message taken back (an answer might be seen by who stands by), a number that changed."""
_SECONDS = re.compile(r"[1-9][0-9]{9}")
_ERRORS = {131047: Status.HELD, 131053: Status.QUEUED}
"""A failure that is none for good: outside the window, and a file that Meta could not fetch from us."""
_STATUSES = {
    "sent": Status.SENT, "delivered": Status.DELIVERED, "read": Status.READ, "failed": Status.FAILED,
}  # fmt: skip


def is_signed(settings: Settings, body: bytes, signature: str) -> bool:
    """Whether Meta signed a body, every byte of it."""
    secret = settings.meta_app_secret.get_secret_value()
    expected = f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode())


def is_set_up(settings: Settings, mode: str, token: str) -> bool:
    """Whether Meta asks, with the token that was chosen for it, if the webhook is ours."""
    expected = settings.meta_verify_token.get_secret_value()
    return bool(expected) and mode == "subscribe" and hmac.compare_digest(expected.encode(), token.encode())


def known_by(message_id: str) -> str:
    """What we know a message by: Meta's ids hold the citizen's number, so their hash alone is kept."""
    return hashlib.sha256(message_id.encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """Meta's word on a part of ours."""

    provider_id: str
    try_id: uuid.UUID | None
    word: Word


class _Text(BaseModel):
    body: str


class _Button(BaseModel):
    text: str
    payload: str


class _Reply(BaseModel):
    id: str
    title: str


class _Interactive(BaseModel):
    button_reply: _Reply | None = None
    list_reply: _Reply | None = None


class _Location(BaseModel):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class _File(BaseModel):
    id: Annotated[str, Field(min_length=1)]
    mime_type: str = ""
    filename: str | None = None
    caption: str | None = None

    @property
    def reference(self) -> str:
        """Its id and, behind it, what it is called."""
        return "/".join(quote(one, safe="") for one in (self.id, self.filename) if one)


class _Name(BaseModel):
    formatted_name: str = ""


class _Phone(BaseModel):
    phone: str = ""


class _Card(BaseModel):
    name: _Name = _Name()
    phones: list[_Phone] = []


class _Sender(BaseModel):
    id: Annotated[str, Field(min_length=1)]
    number: Annotated[str, Field(alias="from")] = ""
    user_id: Annotated[str, Field(alias="from_user_id")] = ""
    type: str = ""
    timestamp: str = ""

    @property
    def contact(self) -> str:
        return f"+{self.number}" if self.number.isdecimal() else self.user_id

    @property
    def sent(self) -> int | None:
        return int(self.timestamp) if _SECONDS.fullmatch(self.timestamp) else None


class _Message(BaseModel):
    text: _Text | None = None
    button: _Button | None = None
    interactive: _Interactive | None = None
    location: _Location | None = None
    image: _File | None = None
    video: _File | None = None
    audio: _File | None = None
    document: _File | None = None
    sticker: _File | None = None
    contacts: list[_Card] = []

    def said(self) -> dict[str, Any]:
        """The fields of an ``Inbound`` that hold what was said."""
        if self.text:
            return {"text": self.text.body}
        if self.button:
            return {"text": self.button.text, "choice": self.button.payload}
        if self.interactive and (reply := self.interactive.button_reply or self.interactive.list_reply):
            return {"text": reply.title, "choice": reply.id}
        if self.location:
            return self.location.model_dump()
        if file := self.image or self.video or self.audio or self.document or self.sticker:
            return {"text": file.caption, "media": (Media(file.reference, file.mime_type),)}
        cards = [(one.name.formatted_name, *(phone.phone for phone in one.phones)) for one in self.contacts]
        told = [sentence("system.contact_sent", about=", ".join(filter(None, card))) for card in cards if any(card)]
        return {"text": "\n".join(told)} if told else {}


class _Error(BaseModel):
    code: int


class _Status(BaseModel):
    id: str
    status: str
    errors: list[_Error] = []
    biz_opaque_callback_data: uuid.UUID | None = None


class _Metadata(BaseModel):
    phone_number_id: str


class _Value(BaseModel):
    metadata: _Metadata


class _Change(BaseModel):
    field: str
    value: _Value


def read(settings: Settings, body: bytes) -> tuple[Sequence[Inbound], Sequence[Told]]:
    """The messages to our number, and what became of ours."""
    try:
        told = json.loads(json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace"))  # halves of emoji
    except (ValueError, RecursionError):
        _log.error("a webhook of Meta that is no JSON was left alone")
        return [], []
    values = list(_values(told, settings.meta_phone_number_id))
    messages = [_inbound(one) for value in values for one in _each(value, "messages")]
    statuses = [_told(one) for value in values for one in _each(value, "statuses")]
    return [one for one in messages if one], [one for one in statuses if one]


def _each(holder: Any, name: str) -> Sequence[Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _values(told: Any, number_id: str) -> Iterator[dict[str, Any]]:
    """What was told of our number, since an account may have others."""
    for change in (change for entry in _each(told, "entry") for change in _each(entry, "changes")):
        try:
            found = _Change.model_validate(change)
        except ValidationError:
            continue
        if found.field == "messages" and found.value.metadata.phone_number_id == number_id:
            yield change["value"]


def _inbound(message: Any) -> Inbound | None:
    """A message; without words if it is of a kind that we can't read."""
    try:
        sender = _Sender.model_validate(message)
    except ValidationError:
        sender = None
    if sender is None or not sender.contact:
        _log.error("a message of Meta without id or sender was left alone")
        return None
    if sender.type in _SILENT:
        return None
    try:
        said = _Message.model_validate(message).said()
    except ValidationError:
        said = {}
    return Inbound(provider_id=known_by(sender.id), contact=sender.contact, sent=sender.sent, **said)


def _told(status: Any) -> Told | None:
    try:
        told = _Status.model_validate(status)
    except ValidationError:
        return None
    found = _STATUSES.get(told.status)
    if found is None:
        return None
    code = told.errors[0].code if told.errors else None
    if found is Status.FAILED and code is not None:
        return Told(known_by(told.id), told.biz_opaque_callback_data, Word(_ERRORS.get(code, found), str(code)))
    return Told(known_by(told.id), told.biz_opaque_callback_data, Word(found))
