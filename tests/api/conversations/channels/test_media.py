"""Files of WhatsApp: fetched, kept as evidence with their message, and said to be lost if they are."""

import hashlib
import io
import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from PIL import Image
from sqlalchemy import select, update

from api.audit.models import AuditEntry
from api.audit.service import Act
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.channels import media as files
from api.conversations.channels.base import Media
from api.conversations.channels.deliveries import Later
from api.conversations.channels.models import InboundMedia
from api.conversations.models import Conversation, Message
from api.errors import TooLarge
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from api.settings import settings
from api.staff.models import StaffSession
from api.stations.service import INSPECTORATE_CODE
from tests.api.complaints.test_filing import a_draft
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import (
    Server,
    a_message,
    a_number,
    a_server,
    an_app,
    as_staff,
    file_complaint,
    heard,
    put_draft,
    take,
    told,
)
from vocabulary.sentences import sentence
from vocabulary.steps import Step

PATH = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
REFERENCE = f"https://api.twilio.com{PATH}"
VOICE = b"OggS" + bytes(range(200))


@pytest.fixture
async def provider(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """An installation whose provider hands out what a test says."""
    async with a_server() as server:
        monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
        monkeypatch.setenv("COMISARIO_TWILIO_URL", server.url)
        settings.cache_clear()
        yield server
    settings.cache_clear()


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, "JPEG")
    return out.getvalue()


async def sent(desk: Desk, kind: str, *, reference: str = REFERENCE, text: str | None = None) -> uuid.UUID:
    found = await take(desk, a_message(a_number(), text=text, media=(Media(reference, kind),)))
    assert found is not None
    return found


async def fetch(desk: Desk, conversation: uuid.UUID) -> None:
    async with desk.sessions() as session:
        query = select(InboundMedia.id).join(Message).where(Message.conversation_id == conversation)
        waiting = list(await session.scalars(query))
    for media_id in waiting:
        await messaging.fetch_media(desk, media_id=str(media_id))


async def a_voice_note(desk: Desk, conversation: uuid.UUID) -> str:
    """A voice note that has come; its id."""
    async with desk.sessions.begin() as session:
        found = await session.get_one(Conversation, conversation)
        key = conversations.key_of(found, desk.keys)
        item = await evidence.receive(
            session, conversation_id=conversation, key=key, name="voz.ogg", data=VOICE, at=datetime.now(UTC)
        )
    return str(item.id)


async def audible(client: httpx.AsyncClient, note: str, *, role: str = "officer", station: str = "000000") -> bool:
    """Whether a member of staff is told of a voice note, and may open it, which goes together."""
    await as_staff(client, role=role, station=station)
    listed = note in [one["id"] for one in (await client.get("/api/v1/voice-notes")).json()]
    for path in ("", "/transcript"):
        assert ((await client.get(f"/api/v1/voice-notes/{note}{path}")).status_code == 200) is (listed and not path)
    assert ((await client.post(f"/api/v1/voice-notes/{uuid.uuid4()}/heard")).status_code) == 404
    return listed


async def kept(desk: Desk, conversation: uuid.UUID) -> list[EvidenceItem]:
    async with desk.sessions() as session:
        query = select(EvidenceItem).where(EvidenceItem.conversation_id == conversation)
        return list(await session.scalars(query))


async def test_a_photo_is_kept_with_its_message_and_its_hash_is_taken_at_receipt(desk: Desk, provider: Server) -> None:
    provider.leads(PATH, "/cdn/photo")
    provider.says("/cdn/photo", photo(), kind="image/jpeg")
    conversation = await sent(desk, "image/jpeg", text="así quedó mi puerta")
    await fetch(desk, conversation)
    (item,) = await kept(desk, conversation)
    assert (item.media_type, item.sha256) == ("image/jpeg", hashlib.sha256(photo()).hexdigest())
    async with desk.sessions() as session:
        found = await session.get_one(Conversation, conversation)
        query = select(Message).where(Message.conversation_id == conversation, Message.sender == "citizen")
        content = conversations.content_of((await session.scalars(query)).one(), conversations.key_of(found, desk.keys))
    assert content["text"] == "así quedó mi puerta"
    assert (content["attachment_ids"], content["files_to_come"]) == ([str(item.id)], 0)
    await fetch(desk, conversation)
    assert len(await kept(desk, conversation)) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"PK\x03\x04" + b"\0" * 60, "file_unknown"),
        (photo() + b"<html>"[:0] + b"\0" * 10 + b"PK\x05\x06" + b"\0" * 18, "file_unknown"),
        (b"\0" * (26 * 1024 * 1024), "file_too_large"),
    ],
    ids=["archive", "polyglot", "large"],
)
async def test_what_is_not_taken_is_told_kindly(desk: Desk, provider: Server, body: bytes, said: str) -> None:
    provider.says(PATH, body)
    conversation = await sent(desk, "image/jpeg")
    await fetch(desk, conversation)
    assert await kept(desk, conversation) == []
    assert await told(desk, conversation) == [sentence(f"system.{said}")]


