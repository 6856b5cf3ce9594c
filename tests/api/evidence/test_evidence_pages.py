"""Evidence at the console: who has a file before them is written down, and what a stranger sent stays inert."""

import hashlib
import io
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from api import files
from api.audit.models import AuditEntry
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.evidence import custody
from api.evidence import service as evidence
from api.evidence.models import CustodyEntry, EvidenceItem
from api.jobs import tasks
from api.jobs.desk import Desk
from api.security import token_hash
from api.settings import settings
from api.staff import people
from api.staff import service as staff
from api.staff.models import StaffMember, StaffSession
from tests.api.complaints.test_filing import a_draft
from tests.api.conversations.channels.talking import an_app, as_staff
from vocabulary.dialogue import Language

STATION = "150132"
VOICE = b"OggS" + bytes(range(200))
PAYLOAD = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'.jpg"


def a_photo(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass(frozen=True)
class Filed:
    """A case with its files, in the order in which they were sent."""

    number: str
    case_id: uuid.UUID
    items: list[uuid.UUID]

    def place(self, index: int = 0) -> str:
        return f"/staff/casos/{self.number}/evidencias/{self.items[index]}"


async def filed(desk: Desk, *sent: tuple[str, bytes], **changes: object) -> Filed:
    """A complaint with files, their previews made."""
    at = datetime.now(UTC)
    async with desk.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=at
        )
        key = conversations.key_of(conversation, desk.keys)
        if changes.get("incident_type") == "sexual_violence":
            conversation.disclosed = "sexual_violence"
        for number, (name, data) in enumerate(sent):
            when = at + timedelta(milliseconds=number)
            await evidence.receive(session, conversation_id=conversation.id, key=key, name=name, data=data, at=when)
        source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
        case = await complaints.file(session, draft=a_draft(at, **changes), source=source, keys=desk.keys, at=at)
        conversation.case_id = case.id
        items = [item.id for item in await evidence.of_case(session, case=case)]
    for item in items:
        await tasks.preview_evidence(desk, evidence_id=str(item))
    return Filed(case.number, case.id, items)


async def acts(desk: Desk, item: uuid.UUID) -> list[tuple[str, bool]]:
    async with desk.sessions() as session:
        query = select(CustodyEntry.act, CustodyEntry.intact).where(CustodyEntry.evidence_id == item)
        return [(act, intact) for act, intact in await session.execute(query.order_by(CustodyEntry.id))]


