"""The worker's tasks, on committed data; each may be done twice."""

import asyncio
import io
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from api import jobs
from api.audit.models import AuditEntry
from api.cli import verify
from api.cli.errors import Trouble
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.copies import service as copies
from api.copies.keys import look, published
from api.copies.models import Copy
from api.errors import NotFound
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.files import FileMissing
from api.files import get as stored
from api.jobs.desk import Desk
from api.jobs.tasks import (
    give_back_stalled,
    issue_copy,
    make_app,
    preview_evidence,
    publish_register,
    purge_drafts,
    register,
)
from api.register import service as public_register
from api.register.service import Place
from api.settings import ROOT, settings
from documents import merkle
from vocabulary.dialogue import Language


async def a_conversation(desk: Desk, at: datetime, *, filed: bool) -> Conversation:
    async with desk.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=at
        )
        if filed:
            draft = Draft(incident_type="theft", narrative="x", consented_at=at, sworn_at=at)
            key = conversations.key_of(conversation, desk.keys)
            source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
            conversation.case_id = (
                await complaints.file(session, draft=draft, source=source, keys=desk.keys, at=at)
            ).id
        return conversation


async def a_picture(desk: Desk, conversation: Conversation, at: datetime) -> uuid.UUID:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "navy").save(out, "PNG")
    async with desk.sessions.begin() as session:
        key = conversations.key_of(conversation, desk.keys)
        item = await evidence.receive(
            session, conversation_id=conversation.id, key=key, name="foto.png", data=out.getvalue(), at=at
        )
        return item.id


async def test_a_copy_is_issued_and_delivered_once_however_often_the_job_runs(desk: Desk) -> None:
    conversation = await a_conversation(desk, datetime.now(UTC), filed=True)
    async with desk.sessions() as session:
        copy = (await session.scalars(select(Copy).where(Copy.case_id == conversation.case_id, Copy.number == 1))).one()
    for _ in range(2):
        await issue_copy(desk, copy_id=str(copy.id))
    async with desk.sessions() as session:
        issued = await session.get_one(Copy, copy.id)
        told = select(func.count()).select_from(Message).where(Message.conversation_id == conversation.id)
        assert await session.scalar(told) == 1
        verdict = await copies.verify_code(session, typed_code=issued.verification_code)
        assert (verdict.valid, verdict.copy_number) == (True, 1)


async def test_a_copy_that_was_only_asked_for_is_not_in_the_register(desk: Desk) -> None:

    conversation = await a_conversation(desk, datetime.now(UTC), filed=True)
    async with desk.sessions() as session:
        copy = (await session.scalars(select(Copy).where(Copy.case_id == conversation.case_id, Copy.number == 1))).one()
        with pytest.raises(NotFound):
            await copies.verify_code(session, typed_code=copy.verification_code)


async def test_an_abandoned_draft_is_deleted_with_its_files_when_its_time_has_passed(desk: Desk) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=settings().draft_days + 1)
    old = await a_conversation(desk, long_ago, filed=False)
    fresh = await a_conversation(desk, datetime.now(UTC), filed=False)
    filed = await a_conversation(desk, long_ago, filed=True)
    item = await a_picture(desk, old, long_ago)
    await purge_drafts(desk)
    async with desk.sessions() as session:
        left = set(await session.scalars(select(Conversation.id)))
        assert old.id not in left
        assert {fresh.id, filed.id} <= left
        assert await session.get(EvidenceItem, item) is None
        with pytest.raises(FileMissing):
            await stored(f"evidence/{item}", key=conversations.key_of(old, desk.keys))
        purged = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == f"conversation:{old.id}")
        assert await session.scalar(purged) == 1


async def test_a_disclosure_of_violence_waits_for_an_officer_before_it_is_deleted(desk: Desk) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=settings().draft_days + 1)
    told = await a_conversation(desk, long_ago, filed=False)
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, told.id)).disclosed = "domestic_violence"
    await purge_drafts(desk)
    async with desk.sessions.begin() as session:
        kept = await session.get_one(Conversation, told.id)
        assert kept.restricted_at is not None
        assert kept.purge_at > datetime.now(UTC) + timedelta(days=settings().disclosure_days - 1)
        kept.purge_at = long_ago
    await purge_drafts(desk)
    async with desk.sessions() as session:
        assert await session.get(Conversation, told.id) is None


