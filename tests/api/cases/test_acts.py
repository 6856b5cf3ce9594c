"""What officers do with a case: by entries, in the order of the table, never over what another wrote."""

import asyncio
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from api.cases import service as cases
from api.cases import tasks
from tests.api.cases.console import OTHER_STATION, Console, Person
from vocabulary.cases import ALLOWED, CaseAct, CaseStatus, EntryKind, Role

A_FORM: dict[CaseAct, dict[str, object]] = {
    CaseAct.TAKE: {}, CaseAct.REVIEW: {}, CaseAct.CLASSIFY: {"incident_type": "robbery"}, CaseAct.ASK: {"note": "¿Cuándo fue?"},
    CaseAct.NOTE: {"note": "Falta verlo"}, CaseAct.ACCEPT: {}, CaseAct.REFER: {"authority": "prosecutor"},
    CaseAct.CLOSE: {"note": "Se recuperó"}, CaseAct.DISMISS: {"note": "No es un delito"}, CaseAct.REOPEN: {"note": "Hay algo nuevo"},
    CaseAct.TRANSFER: {"station": OTHER_STATION, "note": "Pasó allá"}, CaseAct.SIDPOL: {"number": "OD-123456"},
}  # fmt: skip


async def last_kinds(console: Console, case: cases.Case) -> list[tuple[str, str | None, bool]]:
    return [(entry.kind, entry.status, entry.visible) for entry in (await console.entries(case))[1:]]


