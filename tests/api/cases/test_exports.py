"""What leaves a case: its file as a signed paper, its sheet for SIDPOL; and nothing that a stranger wrote runs on the way."""

import csv
import hashlib
import io
import json
import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.audit.models import AuditEntry
from api.cases import exports, sidpol
from api.cases import service as cases
from api.cases.models import Case
from api.complaints import service as complaints
from api.copies import service as copies
from api.evidence import service as evidence
from api.jobs import tasks
from api.jobs.desk import Desk
from tests.api.conversations.channels.talking import an_app, as_staff
from tests.api.evidence.test_evidence_pages import STATION, VOICE, Filed, a_photo, filed, replace
from tests.documents.samples import attached, words_of
from vocabulary.cases import EntryKind

TAG = "<script>alert(1)</script>"
EVIL = f"\"'>{TAG}<img src=x onerror=alert(2)>{{{{7*7}}}}"
STORY: dict[str, Any] = {
    "narrative": f"Me quitaron el celular {EVIL}",
    "full_name": f"Rosa {EVIL}",
    "document_type": "dni",
    "document_number": "45678912",
    "phone": "+51987654321",
    "email": f"rosa@example.com{EVIL}",
    "address": f"Jirón Puno {EVIL}",
    "occurred_at": {"date": "2026-11-19", "time": "20:00"},
    "place": {"ubigeo": STATION, "district": "San Juan de Lurigancho", "detail": f"Paradero 10 {EVIL}"},
    "items": [{"kind": "phone", "brand": f"Samsung {EVIL}", "description": f"=azul {EVIL}"}],
    "others_numbers": [{"kind": "account", "value": f"191{EVIL}"}],
    "suspects_description": f"@casco {EVIL}",
    "witnesses": f"-señora {EVIL}",
    "injuries": EVIL,
    "vehicle": f"=HYPERLINK({EVIL})",
    "damage": EVIL,
    "payment_details": f"+Yape {EVIL}",
    "company": EVIL,
    "victim_name": EVIL,
    "relationship": EVIL,
    "birth_date": EVIL,
    "missing_person": EVIL,
    "evidence_note": EVIL,
    "anything_else": EVIL,
    "safe_contact": EVIL,
}


class _Elements(HTMLParser):
    """What a browser would make of a page: its scripts, its pictures and the handlers of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def runs(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """What a page would run that is not a file of ours."""
    return [
        (tag, attributes)
        for tag, attributes in _Elements(html).found
        if (tag == "script" and not (attributes.get("src") or "").startswith("/static/"))
        or any(name.startswith("on") for name in attributes)
        or (tag in ("img", "audio") and not (attributes.get("src") or "").startswith("/staff/"))
    ]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The api, asked by an officer of the station."""
    async with an_app() as client:
        await as_staff(client, station=STATION)
        yield client


async def made(desk: Desk, client: httpx.AsyncClient, case: Filed, reason: str = "Remisión a la fiscalía") -> bytes:
    """The file of a case, asked for at the console and signed by the worker."""
    asked = await client.post(f"/staff/casos/{case.number}/expediente", data={"reason": reason})
    assert asked.status_code == 303
    async with desk.sessions() as session:
        copy, *_ = await exports.of_case(session, case=await session.get_one(Case, case.case_id))
    await tasks.issue_copy(desk, copy_id=str(copy.id))
    got = await client.get(f"/staff/casos/{case.number}/expediente/{copy.number}.pdf")
    assert got.headers["content-disposition"] == f'attachment; filename="expediente-{case.number}-{copy.number}.pdf"'
    return got.content


