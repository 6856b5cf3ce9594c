"""The citizen is told of what happens in their case: once, where they wrote from, and of a confidential one without a word of it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from api.audit.models import AuditEntry
from api.audit.service import Act
from api.cases import notices
from api.cases import service as cases
from api.cases.models import Case, CaseEntry, CaseNotice
from api.clock import LIMA
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.conversations.channels import transfer
from api.conversations.models import Conversation
from api.jobs import notices as tasks
from api.jobs import tasks as worker
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.outbox.service import contact_hash
from api.staff import service as staff
from api.staff.models import StaffMember
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_number, statuses, told
from vocabulary.cases import CaseStatus, EntryKind, Role
from vocabulary.dialogue import Language

NOON = datetime(2026, 11, 20, 12, tzinfo=LIMA)


@pytest.fixture
async def officer(desk: Desk) -> StaffMember:
    async with desk.sessions.begin() as session:
        member, _ = await staff.add(
            session, login=f"o-{uuid.uuid4().hex[:8]}", name="Ana", role=Role.OFFICER, station_code="000000", at=NOON
        )
    return member


def a_document() -> str:
    """Of somebody who has no other case: one that tells of a stolen telephone would keep this one's from ringing."""
    return f"{uuid.uuid4().int % 10**8:08d}"


async def a_case(desk: Desk, *, contact: str | None = None, **changes: Any) -> Case:
    """A complaint filed in a conversation, on WhatsApp if a contact is given."""
    told = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": a_document()}
    draft = Draft.model_validate(told | {"consented_at": NOON, "sworn_at": NOON} | changes)
    async with desk.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="whatsapp" if contact else "web", language=Language.SPANISH, keys=desk.keys, at=NOON
        )
        if contact:
            hashed = contact_hash(contact, desk.keys)
            transfer.bind(conversation, contact=contact, contact_hash=hashed, keys=desk.keys)
        key = conversations.key_of(conversation, desk.keys)
        source = complaints.Source(str(conversation.id), conversation.channel, conversation.data_key, key)
        case = await complaints.file(session, draft=draft, source=source, keys=desk.keys, at=NOON)
        conversation.case_id = case.id
    return case


async def enter(desk: Desk, case: Case, actor: StaffMember | None, kind: EntryKind, **what: Any) -> CaseEntry:
    async with desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        return await cases.add_entry(session, case=found, kind=kind, actor=actor, at=NOON, keys=desk.keys, **what)


async def planned(desk: Desk, case: Case) -> list[str]:
    """The entries that the worker is to tell."""
    query = text("select args->>'entry_id' from procrastinate_jobs where lock = :lock order by id")
    async with desk.sessions() as session:
        return list(await session.scalars(query, {"lock": f"notices:{case.id}"}))


