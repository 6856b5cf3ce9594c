"""The catalogue of stations: looked through, changed one by one, and imported after a look at what would change."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.audit.models import AuditEntry
from api.stations import catalogue, service
from api.stations.models import Station
from tests.api.staff.console import hired, on_duty, running
from tests.conftest import NOW
from vocabulary.cases import Role
from vocabulary.dialogue import Language

HEAD = "code,name,ubigeos,phone,hours,languages"


@pytest.fixture(scope="session")
async def app(connection: AsyncConnection) -> AsyncIterator[FastAPI]:
    async with running() as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> httpx.AsyncClient:
    return await on_duty(app, (await hired(app, role=Role.ADMINISTRATOR)).member)


def a_code() -> str:
    return f"9{uuid.uuid4().int % 10**7:07d}"


async def competent_for(app: FastAPI, ubigeo: str) -> Station:
    async with app.state.sessions() as session:
        return await service.competent(session, ubigeo=ubigeo)


async def test_the_look_says_line_by_line_what_would_change_and_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    code = a_code()
    text = f"{HEAD}\n{code},Comisaría de Prueba,021801 021802,043 123456,24 horas,quy\n"
    page = (await client.post("/staff/comisarias/importar", files={"file": ("a.csv", text.encode())})).text
    assert f'<td class="number">{code}</td>' in page
    assert "nueva; recibe Chimbote (Santa, Áncash) de Comisaría de Chimbote" in page
    async with app.state.sessions() as session:
        assert await session.scalar(select(Station).where(Station.code == code)) is None
    applied = await client.post("/staff/comisarias/importar/aplicar", data={"content": text})
    assert "Importado" in applied.text
    station = await competent_for(app, "021801")
    assert (station.code, station.phone, station.hours, station.languages, station.demonstration) == (
        code, "043 123456", "24 horas", ["quy"], False,
    )  # fmt: skip
    again = (await client.post("/staff/comisarias/importar", files={"file": ("a.csv", text.encode())})).text
    assert "0 comisarías cambian, 1 queda igual" in again


async def test_columns_that_are_not_there_leave_what_a_station_has(session: AsyncSession) -> None:
    code = a_code()
    first, _ = catalogue.read(f"{HEAD}\n{code},Una,,111,24 horas,ay\n")
    await catalogue.import_lines(session, lines=first, actor="command", at=NOW)
    second, wrong = catalogue.read(f"code;name;ubigeos\r\n{code};Otra;010101\r\n")
    assert wrong == []
    (planned,) = await catalogue.import_lines(session, lines=second, actor="command", at=NOW)
    assert planned.changes[0] == "nombre: antes «Una»"
    station = await service.by_code(session, code=code)
    assert (station.name, station.phone, station.hours, station.languages) == ("Otra", "111", "24 horas", ["ay"])
    assert (await service.competent(session, ubigeo="010101")).id == station.id


async def test_a_new_station_of_a_file_without_the_optional_columns_has_a_page(client: httpx.AsyncClient) -> None:
    code = a_code()
    text = f"code,name,ubigeos\n{code},Comisaría Nueva,\n"
    assert "Importado" in (await client.post("/staff/comisarias/importar/aplicar", data={"content": text})).text
    assert "Comisaría Nueva" in (await client.get(f"/staff/comisarias/{code}")).text


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("12345,Corta,,,,", "6 a 8 dígitos"),
        ("１２３４５６,Ancha,,,,", "6 a 8 dígitos"),
        ("999998,,,,,", "falta el nombre"),
        ("999998,Una,999999,,,", "no existe el distrito 999999"),
        ("999998,Una,,,,qu xx", "no existe el idioma qu, xx"),
        ("999998," + "A" * 121 + ",,,,", "más de 120"),
        ("999997,Otra,,,,", "ya está en la línea 2"),
        ("999998,Una,010102,,,", "el distrito 010102 ya está en la línea 2"),
    ],
)
async def test_one_wrong_line_is_named_and_nothing_is_imported(
    app: FastAPI, client: httpx.AsyncClient, line: str, problem: str
) -> None:
    text = f"{HEAD}\n999997,Primera,010102,,,\n{line}\n"
    page = await client.post("/staff/comisarias/importar", files={"file": ("a.csv", text.encode())})
    assert page.status_code == 422
    assert problem in page.text
    assert '<td class="number">3</td>' in page.text
    refused = await client.post("/staff/comisarias/importar/aplicar", data={"content": text})
    assert refused.status_code == 422
    async with app.state.sessions() as session:
        assert await session.scalar(select(Station).where(Station.code == "999997")) is None


@pytest.mark.parametrize("text", ["", "nada", "code,name\n123456,Una\n", "\x00", "a" * 200_000])
async def test_what_is_no_catalogue_is_said(client: httpx.AsyncClient, text: str) -> None:
    page = await client.post("/staff/comisarias/importar", files={"file": ("a.csv", text.encode())})
    assert page.status_code == 422
    assert "faltan las columnas" in page.text or "no se puede leer" in page.text


async def test_a_file_of_an_older_program_keeps_its_letters() -> None:
    text = catalogue.decoded(f"{HEAD}\n999998,Comisaría de Ñaña,,,,\n".encode("cp1252"))
    assert catalogue.read(text)[0][0].name == "Comisaría de Ñaña"


async def test_a_station_is_changed_and_takes_districts_by_code_or_name(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    form = {
        "name": "Comisaría de Cajatambo Centro", "phone": "01 234 5678", "hours": "todos los días, las 24 horas",
        "language": ["quy", "ay"], "districts": "150301 Cajatambo (Cajatambo, Lima)\ncopa (cajatambo, lima)",
    }  # fmt: skip
    page = await client.post("/staff/comisarias/150301", data=form)
    assert page.status_code == 200
    assert "nombre: antes «Comisaría de Cajatambo»" in page.text
    assert "recibe Copa (Cajatambo, Lima) de Comisaría de Copa" in page.text
    station = await competent_for(app, "150302")
    assert (station.code, station.hours, station.languages, station.demonstration) == (
        "150301", "todos los días, las 24 horas", ["quy", "ay"], True,
    )  # fmt: skip
    given_up = await client.post("/staff/comisarias/150301", data=form | {"districts": "150301", "real": "true"})
    assert "deja Copa (Cajatambo, Lima), que pasa a la mesa central" in given_up.text
    assert (await competent_for(app, "150302")).code == service.CENTRAL_CODE
    assert not (await competent_for(app, "150301")).demonstration
    nothing = await client.post("/staff/comisarias/150301", data=form | {"districts": "150301"})
    assert "No había nada que cambiar" in nothing.text
    async with app.state.sessions() as session:
        query = select(AuditEntry).where(AuditEntry.act == "station_changed", AuditEntry.subject == "station:150301")
        assert len((await session.scalars(query)).all()) == 2


async def test_a_name_that_several_districts_have_is_asked_and_nothing_is_lost(client: httpx.AsyncClient) -> None:
    form = {"name": "Una", "phone": "999", "hours": "", "districts": "Miraflores"}
    page = await client.post("/staff/comisarias/150122", data=form)
    assert page.status_code == 422
    assert "Miraflores: hay varios (" in page.text
    assert "150122 Miraflores (Lima, Lima)" in page.text
    assert 'name="phone" maxlength="120" autocomplete="off" inputmode="tel" value="999"' in page.text


async def test_stations_are_found_by_name_code_or_district(client: httpx.AsyncClient) -> None:
    for text in ("breña", "BRENA", "150105"):
        assert "/staff/comisarias/150105" in (await client.get("/staff/comisarias", params={"q": text})).text
    page = (await client.get("/staff/comisarias", params={"q": "breña", "demonstration": "false"})).text
    assert "No hay ninguna así" in page
    first = (await client.get("/staff/comisarias")).text
    second = (await client.get("/staff/comisarias", params={"page": "2"})).text
    assert first.count('href="/staff/comisarias/') == second.count('href="/staff/comisarias/') > catalogue.PAGE
    assert "Demostración</span>" in first
    assert (await client.get("/staff/comisarias/424242")).status_code == 404


def test_every_language_can_stand_in_a_catalogue() -> None:
    lines, wrong = catalogue.read(f"{HEAD}\n999998,Una,,,,{' '.join(Language)}\n")
    assert wrong == []
    assert lines[0].languages == tuple(Language)
