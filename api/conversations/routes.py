"""The citizen's conversation over HTTP."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, File, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import clock
from api.access import CitizenToken, address_hash, public
from api.conversations import service
from api.conversations.channels import provider, transfer
from api.conversations.models import Conversation, Message
from api.conversations.schemas import (
    MESSAGE_CAP,
    Answer,
    AttachmentRead,
    ConversationCreate,
    ConversationOpened,
    ConversationRead,
    MessageCreate,
    MessageList,
    PendingAnswer,
    ResumeRequest,
    Transfer,
)
from api.database import Session
from api.errors import (
    ChoiceNotOffered,
    IdempotencyConflict,
    Malformed,
    NotFound,
    NotMovable,
    TooLarge,
    Unauthenticated,
    UnknownMediaType,
    describes,
)
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.security import KeyRing
from api.settings import settings
from vocabulary.sentences import sentence

router = APIRouter(prefix="/api/v1", tags=["conversations"])
_HEARTBEAT = 15.0


def _keys(request: Request) -> KeyRing:
    keys: KeyRing = request.app.state.keys
    return keys


Keys = Annotated[KeyRing, Depends(_keys)]


async def _own(conversation_id: uuid.UUID, token: CitizenToken, session: Session) -> Conversation:
    return await service.by_token(session, conversation_id=conversation_id, token=token)


OwnConversation = Annotated[Conversation, Depends(_own, scope="function")]
_OWN = describes(Unauthenticated, NotFound, Malformed)


@router.post(
    "/conversations",
    status_code=201,
    response_model=ConversationOpened,
    responses=describes(Malformed),
    dependencies=[public],
)
async def open_conversation(
    body: ConversationCreate, request: Request, response: Response, session: Session, keys: Keys
) -> ConversationOpened:
    at = await clock.now(session)
    conversation, token, resume_code = await service.open_conversation(
        session, channel=body.channel, language=body.language, keys=keys, at=at
    )
    conversation.address_hash = address_hash(request, keys)
    await request.app.state.turns.open(session, conversation=conversation, at=at)
    return await _opened(request, response, session, conversation, token, resume_code, keys)


@router.post(
    "/conversations/resume",
    response_model=ConversationOpened,
    responses=describes(NotFound, Malformed),
    dependencies=[public],
)
async def resume_conversation(
    body: ResumeRequest, request: Request, response: Response, session: Session, keys: Keys
) -> ConversationOpened:
    try:
        conversation, token, code = await service.resume(session, typed_code=body.resume_code, keys=keys)
    except NotFound:  # it may be one that moves a conversation here
        at = await clock.now(session)
        conversation, token, code = await transfer.to_web(
            session, typed_code=body.resume_code, nonce=body.nonce, keys=keys, at=at
        )
    return await _opened(request, response, session, conversation, token, code, keys)


async def _opened(
    request: Request,
    response: Response,
    session: Session,
    conversation: Conversation,
    token: str,
    resume_code: str,
    keys: KeyRing,
) -> ConversationOpened:
    key = service.key_of(conversation, keys)
    at = await clock.now(session)
    messages = await service.messages_after(session, conversation_id=conversation.id, after=0)
    response.set_cookie(
        "session", token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/api/v1"
    )
    return ConversationOpened(
        id=conversation.id,
        token=token,
        resume_code=resume_code,
        messages=[service.read(m, key=key, keys=keys, at=at) for m in messages],
        state=await service.state_of(session, conversation=conversation, key=key),
    )


@router.post(
    "/conversations/{conversation_id}/transfer",
    status_code=201,
    response_model=Transfer,
    responses=_OWN | describes(NotMovable),
)
async def offer_transfer(conversation: OwnConversation, session: Session, keys: Keys) -> Transfer:
    """A code that moves the conversation to WhatsApp, once and soon: sent there as a text, it goes on there alone."""
    at = await clock.now(session)
    locked = await service.locked(session, conversation_id=conversation.id)
    code = await transfer.offer(session, conversation=locked, keys=keys, at=at)
    number = provider.whatsapp_number()
    text = sentence("web.transfer_text", locked.language, code=code)
    url = f"https://wa.me/{number.removeprefix('+')}?{urlencode({'text': text}, quote_via=quote)}" if number else None
    return Transfer(code=code, expires_at=at + transfer.LIFE, whatsapp_url=url)


@router.delete("/session", status_code=204, responses=describes(Unauthenticated))
async def leave(token: CitizenToken, session: Session, response: Response) -> None:
    """Forget this device at once; the resume code still opens the conversation."""
    await service.forget_token(session, token=token)
    response.delete_cookie("session", path="/api/v1")


@router.get("/conversations/{conversation_id}", response_model=ConversationRead, responses=_OWN)
async def read_conversation(conversation: OwnConversation, session: Session, keys: Keys) -> ConversationRead:
    key = service.key_of(conversation, keys)
    return ConversationRead(
        id=conversation.id, state=await service.state_of(session, conversation=conversation, key=key)
    )


@router.get("/conversations/{conversation_id}/messages", response_model=MessageList, responses=_OWN)
async def list_messages(
    conversation: OwnConversation,
    session: Session,
    keys: Keys,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> MessageList:
    key, at = service.key_of(conversation, keys), await clock.now(session)
    found = await service.messages_after(session, conversation_id=conversation.id, after=after)
    return MessageList(messages=[service.read(m, key=key, keys=keys, at=at) for m in found])


@router.post(
    "/conversations/{conversation_id}/messages",
    response_model=Answer,
    responses=_OWN | {202: {"model": PendingAnswer}} | describes(IdempotencyConflict, ChoiceNotOffered, TooLarge),
)
async def send_message(
    conversation_id: uuid.UUID, body: MessageCreate, token: CitizenToken, request: Request, keys: Keys
) -> Response:
    """The message is committed before it is answered, so this route handles its transactions itself."""
    if body.text is not None and len(body.text) > MESSAGE_CAP:
        raise TooLarge
    sessions = request.app.state.sessions
    async with sessions.begin() as session:
        await service.by_token(session, conversation_id=conversation_id, token=token)
        message = await service.store(
            session, conversation_id=conversation_id, body=body, keys=keys, at=await clock.now(session)
        )
        await _arrive(session, message, body, keys)
    if message.awaits_reply:
        await request.app.state.turns.wait(conversation_id, seconds=settings().turn_wait_seconds)
    async with sessions() as session:
        return await _answer(session, conversation_id, message.id, keys)


async def _arrive(session: Session, message: Message, body: MessageCreate, keys: KeyRing) -> None:
    """The first message in a conversation that moved here says whether it is the same person's; the bot has no part in it."""
    conversation = await service.locked(session, conversation_id=message.conversation_id)
    if conversation.arriving and message.awaits_reply:
        message.awaits_reply = False
        at = await clock.now(session)
        await transfer.arrive(
            session,
            conversation=conversation,
            text=body.text or "",
            choice=body.choice,
            keys=keys,
            at=at,
            reply_to=message.seq,
        )


