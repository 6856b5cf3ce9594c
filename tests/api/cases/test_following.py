"""A citizen follows their case: what happened, what they were asked, what they asked, and nothing of it is ever lost."""

import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.cases import following
from api.cases import service as cases
from api.cases.following import About, Following
from api.cases.models import Case
from api.copies import service as copies
from api.copies.models import Copy
from api.errors import NothingAsked, TooManyRequests
from api.jobs.desk import Desk
from api.settings import settings
from api.staff.models import StaffMember
from documents.frame import Kind
from tests.api.audit.test_audit_pages import an_officer
from tests.api.cases.test_notices import NOON, a_case, enter
from tests.api.conversations.channels.talking import an_app
from tests.api.second_copies.asking import filed
from vocabulary.cases import CaseStatus, EntryKind
from vocabulary.sentences import sentence

ASKED = CaseStatus.INFORMATION_REQUESTED


@pytest.fixture
async def officer(desk: Desk) -> StaffMember:
    return await an_officer(desk)


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with an_app() as client:
        yield client


async def seen(desk: Desk, case: Case, *, days: int = 0) -> Following:
    async with desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        at = NOON + timedelta(days=days)
        return await following.follow(session, case=found, actor="page", keys=desk.keys, at=at)


async def answer(desk: Desk, case: Case, text: str) -> None:
    async with desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        await following.answer(session, case=found, text=text, keys=desk.keys, at=NOON)


async def ask(desk: Desk, case: Case, about: About, text: str) -> None:
    async with desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        await following.ask(session, case=found, about=about, text=text, keys=desk.keys, at=NOON)


async def test_what_happened_is_told_in_plain_words_and_what_is_for_staff_is_not(
    desk: Desk, officer: StaffMember
) -> None:
    case = await a_case(desk)
    station = str(case.station_id)
    await enter(desk, case, officer, EntryKind.ASSIGNMENT, status=CaseStatus.UNDER_REVIEW, detail={"to": "x"})
    await enter(desk, case, officer, EntryKind.NOTE, visible=False, note="secreto")
    await enter(desk, case, officer, EntryKind.CLASSIFICATION, detail={"from": "theft", "to": "robbery"})
    await enter(desk, case, officer, EntryKind.TRANSFER, detail={"from": "x", "to": station})
    await enter(desk, case, officer, EntryKind.SIDPOL, detail={"number": "123-4"})
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.CLOSED, note="Se halló.")
    await enter(desk, case, officer, EntryKind.STATUS, status=CaseStatus.UNDER_REVIEW)
    await enter(desk, case, officer, EntryKind.CALL, detail={"reached": True})
    await enter(desk, case, officer, EntryKind.JOIN)
    found = await seen(desk, case)
    assert [one.says for one in found.events] == [
        "Usted registró su denuncia.",
        "Un policía empezó a revisar su denuncia.",
        "Un policía indicó que el hecho es: Robo.",
        f"Ahora la atiende: {found.station}.",
        "Quedó registrada en el sistema de la Policía con el número 123-4.",
        "La Policía cerró el caso.",
        "La Policía volvió a abrir su caso.",
        "La Policía habló con usted por teléfono.",
        "La Policía la está viendo junto con otro caso.",
    ]
    assert [one.note for one in found.events if one.note] == ["Se halló."]


@pytest.mark.parametrize("kind", list(EntryKind))
async def test_every_kind_of_entry_has_words_even_without_its_detail(
    desk: Desk, officer: StaffMember, kind: EntryKind
) -> None:
    case = await a_case(desk)
    await enter(desk, case, officer, kind, detail={"about": "question"})
    assert "{" not in (await seen(desk, case)).events[-1].says


async def test_what_was_asked_is_shown_with_its_age_until_it_is_answered(desk: Desk, officer: StaffMember) -> None:
    case = await a_case(desk)
    await enter(desk, case, officer, EntryKind.INFORMATION_REQUEST, status=ASKED, note="¿Qué color?")
    found = await seen(desk, case, days=3)
    assert [(one.note, one.ago) for one in found.asked] == [("¿Qué color?", "hace 3 días")]
    assert (await seen(desk, case)).asked[0].ago == "hoy"
    assert (await seen(desk, case, days=1)).asked[0].ago == "ayer"
    for _ in range(2):
        await answer(desk, case, "Azul")
    found = await seen(desk, case)
    assert (found.asked, found.status) == ([], CaseStatus.UNDER_REVIEW)
    assert [(one.says, one.note, one.own) for one in found.events[2:]] == [("Usted respondió:", "Azul", True)]


async def test_an_answer_where_nothing_is_asked_is_refused_and_leaves_nothing(desk: Desk) -> None:
    case = await a_case(desk)
    with pytest.raises(NothingAsked):
        await answer(desk, case, "Azul")
    assert len((await seen(desk, case)).events) == 1


async def test_what_the_citizen_asks_waits_with_its_age_until_a_reply_names_it(
    desk: Desk, officer: StaffMember
) -> None:
    case = await a_case(desk)
    await ask(desk, case, About.QUESTION, "¿Cuándo me llaman?")
    await ask(desk, case, About.WITHDRAW, "Ya lo encontré")
    found = await seen(desk, case, days=2)
    assert [(one.says, one.ago) for one in found.asking] == [
        ("Usted preguntó:", "hace 2 días"),
        ("Usted pidió retirar la denuncia:", "hace 2 días"),
    ]
    await enter(desk, case, officer, EntryKind.REPLY, note="Mañana", detail={"answers": found.asking[0].number})
    found = await seen(desk, case)
    assert [one.says for one in found.asking] == ["Usted pidió retirar la denuncia:"]
    assert found.status is CaseStatus.REGISTERED