async def test_to_take_a_new_case_is_to_look_at_it_and_its_complainant_is_told(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    await officer.did(case, "take")
    found = await console.now(case)
    assert (found.assigned_to, found.status) == (officer.member.id, "under_review")
    assert found.first_look_at is not None
    assert await last_kinds(console, case) == [("assignment", "under_review", True)]


async def test_to_pass_a_case_on_or_to_number_it_is_no_look_at_it(console: Console) -> None:
    case, officer, other = await console.files(), await console.enters(), await console.enters(station=OTHER_STATION)
    await officer.did(case, "sidpol", number=f"OD-{uuid.uuid4().int % 10**10:010d}")
    await officer.did(case, "transfer", station=OTHER_STATION, note="Es de allá")
    assert (await console.now(case)).first_look_at is None
    await other.did(case, "take")
    assert (await console.now(case)).first_look_at is not None


async def test_a_commissioner_assigns_within_the_station_and_that_is_no_look_yet(console: Console) -> None:
    case, head, officer = await console.files(), await console.enters(Role.COMMISSIONER), await console.enters()
    stranger, operator = await console.enters(station=OTHER_STATION), await console.enters(Role.OPERATOR)
    for nobody in (stranger, operator):
        assert (await head.does(case, "assign", to=nobody.member.id)).status_code == 404
    assert (await officer.does(case, "assign", to=officer.member.id)).status_code == 409
    await head.did(case, "assign", to=officer.member.id)
    found = await console.now(case)
    assert (found.assigned_to, found.status, found.first_look_at) == (officer.member.id, "registered", None)
    await officer.did(case, "review")
    assert (await console.now(case)).first_look_at is not None


async def test_a_case_that_somebody_has_is_not_taken_from_them(console: Console) -> None:
    case, owner, other = await console.files(), await console.enters(), await console.enters()
    await other.opens(case)
    await owner.did(case, "take")
    last = (await console.now(case)).last_entry
    assert (await other.does(case, "take", seen=last)).status_code == 409
    assert (await console.now(case)).assigned_to == owner.member.id


async def test_a_case_is_classified_before_it_is_decided(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    for act in (CaseAct.ACCEPT, CaseAct.REFER, CaseAct.CLOSE, CaseAct.DISMISS):
        answer = await officer.does(case, act, **A_FORM[act])
        assert answer.status_code == 409
        assert "Falta clasificar" in answer.text
    assert await last_kinds(console, case) == []
    await officer.did(case, "classify", incident_type="theft")
    await officer.did(case, "dismiss", note="No hubo hurto: apareció la billetera")
    assert await last_kinds(console, case) == [("classification", None, False), ("status", "dismissed", True)]
    assert await console.notes(case) == ["No hubo hurto: apareció la billetera"]


@pytest.mark.parametrize(
    ("told", "taken_for", "visible"),
    [
        ("theft", "theft", False),
        ("theft", "robbery", True),
        ("theft", "domestic_violence", False),
        ("sexual_violence", "assault", False),
    ],
)
async def test_a_change_of_kind_is_told_a_confirmation_and_violence_never(
    told: str, taken_for: str, visible: bool, console: Console
) -> None:
    case, officer = await console.files(incident_type=told), await console.enters()
    await officer.did(case, "classify", incident_type=taken_for)
    assert await last_kinds(console, case) == [("classification", None, visible)]
    found = await console.now(case)
    assert (found.incident_type, found.confirmed_type) == (told, taken_for)


async def test_a_case_taken_for_violence_gets_its_care_and_clock_and_never_loses_them(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    assert (case.confidential, case.priority, case.report_due_at) == (False, False, None)
    for kind in ("domestic_violence", "theft"):
        await officer.did(case, "classify", incident_type=kind)
        found = await console.now(case)
        assert (found.confidential, found.priority) == (True, True)
        assert found.report_due_at == case.filed_at + timedelta(hours=24)


def tried() -> Iterable[tuple[CaseAct, CaseStatus]]:
    return [(act, status) for act in A_FORM for status in CaseStatus]


async def test_each_act_is_done_in_the_statuses_of_the_table_and_in_no_other(console: Console) -> None:
    officer = await console.enters()
    case = await console.files()
    for number, (act, status) in enumerate(tried()):
        async with console.desk.sessions.begin() as session:
            found = await session.get_one(cases.Case, case.id)
            found.status, found.confirmed_type, found.assigned_to = status, "theft", None
        typed = A_FORM[act] | ({"number": f"OD-{uuid.uuid4().int % 10**12}"} if act is CaseAct.SIDPOL else {})
        allowed = status in ALLOWED[act]
        page = await officer.opens(case)
        place = "traslado" if act is CaseAct.TRANSFER else f"actos/{act}"
        assert (f"/staff/casos/{case.number}/{place}" in page) == allowed, (act, status)
        answer = await officer.does(case, act, **typed)
        assert answer.status_code == (303 if allowed else 409), (number, act, status)
        if allowed and act is CaseAct.TRANSFER:
            case = await console.files()


async def test_two_officers_at_once_lose_nothing_and_the_second_sees_what_is_new(console: Console) -> None:
    case, first, second = await console.files(), await console.enters(name="Luz Paredes"), await console.enters()
    for officer in (first, second):
        await officer.opens(case)
    await first.did(case, "note", seen=1, note="Ya hablé con el testigo")
    answer = await second.does(case, "ask", seen=1, note="¿Tiene fotos de <la> moto?")
    assert answer.status_code == 409
    for shown in (
        "Ya hablé con el testigo",
        "Luz Paredes",
        "¿Tiene fotos de &lt;la&gt; moto?",
        'name="seen" value="2"',
    ):
        assert shown in answer.text
    assert "denuncia registrada" not in answer.text.lower()
    assert (await console.audited(second, case))[-1] == "case_read"
    await second.did(case, "ask", seen=2, note="¿Tiene fotos de <la> moto?")
    assert await console.notes(case) == ["Ya hablé con el testigo", "¿Tiene fotos de <la> moto?"]


async def test_of_many_at_the_same_moment_one_is_taken_and_the_others_are_told(console: Console) -> None:
    case, people = await console.files(), [await console.enters() for _ in range(5)]
    for person in people:
        await person.opens(case)
    answers = await asyncio.gather(*(person.does(case, "take", seen=1) for person in people))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409]
    winner = people[[answer.status_code for answer in answers].index(303)]
    found = await console.now(case)
    assert (found.assigned_to, found.last_entry) == (winner.member.id, 2)


async def test_what_was_written_is_kept_when_a_colleague_took_the_case_meanwhile(console: Console) -> None:
    case, first, second = await console.files(), await console.enters(), await console.enters()
    await second.opens(case)
    await first.did(case, "take")
    answer = await second.does(case, "note", seen=1, note="Vi la cámara de la esquina")
    assert answer.status_code == 409
    assert "Vi la cámara de la esquina" in answer.text
    stranger = await console.enters()
    assert (await stranger.does(case, "note", seen=2, note="sin abrirlo")).headers["Location"].endswith("/motivo")
    assert await console.notes(case) == []


async def test_what_a_colleague_wrote_meanwhile_is_not_shown_without_a_reason(console: Console) -> None:
    case, first, second = await console.files(), await console.enters(), await console.enters()
    await second.opens(case)
    await first.did(case, "take")
    await first.did(case, "note", note="El testigo pidió reserva")
    answer = await second.does(case, "note", seen=1, note="Vi la cámara de la <esquina>")
    assert answer.status_code == 409
    assert "El testigo pidió reserva" not in answer.text
    assert f'action="/staff/casos/{case.number}/motivo"' in answer.text
    assert "Vi la cámara de la &lt;esquina&gt;" in answer.text
    assert await console.audited(second, case) == ["case_read"]


async def test_what_can_no_longer_be_sent_can_still_be_copied(console: Console) -> None:
    case, first, second = await console.files(), await console.enters(), await console.enters()
    await second.opens(case)
    await first.did(case, "classify", incident_type="theft")
    await first.did(case, "close", note="Apareció")
    answer = await second.does(case, "dismiss", seen=1, note="No procede porque apareció")
    assert answer.status_code == 409
    assert "No procede porque apareció" in answer.text
    assert "/actos/dismiss" not in answer.text


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("ask", {"note": "  "}),
        ("dismiss", {}),
        ("note", {"note": "x" * 4001}),
        ("classify", {"incident_type": "murder"}),
        ("sidpol", {"number": "sin número"}),
        ("sidpol", {"number": "<script>1234"}),
        ("note", {"note": "bien", "status": "closed"}),
    ],
)
async def test_a_form_that_says_nothing_usable_is_shown_again(
    act: str, typed: dict[str, object], console: Console
) -> None:
    case, officer = await console.files(), await console.enters()
    answer = await officer.does(case, act, **typed)
    assert answer.status_code == 422
    assert "No pudimos leer" in answer.text
    assert await last_kinds(console, case) == []