async def audited(desk: Desk, item: uuid.UUID) -> list[str]:
    async with desk.sessions() as session:
        query = select(AuditEntry.act).where(AuditEntry.subject == f"evidence:{item}").order_by(AuditEntry.id)
        return list(await session.scalars(query))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The api, asked by an officer of the station."""
    async with an_app() as client:
        await as_staff(client, station=STATION)
        yield client


async def replace(desk: Desk, filed: Filed, data: bytes) -> None:
    """Put another file in the place of the first, as somebody with the keys could."""
    async with desk.sessions() as session:
        key = cases.key_of(await session.get_one(Case, filed.case_id), desk.keys)
    await files.put(f"evidence/{filed.items[0]}", data, key=key)


async def test_a_picture_is_seen_anew_made_and_that_is_written_down(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    page = await client.get(case.place())
    assert page.status_code == 200
    assert "caja.jpg" in page.text
    assert hashlib.sha256(a_photo()).hexdigest() in page.text
    seen = await client.get(f"{case.place()}/vista")
    with Image.open(io.BytesIO(seen.content)) as picture:
        assert max(picture.size) == 640
    assert await acts(desk, case.items[0]) == [("received", True), ("opened", True)]
    assert await audited(desk, case.items[0]) == ["evidence_opened", "evidence_previewed"]


async def test_an_original_leaves_as_an_attachment_that_no_page_can_run(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, (PAYLOAD, a_photo()))
    got = await client.get(f"{case.place()}/original")
    assert got.content == a_photo()
    assert got.headers["content-disposition"] == f'attachment; filename="{case.number}-evidencia-1.jpg"'
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert await acts(desk, case.items[0]) == [("received", True), ("downloaded", True)]
    assert await audited(desk, case.items[0]) == ["evidence_opened"]


async def test_the_name_of_a_file_is_inert_on_its_page(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, (PAYLOAD, a_photo()))
    html = (await client.get(case.place())).text
    assert "alert(1)" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html


async def test_a_voice_note_is_heard_with_the_words_of_a_machine_beside_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    case = await filed(desk, ("nota.ogg", VOICE))
    async with desk.sessions.begin() as session:
        key = cases.key_of(await session.get_one(Case, case.case_id), desk.keys)
        await evidence.note_transcript(session, evidence_id=case.items[0], words="<b>me robaron</b>", key=key)
    html = (await client.get(case.place())).text
    assert "hecha por una máquina" in html
    assert "&lt;b&gt;me robaron&lt;/b&gt;" in html
    assert await acts(desk, case.items[0]) == [("received", True)]
    sound = await client.get(f"{case.place()}/sonido")
    assert (sound.content, sound.headers["content-type"]) == (VOICE, "audio/ogg")
    assert await acts(desk, case.items[0]) == [("received", True), ("opened", True)]


@pytest.mark.parametrize("broken", ["another", "missing", "damaged"])
async def test_a_file_that_is_not_what_was_received_is_given_to_nobody_and_that_is_told(
    desk: Desk, client: httpx.AsyncClient, broken: str
) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    if broken == "another":
        await replace(desk, case, a_photo("red"))
    elif broken == "missing":
        await files.delete([f"evidence/{case.items[0]}"])
    else:
        path = settings().files / "evidence" / str(case.items[0])
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    for way in ("", "/original"):
        page = await client.get(f"{case.place()}{way}")
        assert page.status_code == 409
        assert "no es el que se recibió" in page.text
        assert "/vista" not in page.text
    checked = await client.post(f"{case.place()}/comprobacion")
    given = await client.post(
        f"{case.place()}/entrega", data={"to": "Fiscal", "document": "Oficio", "reason": "Pericia"}
    )
    assert (checked.status_code, given.status_code) == (409, 409)
    assert await acts(desk, case.items[0]) == [
        ("received", True), ("opened", False), ("downloaded", False), ("verified", False), ("verified", False),
    ]  # fmt: skip


async def test_a_recording_that_was_exchanged_is_not_played(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, ("nota.ogg", VOICE))
    await replace(desk, case, VOICE[::-1])
    assert (await client.get(f"{case.place()}/sonido")).status_code == 409
    assert (await client.get(f"/api/v1/voice-notes/{case.items[0]}")).status_code == 409
    assert await acts(desk, case.items[0]) == [("received", True), ("opened", False), ("opened", False)]


async def test_an_officer_checks_the_digest_and_writes_down_who_got_the_item(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    assert "La huella coincide" in (await client.post(f"{case.place()}/comprobacion")).text
    told = {"to": "Perita Rosa <Vega>", "document": "Oficio 12-2026", "reason": "Pericia de la imagen"}
    html = (await client.post(f"{case.place()}/entrega", data=told)).text
    assert "La entrega quedó anotada" in html
    assert "Perita Rosa &lt;Vega&gt;" in html
    assert (await client.post(f"{case.place()}/entrega", data=told | {"reason": " "})).status_code == 422
    assert [act for act, _ in await acts(desk, case.items[0])] == ["received", "verified", "released"]
    async with desk.sessions() as session:
        stored = await session.scalar(
            select(CustodyEntry.release).where(
                CustodyEntry.evidence_id == case.items[0], CustodyEntry.act == "released"
            )
        )
    assert stored is not None
    assert b"Vega" not in stored


async def test_a_restricted_item_has_no_preview_and_opens_only_once_that_was_confirmed(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    case = await filed(desk, ("captura.jpg", a_photo()), incident_type="sexual_violence")
    page = await client.get(case.place())
    assert page.status_code == 200
    assert "/vista" not in page.text
    assert (await client.get(f"{case.place()}/vista")).status_code == 404
    assert (await client.get(f"{case.place()}/original")).status_code == 303
    assert (await client.post(f"{case.place()}/original")).status_code == 422
    assert await acts(desk, case.items[0]) == [("received", True)]
    got = await client.post(f"{case.place()}/original", data={"confirmed": "true"})
    assert got.content == a_photo()
    assert await acts(desk, case.items[0]) == [("received", True), ("downloaded", True)]


async def test_nobody_of_another_station_finds_the_item(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    other = await filed(desk, ("otra.jpg", a_photo()))
    assert (await client.get(f"/staff/casos/{case.number}/evidencias/{other.items[0]}")).status_code == 404
    await as_staff(client, station="150101")
    for way in ("", "/vista", "/original"):
        assert (await client.get(f"{case.place()}{way}")).status_code == 404
    await as_staff(client, role="operator", station=STATION)
    assert (await client.get(case.place())).status_code == 403


async def test_an_auditor_sees_the_chain_and_writes_nothing_into_it(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    await as_staff(client, role="auditor")
    html = (await client.get(case.place())).text
    assert "Cadena de custodia" in html
    assert "Anotar la entrega" not in html
    told = {"to": "Fiscal", "document": "Oficio 1", "reason": "Pericia"}
    assert (await client.post(f"{case.place()}/entrega", data=told)).status_code == 403
    assert (await client.post(f"{case.place()}/comprobacion")).status_code == 403


@pytest.fixture
async def apart(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The same, where strangers' files have a host of their own."""
    monkeypatch.setenv("COMISARIO_FILES_URL", "https://archivos.example")
    settings.cache_clear()
    async with an_app() as client:
        await as_staff(client, station=STATION)
        yield client
    settings.cache_clear()


