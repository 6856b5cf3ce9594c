"""A second copy goes to whom the complaint belongs, and nobody learns from asking who filed what."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.cases.models import Case
from api.challenges import service as challenges
from api.challenges.service import Answer
from api.complaints import service as complaints
from api.copies import service as copies
from api.copies.models import Copy
from api.jobs import tasks
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.payments import service as payments
from api.second_copies import service as second_copies
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.second_copies.asking import OTHER_DNI, a_phone, a_place, answer, ask, codes_sent, filed, work


async def test_the_code_that_reached_the_phone_brings_a_second_copy(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    assert f"su clave es {code}" in emulators.page()
    found = await answer(desk, place, code)
    assert (found.answer, found.copy and found.copy.number) == (Answer.RIGHT, 2)
    again = await answer(desk, place, code)
    assert again.copy is not None
    assert found.copy is not None
    assert again.copy.id == found.copy.id
    await tasks.issue_copy(desk, copy_id=str(found.copy.id))
    async with desk.sessions() as session:
        verdict = await copies.verify_code(session, typed_code=found.copy.verification_code)
    assert (verdict.valid, verdict.copy_number) == (True, 2)
    assert found.copy.identity_assurance == "contact_verified"


async def test_an_e_mail_brings_the_code_too(desk: Desk, emulators: Emulators) -> None:
    address, place = f"rosa.{uuid.uuid4().hex[:6]}@example.com", a_place()
    case = await filed(desk, phone=None, email=address)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, address.upper())
    assert re.search(
        rf"email · {re.escape(address)}[^<]*</small>\nSu clave: diez minutos\s+[^<]*{code}", emulators.page()
    )
    assert (await answer(desk, place, code)).answer is Answer.RIGHT


async def test_without_the_number_one_of_the_complaints_with_that_phone_is_chosen_and_copied_once(
    desk: Desk, emulators: Emulators
) -> None:
    phone, place, document = a_phone(), a_place(), f"{uuid.uuid4().int % 10**8:08d}"
    await filed(desk, document_number=document)  # with another phone
    first = await filed(desk, phone=phone, document_number=document)
    second = await filed(desk, phone=phone, document_number=document)
    stranger = await filed(desk)
    await ask(desk, place, number=None, document=document)
    await work(desk, place)
    found = await answer(desk, place, (await codes_sent(desk, phone))[0])
    assert found.cases == [second.number, first.number]
    now = datetime.now(UTC)
    issued = []
    for number in (stranger.number, first.number, second.number):
        async with desk.sessions.begin() as session:
            found = await second_copies.choose(session, bound_to=place, case_number=number, keys=desk.keys, at=now)
            issued.append(found.copy)
    assert issued[0] is None
    assert issued[1] is not None
    assert issued[1].case_id == first.id
    assert issued[2] is not None
    assert issued[2].id == issued[1].id


@pytest.mark.parametrize(
    "changes",
    [
        {"items": [{"kind": "phone", "brand": "Samsung"}]},
        {"phone": None},
        {"incident_type": "domestic_violence"},
        {"incident_type": "domestic_violence", "safe_contact": "no me llamen", "reporting_for": "self"},
        {"incident_type": "domestic_violence", "safe_contact": "al PHONE"},
        {"incident_type": "domestic_violence", "safe_contact": "al PHONE", "reporting_for": "other"},
        {"victim_name": "Otra Persona"},
        {"items": [{"kind": "other", "description": "mi chip"}]},
        {"anonymous": True},
        {"minor": True},
    ],
)
async def test_no_code_is_sent_where_no_safe_contact_is_known(
    changes: dict[str, Any], desk: Desk, emulators: Emulators
) -> None:
    phone, place = a_phone(), a_place()
    if "safe_contact" in changes:
        changes = changes | {"safe_contact": changes["safe_contact"].replace("PHONE", phone)}
    case = await filed(desk, **({"phone": phone} | changes))
    async with desk.sessions() as session:
        assert await copies.has_copy(session, case=case)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    assert await codes_sent(desk, phone) == []
    assert (await answer(desk, place, "000000")).answer is Answer.WRONG


async def test_a_complaint_of_violence_is_given_to_its_victim_at_the_contact_called_safe(
    desk: Desk, emulators: Emulators
) -> None:
    phone, other, place = a_phone(), a_phone(), a_place()
    violence = {"incident_type": "domestic_violence", "reporting_for": "self"}
    case = await filed(desk, phone=other, safe_contact=f"solo al {phone}", **violence)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    assert await codes_sent(desk, other) == []
    (code,) = await codes_sent(desk, phone)
    assert (await answer(desk, place, code)).copy is not None


async def test_a_code_opens_no_complaint_that_one_of_its_contacts_is_not_safe_for(
    desk: Desk, emulators: Emulators
) -> None:
    phone, address, place = a_phone(), f"{uuid.uuid4().hex[:8]}@example.com", a_place()
    document = f"{uuid.uuid4().int % 10**8:08d}"
    violence = {"incident_type": "domestic_violence", "reporting_for": "self", "safe_contact": f"solo a {address}"}
    await filed(desk, document_number=document, **violence)
    theft = await filed(desk, document_number=document, phone=phone, email=address)
    await ask(desk, place, number=None, document=document)
    await work(desk, place)
    found = await answer(desk, place, (await codes_sent(desk, phone))[0])
    assert found.copy is not None
    assert found.copy.case_id == theft.id


@pytest.mark.parametrize("later", ["a complaint", "a supplement"])
async def test_no_code_goes_to_a_line_that_was_lost_later(later: str, desk: Desk, emulators: Emulators) -> None:
    phone, place, document = a_phone(), a_place(), f"{uuid.uuid4().int % 10**8:08d}"
    case = await filed(desk, phone=phone, document_number=document)
    if later == "a complaint":
        await filed(desk, phone=a_phone(), document_number=document, items=[{"kind": "phone"}])
    else:
        async with desk.sessions.begin() as session:
            told, now = "También me robaron mi celular", datetime.now(UTC)
            await complaints.supplement(session, case=case, text=told, keys=desk.keys, actor="x", at=now)
    for number in (case.number, None):
        await ask(desk, place, number=number, document=document)
        await work(desk, place)
    assert await codes_sent(desk, phone) == []


async def test_a_code_opens_nothing_once_its_telephone_was_reported_lost(desk: Desk, emulators: Emulators) -> None:
    phone, place, document = a_phone(), a_place(), f"{uuid.uuid4().int % 10**8:08d}"
    violence = {"incident_type": "domestic_violence", "reporting_for": "self", "safe_contact": "solo a ana@example.com"}
    await filed(desk, document_number=document, **violence)
    case = await filed(desk, phone=phone, document_number=document)
    await ask(desk, place, number=None, document=document)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    await filed(desk, phone=a_phone(), document_number=document, items=[{"kind": "phone"}])
    found = await answer(desk, place, code)
    assert (found.answer, found.copy, found.cases) == (Answer.EXPIRED, None, ())
    async with desk.sessions.begin() as session:
        chosen = await second_copies.choose(
            session, bound_to=place, case_number=case.number, keys=desk.keys, at=datetime.now(UTC)
        )
    assert chosen.copy is None


async def test_a_code_that_could_not_be_posted_at_once_is_posted_later(
    desk: Desk, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "post", None)
        with pytest.raises(TypeError):
            await work(desk, place)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    assert (await answer(desk, place, code)).copy is not None


async def test_only_the_contact_that_was_written_to_is_proved(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone, email="rosa@example.com")
    now = datetime.now(UTC)
    async with desk.sessions.begin() as session:
        sent_by = await second_copies.offer_verification(
            session, case=case, bound_to=place, address_hash=None, keys=desk.keys, at=now
        )
    assert sent_by == "sms"
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)

    async def prove() -> Answer:
        async with desk.sessions.begin() as session:
            return await second_copies.verify_contact(
                session, bound_to=place, code=code, answered_by=None, keys=desk.keys, at=now
            )

    assert await prove() is Answer.RIGHT
    async with desk.sessions.begin() as session:
        assert len(await challenges.verified(session, case=case)) == 1
        await complaints.supplement(session, case=case, text="perdí mi chip", keys=desk.keys, actor="x", at=now)
    assert await prove() is Answer.EXPIRED
    async with desk.sessions() as session:
        assert len(await challenges.verified(session, case=case)) == 1


async def test_a_case_from_before_documents_were_noted_is_found_by_its_document(
    desk: Desk, emulators: Emulators
) -> None:
    phone, place, document = a_phone(), a_place(), f"{uuid.uuid4().int % 10**8:08d}"
    case = await filed(desk, phone=phone, document_number=document)
    async with desk.sessions.begin() as session:
        old = await session.get_one(Case, case.id)
        old.complainant_hash = old.document = None
    await tasks.index_cases(desk)
    await ask(desk, place, number=None, document=document)
    await work(desk, place)
    assert len(await codes_sent(desk, phone)) == 1


@pytest.mark.parametrize("document", [OTHER_DNI, "4567891", ""])
async def test_the_wrong_document_sends_nothing_and_is_answered_the_same(
    document: str, desk: Desk, emulators: Emulators
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number, document=document)
    await work(desk, place)
    assert await codes_sent(desk, phone) == []
    found = await answer(desk, place, "123456")
    assert (found.answer, found.left, found.cases, found.copy) == (Answer.WRONG, 4, (), None)


@pytest.fixture
def charging(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Emulators:
    """An installation where a second copy costs something."""
    monkeypatch.setenv("COMISARIO_SECOND_COPY_FEE", "7.50")
    monkeypatch.setenv("COMISARIO_PAYMENT_URL", emulators.url)
    settings.cache_clear()
    return emulators


async def test_where_there_is_a_fee_the_copy_follows_its_payment(desk: Desk, charging: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    for _ in range(2):
        found = await answer(desk, place, code)
        assert found.copy is None
        assert found.payment is not None
    await tasks.issue_paid(desk)
    async with desk.sessions() as session:
        query = select(Copy).where(Copy.case_id == case.id, Copy.number == 2)
        assert await session.scalar(query) is None
    async with httpx.AsyncClient() as client:
        assert "S/ 7.50" in (await client.get(found.payment.url)).text
        (await client.post(found.payment.url)).raise_for_status()
    for _ in range(2):
        await tasks.issue_paid(desk)
    async with desk.sessions() as session:
        assert (await session.scalars(select(Copy).where(Copy.case_id == case.id, Copy.number > 1))).one().number == 2
    assert (await answer(desk, place, code)).copy is not None


async def test_who_paid_gets_the_copy_on_the_page_whoever_saw_the_payment_first(
    desk: Desk, charging: Emulators
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    found = await answer(desk, place, (await codes_sent(desk, phone))[0])
    assert found.payment is not None
    async with httpx.AsyncClient() as client:
        (await client.post(found.payment.url)).raise_for_status()
    await tasks.issue_paid(desk)
    async with desk.sessions.begin() as session:
        known = await payments.of_place(session, bound_to=place)
        assert known is not None
        copy = await second_copies.issue_paid(session, payment_id=known.id, at=datetime.now(UTC))
    assert copy is not None
    assert copy.number == 2


async def test_a_payment_provider_that_is_down_is_told_kindly_and_the_code_stays_good(
    desk: Desk, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    with monkeypatch.context() as broken:
        broken.setenv("COMISARIO_SECOND_COPY_FEE", "7.50")
        broken.setenv("COMISARIO_PAYMENT_URL", "http://127.0.0.1:9")
        settings.cache_clear()
        assert (await answer(desk, place, code)).answer is Answer.LATER
        broken.setenv("COMISARIO_PAYMENT_URL", emulators.url)
        settings.cache_clear()
        assert (await answer(desk, place, code)).payment is not None
    settings.cache_clear()