async def test_the_whole_case_becomes_one_signed_paper(desk: Desk, client: httpx.AsyncClient) -> None:
    shared = {"others_numbers": [{"kind": "phone", "value": f"+519{uuid.uuid4().int % 10**8:08d}"}]}
    other = await filed(desk, **shared)
    case = await filed(desk, ("caja.jpg", a_photo()), ("nota.ogg", VOICE), narrative="Me quitaron el celular", **shared)
    at = datetime.now(UTC)
    async with desk.sessions.begin() as session:
        found = await session.get_one(Case, case.case_id)
        key = cases.key_of(found, desk.keys)
        await evidence.note_transcript(session, evidence_id=case.items[1], words="Fue el vecino", key=key)
        await complaints.supplement(session, case=found, text="Recordé la placa", keys=desk.keys, actor="x", at=at)
        for visible, note in ((True, "La atendemos"), (False, "Hay una cámara")):
            await cases.add_entry(
                session, case=found, kind=EntryKind.NOTE, actor=None, at=at, keys=desk.keys, visible=visible, note=note
            )
    joined = f"/staff/casos/{case.number}/relacionados/{other.number}/union"
    assert (await client.post(joined, data={"reason": "El mismo número"})).status_code == 303
    told = {"to": "Perita Vega", "document": "Oficio 12", "reason": "Pericia"}
    await client.post(f"{case.place()}/entrega", data=told)
    pdf = await made(desk, client, case)
    words = words_of(pdf)
    for text in (
        "EXPEDIENTE DEL CASO", "Remisión a la fiscalía", "Me quitaron el celular", "Recordé la placa", "La atendemos",
        "Hay una cámara", "Solo la policía", other.number, "El mismo número", "caja.jpg", "Vista del archivo 1",
        "Entregado a Perita Vega, con Oficio 12. Motivo: Pericia", "Fue el vecino", "hechas por una máquina",
    ):  # fmt: skip
        assert text in words
    for data in (a_photo(), VOICE):
        assert hashlib.sha256(data).hexdigest() in words
    assert set(attached(pdf)) == {"copia.json", "denuncia.json", "ampliacion-1.json"}
    assert json.loads(attached(pdf)["denuncia.json"])["complaint"]["narrative"] == "Me quitaron el celular"
    async with desk.sessions() as session:
        verdict = await copies.verify_file(session, pdf=pdf)
        assert (verdict.valid, verdict.case_number, verdict.copy_number) == (True, case.number, None)
        subjects = (f"case:{case.case_id}", f"sha256:{hashlib.sha256(pdf).hexdigest()}")
        query = select(AuditEntry.actor).where(AuditEntry.act == "case_exported", AuditEntry.subject.in_(subjects))
        assert len(actors := list(await session.scalars(query))) == 2
        assert actors[0].startswith("staff:")


async def test_each_file_is_the_case_as_it_then_was_and_keeps_its_number(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk)
    await made(desk, client, case)
    second = await made(desk, client, case, "Pedido de la jueza")
    assert "Expediente completo N.º 2" in words_of(second)
    assert "Pedido de la jueza" in words_of(second)
    page = (await client.get(f"/staff/casos/{case.number}/expediente")).text
    assert page.index("expediente/2.pdf") < page.index("expediente/1.pdf")


