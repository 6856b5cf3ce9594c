"""One-time codes: five tries, ten minutes, limits, and nothing to be learnt from asking."""

import asyncio
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from api.challenges import service as challenges
from api.challenges.models import Challenge
from api.challenges.service import Answer
from api.copies import service as copies
from api.errors import NothingSends, TooManyRequests
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.second_copies import service as second_copies
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.second_copies.asking import DNI, OTHER_DNI, a_phone, a_place, answer, ask, codes_sent, filed, work
from vocabulary.codes import case_number


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
        values = [getattr(row, column.name) for row in rows for column in row.__table__.columns]
    stored = [str(value) for value in values if isinstance(value, str | bytes)]
    assert len(stored) > 5
    for secret in (code, phone, DNI):
        assert [value for value in stored if secret in value] == []


async def test_where_nothing_can_be_sent_nobody_is_told_to_wait_for_a_code(desk: Desk) -> None:
    with pytest.raises(NothingSends):
        await ask(desk, a_place(), number=None)


@pytest.fixture
def limits(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
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


async def test_it_takes_as_long_whether_the_complaint_exists_or_not(desk: Desk, emulators: Emulators) -> None:
    """Medians of 60 paired requests and answers; a difference beyond a quarter of the time, or a millisecond, would tell."""
    case = await filed(desk)
    known = (case.number, DNI)
    unknown = (case_number(station_code="150132", year=2026, sequence=999_999), OTHER_DNI)
    times: dict[tuple[str, str], list[float]] = {known: [], unknown: []}
    for turn in range(120):
        claim = (known, unknown)[turn % 2]
        place = a_place()
        began = time.perf_counter()
        await ask(desk, place, number=claim[0], document=claim[1])
        await answer(desk, place, "000000")
        times[claim].append(time.perf_counter() - began)
    true, false = (statistics.median(times[claim]) for claim in (known, unknown))
    assert abs(true - false) < max(true / 4, false / 4, 0.001)


async def test_an_answer_never_waits_for_the_worker_s_look(desk: Desk, emulators: Emulators) -> None:
    case, place = await filed(desk), a_place()
    await ask(desk, place, number=case.number)
    async with desk.sessions.begin() as session:  # the worker, in the middle of its look
        query = select(Challenge.id).where(Challenge.bound_to == place)
        (challenge_id,) = list(await session.scalars(query))
        challenge = await challenges.to_send(session, challenge_id=challenge_id, at=datetime.now(UTC))
        assert challenge is not None
        found, contacts = await second_copies.whom_to_write(session, challenge=challenge, keys=desk.keys)
        assert found is not None
        assert contacts
        async with asyncio.timeout(2):
            assert (await answer(desk, place, "000000")).answer is Answer.WRONG


async def test_the_code_is_written_down_in_the_same_statements_whether_it_goes_to_anybody_or_not(
    desk: Desk, emulators: Emulators
) -> None:
    case, told = await filed(desk), []
    for document in (DNI, OTHER_DNI):
        place, statements = a_place(), []
        await ask(desk, place, number=case.number, document=document)
        async with desk.sessions() as session:
            query = select(Challenge).where(Challenge.bound_to == place)
            challenge = (await session.scalars(query)).one()
            found, contacts = await second_copies.whom_to_write(session, challenge=challenge, keys=desk.keys)
        async with desk.sessions.begin() as session:
            connection = await session.connection()

            def note(_c: object, _cursor: object, statement: str, *_rest: object, kept: list[str] = statements) -> None:
                kept.append(statement.split("(")[0])

            event.listen(connection.sync_connection, "before_cursor_execute", note)
            await challenges.arm(
                session, challenge_id=challenge.id, case=found, contacts=contacts, keys=desk.keys, at=datetime.now(UTC)
            )
        told.append((found is None, statements))
    assert [nobody for nobody, _ in told] == [False, True]
    assert told[0][1] == told[1][1]
    assert len(told[0][1]) >= 3


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