def at_the_moment(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    async def moment(_: object) -> datetime:
        return at

    monkeypatch.setattr("api.clock.now", moment)


async def work(desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch, *, at: datetime = NOON) -> None:
    """What the worker does for a case at a moment: its jobs, then the sweep."""
    at_the_moment(monkeypatch, at)
    for entry_id in await planned(desk, case):
        await tasks.tell_citizen(desk, entry_id=entry_id)
    await tasks.tell_waiting(desk)


async def heard(desk: Desk, case: Case) -> list[str]:
    return await told(desk, uuid.UUID(case.key_owner))


async def sent_to(desk: Desk, address: str) -> list[dict[str, Any]]:
    """What the outbox has for an address."""
    async with desk.sessions() as session:
        query = select(OutboxMessage).where(OutboxMessage.contact_hash == contact_hash(address, desk.keys))
        return [outbox.content_of(one, desk.keys) for one in await session.scalars(query)]


async def notice_of(desk: Desk, entry: CaseEntry) -> CaseNotice:
    async with desk.sessions() as session:
        return await session.get_one(CaseNotice, entry.id)


async def test_what_staff_make_visible_is_told_in_the_conversation_once(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(desk)
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    for _ in range(2):
        await work(desk, case, monkeypatch)
    assert await heard(desk, case) == [
        f"Novedad en su denuncia {case.number}. La Policía aceptó su denuncia y la está investigando."
    ]
    async with desk.sessions() as session:
        query = select(AuditEntry.id).where(AuditEntry.act == Act.CITIZEN_TOLD)
        assert len((await session.scalars(query.where(AuditEntry.subject == f"case:{case.id}"))).all()) == 1


async def test_what_is_asked_comes_with_the_question_and_how_to_answer(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(desk)
    asked = CaseStatus.INFORMATION_REQUESTED
    await enter(desk, case, officer, EntryKind.INFORMATION_REQUEST, status=asked, note="¿De qué color era?")
    await work(desk, case, monkeypatch)
    (message,) = await heard(desk, case)
    assert "La Policía le pidió información:\n«¿De qué color era?»" in message
    assert message.endswith("Para responder, escriba «cómo va mi denuncia».")


async def test_neither_a_note_of_staff_nor_what_the_citizen_wrote_is_told(desk: Desk, officer: StaffMember) -> None:
    case = await a_case(desk)
    await enter(desk, case, officer, EntryKind.NOTE, visible=False, note="x")
    await enter(desk, case, None, EntryKind.CITIZEN_REQUEST, note="x", detail={"about": "question"})
    assert await planned(desk, case) == []


async def test_an_entry_that_is_rolled_back_is_told_to_nobody(desk: Desk, officer: StaffMember) -> None:
    case = await a_case(desk)
    async with desk.sessions() as session:
        found = await session.get_one(Case, case.id)
        await cases.add_entry(session, case=found, kind=EntryKind.STATUS, actor=officer, at=NOON, keys=desk.keys)
        await session.rollback()
    assert await planned(desk, case) == []


async def test_on_whatsapp_it_goes_the_way_of_all_that_is_said_there(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone = a_number()
    case = await a_case(desk, contact=phone, phone=phone)
    entry = await enter(
        desk, case, officer, EntryKind.STATUS, status=CaseStatus.CLOSED, note="Se encontró su billetera."
    )
    await work(desk, case, monkeypatch)
    assert await statuses(desk, uuid.UUID(case.key_owner)) == ["queued"]
    assert "La Policía cerró el caso.\n«Se encontró su billetera.»" in (await heard(desk, case))[0]
    assert (await notice_of(desk, entry)).told_by == ["whatsapp"]
    assert await sent_to(desk, phone) == []


async def test_who_wrote_on_the_web_is_told_by_e_mail_too_that_there_is_something_and_nothing_of_what(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    address = f"rosa.{uuid.uuid4().hex[:8]}@example.com"
    case = await a_case(desk, email=address)
    entry = await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.DISMISSED, note="No hubo delito.")
    for _ in range(2):
        await work(desk, case, monkeypatch)
    (sent,) = await sent_to(desk, address)
    assert case.number in sent["text"]
    assert "/seguimiento" in sent["text"]
    assert "delito" not in sent["text"] + sent["subject"]
    assert (await notice_of(desk, entry)).told_by == ["web", "email"]


@pytest.mark.parametrize("kind", ["domestic_violence", "sexual_violence"])
async def test_of_a_confidential_case_nothing_is_said_but_that_there_is_something_and_by_day(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators, kind: str
) -> None:
    phone = a_number()
    case = await a_case(desk, incident_type=kind, phone=phone, safe_contact=f"al {phone}")
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED, note="Citación al agresor.")
    await work(desk, case, monkeypatch, at=NOON + timedelta(hours=11))
    assert await heard(desk, case) == []
    assert await sent_to(desk, phone) == []
    await work(desk, case, monkeypatch, at=NOON + timedelta(hours=20))
    said = [*await heard(desk, case), *[one["text"] + one["subject"] for one in await sent_to(desk, phone)]]
    assert len(said) == 2
    assert [one for one in said if not one.startswith("Tiene una novedad.")] == []
    for word in (case.number, "denuncia 1", "Comisario", "Polic", "agresor", "http"):
        assert [one for one in said if word in one] == []


async def test_the_hours_that_were_asked_for_are_kept(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(desk, incident_type="domestic_violence", safe_contact="por WhatsApp, de 9 a 11 am")
    entry = await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch)
    notice = await notice_of(desk, entry)
    assert notice.told_at is None
    assert notice.due_at == NOON + timedelta(hours=21)


@pytest.mark.parametrize(
    ("said", "rings"),
    [
        (None, False),
        ("Solo por aquí, no me llamen", True),
        ("por WhatsApp", True),
        ("por la tarde", True),
        ("al correo rosa@example.com", False),
        ("mi esposo revisa mi celular", False),
        ("por whatsapp no, él lo lee", False),
    ],
)
async def test_a_telephone_of_a_confidential_case_rings_only_where_what_was_said_leaves_no_doubt(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, said: str | None, rings: bool
) -> None:
    phone = a_number()
    case = await a_case(desk, contact=phone, incident_type="domestic_violence", safe_contact=said)
    entry = await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch, at=NOON + timedelta(hours=2))
    assert bool(await heard(desk, case)) is rings
    assert (await notice_of(desk, entry)).told_by == (["whatsapp"] if rings else [])


async def test_an_anonymous_complaint_is_answered_in_its_own_conversation_alone(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone = a_number()
    case = await a_case(desk, incident_type="theft", anonymous=True, phone=phone)
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch)
    assert len(await heard(desk, case)) == 1
    assert await sent_to(desk, phone) == []


async def test_a_lost_telephone_gets_no_word(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone = a_number()
    case = await a_case(desk, phone=phone, items=[{"kind": "phone"}])
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch)
    assert await sent_to(desk, phone) == []


async def test_a_case_whose_conversation_is_gone_is_told_by_its_contact(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone = a_number()
    case = await a_case(desk, phone=phone)
    async with desk.sessions.begin() as session:
        await session.delete(await session.get_one(Conversation, uuid.UUID(case.key_owner)))
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch)
    assert len(await sent_to(desk, phone)) == 1


async def test_what_comes_late_waits_for_the_next_safe_hour(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(
        desk, contact=a_number(), incident_type="domestic_violence", safe_contact="por whatsapp de 9 a 12"
    )
    entry = await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch, at=NOON + timedelta(hours=15))  # three in the morning: nobody worked at nine
    assert await heard(desk, case) == []
    assert (await notice_of(desk, entry)).due_at == NOON + timedelta(hours=21)
    await work(desk, case, monkeypatch, at=NOON + timedelta(days=1, hours=-2))
    assert (await notice_of(desk, entry)).told_by == ["whatsapp"]


async def test_no_telephone_rings_at_night_and_a_conversation_on_the_web_has_it_at_once(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone, night = a_number(), NOON + timedelta(hours=11)
    cases_filed = [await a_case(desk, contact=a_number()), await a_case(desk, phone=phone)]
    for case in cases_filed:
        await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
        await work(desk, case, monkeypatch, at=night)
    assert [len(await heard(desk, case)) for case in cases_filed] == [0, 1]
    async with desk.sessions() as session:
        query = select(OutboxMessage.id).where(OutboxMessage.contact_hash == contact_hash(phone, desk.keys))
        (letter,) = await session.scalars(query)
    for at, sent in ((night, False), (night + timedelta(hours=9), True)):
        at_the_moment(monkeypatch, at)
        await worker.send_message(desk, message_id=str(letter))
        async with desk.sessions() as session:
            assert ((await session.get_one(OutboxMessage, letter)).sent_at is not None) is sent
    await work(desk, cases_filed[0], monkeypatch, at=night + timedelta(hours=9))
    assert len(await heard(desk, cases_filed[0])) == 1


async def test_hours_that_can_not_be_read_for_sure_keep_every_message_from_leaving(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch, emulators: Emulators
) -> None:
    phone = a_number()
    case = await a_case(desk, incident_type="domestic_violence", phone=phone, safe_contact=f"al {phone} de 8 a 10")
    entry = await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    await work(desk, case, monkeypatch)
    assert await sent_to(desk, phone) == []
    assert (await notice_of(desk, entry)).told_by == ["web"]


async def test_what_no_job_told_is_told_by_the_sweep(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await a_case(desk)
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    at_the_moment(monkeypatch, NOON)
    await tasks.tell_waiting(desk)
    assert len(await heard(desk, case)) == 1


async def test_what_fails_keeps_nobody_waiting_and_is_tried_again(
    desk: Desk, officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, other = await a_case(desk), await a_case(desk)
    entry = await enter(desk, failing, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    say = conversations.say

    async def fails(session: Any, *, conversation: Conversation, **what: Any) -> Any:
        if str(conversation.id) == failing.key_owner:
            raise ConnectionError
        return await say(session, conversation=conversation, **what)

    monkeypatch.setattr(conversations, "say", fails)
    at_the_moment(monkeypatch, NOON)
    await tasks.tell_waiting(desk)
    later = await enter(desk, other, officer, EntryKind.STATUS, status=CaseStatus.ACCEPTED)
    monkeypatch.setattr(notices, "_AT_ONCE", 10_000)
    async with desk.sessions() as session:
        left = list(await notices.due(session, at=NOON + timedelta(hours=1)))
    assert left.index(later.id) < left.index(entry.id)
    assert (await notice_of(desk, entry)).told_at is None
    monkeypatch.setattr(conversations, "say", say)
    at_the_moment(monkeypatch, NOON + timedelta(hours=1))
    await tasks.tell_waiting(desk)
    assert (len(await heard(desk, failing)), len(await heard(desk, other))) == (1, 1)
