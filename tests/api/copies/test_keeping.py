"""Papers are stamped, archived and renewed, and outlive the key that signed them; a key that fails costs no complaint."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from api import files
from api.cases.models import Case
from api.copies import keeping, keys
from api.copies import service as copies
from api.copies.models import CertificateRevocation, Copy, Revision
from api.jobs import tasks
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.settings import settings
from documents import complaint_copy
from documents.archive import archived
from documents.signing import create_development_key
from documents.verification import Level
from emulators.authorities import Authorities
from tests.api.conftest import Emulators
from tests.api.outbox.test_outbox import waiting as unsent
from tests.api.second_copies.asking import filed
from tests.documents.samples import a_copy, revisions
from tests.documents.tampering import without_stamp

DAY, YEAR = timedelta(days=1), timedelta(days=365)


@pytest.fixture
def authorities(running_emulators: Emulators) -> Authorities:
    """The emulators' authorities, to have certificates issued and revoked by them."""
    return Authorities(running_emulators.folder, url=running_emulators.url)


@pytest.fixture
def stamping(running_emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation with a time-stamp authority."""
    monkeypatch.setenv("COMISARIO_TIME_STAMP_URL", f"{running_emulators.url}/tsa")
    certificates = running_emulators.folder / "sello-de-tiempo.pem"
    monkeypatch.setenv("COMISARIO_TIME_STAMP_CERTIFICATES", str(certificates))
    settings.cache_clear()
    yield
    settings.cache_clear()


def signed_with(key: bytes, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Have the installation sign with this PKCS#12 from now on."""
    path = folder / f"{uuid.uuid4().hex}.p12"
    path.write_bytes(key)
    patch.setenv("COMISARIO_SIGNING_KEY", str(path))
    settings.cache_clear()


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


async def the_copy(desk: Desk, case: Case) -> Copy:
    async with desk.sessions() as session:
        query = select(Copy).where(Copy.case_id == case.id, Copy.number == 1)
        return (await session.scalars(query)).one()


async def file_of(desk: Desk, case: Case, copy: Copy) -> bytes:
    async with desk.sessions() as session:
        return await copies.file_of(session, copy=copy, case=case, keys=desk.keys)


async def status_of(desk: Desk, pdf: bytes) -> str:
    async with desk.sessions() as session:
        return (await copies.verify_file(session, pdf=pdf)).status


async def archive(desk: Desk, copy: Copy, *, at: datetime | None = None) -> None:
    async with desk.sessions.begin() as session:
        await keeping.archive(session, copy_id=copy.id, keys=desk.keys, at=at or datetime.now(UTC))


async def levels(desk: Desk, copy: Copy) -> list[str]:
    async with desk.sessions() as session:
        query = select(Revision.level).where(Revision.copy_id == copy.id).order_by(Revision.number)
        return list(await session.scalars(query))


async def test_a_copy_is_stamped_at_once_and_archived_by_the_next_sweep(desk: Desk, stamping: None) -> None:
    case = await filed(desk)
    copy = await the_copy(desk, case)
    assert await levels(desk, copy) == ["b_t"]
    first = await file_of(desk, case, copy)
    await tasks.archive_copies(desk)
    await tasks.archive_copies(desk)
    assert await levels(desk, copy) == ["b_t", "lta"]
    kept = await file_of(desk, case, copy)
    assert kept.startswith(first)
    assert len(revisions(kept)) == 2
    for pdf in (first, kept):
        assert await status_of(desk, pdf) == "authentic"
    assert keys.look(kept, {}).level is Level.LTA
    renewal = (await the_copy(desk, case)).renewal_due_at
    assert renewal is not None
    assert YEAR - DAY < renewal - datetime.now(UTC) <= YEAR


async def test_a_copy_signed_while_the_authority_was_down_is_stamped_later(
    desk: Desk, stamping: None, own_settings: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as broken:
        broken.setenv("COMISARIO_TIME_STAMP_URL", "http://127.0.0.1:9/tsa")
        settings.cache_clear()
        case = await filed(desk)
        copy = await the_copy(desk, case)
        assert await levels(desk, copy) == ["b_b"]
        assert await status_of(desk, await file_of(desk, case, copy)) == "authentic"
        await archive(desk, copy)
        assert await levels(desk, copy) == ["b_b"]
    settings.cache_clear()
    await archive(desk, copy, at=datetime.now(UTC) + timedelta(minutes=59))
    assert await levels(desk, copy) == ["b_b"]
    await archive(desk, copy, at=datetime.now(UTC) + timedelta(minutes=61))
    assert await levels(desk, copy) == ["b_b", "lta"]


async def test_a_genuine_signature_that_is_not_as_it_was_given_out_is_altered(desk: Desk, stamping: None) -> None:
    case = await filed(desk)
    copy = await the_copy(desk, case)
    first = await file_of(desk, case, copy)
    stripped = without_stamp(first)
    assert keys.look(stripped, {}).valid
    stamper = keys.time_stamper()
    assert stamper is not None
    known = (*keys.trusted(), *keys.time_stampers())
    roots = [certificate for certificate in known if certificate.subject == certificate.issuer]
    at = datetime.now(UTC)
    renewed = await asyncio.to_thread(archived, first, certificates=known, roots=roots, time_stamper=stamper, at=at)
    assert keys.look(renewed, {}).valid
    for pdf, reason in ((stripped, "falta el sello de tiempo"), (renewed, "algo se le agregó o se le quitó")):
        async with desk.sessions() as session:
            verdict = await copies.verify_file(session, pdf=pdf)
        assert (verdict.valid, verdict.status) == (False, "altered")
        assert reason in verdict.reasons[0]


async def test_a_genuine_paper_of_another_installation_is_not_ours(desk: Desk) -> None:
    foreign = keys.signer().sign(
        complaint_copy.render(a_copy()), reason="Copia", location="Perú", signed_at=datetime.now(UTC)
    )
    assert keys.look(foreign, {}).valid
    assert await status_of(desk, foreign) == "not_ours"


async def test_old_copies_stay_authentic_when_the_key_changes_and_even_when_it_is_gone(
    desk: Desk, tmp_path: Path, own_settings: pytest.MonkeyPatch
) -> None:
    case = await filed(desk)
    old = await file_of(desk, case, await the_copy(desk, case))
    signed_with(create_development_key(tmp_path / "new").pkcs12.read_bytes(), tmp_path, own_settings)
    newer = await filed(desk)
    new = await file_of(desk, newer, await the_copy(desk, newer))
    assert await status_of(desk, old) == await status_of(desk, new) == "authentic"
    own_settings.setenv("COMISARIO_SIGNING_KEY", str(tmp_path / "gone.p12"))
    settings.cache_clear()
    assert await status_of(desk, old) == await status_of(desk, new) == "authentic"


async def test_without_a_usable_key_the_complaint_is_filed_its_copy_waits_and_staff_are_told(
    desk: Desk, emulators: Emulators, tmp_path: Path, own_settings: pytest.MonkeyPatch
) -> None:
    address = f"sala.{uuid.uuid4().hex[:6]}@example.com"
    own_settings.setenv("COMISARIO_OPERATIONS_EMAIL", address)
    own_settings.setenv("COMISARIO_SIGNING_KEY", str(tmp_path / "gone.p12"))
    settings.cache_clear()
    async with desk.sessions.begin() as session:  # what other tests left waits behind
        await session.execute(update(Copy).where(Copy.issued_at.is_(None)).values(requested_at=datetime.now(UTC) + DAY))
    case = await filed(desk)
    assert case.number
    assert (await the_copy(desk, case)).issued_at is None
    contact = outbox.Contact(outbox.Channel.EMAIL, address)
    for _ in range(2):
        await tasks.watch_key(desk)
    told = [outbox.content_of(message, desk.keys)["text"] for message in await unsent(desk, contact)]
    assert len(told) == 1
    assert "las copias esperan" in told[0]
    own_settings.delenv("COMISARIO_SIGNING_KEY")
    settings.cache_clear()
    async with desk.sessions() as session:
        later = datetime.now(UTC) + timedelta(minutes=2)
        left = await keeping.waiting(session, at=later)
    assert (await the_copy(desk, case)).id in left
    for copy_id in left:
        await tasks.issue_copy(desk, copy_id=str(copy_id))
    assert (await the_copy(desk, case)).issued_at is not None


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (31 * DAY, None),
        (30 * DAY - timedelta(hours=1), "menos de 30 días"),
        (7 * DAY - timedelta(hours=1), "menos de 7 días"),
        (DAY - timedelta(hours=1), "menos de un día"),
        (-DAY, "venció"),
    ],
)
async def test_staff_are_told_thirty_seven_and_one_day_before_the_certificate_ends(
    left: timedelta,
    told: str | None,
    desk: Desk,
    emulators: Emulators,
    authorities: Authorities,
    tmp_path: Path,
    own_settings: pytest.MonkeyPatch,
) -> None:
    address, now = f"sala.{uuid.uuid4().hex[:6]}@example.com", datetime.now(UTC)
    own_settings.setenv("COMISARIO_OPERATIONS_EMAIL", address)
    ends = now + left
    signed_with(authorities.issue("Comisaría", not_before=now - YEAR, not_after=ends), tmp_path, own_settings)
    for _ in range(3):
        await tasks.watch_key(desk)
    contact = outbox.Contact(outbox.Channel.EMAIL, address)
    found = [outbox.content_of(message, desk.keys)["text"] for message in await unsent(desk, contact)]
    assert len(found) == (0 if told is None else 1)
    assert told is None or told in found[0]


