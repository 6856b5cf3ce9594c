"""The console's pages for those who wait for a person: the queue, the calls that were asked for, and one conversation."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Cookie, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse

from api import clock, errors
from api.access import Talker, talks
from api.clock import LIMA
from api.console import page
from api.conversations import service as conversations
from api.conversations.bot import BotSilent
from api.conversations.models import Conversation
from api.conversations.routes import Keys
from api.database import Session
from api.errors import ConversationTaken, EvidenceAltered, Forbidden, NotFound, Unauthenticated, describes
from api.evidence import custody
from api.handover import callbacks, holding, noting, reading, service, streams
from api.handover.callbacks import Outcome
from api.handover.models import Attendance
from api.security import KeyRing
from api.staff.models import StaffMember
from vocabulary.cases import CustodyAct
from vocabulary.dialogue import Language
from vocabulary.sentences import table
from vocabulary.steps import Step

ROOT = "/staff/conversaciones"
router = APIRouter(
    prefix=ROOT,
    tags=["console"],
    dependencies=[Depends(talks)],
    default_response_class=HTMLResponse,
    responses=describes(Unauthenticated, Forbidden, NotFound),
)

type Text = Annotated[str, Form(max_length=4096)]


def shown_at(moment: datetime) -> str:
    return f"{moment.astimezone(LIMA):%d/%m %H:%M}"


def _page(request: Request, name: str, member: StaffMember, *, status: int = 200, **context: Any) -> Response:
    context |= {"shown_at": shown_at, "root": ROOT}
    return page(
        request,
        f"staff/conversations/{name}.html",
        member=member,
        here="conversations",
        status=status,
        **context,
    )


def _back(path: str = "") -> Response:
    return RedirectResponse(f"{ROOT}{path}", status_code=303)


@router.get("")
async def queue(
    request: Request, member: Talker, session: Session, keys: Keys, lengua: Language | Literal[""] = ""
) -> Response:
    """Who waits for a person, and whom the reader has."""
    return await _queue(request, member, session, keys, language=lengua or None)


async def _queue(
    request: Request,
    member: StaffMember,
    session: Session,
    keys: KeyRing,
    *,
    language: Language | None = None,
    status: int = 200,
    **context: object,
) -> Response:
    at = await clock.now(session)
    return _page(
        request, "queue", member, status=status, **context, tab="queue", at=at, language=language, languages=list(Language),
        waiting=await service.waiting(session, member=member, language=language, keys=keys, at=at),
        mine=await service.had_by(session, member=member), calls=len(await callbacks.listed(session, member=member)),
    )  # fmt: skip


@router.get("/eventos", response_class=EventSourceResponse)
async def queue_events(
    member: Talker, request: Request, staff_session: Annotated[str, Cookie()] = ""
) -> EventSourceResponse:
    """Says that the queue changed; what it holds is asked for then."""
    return EventSourceResponse(streams.queue_changes(request, staff_session))


@router.get("/llamadas")
async def calls(request: Request, member: Talker, session: Session, keys: Keys) -> Response:
    """Who asked to be called."""
    listed = await callbacks.listed(session, member=member)
    rows = [
        (
            callback,
            conversation,
            conversations.draft_of(conversation, conversations.key_of(conversation, keys)).incident_type,
        )
        for callback, conversation in listed
    ]
    return _page(request, "calls", member, tab="calls", rows=rows)


@router.get("/llamadas/{callback_id}")
async def call(callback_id: uuid.UUID, request: Request, member: Talker, session: Session, keys: Keys) -> Response:
    callback, conversation = await callbacks.opened(session, callback_id=callback_id, member=member)
    at = await clock.now(session)
    found = callbacks.read(session, callback=callback, conversation=conversation, member=member, keys=keys, at=at)
    return _page(request, "call", member, tab="calls", callback=callback, call=found)


@router.post("/llamadas/{callback_id}")
async def close_call(
    callback_id: uuid.UUID, member: Talker, session: Session, outcome: Annotated[Outcome, Form()]
) -> Response:
    callback, conversation = await callbacks.opened(session, callback_id=callback_id, member=member)
    at = await clock.now(session)
    await callbacks.close(session, callback=callback, conversation=conversation, member=member, outcome=outcome, at=at)
    return _back("/llamadas")


@router.post("/{conversation_id}/tomar")
async def take(
    conversation_id: uuid.UUID, request: Request, member: Talker, session: Session, keys: Keys, text: Text = ""
) -> Response:
    """Take somebody who waits, with what was being written to them; whoever comes second is told who has them."""
    at = await clock.now(session)
    try:
        await service.take(session, conversation_id=conversation_id, member=member, keys=keys, at=at)
        conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    except (ConversationTaken, NotFound) as fault:
        return await _not_theirs(request, member, session, keys, conversation_id, fault, text)
    if text:
        return await _talk(request, member, session, keys, conversation, attendance, text=text)
    return _back(f"/{conversation_id}")


async def _not_theirs(
    request: Request,
    member: StaffMember,
    session: Session,
    keys: KeyRing,
    conversation_id: uuid.UUID,
    fault: ConversationTaken | NotFound,
    text: str = "",
    *,
    noted: bool = False,
) -> Response:
    """The queue, with what became of a conversation that another has or that they had, and with what they wrote to it, or
    ``noted`` of it. Raises the fault for who never had it."""
    taken = isinstance(fault, ConversationTaken)
    if not taken and not await holding.had(session, conversation_id=conversation_id, member=member):
        raise fault
    found = await holding.holder(session, conversation_id=conversation_id) if taken else None
    who = f"{found[1].name}, desde {shown_at(found[0].taken_at)}" if found else ""
    waits = not taken and await holding.waits(session, conversation_id=conversation_id, member=member)
    return await _queue(
        request, member, session, keys, status=fault.status,
        lost="taken" if taken else "waits" if waits else "gone", who=who, unsent=text.strip(), noted=noted, lost_id=conversation_id,
    )  # fmt: skip


@router.get("/{conversation_id}")
async def talk(
    conversation_id: uuid.UUID,
    request: Request,
    member: Talker,
    session: Session,
    keys: Keys,
    respuesta: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One conversation, for whoever has it."""
    try:
        conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    except (ConversationTaken, NotFound) as fault:
        return await _not_theirs(request, member, session, keys, conversation_id, fault)
    return await _talk(request, member, session, keys, conversation, attendance, answer=respuesta)


