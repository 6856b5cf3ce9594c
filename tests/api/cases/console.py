"""A case at a station, and members of staff in front of it."""

import re
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import select

from api.app import create_app
from api.audit.models import AuditEntry
from api.cases import service as cases
from api.cases.models import Case, CaseEntry
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.conversations.schemas import MessageCreate
from api.jobs.desk import Desk
from api.staff import service as staff
from api.staff.models import StaffMember
from vocabulary.cases import EntryKind, Role
from vocabulary.dialogue import Language

STATION, OTHER_STATION = "150132", "150115"
HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class Person:
    """A member of staff and their browser."""

    member: StaffMember
    client: httpx.AsyncClient

    async def opens(self, case: Case, *, status: int = 200) -> str:
        answer = await self.client.get(f"/staff/casos/{case.number}")
        assert answer.status_code == status, answer.text
        return answer.text

    async def does(self, case: Case, act: str, *, seen: int | None = None, **typed: object) -> httpx.Response:
        """Send in the form of an act, as it stands on the page unless ``seen`` is given."""
        if seen is None:
            found = re.search(r'name="seen" value="(\d+)"', await self.opens(case))
            assert found
            seen = int(found[1])
        path = f"/staff/casos/{case.number}/actos/{act}"
        return await self.client.post(path, data={"seen": seen} | typed)

    async def did(self, case: Case, act: str, **typed: object) -> None:
        answer = await self.does(case, act, **typed)
        assert answer.status_code == 303, answer.text


class Console:
    """The app and whoever sits before it."""

    def __init__(self, desk: Desk, transport: httpx.ASGITransport) -> None:
        self.desk = desk
        self._transport = transport

    async def enters(self, role: Role = Role.OFFICER, *, station: str = STATION, name: str = "") -> Person:
        login, at = f"{role}-{uuid.uuid4().hex[:8]}", datetime.now(UTC)
        async with self.desk.sessions.begin() as session:
            member, _ = await staff.add(
                session, login=login, name=name or login, role=role, station_code=station, at=at
            )
            token = await staff.open_session(session, member=member, at=at)
        headers = HTML | {"Origin": "http://console", "Cookie": f"{staff.COOKIE}={token}"}
        return Person(member, httpx.AsyncClient(transport=self._transport, base_url="http://console", headers=headers))

    async def files(self, *, station: str = STATION, said: str = "Buenas", **changes: Any) -> Case:
        """A complaint that was filed on the web."""
        at, keys = datetime.now(UTC), self.desk.keys
        told = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "full_name": "Rosa Quispe",
                "phone": "+51987654321"}  # fmt: skip
        async with self.desk.sessions.begin() as session:
            conversation, _, _ = await conversations.open_conversation(
                session, channel="web", language=Language.SPANISH, keys=keys, at=at
            )
            body = MessageCreate(client_message_id="1", text=said)
            await conversations.store(session, conversation_id=conversation.id, body=body, keys=keys, at=at)
            draft = Draft.model_validate(told | {"consented_at": at, "sworn_at": at} | changes)
            key = conversations.key_of(conversation, keys)
            source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
            case = await complaints.file(session, draft=draft, source=source, keys=keys, at=at, station_code=station)
            conversation.case_id = case.id
        return case

    async def citizen(self, case: Case, kind: EntryKind, note: str, **detail: object) -> CaseEntry:
        """The complainant asks or answers."""
        async with self.desk.sessions.begin() as session:
            found = await session.get_one(Case, case.id)
            return await cases.add_entry(
                session, case=found, kind=kind, actor=None, at=datetime.now(UTC), keys=self.desk.keys, note=note,
                detail=detail or None,
            )  # fmt: skip

    async def now(self, case: Case) -> Case:
        """The case as it stands."""
        async with self.desk.sessions() as session:
            return await session.get_one(Case, case.id)

    async def entries(self, case: Case) -> Sequence[CaseEntry]:
        async with self.desk.sessions() as session:
            return await cases.entries_of(session, case=case)

    async def notes(self, case: Case) -> list[str]:
        key = cases.key_of(case, self.desk.keys)
        return [note for entry in await self.entries(case) if (note := cases.note_of(entry, key))]

    async def audited(self, person: Person, case: Case) -> list[str]:
        """What a member did to a case, in order, by the audit."""
        async with self.desk.sessions() as session:
            query = select(AuditEntry.act).where(
                AuditEntry.actor == f"staff:{person.member.id}", AuditEntry.subject == f"case:{case.id}"
            )
            return list(await session.scalars(query.order_by(AuditEntry.id)))


@asynccontextmanager
async def a_console(desk: Desk) -> AsyncIterator[Console]:
    app = create_app()
    async with app.router.lifespan_context(app):
        yield Console(desk, httpx.ASGITransport(app))