async def _answer(session: Session, conversation_id: uuid.UUID, message_id: uuid.UUID, keys: KeyRing) -> Response:
    conversation = await session.get_one(Conversation, conversation_id)
    message = await session.get_one(Message, message_id)
    key, at = service.key_of(conversation, keys), await clock.now(session)
    if message.awaits_reply:
        replies = [m for m in await service.messages_after(session, conversation_id=conversation_id, after=message.seq)
                   if m.sender == "system"]  # fmt: skip
    else:
        replies = list(await service.replies_to(session, message=message))
    state = service.state_after(message, key) or await service.state_of(session, conversation=conversation, key=key)
    shape = PendingAnswer if message.awaits_reply else Answer
    answer = shape(
        message=service.read(message, key=key, keys=keys, at=at),
        replies=[service.read(m, key=key, keys=keys, at=at) for m in replies],
        state=state,
    )
    return JSONResponse(answer.model_dump(mode="json"), status_code=202 if message.awaits_reply else 200)


@router.post(
    "/conversations/{conversation_id}/attachments",
    status_code=201,
    response_model=AttachmentRead,
    responses=_OWN | describes(TooLarge, UnknownMediaType),
)
async def attach(
    conversation: OwnConversation, session: Session, keys: Keys, file: Annotated[UploadFile, File()]
) -> EvidenceItem:
    data = await file.read(settings().attachment_bytes + 1)
    return await evidence.receive(
        session,
        conversation_id=conversation.id,
        key=service.key_of(conversation, keys),
        name=file.filename or "",
        data=data,
        at=await clock.now(session),
    )


@router.get(
    "/conversations/{conversation_id}/attachments/{attachment_id}/preview", response_class=Response, responses=_OWN
)
async def preview(conversation: OwnConversation, attachment_id: uuid.UUID, session: Session, keys: Keys) -> Response:
    """A small re-encoded picture of an image that was sent, once it has been made."""
    key = service.key_of(conversation, keys)
    jpeg = await evidence.preview(session, conversation_id=conversation.id, evidence_id=attachment_id, key=key)
    return Response(jpeg, media_type="image/jpeg")


@router.get("/conversations/{conversation_id}/events", response_class=EventSourceResponse, responses=_OWN)
async def events(
    conversation_id: uuid.UUID,
    token: CitizenToken,
    request: Request,
    keys: Keys,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> EventSourceResponse:
    """Messages after ``Last-Event-ID`` (a message's seq) and on, the state at each change, and who is typing."""
    async with request.app.state.sessions() as session:
        await service.by_token(session, conversation_id=conversation_id, token=token)
    seen = int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else after
    return EventSourceResponse(_stream(request, conversation_id, token, keys, min(seen, 2**31 - 1)))


async def _stream(
    request: Request, conversation_id: uuid.UUID, token: str, keys: KeyRing, seen: int
) -> AsyncIterator[ServerSentEvent]:
    told: tuple[str, bool] | None = None
    async for _ in request.app.state.listener.changes(str(conversation_id), heartbeat=_HEARTBEAT):
        async with request.app.state.sessions() as session:
            try:
                conversation = await service.by_token(session, conversation_id=conversation_id, token=token)
            except NotFound:  # the token died or the conversation was deleted: the stream ends
                return
            key, at = service.key_of(conversation, keys), await clock.now(session)
            fresh = await service.messages_after(session, conversation_id=conversation_id, after=seen)
            state = await service.state_of(session, conversation=conversation, key=key)
            typing = await service.awaits_reply(session, conversation_id=conversation_id)
        for message in fresh:
            seen = message.seq
            shown = service.read(message, key=key, keys=keys, at=at)
            yield ServerSentEvent(shown.model_dump_json(), event="message", id=str(seen))
        now = (state.model_dump_json(), typing)
        if told is None or now[0] != told[0]:
            yield ServerSentEvent(now[0], event="state")
        if told is None or typing != told[1]:
            yield ServerSentEvent(f'{{"typing":{str(typing).lower()}}}', event="typing")
        told = now