async def test_a_host_of_its_own_gives_originals_by_a_link_of_a_minute(desk: Desk, apart: httpx.AsyncClient) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    sent = await apart.get(f"{case.place()}/original")
    url = sent.headers["location"]
    assert (sent.status_code, urlsplit(url).netloc) == (303, "archivos.example")
    assert await acts(desk, case.items[0]) == [("received", True)]
    assert (
        "form-action 'self' https://archivos.example;"
        in (await apart.get(case.place())).headers["content-security-policy"]
    )
    apart.headers.pop("Cookie")
    got = await apart.get(url)
    assert got.content == a_photo()
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert [act for act, _ in await acts(desk, case.items[0])] == ["received", "opened", "downloaded"]
    assert (await apart.get(url.replace("https://archivos.example", ""))).status_code == 404
    assert (await apart.get(url[:-1] + ("0" if url[-1] != "0" else "1"))).status_code == 404
    assert (await apart.get(url.replace(str(case.items[0]), str(uuid.uuid4())))).status_code == 404
    past = re.sub(r"\.(\d+)\.", lambda found: f".{int(found[1]) - 3600}.", url)
    assert (await apart.get(past)).status_code == 404


async def test_a_link_is_dead_once_its_owner_may_not_read_the_case_any_more(
    desk: Desk, apart: httpx.AsyncClient
) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    url = (await apart.get(f"{case.place()}/original")).headers["location"]
    async with desk.sessions.begin() as session:
        central = await session.scalar(text("select id from stations where code = '000000'"))
        await session.execute(update(Case).where(Case.id == case.case_id).values(handling_station_id=central))
    assert (await apart.get(url)).status_code == 404


@pytest.mark.parametrize("how", ["leaves", "is disabled", "is given a new access", "was away"])
async def test_a_link_ends_with_the_session_that_asked_for_it(desk: Desk, apart: httpx.AsyncClient, how: str) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    url = (await apart.get(f"{case.place()}/original")).headers["location"]
    at, held = datetime.now(UTC), token_hash(apart.headers["Cookie"].partition("=")[2])
    async with desk.sessions.begin() as session:
        opened = await session.get_one(StaffSession, held)
        member = await session.get_one(StaffMember, opened.staff_id)
        if how == "leaves":
            await staff.close_session(session, opened=opened, at=at, act=Act.LOGGED_OUT)
        elif how == "is disabled":
            member.disabled_at = at
        elif how == "was away":
            opened.seen_at = at - staff.IDLE
        else:
            await people.renew_access(session, member=member, with_factor=False, actor="command", at=at)
    assert (await apart.get(url)).status_code == 404
    assert await acts(desk, case.items[0]) == [("received", True)]


@pytest.mark.parametrize("url", ["archivos.example", "https://archivos.example/", "http://127.0.0.1:9"])
def test_a_host_for_files_that_is_none_or_the_console_s_own_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_FILES_URL", url)
    settings.cache_clear()
    with pytest.raises(ValueError, match="COMISARIO_FILES_URL"):
        settings()
    settings.cache_clear()


async def test_custody_is_never_changed_and_goes_only_with_a_file_of_no_case(desk: Desk) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    for change in (
        update(CustodyEntry).where(CustodyEntry.evidence_id == case.items[0]).values(intact=False),
        delete(CustodyEntry).where(CustodyEntry.evidence_id == case.items[0]),
    ):
        async with desk.sessions() as session:
            with pytest.raises(IntegrityError, match="custody is never changed"):
                await session.execute(change)
    at = datetime.now(UTC)
    async with desk.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=at
        )
        key = conversations.key_of(conversation, desk.keys)
        item = await evidence.receive(
            session, conversation_id=conversation.id, key=key, name="a.jpg", data=a_photo(), at=at
        )
    async with desk.sessions.begin() as session:
        await session.execute(delete(Conversation).where(Conversation.id == conversation.id))
    async with desk.sessions() as session:
        assert await session.get(EvidenceItem, item.id) is None
    assert await acts(desk, item.id) == []


@pytest.mark.parametrize(
    "change",
    [
        "delete from evidence_items where id = :item",
        "delete from conversations where id = (select conversation_id from evidence_items where id = :item)",
        "update evidence_items set case_id = null where id = :item",
        "update evidence_items set sha256 = repeat('0', 64) where id = :item",
        "truncate evidence_items cascade",
        "truncate custody_entries",
        "truncate case_entries cascade",
        "truncate cases cascade",
    ],
)
async def test_the_database_itself_refuses_to_lose_a_case_s_file_its_custody_and_its_entries(
    desk: Desk, change: str
) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    async with desk.sessions() as session:
        with pytest.raises(DBAPIError, match="never changed"):
            await session.execute(text(change), {"item": case.items[0]} if ":item" in change else {})
    assert await acts(desk, case.items[0]) == [("received", True)]


async def test_the_chain_names_who_had_an_item(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, ("caja.jpg", a_photo()))
    await client.get(case.place())
    async with desk.sessions() as session:
        found = await session.get_one(Case, case.case_id)
        item = await session.get_one(EvidenceItem, case.items[0])
        chain = await custody.chain(session, item=item, key=cases.key_of(found, desk.keys))
    assert [link.act for link in chain] == ["received", "opened"]
    assert chain[0].actor is None
    assert (chain[1].actor or "").startswith("officer-")