async def test_the_same_twice_is_once_and_many_without_a_reply_are_enough(desk: Desk) -> None:
    case = await a_case(desk)
    for number in range(10):
        for _ in range(2):
            await ask(desk, case, About.QUESTION, f"¿{number}?")
    with pytest.raises(TooManyRequests):
        await ask(desk, case, About.CORRECT, "Otra cosa")
    assert len((await seen(desk, case)).asking) == 10


async def papers(desk: Desk, case: Case, kind: Kind = Kind.RECEIPT) -> str:
    """The code on the receipt, or on another paper."""
    async with desk.sessions() as session:
        query = select(Copy.verification_code).where(Copy.case_id == case.id, Copy.kind == kind)
        return str(await session.scalar(query))


async def see(client: httpx.AsyncClient, number: str, code: str, path: str = "", **more: Any) -> str:
    answer = await client.post(f"/seguimiento{path}", data={"case_number": number, "code": code} | more)
    assert answer.status_code == 200
    return answer.text


UNKNOWN = "No encontramos una denuncia con ese número y ese código"


async def test_the_page_shows_a_case_to_who_has_its_paper_and_takes_what_they_write(
    client: httpx.AsyncClient, desk: Desk, officer: StaffMember
) -> None:
    case = await filed(desk)
    code = await papers(desk, case)
    await enter(desk, case, officer, EntryKind.INFORMATION_REQUEST, status=ASKED, note="<b>¿Color?</b>")
    page = await see(client, case.number.replace("-", ""), code.lower().replace("-", " "))
    assert "La Policía espera su respuesta" in page
    assert "&lt;b&gt;¿Color?&lt;/b&gt;" in page
    assert sentence("following.pending_registration") in page
    page = await see(client, case.number, code, "/respuesta", text="Azul\r\ny blanco")
    assert "Gracias. Su respuesta ya está en su caso" in page
    assert "Azul\ny blanco" in page
    assert "La Policía espera su respuesta" not in page
    page = await see(client, case.number, code, "/pedido", about="withdraw", text="Ya apareció")
    assert "La denuncia no se borra" in page
    assert "Usted espera una respuesta" in page
    async with desk.sessions() as session:
        entries = await cases.entries_of(session, case=case)
    assert [entry.kind for entry in entries[1:]] == ["information_request", "citizen_answer", "citizen_request"]


async def test_what_is_not_taken_stays_in_its_form_and_says_why(client: httpx.AsyncClient, desk: Desk) -> None:
    case = await filed(desk)
    code = await papers(desk, case)
    assert sentence("following.refused.nothing_written") in await see(
        client, case.number, code, "/pedido", about="question", text="  "
    )
    for number in range(10):
        await ask(desk, case, About.QUESTION, f"¿{number}?")
    page = await see(client, case.number, code, "/pedido", about="withdraw", text="No quiero seguir")
    assert sentence("following.refused.too_many") in page
    assert "No quiero seguir</textarea>" in page
    assert re.search(r'value="withdraw" checked', page)
    assert sentence("following.refused.nothing_asked") in await see(client, case.number, code, "/respuesta", text="x")


async def test_a_wrong_pair_a_confidential_case_and_a_withdrawn_paper_are_told_apart_by_nobody(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    case, other = await filed(desk), await filed(desk)
    handed = await papers(desk, case, Kind.COMPLAINT_COPY)
    hidden, annulled = await filed(desk, incident_type="domestic_violence"), await filed(desk)
    async with desk.sessions.begin() as session:
        paper = (await session.scalars(select(Copy).where(Copy.case_id == annulled.id, Copy.number == 0))).one()
        paper.status = "annulled"
    pairs = [
        (case.number, await papers(desk, other)),
        (case.number, "AAAA-AAAA-AAAA-AAAA"),
        (case.number, ""),
        (case.number, handed),
        ("", await papers(desk, case)),
        (hidden.number, await papers(desk, hidden)),
        (annulled.number, await papers(desk, annulled)),
    ]
    told = set()
    for number, code in pairs:
        page = await see(client, number, code)
        told.add(page.replace(number or "\0", "").replace(code or "\0", ""))
        assert UNKNOWN in page
        page = await see(client, number, code, "/pedido", about="question", text="x")
        assert UNKNOWN in page
    assert len(told) == 1
    assert len((await seen(desk, hidden)).events) == 1


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RECEIPT])
async def test_no_paper_but_the_receipt_opens_a_case(desk: Desk, kind: Kind) -> None:
    case = await filed(desk)
    async with desk.sessions.begin() as session:
        paper = (await session.scalars(select(Copy).where(Copy.case_id == case.id, Copy.number == 0))).one()
        opened = await copies.opens(session, typed_code=paper.verification_code)
        assert opened is not None
        assert opened.id == case.id
        paper.kind = kind
        await session.flush()
        assert await copies.opens(session, typed_code=paper.verification_code) is None


async def test_wrong_tries_of_an_address_are_limited_and_right_ones_are_not(
    client: httpx.AsyncClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await filed(desk)
    code = await papers(desk, case)
    monkeypatch.setattr(settings(), "testing", False)
    client.headers["X-Forwarded-For"] = f"203.0.113.{uuid.uuid4().int % 250}"
    for _ in range(25):
        assert case.number in await see(client, case.number, code)
    for _ in range(20):
        assert UNKNOWN in await see(client, case.number, "AAAA-AAAA-AAAA-AAAA")
    assert "Hubo muchos intentos" in await see(client, case.number, code)