async def test_a_file_that_was_exchanged_or_is_restricted_shows_no_picture(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    exchanged = await filed(desk, ("caja.jpg", a_photo()))
    await replace(desk, exchanged, a_photo("red"))
    await client.post(f"{exchanged.place()}/comprobacion")
    words = words_of(await made(desk, client, exchanged))
    assert "NO COINCIDE" in words
    assert "Vista del archivo" not in words
    restricted = await filed(desk, ("captura.jpg", a_photo()), incident_type="sexual_violence")
    words = words_of(await made(desk, client, restricted))
    assert "captura.jpg (reservado)" in words
    assert "Vista del archivo" not in words


async def test_a_case_file_is_no_paper_of_the_citizen_s(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk)
    async with desk.sessions() as session:
        owner = (await session.get_one(Case, case.case_id)).key_owner
    await made(desk, client, case)
    secret = {"Authorization": "Bearer internal-secret-of-the-tests"}
    assert (await client.post(f"/internal/conversations/{owner}/papers", headers=secret)).status_code == 200
    html = (await client.get(f"/staff/casos/{case.number}")).text
    assert "expediente de la denuncia" not in html.lower()
    async with desk.sessions() as session:
        found = await session.get_one(Case, case.case_id)
        assert not await copies.has_copy(session, case=found)


async def test_only_an_officer_of_the_station_has_a_file_made(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk)
    await made(desk, client, case)
    place = f"/staff/casos/{case.number}/expediente"
    assert (await client.post(place, data={"reason": " "})).status_code == 422
    assert (await client.get(f"{place}/9.pdf")).status_code == 404
    await as_staff(client, role="auditor")
    assert (await client.get(f"{place}/1.pdf")).status_code == 200
    assert '<form method="post" class' not in (await client.get(place)).text
    assert (await client.post(place, data={"reason": "Revisar"})).status_code == 403
    await as_staff(client, station="150101")
    for way in ("/expediente", "/expediente/1.pdf", "/sidpol", "/sidpol.csv"):
        assert (await client.get(f"/staff/casos/{case.number}{way}")).status_code == 404


async def test_what_strangers_wrote_is_inert_on_every_page_of_a_case(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, (f"{EVIL}.jpg", a_photo()), ("nota.ogg", VOICE), **STORY)
    other = await filed(desk, **STORY)
    async with desk.sessions.begin() as session:
        key = cases.key_of(await session.get_one(Case, case.case_id), desk.keys)
        await evidence.note_transcript(session, evidence_id=case.items[1], words=EVIL, key=key)
    told = {"to": f"Perita {EVIL}", "document": EVIL, "reason": EVIL}
    await client.post(f"{case.place()}/entrega", data=told)
    await client.post(f"/staff/casos/{case.number}/relacionados/{other.number}/union", data={"reason": EVIL})
    for way in ("", "/sidpol", "/expediente", f"/evidencias/{case.items[0]}", f"/evidencias/{case.items[1]}"):
        page = await client.get(f"/staff/casos/{case.number}{way}")
        assert page.status_code == 200
        assert runs(page.text) == []
        assert TAG not in page.text
        assert way == "/expediente" or "alert(1)" in page.text
        assert "49" not in re.findall(r"onerror=alert\(2\)&gt;(..)", page.text)


def test_the_measure_of_what_a_page_runs_sees_what_would_run() -> None:
    assert len(runs(f'<p>{TAG}</p><img src=x onerror=alert(2)><b onclick="x()">')) == 3
    assert runs('<script src="/static/staff/copy.js"></script>') == []


async def test_what_strangers_wrote_is_printed_as_they_wrote_it(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, (f"{EVIL}.jpg", a_photo()), **STORY)
    pdf = await made(desk, client, case, EVIL)
    words = words_of(pdf)
    for text in ("Me quitaron el celular", "Rosa", "Jirón Puno", "Paradero 10"):
        assert f"{text} \"'>{TAG}" in words
    assert not re.search(rb"/(JavaScript|JS|Launch|OpenAction|AA|URI)\b", pdf)


async def test_the_sheet_has_what_sidpol_asks_in_its_order(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(
        desk,
        narrative="Me quitaron el celular",
        document_type="dni",
        document_number="01234567",
        occurred_at={"date": "2026-11-19", "time": "20:00"},
        items=[
            {"kind": "phone", "brand": "Samsung", "imei": "356938035643809"},
            {"kind": "vehicle", "plate": "ABC-123"},
        ],
        weapon=True,
    )
    async with desk.sessions() as session:
        found = await session.get_one(Case, case.case_id)
        fields = await sidpol.sheet(session, case=found, keys=desk.keys)
    told = {one.label: one.value for one in fields}
    assert (fields[0].part, fields[-1].part) == ("Hecho", "Contenido")
    assert (told["Tipo de hecho"], told["Fecha del hecho"], told["Hora del hecho"]) == ("Robo", "19/11/2026", "20:00")
    assert (told["Departamento"], told["Ubigeo (INEI)"]) == ("Lima", STATION)
    assert (told["Número de documento"], told["Arma"], told["Testigos"]) == ("01234567", "Sí", "")
    assert told["Vehículos y placas"] == "ABC-123"
    assert "356938035643809" in told["Especies"]
    html = (await client.get(f"/staff/casos/{case.number}/sidpol")).text
    assert html.count("data-copy-from") == len([one for one in fields if one.value])


async def test_no_cell_of_the_sheet_is_a_formula(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, **STORY)
    got = await client.get(f"/staff/casos/{case.number}/sidpol.csv")
    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    assert got.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(got.text.removeprefix("\ufeff"))))
    values = {label: value for _, label, value in rows}
    assert values["Vehículos y placas"] == f"'=HYPERLINK({EVIL})"
    assert values["Descripción"] == f"'@casco {EVIL}"
    assert values["Teléfono"] == "'+51987654321"
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