@pytest.mark.parametrize(
    "reference",
    ["http://169.254.169.254/latest/meta-data/", "https://evil.example/x", "file:///etc/passwd", "https://[bad/", ""],
)
async def test_a_file_that_is_said_to_be_elsewhere_is_not_fetched(
    desk: Desk, provider: Server, monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    monkeypatch.delenv("COMISARIO_TWILIO_URL")
    settings.cache_clear()
    conversation = await sent(desk, "image/jpeg", reference=reference)
    await fetch(desk, conversation)
    assert await kept(desk, conversation) == []
    assert await told(desk, conversation) == [sentence("system.file_lost")]
    assert provider.asked == []


async def test_a_provider_that_fails_is_asked_again_and_the_loss_is_told_at_last(desk: Desk, provider: Server) -> None:
    provider.says(PATH, b"", status=503)
    conversation = await sent(desk, "image/jpeg")
    for _ in range(files.TRIES - 1):
        with pytest.raises(Later):
            await fetch(desk, conversation)
    assert await told(desk, conversation) == []
    await fetch(desk, conversation)
    assert await told(desk, conversation) == [sentence("system.file_lost")]


async def test_a_voice_note_brings_the_lines_at_once_and_waits_for_an_officer(desk: Desk, provider: Server) -> None:
    provider.says(PATH, VOICE, kind="audio/ogg")
    conversation = await sent(desk, "audio/ogg")
    (said,) = await told(desk, conversation)
    assert "llame al 105" in said
    assert "no he enviado a nadie" in said
    assert said == sentence("system.voice_received")
    async with desk.sessions() as session:
        found = await session.get_one(Conversation, conversation)
        assert (found.handover, found.urgency) == ("queued", 1)
    await fetch(desk, conversation)
    (item,) = await kept(desk, conversation)
    async with an_app() as client:
        assert (await client.get("/api/v1/voice-notes")).status_code == 401
        await as_staff(client)
        listed = [one["id"] for one in (await client.get("/api/v1/voice-notes")).json()]
        assert str(item.id) in listed
        sound = await client.get(f"/api/v1/voice-notes/{item.id}")
        assert sound.content == VOICE
        assert sound.headers["content-disposition"] == "attachment"
        assert (await client.post(f"/api/v1/voice-notes/{item.id}/heard")).status_code == 204
        assert str(item.id) not in [one["id"] for one in (await client.get("/api/v1/voice-notes")).json()]
        assert (await client.get(f"/api/v1/voice-notes/{uuid.uuid4()}")).status_code == 404


async def test_a_transcriber_s_words_stand_beside_a_voice_note(
    desk: Desk, provider: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_TRANSCRIBER_URL", f"{provider.url}/transcribe")
    settings.cache_clear()
    provider.says(PATH, VOICE, kind="audio/ogg")
    provider.says("/transcribe", json.dumps({"text": "me robaron en el paradero"}).encode())
    conversation = await sent(desk, "audio/ogg")
    await fetch(desk, conversation)
    (item,) = await kept(desk, conversation)
    await messaging.transcribe(desk, evidence_id=str(item.id))
    (item,) = await kept(desk, conversation)
    assert item.transcript is not None
    assert b"paradero" not in item.transcript
    async with an_app() as client:
        await as_staff(client)
        listed = (await client.get("/api/v1/voice-notes")).json()
        assert next(one for one in listed if one["id"] == str(item.id))["transcribed"] is True
        assert "paradero" not in json.dumps(listed)
        read = await client.get(f"/api/v1/voice-notes/{item.id}/transcript")
        assert read.json() == {"text": "me robaron en el paradero"}
    async with desk.sessions() as session:
        query = select(AuditEntry.act).where(AuditEntry.subject == f"evidence:{item.id}")
        assert list(await session.scalars(query)) == [Act.EVIDENCE_OPENED]


async def test_a_kind_of_message_that_nobody_knows_is_answered_kindly(desk: Desk, provider: Server) -> None:
    conversation = await take(desk, a_message(a_number()), at=datetime.now(UTC))
    assert conversation is not None
    assert await told(desk, conversation) == [sentence("system.kind_unknown")]


async def test_a_voice_note_of_violence_is_heard_by_nobody_until_it_is_known_whose_commissioner_it_is_for(
    desk: Desk, provider: Server
) -> None:
    conversation = await heard(desk, a_number())
    note = await a_voice_note(desk, conversation)
    place = {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"}
    async with an_app() as client:
        assert await audible(client, note)
        await put_draft(client, conversation, incident_type="sexual_violence")
        assert not await audible(client, note)
        assert not await audible(client, note, role="commissioner")
        await put_draft(client, conversation, incident_type="sexual_violence", place=place)
        assert not await audible(client, note, station="150132")
        assert not await audible(client, note, role="commissioner")
        assert await audible(client, note, role="commissioner", station="150132")
        await put_draft(client, conversation, incident_type="theft", place=place)
        assert not await audible(client, note, station="150132")


async def test_a_voice_note_on_police_misconduct_does_not_reach_the_station(desk: Desk, provider: Server) -> None:
    conversation = await heard(desk, a_number())
    note = await a_voice_note(desk, conversation)
    place = {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"}
    async with an_app() as client:
        await put_draft(client, conversation, incident_type="police_misconduct", place=place)
        assert not await audible(client, note, station="150132")
        assert not await audible(client, note, role="commissioner", station="150132")
        assert await audible(client, note, role="commissioner", station=INSPECTORATE_CODE)


async def test_a_voice_note_of_a_filed_complaint_is_heard_in_its_station_alone(desk: Desk, provider: Server) -> None:
    conversation = await heard(desk, a_number())
    note = await a_voice_note(desk, conversation)
    async with an_app() as client:
        await put_draft(client, conversation, **a_draft(datetime.now(UTC)).model_dump(mode="json"))
        await file_complaint(client, conversation)
        assert not await audible(client, note)
        assert await audible(client, note, station="150132")


async def test_a_picture_that_comes_after_sexual_violence_was_told_is_closed(desk: Desk, provider: Server) -> None:
    provider.says(PATH, photo(), kind="image/jpeg")
    conversation = await sent(desk, "image/jpeg")
    async with an_app() as client:
        await put_draft(client, conversation, incident_type="sexual_violence")
        await fetch(desk, conversation)
        await put_draft(client, conversation, incident_type="sexual_violence", narrative="Fue en mi trabajo")
    (item,) = await kept(desk, conversation)
    await tasks.preview_evidence(desk, evidence_id=str(item.id))
    (item,) = await kept(desk, conversation)
    assert (item.restricted, item.has_preview) == (True, False)


async def numbers_of(desk: Desk, conversation: uuid.UUID) -> list[str | None]:
    """The cases that the files of a conversation belong to, in the order in which they came."""
    async with desk.sessions() as session:
        query = select(Case.number).select_from(EvidenceItem).outerjoin(Case, Case.id == EvidenceItem.case_id)
        query = query.where(EvidenceItem.conversation_id == conversation)
        return list(await session.scalars(query.order_by(EvidenceItem.received_at)))


async def ask(desk: Desk, conversation: uuid.UUID, step: Step | None) -> None:
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).step = step


async def test_a_file_belongs_to_the_complaint_that_was_told_when_it_was_sent_however_late_it_comes(
    desk: Desk, provider: Server
) -> None:
    provider.says(PATH, photo(), kind="image/jpeg")
    number = a_number()
    first, second = (a_draft(datetime.now(UTC), attempt=n).model_dump(mode="json") for n in (1, 2))

    async def send() -> uuid.UUID:
        found = await take(desk, a_message(number, media=(Media(REFERENCE, "image/jpeg"),)))
        assert found is not None
        return found

    conversation = await heard(desk, number)
    async with an_app() as client:
        await ask(desk, conversation, Step.EVIDENCE)
        await put_draft(client, conversation, **first)
        await send()
        one = await file_complaint(client, conversation)
        await ask(desk, conversation, None)
        await send()
        await ask(desk, conversation, Step.EVIDENCE)
        await put_draft(client, conversation, **second)
        await send()
        await fetch(desk, conversation)
        assert sorted(await numbers_of(desk, conversation), key=str) == sorted([one, one, None], key=str)
        await send()
        two = await file_complaint(client, conversation)
        await fetch(desk, conversation)
    assert sorted(await numbers_of(desk, conversation), key=str) == sorted([one, one, two, two])


@pytest.mark.parametrize("duty", ["on_duty", "off_duty"])
async def test_that_a_voice_note_is_kept_is_said_once_it_is_with_whether_somebody_is_on_duty(
    desk: Desk, provider: Server, duty: str
) -> None:
    provider.says(PATH, VOICE, kind="audio/ogg")
    conversation = await sent(desk, "audio/ogg")
    async with desk.sessions.begin() as session:
        await session.execute(update(StaffSession).values(seen_at=datetime.now(UTC) - timedelta(hours=1)))
    if duty == "on_duty":
        async with an_app() as client:
            await as_staff(client)
            assert (await client.get("/api/v1/voice-notes")).status_code == 200
    await fetch(desk, conversation)
    received, kept_now = await told(desk, conversation)
    assert received == sentence("system.voice_received")
    assert kept_now.startswith(
        sentence("system.voice_kept", duty=sentence(f"talk.{duty}")).partition(sentence(f"talk.{duty}"))[0]
    )
    assert sentence(f"talk.{duty}") in kept_now


async def test_a_voice_note_that_is_lost_is_never_said_to_be_kept(desk: Desk, provider: Server) -> None:
    provider.says(PATH, b"", status=403)
    conversation = await sent(desk, "audio/ogg")
    await fetch(desk, conversation)
    assert await told(desk, conversation) == [sentence("system.voice_received"), sentence("system.file_lost")]


async def test_an_opinion_by_voice_goes_to_no_officer(desk: Desk, provider: Server) -> None:
    provider.says(PATH, VOICE, kind="audio/ogg")
    number = a_number()
    conversation = await heard(desk, number)
    await ask(desk, conversation, Step.SURVEY_COMMENT)
    await take(desk, a_message(number, media=(Media(REFERENCE, "audio/ogg"),)))
    await fetch(desk, conversation)
    assert await kept(desk, conversation) == []
    assert await told(desk, conversation) == [sentence("system.voice_at_survey")]
    async with desk.sessions() as session:
        assert (await session.get_one(Conversation, conversation)).handover == "none"


async def test_files_are_counted_for_each_complaint_and_for_each_day(desk: Desk, provider: Server) -> None:
    conversation = await heard(desk, a_number())
    most, begun = settings().attachments_per_conversation, datetime.now(UTC)

    async def receive(count: int, at: datetime) -> None:
        async with desk.sessions.begin() as session:
            key = conversations.key_of(await session.get_one(Conversation, conversation), desk.keys)
            for _ in range(count):
                await evidence.receive(session, conversation_id=conversation, key=key, name="x", data=VOICE, at=at)

    async def file(attempt: int) -> None:
        async with an_app() as client:
            await put_draft(client, conversation, **a_draft(begun, attempt=attempt).model_dump(mode="json"))
            await file_complaint(client, conversation)

    for attempt in range(3):
        await receive(most, begun)
        with pytest.raises(TooLarge):
            await receive(1, begun + timedelta(days=2))
        await file(attempt)
    with pytest.raises(TooLarge):
        await receive(1, begun)
    await receive(most, begun + timedelta(days=2))
    assert len(await kept(desk, conversation)) == 4 * most