async def test_a_revoked_key_signs_nothing_more_and_what_it_signed_before_stays_authentic(
    desk: Desk, authorities: Authorities, tmp_path: Path, own_settings: pytest.MonkeyPatch
) -> None:
    signed_with(authorities.issue("Comisaría"), tmp_path, own_settings)
    before = await filed(desk)
    old = await file_of(desk, before, await the_copy(desk, before))
    certificate = keys.signer().certificate
    await tasks.ask_revocation(desk)
    async with desk.sessions() as session:
        assert await session.get(CertificateRevocation, keys.fingerprint(certificate)) is None
    authorities.revoke(certificate, since=datetime.now(UTC) - timedelta(seconds=5))
    await tasks.ask_revocation(desk)
    case = await filed(desk)
    assert (await the_copy(desk, case)).issued_at is None
    assert await status_of(desk, old) == "authentic"
    signed_with(authorities.issue("Comisaría, clave nueva"), tmp_path, own_settings)
    await tasks.issue_copy(desk, copy_id=str((await the_copy(desk, case)).id))
    assert (await the_copy(desk, case)).issued_at is not None


async def test_a_copy_that_can_t_be_archived_keeps_no_other_waiting(desk: Desk, stamping: None) -> None:
    lost, kept = await filed(desk), await filed(desk)
    broken, whole = await the_copy(desk, lost), await the_copy(desk, kept)
    await files.delete([f"copies/{broken.id}"])
    await tasks.archive_copies(desk)
    assert await levels(desk, broken) == ["b_t"]
    assert await levels(desk, whole) == ["b_t", "lta"]
    again = (await the_copy(desk, lost)).renewal_due_at
    assert again is not None
    assert again > datetime.now(UTC) + timedelta(minutes=50)


