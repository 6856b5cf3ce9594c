"""What staff see first is what is urgent, and whatever is much hides nothing else."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from api.conversations import service as conversations
from api.conversations.channels import routes
from api.conversations.channels.base import Status
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.evidence import service as evidence
from api.jobs.desk import Desk
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_number, an_app, as_staff, heard, said


async def undelivered(desk: Desk, status: Status, *, count: int = 1, urgency: int = 0, days: int = 1) -> list[str]:
    """A conversation with so many parts of that status since so many days; their ids."""
    conversation = await heard(desk, a_number())
    await said(desk, conversation, *["x"] * count)
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).urgency = urgency
        ours = Delivery.message_id.in_(select(Message.id).where(Message.conversation_id == conversation))
        since = datetime.now(UTC) - timedelta(days=days)
        await session.execute(update(Delivery).where(ours).values(status=status, changed_at=since))
        return [str(one) for one in await session.scalars(select(Delivery.id).where(ours))]


async def listed(client: httpx.AsyncClient, path: str) -> list[str]:
    """The ids of a whole list, page by page."""
    found: list[str] = []
    after: dict[str, str] = {}
    while page := (await client.get(f"/api/v1/{path}", params=after)).json():
        found += [one["id"] for one in page]
        after = {"after": page[-1]["cursor"]}
    return found


async def test_what_waits_for_the_citizen_hides_no_failure_and_what_is_urgent_comes_first(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 3)
    held = await undelivered(desk, Status.HELD, count=5, days=9)
    old = await undelivered(desk, Status.FAILED, count=5, days=8)
    young = await undelivered(desk, Status.GIVEN_UP, days=2)
    urgent = await undelivered(desk, Status.UNKNOWN, urgency=2)
    async with an_app() as client:
        await as_staff(client)
        found = await listed(client, "undelivered")
        ours = [one for one in found if one in {*held, *old, *young, *urgent}]
        assert ours == [*urgent, *sorted(old), *young]
        assert len(found) == len(set(found))
        waiting = (await client.get("/api/v1/undelivered", params={"held": True})).json()
        assert {one["status"] for one in waiting} == {"held"}


async def test_voice_notes_come_in_pages_the_most_urgent_first(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 2)
    notes = []
    for urgency in (0, 0, 0, 2):
        conversation = await heard(desk, a_number())
        async with desk.sessions.begin() as session:
            one = await session.get_one(Conversation, conversation)
            one.urgency = urgency
            item = await evidence.receive(
                session, conversation_id=conversation, key=conversations.key_of(one, desk.keys), name="voz",
                data=b"OggS" + bytes(200), at=datetime.now(UTC),
            )  # fmt: skip
        notes.append(str(item.id))
    async with an_app() as client:
        await as_staff(client)
        found = [one for one in await listed(client, "voice-notes") if one in notes]
    assert found == [notes[3], *notes[:3]]


@pytest.mark.parametrize(
    "cursor", ["", "x", "0~x~y", "9~2026-11-20T00:00:00+00:00~5b5f4f34-5a43-4a41-9d4b-1d1a1a3f2f10", "0~2026-11-20~1"]
)
async def test_what_is_no_cursor_is_malformed(desk: Desk, whatsapp: Emulators, cursor: str) -> None:
    async with an_app() as client:
        await as_staff(client)
        for path in ("undelivered", "voice-notes"):
            assert (await client.get(f"/api/v1/{path}", params={"after": cursor})).status_code == 422
