"""The page of a case: everything that was told and happened, for whoever may read it, and written down that they did."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.cases import reading
from api.cases.models import CaseOpening
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.copies import service as copies
from api.jobs import tasks as worker
from tests.api.cases.console import OTHER_STATION, Console
from vocabulary.cases import EntryKind, Role

WHOLE = {
    "incident_type": "robbery",
    "narrative": "Dos hombres me quitaron <b>todo</b>\ny corrieron",
    "occurred_at": {"date": "2026-11-19", "time": "20:00", "approximate": True},
    "place": {"ubigeo": "150132", "district": "San Juan de Lurigancho", "detail": "paradero 10", "latitude": -11.98,
              "longitude": -77.01},
    "items": [{"kind": "phone", "brand": "Samsung", "imei": "490154203237518", "amount": 1200, "description": "azul"}],
    "amount_lost": {"amount": 350},
    "payment_details": "Yape de Luis",
    "others_numbers": [{"kind": "phone", "value": "+51911111111"}, {"kind": "account", "value": "191-222"}],
    "phone_mentioned": "+51922222222",
    "suspects": {"count": 2, "known_to_victim": False},
    "suspects_description": "Con casco negro",
    "weapon": True,
    "witnesses": "La señora del kiosko",
    "injuries": "Un corte en la mano",
    "vehicle": "Moto lineal roja",
    "damage": "La puerta rota",
    "company": "Claro",
    "missing_person": "Con polo verde",
    "evidence_note": "Hay una cámara",
    "anything_else": "Volvieron a pasar",
    "safe_now": True,
    "office": "station",
    "full_name": "Rosa Quispe Huamán",
    "document_type": "dni",
    "document_number": "45678912",
    "reporting_for": "other",
    "victim_name": "Ana Quispe",
    "relationship": "Hermana",
    "birth_date": "17 años",
    "minor": True,
    "phone": "+51987654321",
    "email": "rosa@example.com",
    "address": "Jirón Puno 123",
    "safe_contact": "Solo al 987654321 por la tarde",
}  # fmt: skip


async def test_the_page_shows_every_field_of_what_was_told_and_what_was_added(console: Console) -> None:
    case, officer = await console.files(said="Hola, me asaltaron recién", **WHOLE), await console.enters()
    async with console.desk.sessions.begin() as session:
        await complaints.supplement(
            session, case=case, text="Uno cojeaba", keys=console.desk.keys, actor="x", at=datetime.now(UTC)
        )
    html = await officer.opens(case)
    for shown in (
        "Dos hombres me quitaron &lt;b&gt;todo&lt;/b&gt;", "jueves 19 de noviembre de 2026", "paradero 10",
        "-11.98, -77.01", "celular Samsung", "490154203237518", "azul", "350 soles", "Yape de Luis", "+51911111111",
        "191-222", "+51922222222", "2 personas, no conocidas de la víctima", "Con casco negro", "La señora del kiosko",
        "Un corte en la mano", "Moto lineal roja", "La puerta rota", "Claro", "Con polo verde", "Hay una cámara",
        "Volvieron a pasar", "Rosa Quispe Huamán", "45678912", "Ana Quispe", "Hermana", "17 años", "rosa@example.com",
        "Jirón Puno 123", "Solo al 987654321 por la tarde", "Uno cojeaba", "Hola, me asaltaron recién",
        "Pendiente de registro en SIDPOL", "Solo declarada",
    ):  # fmt: skip
        assert shown in html, shown
    assert "<b>todo" not in html
    assert await console.audited(officer, case) == ["case_read"]


def test_no_field_of_a_complaint_is_left_out_of_the_page() -> None:
    inner = {
        "attempt",
        "settled",
        "hurried",
        "correcting",
        "held",
        "again",
        "place_candidates",
        "survey",
        "surveyed",
        "callback_phone",
    }
    assert {*reading.FACTS, *reading.PERSON, "narrative"} == set(Draft.model_fields) - inner


async def test_what_was_not_said_is_named_and_nothing_is_made_up_for_it(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    unsaid = re.search(r"No dijo: ([^<]+)", await officer.opens(case))
    assert unsaid
    assert {"arma", "testigos", "lugar"} <= set(re.split(r", |\.", unsaid[1]))


async def test_another_station_s_case_does_not_exist_and_an_operator_reads_none(console: Console) -> None:
    case = await console.files()
    await (await console.enters(station=OTHER_STATION)).opens(case, status=404)
    await (await console.enters(Role.OPERATOR)).opens(case, status=403)
    await (await console.enters(Role.ADMINISTRATOR)).opens(case, status=403)


async def test_an_auditor_reads_every_station_s_case_and_is_given_no_form(console: Console) -> None:
    case, auditor = await console.files(), await console.enters(Role.AUDITOR, station=OTHER_STATION)
    html = await auditor.opens(case)
    assert f'action="/staff/casos/{case.number}/' not in html
    assert await console.audited(auditor, case) == ["case_read"]
    assert (await auditor.does(case, "note", seen=1, note="nada")).status_code == 403


async def test_a_colleague_s_case_opens_with_a_reason_that_the_auditor_reads_and_that_is_asked_again(
    console: Console,
) -> None:
    case, owner, other = await console.files(), await console.enters(), await console.enters(name="Luz Paredes")
    await owner.did(case, "take")
    asked = await other.client.get(f"/staff/casos/{case.number}")
    place = f"/staff/casos/{case.number}/motivo"
    assert (asked.status_code, asked.headers["Location"]) == (303, place)
    assert (await other.client.get(f"/staff/casos/{case.number}", headers={"Accept": "*/*"})).status_code == 403
    assert owner.member.name in (await other.client.get(place)).text
    assert "Me sacaron" not in (await other.client.get(place)).text
    assert (await other.client.post(place, data={"reason": "ver"})).status_code == 422
    assert (await other.client.post(place, data={"reason": "La cubro: está de licencia"})).status_code == 303
    await other.opens(case)
    auditor = await console.enters(Role.AUDITOR)
    shown = await auditor.opens(case)
    assert "La cubro: está de licencia" in shown
    assert "Luz Paredes" in shown
    assert "La cubro" not in await owner.opens(case)
    async with console.desk.sessions.begin() as session:
        opened = update(CaseOpening).where(CaseOpening.staff_id == other.member.id)
        await session.execute(opened.values(at=datetime.now(UTC) - timedelta(hours=8, seconds=1)))
    assert (await other.client.get(f"/staff/casos/{case.number}")).headers["Location"] == place


async def test_a_reason_is_sealed(console: Console) -> None:
    case, owner, other = await console.files(), await console.enters(), await console.enters()
    await owner.did(case, "take")
    await other.client.post(f"/staff/casos/{case.number}/motivo", data={"reason": "Ana me lo pidió"})
    async with console.desk.sessions() as session:
        opened = await session.scalar(select(CaseOpening).where(CaseOpening.staff_id == other.member.id))
    assert opened is not None
    assert opened.reason is not None
    assert b"Ana" not in opened.reason


@pytest.mark.parametrize(
    ("told", "loud", "quiet"),
    [
        ({"safe_contact": "al 912345678 en la tarde"}, "+51912345678", "No hay un contacto que se sepa seguro"),
        ({"safe_contact": "mi esposo revisa mi celular, no llamen"}, "No hay un contacto que se sepa seguro", "Use solo"),
        ({}, "No hay un contacto que se sepa seguro", "Use solo"),
    ],
)  # fmt: skip
async def test_a_case_of_violence_says_loudly_how_its_victim_may_be_reached(
    told: dict[str, str], loud: str, quiet: str, console: Console
) -> None:
    case = await console.files(incident_type="domestic_violence", reporting_for="self", **told)
    html = await (await console.enters()).opens(case)
    assert "Cuidado al contactar" in html
    assert loud in html
    assert quiet not in html


async def test_a_telephone_that_was_taken_is_not_to_be_called(console: Console) -> None:
    case = await console.files(items=[{"kind": "phone"}])
    assert "puede estar en manos de otra persona" in await (await console.enters()).opens(case)


async def test_questions_of_both_sides_stand_first_with_their_age_until_they_are_answered(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    await officer.did(case, "ask", note="¿De qué color era la moto?")
    asked = await console.citizen(case, EntryKind.CITIZEN_REQUEST, "¿Ya vieron las cámaras?", about="question")
    html = await officer.opens(case)
    waiting = html.split('id="preguntas"')[1].split("</section>")[0]
    assert "¿De qué color era la moto?" in waiting
    assert "¿Ya vieron las cámaras?" in waiting
    assert "hace un momento" in waiting
    await officer.did(case, "reply", answers=asked.number, note="Sí, las vimos ayer")
    await console.citizen(case, EntryKind.CITIZEN_ANSWER, "Roja")
    assert 'id="preguntas"' not in await officer.opens(case)


async def test_of_a_conversation_with_two_complaints_each_case_shows_its_own_part(console: Console) -> None:
    first = await console.files(said="Me robaron en el bus")
    async with console.desk.sessions.begin() as session:
        second = await complaints.file(
            session,
            draft=Draft.model_validate(
                {"incident_type": "threats", "narrative": "Me amenazó", "attempt": 2,
                 "consented_at": datetime.now(UTC), "sworn_at": datetime.now(UTC)}
            ),
            source=complaints.Source(
                first.key_owner, "web", first.data_key, console.desk.keys.unwrap(first.data_key, owner=first.key_owner)
            ),
            keys=console.desk.keys,
            at=datetime.now(UTC),
            station_code=OTHER_STATION,
        )  # fmt: skip
    assert "Me robaron en el bus" in await (await console.enters()).opens(first)
    assert "Me robaron en el bus" not in await (await console.enters(station=OTHER_STATION)).opens(second)


async def test_the_copy_of_a_kind_that_waits_for_a_look_is_issued_once_from_the_page(console: Console) -> None:
    case, officer = await console.files(incident_type="domestic_violence"), await console.enters()
    path, typed = f"/staff/casos/{case.number}/copia", {"reason": "Para el juzgado", "in_person": "true"}
    assert path in await officer.opens(case)
    assert (await officer.client.post(path, data=typed)).status_code == 303
    html = await officer.opens(case)
    assert "Copia N.º 1" in html
    assert path not in html
    assert (await officer.client.post(path, data=typed)).status_code == 409
    assert f"/staff/casos/{(await console.files()).number}/copia" not in html


async def test_papers_are_linked_once_they_are_signed(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    assert "firmándose" in await officer.opens(case)
    async with console.desk.sessions() as session:
        ids = [str(copy.id) for copy in await copies.of_case(session, case=case)]
    for copy_id in ids:
        await worker.issue_copy(console.desk, copy_id=copy_id)
    link = re.search(r'href="(/api/v1/documents/[^"]+)">Constancia', await officer.opens(case))
    assert link
    assert (await officer.client.get(link[1].replace("&amp;", "&"))).content.startswith(b"%PDF")


async def test_nothing_personal_is_in_an_error(console: Console) -> None:
    case, officer = await console.files(**WHOLE), await console.enters()
    answer = await officer.does(case, "close", seen=1, note="Rosa ya tiene su DNI")
    assert answer.status_code == 409
    problem = await officer.client.post(
        f"/staff/casos/{case.number}/copia", data={"reason": "Rosa"}, headers={"Accept": "application/json"}
    )
    assert "Rosa" not in json.dumps(problem.json())
