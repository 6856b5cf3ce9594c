"""One conversation, many channels: a code that works once moves it from the web to messaging, or back.

A conversation is in one place at a time. What opened it before opens it no more, what was said before is not shown in the
new place, and whoever comes is asked whether they are the person that the complaint names: a code may have been made by
somebody else, and a telephone may be in other hands. For the same reason one that has a case, or in which violence was
told, stays where it is.
"""

import hmac
import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.base import chosen, plain
from api.conversations.models import Conversation, Message
from api.conversations.service import CHANNEL, Said
from api.database import notify
from api.errors import NotFound, NotMovable
from api.security import KeyRing, new_token, token_hash
from api.settings import settings
from vocabulary.codes import find_code, new_code, normalise_code
from vocabulary.dialogue import Choice
from vocabulary.sentences import sentence

MESSAGING = "whatsapp"
LIFE = timedelta(minutes=15)
_WEB = re.compile(
    r"(?:quiero |prefiero |mejor |puedo |como )?(?:seguir|sigo|continuar|continuo|terminar|pasar)"
    r"(?: esto| mi denuncia| la denuncia)? (?:en|por|a|desde) (?:la |una |mi )?(?:web|pagina(?: web)?|computadora|pc|laptop|internet)"
    r"|web"
)
_CODE = re.compile(r"(?:continuar|seguir)?(?: con el c[oó]digo)?\s*(?:[0-9a-z]{4}[\s-]?){3}[0-9a-z]{4}\b", re.I)

_IT_IS_ME = re.compile(
    r"(?:si+|claro|correcto|asi es|soy yo|yo)(?:,? (?:si|claro|soy yo|soy|yo|pe|senor|senora|por favor|es mia?))*"
)


async def offer(session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime) -> str:
    """A new code that moves this conversation, whose row is locked, once within ``LIFE``; an earlier one dies.

    Raises ``NotMovable``.
    """
    draft = conversations.draft_of(conversation, conversations.key_of(conversation, keys))
    nameless = not draft.full_name and (draft.document_number or draft.phone or draft.email)
    if conversation.case_id or conversation.disclosed or draft.sworn_at or nameless:
        raise NotMovable
    code = new_code()
    conversation.transfer_hash = keys.keyed_hash(code, purpose="transfer")
    conversation.transfer_until, conversation.transfer_nonce = at + LIFE, None
    await session.flush()
    return code


async def _offered(session: AsyncSession, code: str | None, keys: KeyRing, at: datetime) -> Conversation | None:
    if code is None:
        return None
    hashed = keys.keyed_hash(code, purpose="transfer")
    query = select(Conversation).where(Conversation.transfer_hash == hashed, Conversation.transfer_until > at)
    found = await session.scalar(query.with_for_update())
    return None if found is None or found.case_id or found.disclosed else found


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
    conversation.transfer_hash = conversation.transfer_until = None
    conversation.channel, conversation.token_hash = MESSAGING, None
    bind(conversation, contact=contact, contact_hash=contact_hash, keys=keys)
    return conversation


async def to_web(
    session: AsyncSession, *, typed_code: str, nonce: str | None, keys: KeyRing, at: datetime
) -> tuple[Conversation, str, str]:
    """Move the conversation of a code to the web; answers it, its token and its new resume code. Raises ``NotFound``.

    The same code with the same ``nonce`` may come again, as it does where the answer was lost on its way.
    """
    conversation = await _offered(session, normalise_code(typed_code), keys, at)
    hashed = keys.keyed_hash(nonce, purpose="transfer:nonce") if nonce else None
    if conversation is None:
        raise NotFound
    known = conversation.transfer_nonce
    again = bool(known and hashed and hmac.compare_digest(known, hashed))
    if not again and (conversation.channel != MESSAGING or known):
        raise NotFound
    resume_code = await _leave(session, conversation, keys, at)
    token = new_token()
    conversation.token_hash, conversation.transfer_nonce = token_hash(token), hashed
    if hashed is None:
        conversation.transfer_hash = conversation.transfer_until = None
    if not again:
        await deliveries.drop(session, conversation_id=conversation.id)
        conversation.channel = "web"
        conversation.contact = conversation.contact_hash = None
        await go_on(session, conversation=conversation, keys=keys, at=at)
    return conversation, token, resume_code


