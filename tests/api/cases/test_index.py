"""What a case is found by, kept by the worker."""

import uuid

from sqlalchemy import select, text

from api.cases.models import Case
from api.complaints import service as complaints
from api.jobs import tasks
from api.jobs.desk import Desk
from tests.api.cases.test_queue import a_member
from tests.api.cases.test_search import found
from tests.api.second_copies.asking import filed
from vocabulary.cases import Role


async def test_a_case_that_is_taken_for_another_kind_is_found_by_both(desk: Desk) -> None:
    case = await filed(desk, full_name=f"Zoila {uuid.uuid4().hex}")
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).confirmed_type = "cybercrime"
    await tasks.index_cases(desk)
    async with desk.sessions.begin() as session:
        stored = str(await session.scalar(select(Case.document).where(Case.id == case.id)))
    assert "hurt" in stored
    assert "informat" in stored


async def test_cases_from_before_are_found_once_the_sweep_was_there(desk: Desk) -> None:
    name = f"Zenobia {uuid.uuid4().hex}"
    case = await filed(desk, full_name=name, document_number=None)
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).document = None
        await session.execute(text("delete from case_words where case_id = :id"), {"id": case.id})
        await session.execute(text("delete from case_identifiers where case_id = :id"), {"id": case.id})
    await tasks.index_cases(desk)
    await tasks.index_cases(desk)
    async with desk.sessions() as session:
        auditor = await a_member(session, Role.AUDITOR)
        assert (await found(session, desk.keys, name, auditor))["name"] == {case.number}
        assert await complaints.unindexed(session) == []
        await session.rollback()
