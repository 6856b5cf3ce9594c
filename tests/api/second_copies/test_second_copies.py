"""A second copy goes to whom the complaint belongs, and nobody learns from asking who filed what."""

import asyncio
import re
import statistics
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.cases.models import Case
from api.challenges import service as challenges
from api.challenges.models import Challenge
from api.challenges.service import Answer, Purpose
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.copies import service as copies
from api.copies.models import Copy
from api.errors import TooManyRequests
from api.jobs import tasks
from api.jobs.tasks import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.outbox.senders import NotSent
from api.second_copies import service as second_copies
from api.second_copies.service import Result
from api.settings import settings
from tests.api.conftest import Emulators
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
    async with desk.sessions() as session:
        requested = list(await session.scalars(select(Copy.id).where(Copy.case_id == case.id)))
    for copy_id in requested:
        await tasks.issue_copy(desk, copy_id=str(copy_id))
    return case


async def ask(
    desk: Desk, bound_to: str, *, number: str | None, document: str = DNI, at: datetime | None = None
) -> None:
    async with desk.sessions.begin() as session:
        await second_copies.ask(
            session,
            case_number=number,
            document_number=document,
            bound_to=bound_to,
            address_hash=b"address",
            keys=desk.keys,
            at=at or datetime.now(UTC),
        )


async def work(desk: Desk, bound_to: str) -> None:
    """What the worker does for a request: send the code, if there is anybody to send it to."""
    async with desk.sessions() as session:
        asked = list(await session.scalars(select(Challenge.id).where(Challenge.bound_to == bound_to)))
    for challenge_id in asked:
        await tasks.send_code(desk, challenge_id=str(challenge_id))
    async with desk.sessions() as session:
        waiting = list(await session.scalars(select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None))))
    for message_id in waiting:
        with suppress(NotSent):  # another test's, which nobody takes
            await tasks.send_message(desk, message_id=str(message_id))


async def codes_sent(desk: Desk, address: str) -> list[str]:
    async with desk.sessions() as session:
        sent = await outbox.sent_to(session, address=address, keys=desk.keys)
    return [outbox.content_of(message, desk.keys)["code"] for message in sent]


async def answer(desk: Desk, bound_to: str, code: str, *, at: datetime | None = None) -> Result:
    async with desk.sessions.begin() as session:
        return await second_copies.answer(
            session, bound_to=bound_to, code=code, keys=desk.keys, at=at or datetime.now(UTC)
        )


def a_place() -> str:
    return f"page:{uuid.uuid4()}"


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
        {"incident_type": "domestic_violence", "safe_contact": "no me llamen"},
        {"anonymous": True},
        {"minor": True},
    ],
)
async def test_no_code_is_sent_where_no_safe_contact_is_known(
    changes: dict[str, Any], desk: Desk, emulators: Emulators
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, **({"phone": phone} | changes))
    await ask(desk, place, number=case.number)
    await work(desk, place)
    assert await codes_sent(desk, phone) == []
    assert (await answer(desk, place, "000000")).answer is Answer.WRONG


async def test_a_complaint_filed_for_another_is_given_out_only_if_it_is_not_restricted(
    desk: Desk, emulators: Emulators
) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone, reporting_for="other", minor=True, safe_contact=f"al {phone}")
    await ask(desk, place, number=case.number)
    await work(desk, place)
    assert await codes_sent(desk, phone) == []


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