async def _leave(session: AsyncSession, conversation: Conversation, keys: KeyRing, at: datetime) -> str:
    """Close every way into a conversation and what was said in it; answers its new resume code."""
    resume_code = new_code()
    conversation.resume_hash = keys.keyed_hash(resume_code, purpose="resume")
    if conversation.moved_at is None or conversation.transfer_nonce is None:
        conversation.moved_at, conversation.shown_after = at, conversation.last_seq
    await notify(session, CHANNEL, str(conversation.id))
    return resume_code


async def go_on(
    session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime, reply_to: int | None = None
) -> None:
    """Say in the new place that it goes on, and what was asked last; first, where somebody is named, whether it is they."""
    key, language = conversations.key_of(conversation, keys), conversation.language

    async def say(sender: str, said: Said) -> None:
        conversation.offered = list(said.choices)
        await conversations.say(
            session, conversation=conversation, keys=keys, sender=sender, said=[said], at=at, reply_to=reply_to
        )

    name = conversations.draft_of(conversation, key).full_name
    if name is not None and not conversation.arriving:
        conversation.arriving = True
        await say("system", Said(sentence("system.is_it_you", language, name=name), _answers(language)))
        return
    conversation.arriving = False
    await say("system", Said(sentence("system.goes_on_here", language)))
    last = await session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.sender == "bot")
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if last is not None:
        content = conversations.content_of(last, key)
        await say("bot", Said(content.get("text") or "", [(i, title) for i, title in content.get("choices", [])]))


def _answers(language: str) -> list[tuple[str, str]]:
    return [
        (Choice.YES.value, sentence("system.it_is_me", language)),
        (Choice.NO.value, sentence("system.it_is_not_me", language)),
    ]


async def arrive(
    session: AsyncSession,
    *,
    conversation: Conversation,
    text: str,
    choice: str | None,
    keys: KeyRing,
    at: datetime,
    reply_to: int | None = None,
) -> bool:
    """Take the answer of who came to a conversation whose row is locked; whether they are the person that it names.

    Whoever is not, or says anything else, does not go on in it.
    """
    answered = choice or chosen(text, _answers(conversation.language), numbered=True)
    if answered == Choice.YES or (answered is None and _IT_IS_ME.fullmatch(plain(text))):
        await go_on(session, conversation=conversation, keys=keys, at=at, reply_to=reply_to)
        return True
    conversation.arriving = False
    conversation.token_hash = conversation.contact = conversation.contact_hash = None
    await notify(session, CHANNEL, str(conversation.id))
    return False


def without_code(text: str) -> str:
    """What a message says beside a code and the words that bring it."""
    return _CODE.sub("", text, count=1).strip(" .,:;\n")


def wants_the_web(text: str) -> bool:
    """Whether a message asks, and nothing else, to go on in the browser."""
    return _WEB.fullmatch(plain(text).strip(" ¡¿?")) is not None


def is_over(text: str) -> bool:
    """Whether a message asks to go on with a code, which then is no longer valid."""
    return find_code(text) is not None and plain(text).startswith(("continuar", "seguir"))


async def way_to_the_web(
    session: AsyncSession, *, conversation: Conversation, keys: KeyRing, at: datetime
) -> list[Said]:
    """The link that moves the conversation to the web, or why there is none."""
    try:
        code = await offer(session, conversation=conversation, keys=keys, at=at)
    except NotMovable:
        return [Said(sentence("system.not_movable", conversation.language, url=settings().public_url))]
    url, minutes = f"{settings().public_url.rstrip('/')}/#seguir={code}", int(LIFE.total_seconds() // 60)
    return [Said(sentence("system.way_to_the_web", conversation.language, url=url, minutes=minutes))]