async def _talk(
    request: Request,
    member: StaffMember,
    session: Session,
    keys: KeyRing,
    conversation: Conversation,
    attendance: Attendance,
    *,
    answer: str = "",
    text: str = "",
    status: int = 200,
    **context: object,
) -> Response:
    at = await clock.now(session)
    shown = await _shown(session, member, keys, conversation, attendance, at)
    canned = await noting.canned(session, member=member, case=shown["case"], language=conversation.language)
    others = await service.able(session, conversation=conversation, at=at)
    steps = noting.steps_of(shown["draft"], with_voice=bool(shown["notes"]))
    return _page(
        request, "talk", member, status=status, **shown,
        canned=canned, text=text or canned.get(answer, ("", ""))[1], answer=answer, message_id=uuid.uuid4(),
        others=[one for one in others if one.id != member.id], steps=[(step, noting.label_of(step)) for step in steps],
        **context,
    )  # fmt: skip


async def _shown(
    session: Session,
    member: StaffMember,
    keys: KeyRing,
    conversation: Conversation,
    attendance: Attendance,
    at: datetime,
) -> dict[str, Any]:
    """What of a conversation is before its reader; that it was opened is written down."""
    reading.note_read(session, attendance=attendance, at=at)
    key = conversations.key_of(conversation, keys)
    case = await reading.case_of(session, conversation=conversation, member=member)
    messages = await reading.messages(session, conversation=conversation, case=case)
    draft = conversations.draft_of(conversation, key)
    return {
        "conversation": conversation,
        "messages": [conversations.read(one, key=key, keys=keys, at=at) for one in messages],
        "draft": draft,
        "facts": noting.facts_of(draft),
        "open_step": noting.label_of(Step(conversation.step)) if conversation.step in _LABELLED else None,
        "notes": await reading.voice_notes(session, conversation=conversation, member=member),
        "case": case,
        "writable": service.is_writable(conversation, at),
    }


_LABELLED = {*table("talk.field"), *table("handover.step")}


@router.get("/{conversation_id}/vivo")
async def live(conversation_id: uuid.UUID, request: Request, member: Talker, session: Session, keys: Keys) -> Response:
    """The parts of the page that change by themselves."""
    conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    at = await clock.now(session)
    shown = await _shown(session, member, keys, conversation, attendance, at)
    return _page(request, "live", member, **shown)


@router.get("/{conversation_id}/eventos", response_class=EventSourceResponse)
async def talk_events(
    conversation_id: uuid.UUID,
    member: Talker,
    request: Request,
    session: Session,
    staff_session: Annotated[str, Cookie()] = "",
) -> EventSourceResponse:
    """Says that something changed in a conversation, and that the reader has it no more."""
    await holding.own(session, conversation_id=conversation_id, member=member)
    return EventSourceResponse(streams.talk_changes(request, conversation_id, staff_session))


