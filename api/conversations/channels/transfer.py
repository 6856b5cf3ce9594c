"""One conversation, many channels: a code that works once moves it from the web to messaging, or back.

A conversation is in one place at a time. What opened it before opens it no more, so that nobody who made or saw the code
reads on; and one that was moved shows nobody whose its case is.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.base import plain
from api.conversations.models import Conversation, Message
from api.conversations.service import CHANNEL, Said
from api.database import notify
from api.errors import NotFound
from api.security import KeyRing, new_token, token_hash
from api.settings import settings
from vocabulary.codes import find_code, new_code, normalise_code
from vocabulary.sentences import sentence

MESSAGING = "whatsapp"
LIFE = timedelta(minutes=15)
_WEB = re.compile(
    r"(?:quiero |prefiero |mejor |puedo |como )?(?:seguir|sigo|continuar|continuo|terminar|pasar)"
    r"(?: esto| mi denuncia| la denuncia)? (?:en|por|a|desde) (?:la |una |mi )?(?:web|pagina(?: web)?|computadora|pc|laptop|internet)"
    r"|web"
)
_GOES_ON = re.compile(r"(?:continuar|seguir)\b")


async def offer(session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime) -> str:
    """A new code that moves this conversation, whose row is locked, once within ``LIFE``; an earlier one dies."""
    code = new_code()
    conversation.transfer_hash = keys.keyed_hash(code, purpose="transfer")
    conversation.transfer_until = at + LIFE
    await session.flush()
    return code


async def _offered(session: AsyncSession, code: str | None, keys: KeyRing, at: datetime) -> Conversation | None:
    if code is None:
        return None
    hashed = keys.keyed_hash(code, purpose="transfer")
    query = select(Conversation).where(Conversation.transfer_hash == hashed, Conversation.transfer_until > at)
    return await session.scalar(query.with_for_update())


def bind(conversation: Conversation, *, contact: str, contact_hash: bytes, keys: KeyRing) -> None:
    """Let a contact have the conversation."""
    conversation.contact_hash = contact_hash
    key = conversations.key_of(conversation, keys)
    conversation.contact = key.seal(contact.encode(), purpose="contact")


async def to_messaging(
    session: AsyncSession, *, text: str, contact: str, contact_hash: bytes, keys: KeyRing, at: datetime
) -> Conversation | None:
    """Move the conversation whose code a text holds to the contact that wrote it; None if it holds none that is valid."""
    conversation = await _offered(session, find_code(text), keys, at)
    if conversation is None or conversation.channel == MESSAGING:
        return None
    await _leave(session, conversation, keys, at)
    conversation.channel, conversation.token_hash = MESSAGING, None
    bind(conversation, contact=contact, contact_hash=contact_hash, keys=keys)
    return conversation


async def to_web(
    session: AsyncSession, *, typed_code: str, keys: KeyRing, at: datetime
) -> tuple[Conversation, str, str]:
    """Move the conversation of a code to the web; answers it, its token and its new resume code. Raises ``NotFound``."""
    conversation = await _offered(session, normalise_code(typed_code), keys, at)
    if conversation is None or conversation.channel != MESSAGING:
        raise NotFound
    resume_code = await _leave(session, conversation, keys, at)
    await deliveries.drop(session, conversation_id=conversation.id)
    token = new_token()
    conversation.channel, conversation.token_hash = "web", token_hash(token)
    conversation.contact = conversation.contact_hash = None
    return conversation, token, resume_code


async def _leave(session: AsyncSession, conversation: Conversation, keys: KeyRing, at: datetime) -> str:
    """Close every way into a conversation; answers its new resume code."""
    resume_code = new_code()
    conversation.transfer_hash = conversation.transfer_until = None
    conversation.resume_hash = keys.keyed_hash(resume_code, purpose="resume")
    conversation.moved_at = at
    await notify(session, CHANNEL, str(conversation.id))
    return resume_code


async def go_on(session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime) -> None:
    """Say in the new place that it goes on, and what was said last."""
    last = await session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.sender == "bot")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    said = [Said(sentence("system.goes_on_here", conversation.language))]
    await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
    if last is not None:
        content = conversations.content_of(last, conversations.key_of(conversation, keys))
        open_now = {choice for choice, _ in conversation.offered}
        offered = [(choice, title) for choice, title in content.get("choices", []) if choice in open_now]
        again = [Said(content.get("text") or "", offered, content.get("document"))]
        await conversations.say(session, conversation=conversation, keys=keys, sender="bot", said=again, at=at)


def wants_the_web(text: str) -> bool:
    """Whether a message asks, and nothing else, to go on in the browser."""
    return _WEB.fullmatch(plain(text).strip(" ¡¿?")) is not None


def is_over(text: str) -> bool:
    """Whether a message asks to go on with a code, which then is no longer valid."""
    return find_code(text) is not None and _GOES_ON.match(plain(text)) is not None


async def way_to_the_web(
    session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime
) -> list[Said]:
    code = await offer(session, conversation=conversation, keys=keys, at=at)
    url = f"{settings().public_url.rstrip('/')}/#seguir={code}"
    return [
        Said(sentence("system.way_to_the_web", conversation.language, url=url, minutes=int(LIFE.total_seconds() // 60)))
    ]
