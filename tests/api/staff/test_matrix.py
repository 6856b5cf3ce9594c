"""Every role at every route of the staff, at their own station and at another: one table says what each gets.

A route that is not in the table fails. A new one is one line: who may call it, and what it answers for what is their own
station's and for what is another's.
"""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import select

from api import access
from api.cases.models import Case
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.handover import callbacks
from api.handover import service as handover
from api.handover.models import Callback
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations import service as stations
from tests.api.complaints.test_filing import a_draft, a_source
from tests.api.staff.console import OTHER_STATION, STATION, browser
from tests.api.test_access import calls, routes
from vocabulary.cases import Role
from vocabulary.dialogue import Handover, Language

_AWHILE = 2.0
"""Seconds after which what goes on telling was let in."""
ALL = frozenset(Role)
OFFICERS = frozenset({Role.OFFICER, Role.COMMISSIONER})
HEADS, AUDITORS = frozenset({Role.COMMISSIONER}), frozenset({Role.AUDITOR})
READERS, TALKERS = OFFICERS | AUDITORS, OFFICERS | {Role.OPERATOR}
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
ASKERS = HEADS | ADMINISTRATORS


@dataclass(frozen=True)
class Row:
    """``roles`` may call the route, and get ``own`` for what their station has and ``other`` (if it differs) for what another has;
    for the rest it is 403. ``but`` says what some roles get instead. To auditors every station is their own. ``form`` or ``json`` is sent; ``{…}`` of the
    path are filled by ``FILLED``. An ``endless`` route goes on telling."""

    roles: frozenset[Role]
    own: int
    other: int | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    but: Mapping[Role, int] = field(default_factory=dict)
    endless: bool = False


CASE, CONVERSATIONS = "/staff/casos/{number}", "/staff/conversaciones"
THEIRS = {Role.OPERATOR: 404}  # a complaint that was filed is for those who work on its station's cases
CONVERSATION = f"{CONVERSATIONS}/{{conversation_id}}"
DISCLOSURE = f"{CONVERSATIONS}/sin-denuncia/{{disclosure_id}}"
ITEM = f"{CASE}/evidencias/{{evidence_id}}"
PERSON = {"name": "Otra", "role": "officer", "station": STATION}
UNDELIVERED, VOICE_NOTES = "/api/v1/undelivered", "/api/v1/voice-notes"
COPIES = "/api/v1/cases/{case_number}/copies"