async def test_a_reply_names_a_question_that_waits_and_answers_it_once(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    asked = await console.citizen(case, EntryKind.CITIZEN_REQUEST, "¿Cuándo me llaman?", about="question")
    assert (await officer.does(case, "reply", answers=1, note="Mañana")).status_code == 409
    await officer.did(case, "reply", answers=asked.number, note="Mañana por la mañana")
    assert (await officer.does(case, "reply", answers=asked.number, note="Otra vez")).status_code == 409
    last = (await console.entries(case))[-1]
    assert (last.kind, last.visible, last.detail) == ("reply", True, {"answers": asked.number})


async def test_a_transfer_keeps_number_and_jurisdiction_and_the_old_station_sees_it_no_more(console: Console) -> None:
    case, officer, other = await console.files(), await console.enters(), await console.enters(station=OTHER_STATION)
    await officer.did(case, "take")
    found = await officer.client.get(f"/staff/casos/{case.number}/traslado", params={"q": "lince 150115"})
    assert "Ninguna otra comisaría" in found.text
    found = await officer.client.get(f"/staff/casos/{case.number}/traslado", params={"q": "comisaria VICTORIA"})
    assert OTHER_STATION in found.text
    assert (await officer.does(case, "transfer", station="150132", note="A nosotros")).status_code == 409
    await officer.did(case, "transfer", station=OTHER_STATION, note="El agente es pariente del denunciado")
    moved = await console.now(case)
    assert (moved.number, moved.station_id, moved.assigned_to) == (case.number, case.station_id, None)
    assert moved.handling_station_id == other.member.station_id
    await officer.opens(case, status=404)
    html = await other.opens(case)
    assert "El agente es pariente" in html
    reason, transfer = (await console.entries(case))[-2:]
    assert (reason.kind, reason.visible, transfer.kind, transfer.visible) == ("note", False, "transfer", True)
    assert transfer.note is None
    await other.did(case, "take")


async def test_a_number_of_sidpol_is_one_case_s_and_can_be_corrected(console: Console) -> None:
    case, second, officer = await console.files(), await console.files(), await console.enters()
    number = f"{uuid.uuid4().int % 10**10:010d}"
    await officer.did(case, "sidpol", number=f" n-{number} ")
    html = await officer.opens(case)
    assert f"N-{number}" in html
    assert "Pendiente de registro" not in html
    answer = await officer.does(second, "sidpol", number=f"N-{number}")
    assert answer.status_code == 409
    assert "Otro caso ya tiene ese número" in answer.text
    assert f"N-{number}" not in await officer.opens(second)
    assert (await officer.does(case, "sidpol", number=f"N-{number}")).status_code == 409
    await officer.did(case, "sidpol", number=f"M-{number}")
    await officer.did(second, "sidpol", number=f"N-{number}")


async def test_a_decision_can_be_taken_back(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    await officer.did(case, "classify", incident_type="theft")
    await officer.did(case, "refer", authority="prosecutor", note="La fiscalía le escribirá")
    assert "Fiscalía" in await officer.opens(case)
    await officer.did(case, "reopen", note="La fiscalía lo devolvió")
    assert (await console.now(case)).status == "under_review"


async def test_a_write_from_another_origin_and_one_without_a_session_change_nothing(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    await officer.opens(case)
    path, typed = f"/staff/casos/{case.number}/actos/note", {"seen": 1, "note": "robada"}
    assert (await officer.client.post(path, data=typed, headers={"Origin": "http://evil"})).status_code == 403
    officer.client.headers.pop("Cookie")
    assert (await officer.client.post(path, data=typed)).status_code == 401
    assert await last_kinds(console, case) == []


async def due(console: Console, case: cases.Case, person: Person) -> str:
    html = (await person.client.get("/staff/tareas")).text
    return html.split(case.number, 1)[1].split("</tr>")[0] if case.number in html else ""


async def test_who_takes_a_case_up_has_its_complainant_to_call_and_tries_again_if_nobody_answers(
    console: Console,
) -> None:
    case, officer = await console.files(), await console.enters()
    assert await due(console, case, officer) == ""
    await officer.did(case, "take")
    await officer.did(case, "classify", incident_type="theft")
    await officer.did(case, "accept")
    async with console.desk.sessions() as session:
        planned = await tasks.of_case(session, case=case)
    assert [(one.kind, one.due_at - case.filed_at) for one in planned] == [
        ("call_at_3", timedelta(days=3)), ("call_at_25", timedelta(days=25)),
    ]  # fmt: skip
    assert "Llamar a la persona (día 3)" in await due(console, case, officer)
    html = await officer.opens(case)
    assert "+51987654321" in html
    assert "¿Puede hablar ahora?" in html
    path = f"/staff/casos/{case.number}/llamadas/{planned[0].id}"
    assert (await officer.client.post(path, data={"reached": "false"})).status_code == 303
    assert (await officer.client.post(path, data={"reached": "false"})).status_code == 409
    async with console.desk.sessions() as session:
        again, later = await tasks.of_case(session, case=case)
    assert (again.kind, again.attempt, later.kind) == ("call_at_3", 2, "call_at_25")
    done = {"reached": "true", "note": "Recordó la placa"}
    assert (await officer.client.post(f"/staff/casos/{case.number}/llamadas/{again.id}", data=done)).status_code == 303
    async with console.desk.sessions() as session:
        assert [one.kind for one in await tasks.of_case(session, case=case)] == ["call_at_25"]
    calls = [entry for entry in await console.entries(case) if entry.kind == EntryKind.CALL]
    assert [(call.visible, (call.detail or {})["reached"]) for call in calls] == [(False, False), (False, True)]


async def test_a_call_that_was_planned_before_a_case_was_taken_for_violence_says_not_to_call_and_what_to_do(
    console: Console,
) -> None:
    case, officer = await console.files(phone="+51987654321"), await console.enters()
    await officer.did(case, "take")
    await officer.did(case, "classify", incident_type="domestic_violence")
    html = await officer.opens(case)
    assert "No llame: en este caso no hay un celular que se sepa seguro" in html
    assert "«Pedir información»" in html
    assert "¿Puede hablar ahora?" not in html
    assert 'value="true" required> Sí, hablé' not in html
    async with console.desk.sessions() as session:
        first, _ = await tasks.of_case(session, case=case)
    path = f"/staff/casos/{case.number}/llamadas/{first.id}"
    assert (await officer.client.post(path, data={"reached": "false", "note": "Se le escribió"})).status_code == 303
    async with console.desk.sessions() as session:
        assert [one.kind for one in await tasks.of_case(session, case=case)] == ["call_at_25"]
    assert "no habló con la persona" in await officer.opens(case)


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ({"phone": None}, False),
        ({"items": [{"kind": "phone"}]}, False),
        ({"incident_type": "domestic_violence", "reporting_for": "self"}, False),
        ({"incident_type": "domestic_violence", "reporting_for": "self", "safe_contact": "al 912345678"}, True),
    ],
)
async def test_nobody_is_called_where_no_telephone_is_known_to_be_safe(
    told: dict[str, object], called: bool, console: Console
) -> None:
    case, officer = await console.files(**told), await console.enters()
    await officer.did(case, "take")
    assert bool(await due(console, case, officer)) is called
    if called:
        assert "No deje mensajes" in await officer.opens(case)


async def test_the_tasks_are_the_station_s_overdue_first_and_go_with_the_case(console: Console) -> None:
    officer, other = await console.enters(), await console.enters(station=OTHER_STATION)
    young, old = await console.files(), await console.files()
    async with console.desk.sessions.begin() as session:
        (await session.get_one(cases.Case, old.id)).filed_at = datetime.now(UTC) - timedelta(days=4)
    for case in (young, old):
        await officer.did(case, "take")
    html = (await officer.client.get("/staff/tareas")).text
    assert html.index(old.number) < html.index(young.number)
    assert "Vencido hace 24 horas" in await due(console, old, officer)
    await officer.did(old, "transfer", station=OTHER_STATION, note="Es de allá")
    assert await due(console, old, officer) == ""
    assert "Vencido" in await due(console, old, other)
    await officer.did(young, "classify", incident_type="theft")
    await officer.did(young, "close", note="Apareció todo")
    assert await due(console, young, officer) == ""


async def test_a_call_of_another_case_is_not_found_here(console: Console) -> None:
    case, second, officer = await console.files(), await console.files(), await console.enters()
    for one in (case, second):
        await officer.did(one, "take")
    async with console.desk.sessions() as session:
        (call, _) = await tasks.of_case(session, case=second)
    answer = await officer.client.post(f"/staff/casos/{case.number}/llamadas/{call.id}", data={"reached": "true"})
    assert answer.status_code == 404


async def test_the_bot_is_told_whether_the_police_s_own_system_has_the_case(console: Console) -> None:
    case, officer = await console.files(), await console.enters()
    path = f"/internal/conversations/{case.key_owner}/following"
    bot = {"Authorization": "Bearer internal-secret-of-the-tests"}
    own = {"case_number": None, "document_number": None}
    seen = [(await officer.client.post(path, json=own, headers=bot)).json()["sidpol_number"]]
    number = f"OD-{uuid.uuid4().int % 10**10:010d}"
    await officer.did(case, "sidpol", number=number)
    seen.append((await officer.client.post(path, json=own, headers=bot)).json()["sidpol_number"])
    assert seen == [None, number]