async def test_of_ten_thousand_guesses_none_is_accepted_after_the_fifth(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    wrong = [f"{n:06d}" for n in range(10_000) if f"{n:06d}" != code]
    async with desk.sessions.begin() as session:
        first = [
            (
                await second_copies.answer(session, bound_to=place, code=guess, keys=desk.keys, at=datetime.now(UTC))
            ).answer
            for guess in wrong[:5]
        ]
    assert first == [Answer.WRONG] * 4 + [Answer.EXHAUSTED]

    async def guess(part: list[str]) -> set[Answer]:
        async with desk.sessions.begin() as session:
            return {
                (
                    await second_copies.answer(session, bound_to=place, code=one, keys=desk.keys, at=datetime.now(UTC))
                ).answer
                for one in part
            }

    rest = [*wrong[5:], code]
    found = await asyncio.gather(*(guess(rest[i::4]) for i in range(4)))
    assert set().union(*found) == {Answer.EXHAUSTED}


async def test_guesses_at_once_are_counted_one_by_one(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    wrong = "000000" if code != "000000" else "111111"
    found = await asyncio.gather(*(answer(desk, place, wrong) for _ in range(20)))
    assert sorted(one.answer for one in found).count(Answer.WRONG) == 4
    assert (await answer(desk, place, code)).answer is Answer.EXHAUSTED


async def test_a_code_is_worth_nothing_after_ten_minutes_nor_in_another_place(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    assert (await answer(desk, a_place(), code)).answer is Answer.NONE_ASKED
    late = datetime.now(UTC) + timedelta(minutes=10)
    assert (await answer(desk, place, code, at=late)).answer is Answer.EXPIRED
    assert (await answer(desk, place, code)).answer is Answer.RIGHT


async def test_the_code_is_nowhere_in_clear(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    async with desk.sessions() as session:
        rows = [*await session.scalars(select(Challenge)), *await session.scalars(select(OutboxMessage))]
        stored = " ".join(str(getattr(row, c.name)) for row in rows for c in row.__table__.columns)
    for secret in (f"'{code}'", phone, DNI):
        assert secret not in stored


async def test_codes_are_limited_for_each_document_whether_it_is_known_or_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_TESTING", "false")
    settings.cache_clear()
    for document in (f"{uuid.uuid4().int % 10**8:08d}", f"{uuid.uuid4().int % 10**8:08d}"):
        for _ in range(5):
            async with desk.sessions.begin() as session:
                await challenges.ask(
                    session, purpose=Purpose.SECOND_COPY, bound_to=a_place(), claims={}, document_number=document,
                    address_hash=None, keys=desk.keys, at=datetime.now(UTC),
                )  # fmt: skip
        with pytest.raises(TooManyRequests) as refused:
            await ask(desk, a_place(), number=None, document=document)
        assert refused.value.headers == {"Retry-After": "3600"}
        later = datetime.now(UTC) + timedelta(hours=1, seconds=1)
        await ask(desk, a_place(), number=None, document=document, at=later)
    monkeypatch.undo()
    settings.cache_clear()


async def test_asking_takes_as_long_whether_the_complaint_exists_or_not(desk: Desk, emulators: Emulators) -> None:
    """Medians of 60 paired requests and answers; a difference beyond a quarter of the time would tell."""
    case = await filed(desk)
    known = (case.number, DNI)
    unknown = ("150132-2026-999999-0", OTHER_DNI)
    times: dict[tuple[str, str], list[float]] = {known: [], unknown: []}
    for turn in range(120):
        claim = (known, unknown)[turn % 2]
        place = a_place()
        began = time.perf_counter()
        await ask(desk, place, number=claim[0], document=claim[1])
        await answer(desk, place, "000000")
        times[claim].append(time.perf_counter() - began)
    true, false = (statistics.median(times[claim]) for claim in (known, unknown))
    assert abs(true - false) < max(true, false) / 4


async def test_a_hundred_requests_at_once_get_consecutive_numbers(desk: Desk) -> None:
    case = await filed(desk)

    async def one() -> int:
        async with desk.sessions.begin() as session:
            copy = await copies.request(session, case=case, at=datetime.now(UTC), requested_by="complainant")
            return copy.number

    numbers = await asyncio.gather(*(one() for _ in range(100)))
    assert sorted(numbers) == list(range(2, 102))


async def test_what_was_sent_is_forgotten_after_a_day(desk: Desk, emulators: Emulators) -> None:
    phone, place = a_phone(), a_place()
    case = await filed(desk, phone=phone)
    await ask(desk, place, number=case.number)
    await work(desk, place)
    assert len(await codes_sent(desk, phone)) == 1
    async with desk.sessions.begin() as session:
        later = datetime.now(UTC) + timedelta(days=1, minutes=1)
        await outbox.purge(session, at=later)
        await challenges.purge(session, at=later)
    assert await codes_sent(desk, phone) == []
    assert (await answer(desk, place, "000000")).answer is Answer.NONE_ASKED


async def test_where_there_is_a_fee_the_copy_follows_its_payment(
    desk: Desk, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_SECOND_COPY_FEE", "7.50")
    monkeypatch.setenv("COMISARIO_PAYMENT_URL", emulators.url)
    settings.cache_clear()
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