TABLE: dict[tuple[str, str], Row] = {
    ("POST", COPIES): Row(OFFICERS, 201, 404, json={"reason": "la pide"}),
    ("POST", f"{COPIES}/{{verification_code}}/withdrawal"): Row(OFFICERS, 404, json={"reason": "se perdió"}),
    ("POST", "/api/v1/cases/{case_number}/family-report"): Row(
        OFFICERS, 409, 404, json={"officer_name": "Luz", "officer_rank": "S2"}
    ),
    ("GET", UNDELIVERED): Row(OFFICERS, 200),
    ("POST", f"{UNDELIVERED}/{{delivery_id}}/retry"): Row(OFFICERS, 404),
    ("GET", VOICE_NOTES): Row(OFFICERS, 200),
    ("GET", f"{VOICE_NOTES}/{{evidence_id}}"): Row(OFFICERS, 404),
    ("GET", f"{VOICE_NOTES}/{{evidence_id}}/transcript"): Row(OFFICERS, 404),
    ("POST", f"{VOICE_NOTES}/{{evidence_id}}/heard"): Row(OFFICERS, 404),
    ("GET", "/staff"): Row(READERS, 200, but={Role.OPERATOR: 303, Role.ADMINISTRATOR: 303}),
    ("GET", "/staff/buscar"): Row(READERS, 200),
    ("POST", "/staff/buscar"): Row(READERS, 200, form={"q": "Rosa"}),
    ("POST", "/staff/filtros"): Row(READERS, 303, form={"name": "x"}),
    ("POST", "/staff/filtros/borrar"): Row(READERS, 303, form={"name": "x"}),
    ("POST", "/staff/asignar"): Row(HEADS, 200),
    ("GET", "/staff/eventos"): Row(READERS, 200, endless=True),
    ("GET", "/staff/tareas"): Row(OFFICERS, 200),
    ("GET", CASE): Row(READERS, 200, 404),
    ("GET", f"{CASE}/motivo"): Row(READERS, 200, 404),
    ("POST", f"{CASE}/motivo"): Row(READERS, 303, 404, form={"reason": "lo reviso"}),
    ("GET", f"{CASE}/traslado"): Row(OFFICERS, 200, 404),
    ("POST", f"{CASE}/actos/{{act}}"): Row(OFFICERS, 303, 404, form={"seen": "1", "note": "se llamó"}),
    ("POST", f"{CASE}/copia"): Row(OFFICERS, 422, 404),
    ("POST", f"{CASE}/llamadas/{{task_id}}"): Row(OFFICERS, 422, 404),
    ("GET", f"{CASE}/expediente"): Row(READERS, 200, 404),
    ("POST", f"{CASE}/expediente"): Row(OFFICERS, 422, 404),
    ("GET", f"{CASE}/expediente/{{copy_number}}.pdf"): Row(READERS, 404),
    ("GET", f"{CASE}/sidpol"): Row(READERS, 200, 404),
    ("GET", f"{CASE}/sidpol.csv"): Row(READERS, 200, 404),
    ("POST", f"{CASE}/relacionados/{{other}}/union"): Row(OFFICERS, 422, 404),
    ("POST", f"{CASE}/relacionados/{{other}}/descarte"): Row(OFFICERS, 404),
    ("GET", ITEM): Row(READERS, 404),
    ("GET", f"{ITEM}/original"): Row(READERS, 404),
    ("POST", f"{ITEM}/original"): Row(READERS, 404),
    ("GET", f"{ITEM}/sonido"): Row(READERS, 404),
    ("GET", f"{ITEM}/vista"): Row(READERS, 404),
    ("POST", f"{ITEM}/comprobacion"): Row(OFFICERS, 404),
    ("POST", f"{ITEM}/entrega"): Row(OFFICERS, 422, 404),
    ("GET", "/staff/encuestas"): Row(ASKERS, 200),
    ("GET", "/staff/encuestas/carteles/{code}.pdf"): Row(ASKERS, 200, 404, but={Role.ADMINISTRATOR: 200}),
    ("GET", "/staff/encuestas/{survey}/{version}"): Row(ASKERS, 200),
    ("GET", "/staff/auditoria"): Row(AUDITORS, 200),
    ("GET", "/staff/auditoria/cadena"): Row(AUDITORS, 200),
    ("POST", "/staff/auditoria/cadena"): Row(AUDITORS, 200),
    ("GET", "/staff/auditoria/comisarias"): Row(AUDITORS, 200),
    ("GET", "/staff/auditoria/exportar.{form}"): Row(AUDITORS, 200),
    ("GET", "/staff/auditoria/muestra"): Row(AUDITORS, 200),
    ("GET", "/staff/cifras"): Row(READERS, 200),
    ("GET", CONVERSATIONS): Row(TALKERS, 200),
    ("GET", f"{CONVERSATIONS}/eventos"): Row(TALKERS, 200, endless=True),
    ("GET", f"{CONVERSATIONS}/entregas"): Row(OFFICERS, 200),
    ("POST", f"{CONVERSATIONS}/entregas/{{delivery_id}}"): Row(OFFICERS, 404),
    ("GET", f"{CONVERSATIONS}/llamadas"): Row(TALKERS, 200),
    ("GET", f"{CONVERSATIONS}/llamadas/{{callback_id}}"): Row(TALKERS, 200, 404, but=THEIRS),
    ("POST", f"{CONVERSATIONS}/llamadas/{{callback_id}}"): Row(
        TALKERS, 303, 404, form={"outcome": "reached"}, but=THEIRS
    ),
    ("GET", f"{CONVERSATIONS}/voz"): Row(OFFICERS, 200),
    ("GET", f"{CONVERSATIONS}/voz/{{evidence_id}}"): Row(OFFICERS, 404),
    ("POST", f"{CONVERSATIONS}/voz/{{evidence_id}}"): Row(OFFICERS, 404),
    ("GET", f"{CONVERSATIONS}/sin-denuncia"): Row(HEADS, 200),
    ("GET", DISCLOSURE): Row(HEADS, 200, 404),
    ("POST", DISCLOSURE): Row(HEADS, 303, 404),
    ("GET", CONVERSATION): Row(TALKERS, 409, 404, but=THEIRS),
    ("GET", f"{CONVERSATION}/eventos"): Row(TALKERS, 409, 404, but=THEIRS),
    ("GET", f"{CONVERSATION}/vivo"): Row(TALKERS, 409, 404, but=THEIRS),
    ("GET", f"{CONVERSATION}/voz/{{evidence_id}}"): Row(TALKERS, 409, 404, but=THEIRS),
    ("POST", f"{CONVERSATION}/tomar"): Row(TALKERS, 409, 404, but=THEIRS),
    ("POST", f"{CONVERSATION}/mensajes"): Row(
        TALKERS, 409, 404, form={"message_id": str(uuid.UUID(int=1)), "text": "hola"}, but=THEIRS
    ),
    ("POST", f"{CONVERSATION}/datos"): Row(TALKERS, 409, 404, form={"step": "full_name", "value": "Ana"}, but=THEIRS),
    ("POST", f"{CONVERSATION}/pasar"): Row(TALKERS, 409, 404, form={"to": str(uuid.UUID(int=1))}, but=THEIRS),
    ("POST", f"{CONVERSATION}/devolver"): Row(TALKERS, 409, 404, but=THEIRS),
    ("POST", f"{CONVERSATION}/terminar"): Row(TALKERS, 409, 404, but=THEIRS),
    ("GET", "/staff/ayuda"): Row(ALL, 200),
    ("GET", "/staff/cuenta"): Row(ALL, 200),
    ("POST", "/staff/cuenta/contrasena"): Row(ALL, 422, form={"current": "equivocada"}),
    ("POST", "/staff/cuenta/segundo"): Row(ALL, 422, form={"current": "equivocada"}),
    ("POST", "/staff/cuenta/segundo/confirmar"): Row(ALL, 303, form={"code": "000000"}),
    ("POST", "/staff/cuenta/codigos"): Row(ALL, 422, form={"current": "equivocada"}),
    ("POST", "/staff/cuenta/sesiones/otras/cerrar"): Row(ALL, 303),
    ("POST", "/staff/cuenta/sesiones/{session_id}/cerrar"): Row(ALL, 404),
    ("POST", "/staff/salir"): Row(ALL, 303),
    ("GET", "/staff/personal"): Row(ADMINISTRATORS, 200),
    ("GET", "/staff/personal/nuevo"): Row(ADMINISTRATORS, 200),
    ("POST", "/staff/personal"): Row(ADMINISTRATORS, 422, form=PERSON | {"login": "x"}),
    ("GET", "/staff/personal/{staff_id}"): Row(ADMINISTRATORS, 200),
    ("POST", "/staff/personal/{staff_id}"): Row(ADMINISTRATORS, 303, form=PERSON),
    ("POST", "/staff/personal/{staff_id}/acceso"): Row(ADMINISTRATORS, 200),
    ("POST", "/staff/personal/{staff_id}/desactivar"): Row(ADMINISTRATORS, 303),
    ("POST", "/staff/personal/{staff_id}/activar"): Row(ADMINISTRATORS, 303),
    ("POST", "/staff/personal/{staff_id}/institucional"): Row(ADMINISTRATORS, 404),
    ("GET", "/staff/comisarias"): Row(ADMINISTRATORS, 200),
    ("GET", "/staff/comisarias/importar"): Row(ADMINISTRATORS, 200),
    ("POST", "/staff/comisarias/importar"): Row(ADMINISTRATORS, 422),
    ("POST", "/staff/comisarias/importar/aplicar"): Row(ADMINISTRATORS, 422),
    ("GET", "/staff/comisarias/{code}"): Row(ADMINISTRATORS, 200),
    ("POST", "/staff/comisarias/{code}"): Row(ADMINISTRATORS, 422),
}