async def test_an_archive_is_renewed_before_its_authority_s_certificate_ends(
    desk: Desk, stamping: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamper = keys.time_stamper()
    assert stamper is not None
    now, ends = datetime.now(UTC), stamper.certificates[0].not_valid_after_utc
    monkeypatch.setattr(keeping, "_BEFORE_ITS_END", ends - now - 100 * DAY)  # as if it ended in a hundred days
    case = await filed(desk)
    copy = await the_copy(desk, case)
    await archive(desk, copy)
    due = (await the_copy(desk, case)).renewal_due_at
    assert due is not None
    assert abs(due - now - 100 * DAY) < timedelta(minutes=1)


async def test_an_authority_whose_certificates_can_t_be_read_costs_no_copy_and_no_verification(
    desk: Desk, stamping: None, tmp_path: Path, own_settings: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    own_settings.setenv("COMISARIO_TIME_STAMP_CERTIFICATES", str(tmp_path / "empty.pem"))
    settings.cache_clear()
    case = await filed(desk)
    copy = await the_copy(desk, case)
    assert await levels(desk, copy) == ["b_b"]
    assert await status_of(desk, await file_of(desk, case, copy)) == "authentic"


async def test_the_database_refuses_to_change_what_was_given_out(desk: Desk) -> None:
    await filed(desk)
    for change in ("update copy_revisions set sha256 = 'x'", "delete from copy_revisions"):
        with pytest.raises(DBAPIError):
            async with desk.sessions.begin() as session:
                await session.execute(text(change))