async def test_pictures_of_who_tells_of_sexual_violence_are_closed(desk: Desk) -> None:
    conversation = await a_conversation(desk, datetime.now(UTC), filed=False)
    seen, later = [await a_picture(desk, conversation, datetime.now(UTC)) for _ in range(2)]
    await preview_evidence(desk, evidence_id=str(seen))
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation.id)).disclosed = "sexual_violence"
        await evidence.restrict(session, conversation_id=conversation.id)
    await preview_evidence(desk, evidence_id=str(later))
    async with desk.sessions() as session:
        key = conversations.key_of(conversation, desk.keys)
        for item in (seen, later):
            assert (await session.get_one(EvidenceItem, item)).restricted
            with pytest.raises(NotFound):
                await evidence.preview(session, conversation_id=conversation.id, evidence_id=item, key=key)


async def test_a_picture_gets_a_small_preview(desk: Desk) -> None:
    conversation = await a_conversation(desk, datetime.now(UTC), filed=False)
    item = await a_picture(desk, conversation, datetime.now(UTC))
    for _ in range(2):
        await preview_evidence(desk, evidence_id=str(item))
    async with desk.sessions() as session:
        key = conversations.key_of(conversation, desk.keys)
        jpeg = await evidence.preview(session, conversation_id=conversation.id, evidence_id=item, key=key)
        with Image.open(io.BytesIO(jpeg)) as shown:
            assert (shown.format, max(shown.size)) == ("JPEG", 640)


async def test_a_job_of_a_transaction_that_is_rolled_back_never_was(desk: Desk) -> None:
    async with desk.sessions() as session:
        await session.begin()
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=datetime.now(UTC)
        )
        key = conversations.key_of(conversation, desk.keys)
        draft = Draft(incident_type="theft", narrative="x", consented_at=datetime.now(UTC), sworn_at=datetime.now(UTC))
        source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
        case = await complaints.file(session, draft=draft, source=source, keys=desk.keys, at=datetime.now(UTC))
        ids = [str(copy.id) for copy in await copies.of_case(session, case=case)]
        await session.rollback()
        waiting = text("select count(*) from procrastinate_jobs where args->>'copy_id' = any(:ids)")
        assert await session.scalar(waiting, {"ids": ids}) == 0