async def a_member(app: FastAPI, role: Role, station: str) -> StaffMember:
    login = f"{role}-{uuid.uuid4().hex[:8]}"
    async with app.state.sessions.begin() as session:
        member, _ = await staff.add(
            session, login=login, name="Rosa", role=role, station_code=station, at=datetime.now(UTC)
        )
        return member


async def a_case(app: FastAPI, station: str) -> str:
    at = datetime.now(UTC)
    async with app.state.sessions.begin() as session:
        case = await complaints.file(
            session, draft=a_draft(at), source=a_source(app.state.keys), keys=app.state.keys, at=at,
            station_code=station,
        )  # fmt: skip
        return case.number


async def a_colleague(app: FastAPI, station: str) -> str:
    return str((await a_member(app, Role.OFFICER, station)).id)


async def unknown(app: FastAPI, station: str) -> str:
    return str(uuid.uuid4())


async def the_station(app: FastAPI, station: str) -> str:
    return station


async def _asked(app: FastAPI, station: str) -> Conversation:
    """A conversation whose complaint is that station's, in which a person was asked for."""
    at, keys = datetime.now(UTC), app.state.keys
    number = await a_case(app, station)
    async with app.state.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=keys, at=at
        )
        conversation.case_id = await session.scalar(select(Case.id).where(Case.number == number))
        conversation.handover, conversation.handover_at = Handover.QUEUED, at
        await callbacks.ask(session, conversation=conversation, phone="+51987654321", when="mañana", keys=keys, at=at)
    return conversation


