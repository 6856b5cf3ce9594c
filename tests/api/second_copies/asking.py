"""Filing a complaint, asking for its copy and answering, as the api and the worker do it."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from api.cases.models import Case
from api.challenges.models import Challenge
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.copies import service as copies
from api.copies.models import Copy
from api.jobs import tasks
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.outbox.senders import NotSent
from api.second_copies import service as second_copies
from api.second_copies.service import Result
from vocabulary.dialogue import Language

DNI, OTHER_DNI = "45678912", "11111111"


def a_phone() -> str:
    return f"+519{uuid.uuid4().int % 10**8:08d}"


async def filed(desk: Desk, **changes: Any) -> Case:
    """A complaint with its copy issued, as the worker would."""
    at = datetime.now(UTC)
    told = {
        "incident_type": "theft",
        "narrative": "Me sacaron la billetera",
        "document_number": DNI,
        "phone": a_phone(),
    }
    async with desk.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=at
        )
        key = conversations.key_of(conversation, desk.keys)
        source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
        draft = Draft.model_validate(told | {"consented_at": at, "sworn_at": at} | changes)
        case = await complaints.file(session, draft=draft, source=source, keys=desk.keys, at=at)
        conversation.case_id = case.id
        if case.anonymous or not complaints.copy_at_once(case):
            await copies.request(session, case=case, at=at)  # an officer looked at it
    async with desk.sessions() as session:
        requested = list(await session.scalars(select(Copy.id).where(Copy.case_id == case.id)))
    for copy_id in requested:
        await tasks.issue_copy(desk, copy_id=str(copy_id))
    return case


async def ask(
    desk: Desk,
    bound_to: str,
    *,
    number: str | None,
    document: str = DNI,
    at: datetime | None = None,
    asked_by: str | None = None,
    address: bytes | None = None,
) -> None:
    async with desk.sessions.begin() as session:
        await second_copies.ask(
            session,
            case_number=number,
            document_number=document,
            bound_to=bound_to,
            address_hash=address,
            asked_by=asked_by,
            keys=desk.keys,
            at=at or datetime.now(UTC),
        )


async def work(desk: Desk, bound_to: str) -> None:
    """What the worker does for a request: send the code, if there is anybody to send it to."""
    async with desk.sessions() as session:
        asked = list(await session.scalars(select(Challenge.id).where(Challenge.bound_to == bound_to)))
    for challenge_id in asked:
        await tasks.send_code(desk, challenge_id=str(challenge_id))
        await tasks.post_code(desk, challenge_id=str(challenge_id))
    async with desk.sessions() as session:
        waiting = list(await session.scalars(select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None))))
    for message_id in waiting:
        with suppress(NotSent):  # another test's, which nobody takes
            await tasks.send_message(desk, message_id=str(message_id))


async def codes_sent(desk: Desk, address: str) -> list[str]:
    async with desk.sessions() as session:
        sent = await outbox.sent_to(session, address=address, keys=desk.keys)
    return [outbox.content_of(message, desk.keys)["code"] for message in sent]


async def answer(
    desk: Desk, bound_to: str, code: str, *, at: datetime | None = None, answered_by: str | None = None
) -> Result:
    async with desk.sessions.begin() as session:
        return await second_copies.answer(
            session,
            bound_to=bound_to,
            code=code,
            answered_by=answered_by,
            keys=desk.keys,
            at=at or datetime.now(UTC),
        )


def a_place() -> str:
    return f"page:{uuid.uuid4()}"