async def test_who_holds_a_copy_proves_that_the_complaint_and_the_copy_are_in_the_register(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation = await a_conversation(desk, datetime.now(UTC), filed=True)
    async with desk.sessions() as session:
        copy = (await session.scalars(select(Copy).where(Copy.case_id == conversation.case_id, Copy.number == 1))).one()
    await issue_copy(desk, copy_id=str(copy.id))
    async with desk.sessions() as session:
        assert await copies.registered(session, typed_code=copy.verification_code) == "waiting"
    await publish_register(desk)
    async with desk.sessions() as session:
        place = await copies.registered(session, typed_code=copy.verification_code)
        assert isinstance(place, Place)
        signed = await copies.download(session, typed_code=copy.verification_code, keys=desk.keys, at=datetime.now(UTC))
        commitments = look(signed.pdf, {}).commitments
        assert len(commitments) == 2
        for commitment in commitments:
            leaf = merkle.leaf_hash(commitment).hex()
            proof = (await public_register.prove(session, leaf_hash=leaf)).model_dump_json()
            key = public_register.verifier(desk.keys)
            assert verify.proven((commitment,), proof=proof, key=key, since=None) == "holds"
    (tmp_path / "copia.pdf").write_bytes(signed.pdf)
    (tmp_path / "prueba.json").write_text(proof)
    files = {
        "proof": tmp_path / "prueba.json",
        "key": None,
        "since": None,
        "certificates": None,
        "data": settings().data,
    }
    assert verify.prove(tmp_path / "copia.pdf", **files) == 0
    assert "consta en el registro público" in capsys.readouterr().out
    (tmp_path / "certificados.pem").write_bytes(published())
    elsewhere = {"certificates": tmp_path / "certificados.pem", "key": key, "data": tmp_path / "nothing"}
    assert verify.prove(tmp_path / "copia.pdf", **files | elsewhere) == 0
    with pytest.raises(Trouble):
        verify.prove(tmp_path / "copia.pdf", **files | elsewhere | {"key": None})
    (tmp_path / "copia.pdf").write_bytes(signed.pdf + b" ")
    assert verify.prove(tmp_path / "copia.pdf", **files) == 1


async def test_what_a_dead_worker_was_doing_is_given_back_and_its_periodic_tasks_go_on(
    desk: Desk, database_url: str
) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(text("delete from procrastinate_jobs"))
        for name, lock in (("archive_copies", "archive_copies"), ("send_message", None)):
            await session.execute(
                text(
                    "insert into procrastinate_jobs (task_name, queue_name, args, status, queueing_lock, lock)"
                    " values (:name, 'default', '{}', 'doing', :queueing, :lock)"
                ),
                {"name": name, "queueing": lock, "lock": None},
            )
        await session.execute(
            text(
                "insert into procrastinate_jobs (task_name, queue_name, args, status, queueing_lock)"
                " values ('archive_copies', 'default', '{}', 'todo', 'archive_copies')"
            )
        )
    app = make_app(database_url)
    async with app.open_async():
        await give_back_stalled(app)
    async with desk.sessions.begin() as session:
        left = await session.execute(text("select task_name, status::text from procrastinate_jobs order by id"))
        assert sorted(map(tuple, left)) == [("archive_copies", "todo"), ("send_message", "todo")]
        await session.execute(text("delete from procrastinate_jobs"))


async def test_a_periodic_task_runs_once_at_a_time_over_all_processes(desk: Desk) -> None:
    async with desk.alone("archive_copies") as first, desk.alone("archive_copies") as second:
        assert (first, second) == (True, False)
    async with desk.alone("archive_copies") as again:
        assert again


async def test_every_sweep_is_run_by_the_clock(desk: Desk, database_url: str) -> None:
    app = make_app(database_url)
    register(app, desk)
    clocked = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert clocked == {
        "answer_left_over", "publish_register", "purge_drafts", "issue_waiting", "archive_copies", "watch_key",
        "ask_revocation", "issue_paid", "index_cases", "purge_sent", "retry_stalled",
        "settle_unknown", "take_up_left", "forget_surveys", "mix_surveys", "forget_contacts",
        "tell_waiting", "note_audit_head", "keep_queue", "refresh_figures", "release_open_data",
        "forget_tallies", "invite_to_surveys",
    }  # fmt: skip
    conversation = await a_conversation(desk, datetime.now(UTC) - timedelta(days=31), filed=False)
    async with desk.alone("purge_drafts"):
        await app.tasks["purge_drafts"].func(timestamp=0)
        async with desk.sessions() as session:
            assert await session.get(Conversation, conversation.id) is not None
    await app.tasks["purge_drafts"].func(timestamp=0)
    async with desk.sessions() as session:
        assert await session.get(Conversation, conversation.id) is None


async def test_a_worker_does_what_is_in_every_queue_and_stops_when_it_is_told(desk: Desk, installation: Path) -> None:
    unknown = str(uuid.uuid4())
    async with desk.sessions.begin() as session:
        await session.execute(text("delete from procrastinate_jobs"))
        await jobs.defer(session, "give_notice", conversation_id=unknown)
        await jobs.defer(session, "make_preview", evidence_id=unknown)
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "api.jobs", cwd=ROOT)
    left: list[str] = []
    for _ in range(300):
        await asyncio.sleep(0.1)
        async with desk.sessions() as session:
            query = text("select task_name from procrastinate_jobs where args->>'timestamp' is null")
            left = list(await session.scalars(query))
            swept = await session.scalar(text("select count(*) from procrastinate_periodic_defers"))
        if not left and swept:
            break
    running.terminate()
    assert (await asyncio.wait_for(running.wait(), 20), left) == (0, [])