async def a_taken_conversation(app: FastAPI, station: str) -> str:
    """One that a colleague of that station has taken."""
    conversation, colleague = await _asked(app, station), await a_member(app, Role.OFFICER, station)
    async with app.state.sessions.begin() as session:
        await handover.take(
            session, conversation_id=conversation.id, member=colleague, keys=app.state.keys, at=datetime.now(UTC)
        )
    return str(conversation.id)


async def a_callback(app: FastAPI, station: str) -> str:
    conversation = await _asked(app, station)
    async with app.state.sessions() as session:
        return str(await session.scalar(select(Callback.id).where(Callback.conversation_id == conversation.id)))


async def a_disclosure(app: FastAPI, station: str) -> str:
    """Violence that was told and never filed, which that station would have had."""
    at = datetime.now(UTC)
    async with app.state.sessions.begin() as session:
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=app.state.keys, at=at
        )
        conversation.disclosed, conversation.reserved, conversation.restricted_at = "domestic_violence", True, at
        conversation.reserved_for = (await stations.by_code(session, code=station)).id
        return str(conversation.id)


async def a_code(app: FastAPI, station: str) -> str:
    return "0000-0000-0000-0000"


def always(text: str) -> Callable[[FastAPI, str], Awaitable[str]]:
    async def told(app: FastAPI, station: str) -> str:
        return text

    return told


FILLED: dict[str, Callable[[FastAPI, str], Awaitable[str]]] = {
    "case_number": a_case,
    "verification_code": a_code,
    "delivery_id": unknown,
    "evidence_id": unknown,
    "session_id": unknown,
    "staff_id": a_colleague,
    "code": the_station,
    "number": a_case,
    "other": a_case,
    "act": always("note"),
    "survey": always("visit"),
    "version": always("1"),
    "copy_number": always("1"),
    "form": always("csv"),
    "task_id": unknown,
    "callback_id": a_callback,
    "conversation_id": a_taken_conversation,
    "disclosure_id": a_disclosure,
}
"""What stands in a path, as that station has it."""


def staff_routes() -> list[tuple[str, str]]:
    found = []
    for route in routes():
        assert isinstance(route, APIRoute)
        if access.staff_member in set(calls(route.dependant)):
            found += [(method, route.path) for method in sorted(route.methods)]
    return found


def test_the_table_has_every_route_of_the_staff_and_no_other() -> None:
    assert set(TABLE) == set(staff_routes())


@pytest.fixture(scope="session")
async def members(app: FastAPI) -> dict[Role, StaffMember]:
    return {role: await a_member(app, role, STATION) for role in Role}


async def answered(app: FastAPI, member: StaffMember | None, route: tuple[str, str], station: str) -> int:
    """The status that a member of staff gets, in a session of its own, for what that station has."""
    (method, path), row = route, TABLE[route]
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", await FILLED[name](app, station))
    async with browser(app) as client:
        if member is not None:
            async with app.state.sessions.begin() as session:
                token = await staff.open_session(session, member=member, at=datetime.now(UTC))
            client.cookies.set(staff.COOKIE, token)
        client.headers["Accept"] = "application/json"
        sent: dict[str, Any] = {"json": dict(row.json)} if row.json is not None else {"data": dict(row.form)}
        asking = client.request(method, path, **(sent if method != "GET" else {}))
        try:
            return (await asyncio.wait_for(asking, _AWHILE if row.endless else None)).status_code
        except TimeoutError:
            return 200


def due(row: Row, role: Role, station: str) -> int:
    if role in row.but:
        return row.but[role]
    if role not in row.roles:
        return 403
    if station == STATION or role is Role.AUDITOR or row.other is None:
        return row.own
    return row.other


@pytest.mark.parametrize("route", TABLE, ids=lambda route: " ".join(route))
async def test_each_role_gets_what_the_table_says(
    app: FastAPI, members: dict[Role, StaffMember], route: tuple[str, str]
) -> None:
    row = TABLE[route]
    got = {
        (role, station): await answered(app, member, route, station)
        for role, member in members.items()
        for station in (STATION, OTHER_STATION)
    }
    assert got == {(role, station): due(row, role, station) for role, station in got}


@pytest.mark.parametrize("route", TABLE, ids=lambda route: " ".join(route))
async def test_without_a_session_nothing_is_answered(app: FastAPI, route: tuple[str, str]) -> None:
    assert await answered(app, None, route, STATION) == 401
