"""A second copy goes to whom the complaint belongs, and nobody learns from asking who filed what."""

import asyncio
import re
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.cases.models import Case
from api.challenges import service as challenges
from api.challenges.models import Challenge
from api.challenges.service import Answer
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
from api.payments import service as payments
from api.second_copies import service as second_copies
from api.second_copies.service import Result
from api.settings import settings
from tests.api.conftest import Emulators
from vocabulary.codes import case_number
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
    case = await filed(desk, phone=other, safe_contact=f"no al {other}, solo al {phone}", **violence)
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


async def test_a_turn_that_is_done_twice_asks_and_guesses_once(desk: Desk, emulators: Emulators) -> None:
    phone, place, now = a_phone(), a_place(), datetime.now(UTC)
    case = await filed(desk, phone=phone)
    for later in (timedelta(), timedelta(seconds=40)):
        await ask(desk, place, number=case.number, asked_by="message:1", at=now + later)
        await work(desk, place)
    (code,) = await codes_sent(desk, phone)
    wrong = "000000" if code != "000000" else "111111"
    lefts = [(await answer(desk, place, wrong, answered_by="message:2")).left for _ in range(3)]
    assert lefts == [4, 4, 4]
    assert (await answer(desk, place, wrong, answered_by="message:3")).left == 3


async def test_a_case_from_before_documents_were_noted_is_found_by_its_document(
    desk: Desk, emulators: Emulators
) -> None:
    phone, place, document = a_phone(), a_place(), f"{uuid.uuid4().int % 10**8:08d}"
    case = await filed(desk, phone=phone, document_number=document)
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).complainant_hash = None
    await tasks.purge_sent(desk)
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
                await second_copies.answer(
                    session, bound_to=place, code=guess, answered_by=None, keys=desk.keys, at=datetime.now(UTC)
                )
            ).answer
            for guess in wrong[:5]
        ]
    assert first == [Answer.WRONG] * 4 + [Answer.EXHAUSTED]

    async def guess(part: list[str]) -> set[Answer]:
        async with desk.sessions.begin() as session:
            return {
                (
                    await second_copies.answer(
                        session, bound_to=place, code=one, answered_by=None, keys=desk.keys, at=datetime.now(UTC)
                    )
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
        stored = [str(getattr(row, c.name)) for row in rows for c in row.__table__.columns]
    for secret in (code, phone, DNI):
        assert [value for value in stored if secret in value and not value.startswith("20")] == []


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation where the limits hold."""
    monkeypatch.setenv("COMISARIO_TESTING", "false")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def tried(desk: Desk, **claim: Any) -> bool:
    """Whether a request was taken."""
    try:
        await ask(desk, a_place(), number=None, **claim)
    except TooManyRequests:
        return False
    return True


async def test_codes_are_limited_for_each_document_whether_it_is_known_or_not(desk: Desk, limits: None) -> None:
    known, unknown = f"{uuid.uuid4().int % 10**8:08d}", f"{uuid.uuid4().int % 10**8:08d}"
    await filed(desk, document_number=known)
    for document in (known, unknown):
        assert [await tried(desk, document=document) for _ in range(7)] == [True] * 5 + [False] * 2
        later = datetime.now(UTC) + timedelta(hours=1, seconds=1)
        assert [await tried(desk, document=document, at=later) for _ in range(6)] == [True] * 5 + [False]
        much_later = later + timedelta(hours=1, seconds=1)
        assert not await tried(desk, document=document, at=much_later)
        assert await tried(desk, document=document, at=later + timedelta(days=1, seconds=1))


async def test_codes_are_limited_for_each_address_and_a_refused_request_counts_for_nothing(
    desk: Desk, limits: None
) -> None:
    address, document = uuid.uuid4().bytes, f"{uuid.uuid4().int % 10**8:08d}"
    for _ in range(20):
        assert await tried(desk, document=f"{uuid.uuid4().int % 10**8:08d}", address=address)
    for _ in range(6):
        assert not await tried(desk, document=document, address=address)
    assert await tried(desk, document=document, address=uuid.uuid4().bytes)


async def test_codes_are_limited_for_each_contact_and_one_that_is_not_sent_is_never_right(
    desk: Desk, emulators: Emulators, limits: None
) -> None:
    phone = a_phone()
    for number in range(6):
        document, place = f"{uuid.uuid4().int % 10**8:08d}", a_place()
        case = await filed(desk, phone=phone, document_number=document)
        await ask(desk, place, number=case.number, document=document)
        await work(desk, place)
        assert len(await codes_sent(desk, phone)) == min(number + 1, 5)
    async with desk.sessions() as session:
        armed = (await session.scalars(select(Challenge).where(Challenge.bound_to == place))).one()
    assert armed.case_id is None


async def test_of_requests_at_once_no_more_are_taken_than_the_limit(desk: Desk, limits: None) -> None:
    document = f"{uuid.uuid4().int % 10**8:08d}"
    taken = await asyncio.gather(*(tried(desk, document=document) for _ in range(30)))
    assert sum(taken) == 5


@pytest.mark.parametrize("working", [False, True], ids=["asking", "guessing while the worker looks"])
async def test_it_takes_as_long_whether_the_complaint_exists_or_not(
    working: bool, desk: Desk, emulators: Emulators
) -> None:
    """Medians of 60 paired requests; a difference beyond a quarter of the time, or a millisecond, would tell."""
    case = await filed(desk)
    known = (case.number, DNI)
    unknown = (case_number(station_code="150132", year=2026, sequence=999_999), OTHER_DNI)
    times: dict[tuple[str, str], list[float]] = {known: [], unknown: []}
    for turn in range(120):
        claim = (known, unknown)[turn % 2]
        place = a_place()
        began = time.perf_counter()
        await ask(desk, place, number=claim[0], document=claim[1])
        if working:
            async with desk.sessions() as session:
                query = select(Challenge.id).where(Challenge.bound_to == place)
                (challenge_id,) = list(await session.scalars(query))
            async with desk.sessions.begin() as session:  # the one moment at which the worker holds the row
                held = await challenges.to_send(session, challenge_id=challenge_id, at=datetime.now(UTC))
                assert held is not None
                found = await second_copies.whom_to_write(session, challenge=held, keys=desk.keys, at=datetime.now(UTC))
            assert (found is not None) == (claim == known)
            began = time.perf_counter()
            async with desk.sessions.begin() as session:
                await challenges.arm(
                    session, challenge_id=challenge_id, case=found[0] if found else None, keys=desk.keys,
                    at=datetime.now(UTC),
                )  # fmt: skip
        await answer(desk, place, "000000")
        times[claim].append(time.perf_counter() - began)
    true, false = (statistics.median(times[claim]) for claim in (known, unknown))
    assert abs(true - false) < max(true / 4, false / 4, 0.001)


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


async def test_who_paid_gets_the_copy_on_the_page_whoever_saw_the_payment_first(
    desk: Desk, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_SECOND_COPY_FEE", "7.50")
    monkeypatch.setenv("COMISARIO_PAYMENT_URL", emulators.url)
    settings.cache_clear()
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