@router.post("/{conversation_id}/mensajes")
async def speak(
    conversation_id: uuid.UUID,
    request: Request,
    member: Talker,
    session: Session,
    keys: Keys,
    message_id: Annotated[uuid.UUID, Form()],
    text: Text = "",
) -> Response:
    try:
        conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    except (ConversationTaken, NotFound) as fault:
        return await _not_theirs(request, member, session, keys, conversation_id, fault, text)
    if not text.strip():
        problem = "Escriba algo antes de enviar."
        return await _talk(request, member, session, keys, conversation, attendance, status=422, problem=problem)
    at = await clock.now(session)
    await service.speak(
        session,
        conversation=conversation,
        attendance=attendance,
        text=text.strip(),
        message_id=message_id,
        keys=keys,
        at=at,
    )
    return _back(f"/{conversation_id}")


@router.post("/{conversation_id}/datos")
async def note(
    conversation_id: uuid.UUID,
    request: Request,
    member: Talker,
    session: Session,
    keys: Keys,
    step: Annotated[Step, Form()],
    value: Text = "",
) -> Response:
    """Fill or correct a field for the citizen."""
    at, problem, draft = await clock.now(session), "", None
    before = await session.get(Conversation, conversation_id)
    seen = before and before.draft
    if before and await holding.held(session, conversation_id=conversation_id, member=member):
        try:
            draft = await noting.read(
                session, conversation=before, member=member, step=step, text=value, bot=request.app.state.turns.bot,
                keys=keys, at=at,
            )  # fmt: skip
        except BotSilent:
            problem = "El asistente no responde ahora, así que el dato no quedó anotado. Pruebe otra vez en un momento."
    try:
        conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    except (ConversationTaken, NotFound) as fault:
        return await _not_theirs(request, member, session, keys, conversation_id, fault, value, noted=True)
    if draft is None:
        problem = problem or f"«{value.strip()}» no se entiende como {noting.label_of(step).lower()}."
    elif conversation.draft != seen:
        problem = "Mientras tanto cambió lo que el asistente entendió. Mírelo y anote otra vez el dato."
    else:
        await noting.note(session, conversation=conversation, member=member, draft=draft, keys=keys, at=at)
    if problem:
        return await _talk(
            request,
            member,
            session,
            keys,
            conversation,
            attendance,
            status=422,
            problem=problem,
            step=step,
            value=value,
        )
    return _back(f"/{conversation_id}")


@router.post("/{conversation_id}/devolver")
async def give_back(conversation_id: uuid.UUID, request: Request, member: Talker, keys: Keys) -> Response:
    """Have the bot go on where it was: its question is put once the conversation is its own again."""
    await _leave(request, conversation_id, member, keys, to_bot=True)
    await request.app.state.turns.wait(conversation_id, seconds=1)
    return _back()


@router.post("/{conversation_id}/terminar")
async def end(conversation_id: uuid.UUID, request: Request, member: Talker, keys: Keys) -> Response:
    await _leave(request, conversation_id, member, keys, to_bot=False)
    return _back()


async def _leave(
    request: Request, conversation_id: uuid.UUID, member: StaffMember, keys: KeyRing, *, to_bot: bool
) -> None:
    """Committed before the bot is asked, so in a transaction of its own."""
    async with request.app.state.sessions.begin() as session:
        conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
        at = await clock.now(session)
        await service.leave(
            session, conversation=conversation, attendance=attendance, member=member, to_bot=to_bot, keys=keys, at=at
        )


@router.post("/{conversation_id}/pasar")
async def pass_on(
    conversation_id: uuid.UUID, member: Talker, session: Session, keys: Keys, to: Annotated[uuid.UUID, Form()]
) -> Response:
    conversation, attendance = await holding.own(session, conversation_id=conversation_id, member=member)
    at = await clock.now(session)
    await service.pass_on(session, conversation=conversation, attendance=attendance, to=to, keys=keys, at=at)
    return _back()


@router.get("/{conversation_id}/voz/{evidence_id}", response_class=Response)
async def hear(
    conversation_id: uuid.UUID, evidence_id: uuid.UUID, request: Request, member: Talker, session: Session, keys: Keys
) -> Response:
    """A voice note of a conversation, for whoever has that; that it was opened is written down."""
    conversation, _ = await holding.own(session, conversation_id=conversation_id, member=member)
    notes = await reading.voice_notes(session, conversation=conversation, member=member)
    item = next((one for one in notes if one.id == evidence_id), None)
    if item is None:
        raise NotFound
    key, at = conversations.key_of(conversation, keys), await clock.now(session)
    data = await custody.handle(session, item=item, act=CustodyAct.OPENED, actor=member, key=key, at=at)
    if data is None:  # no error, which would undo that it was written down
        return errors.told(request, EvidenceAltered)
    return Response(data, media_type=item.media_type, headers={"Content-Disposition": "attachment"})
