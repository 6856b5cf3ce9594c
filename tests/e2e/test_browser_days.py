"""A day of each who works with the console, on a desk's screen and on a small one, and the citizen they write to."""

import csv
import io
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.browser import DESK, Open, Screen
from tests.e2e.conftest import Stack
from tests.e2e.console import SMALL, cannot_open, do, enter, filed, is_sound, transfer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STATIONS = {DESK["width"]: "150142", SMALL["width"]: "150143"}
"""One for each size, so that its queue holds this day's cases alone."""
NEXT_STATION = "150115"
CHOSEN = "un caballo verde en Puno"
sizes = pytest.mark.parametrize("size", [DESK, SMALL], ids=["desk", "small"])


async def name_of(screen: Screen) -> str:
    """Whose console it is, as its header says."""
    await screen.page.goto("/staff")
    return await screen.page.locator(".staff__who a[href='/staff/cuenta']").inner_text()


async def choose(page: Page, *numbers: str) -> None:
    for number in numbers:
        await page.get_by_label(f"Elegir el caso {number}").check()


@sizes
async def test_a_commissioner_hands_out_cases_and_sends_one_to_another_station(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    station = STATIONS[size["width"]]
    first, second, third = (filed(stack, station) for _ in range(3))
    head, officer, neighbour = [await open_screen(size=size) for _ in range(3)]
    await enter(head, stack, station, role="commissioner")
    await enter(officer, stack, station)
    await enter(neighbour, stack, NEXT_STATION)
    who = await name_of(officer)
    page = head.page
    await page.goto("/staff")
    await is_sound(head)
    await officer.page.goto(f"/staff/casos/{third}")
    await officer.page.get_by_role("button", name="Tomar el caso").click()
    await expect(officer.page.get_by_role("status")).to_have_text("El caso es suyo.")

    await choose(page, first, second, third)
    await page.get_by_label("Asignar los elegidos a").select_option(label=who)
    await page.get_by_role("button", name="Asignar", exact=True).click()
    await expect(page.get_by_role("status").first).to_have_text("2 casos asignados.")
    await expect(page.get_by_role("alert").get_by_role("link")).to_have_text([third])
    for number in (first, second):
        await expect(page.locator(f"tr[data-case='{number}']")).to_contain_text(who)
    await is_sound(head)
    await officer.page.goto("/staff?assigned=me")
    for number in (first, second, third):
        await expect(officer.page.get_by_role("link", name=number)).to_be_visible()
    await is_sound(officer)

    head.allow(r"the server responded with a status of 4\d\d")
    await page.goto(f"/staff/casos/{first}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Este caso lo atiende {who}")
    await is_sound(head)
    await page.get_by_label("Motivo").fill("Reparto de la carga de la semana")
    await page.get_by_role("button", name="Abrir el caso").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Caso {first}")
    await is_sound(head)
    await transfer(head, first, NEXT_STATION, why="El hecho fue del otro lado de la avenida")
    for old in (head, officer):
        await cannot_open(old, f"/staff/casos/{first}", status=404)
    await neighbour.page.goto(f"/staff/casos/{first}")
    await expect(neighbour.page.locator("#historia")).to_contain_text("El hecho fue del otro lado de la avenida")
    await expect(neighbour.page.get_by_role("button", name="Tomar el caso")).to_be_visible()


@sizes
async def test_an_auditor_finds_who_did_what_checks_the_chain_takes_it_along_and_changes_nothing(
    open_screen: Open, stack: Stack, size: ViewportSize, tmp_path: Path
) -> None:
    station = STATIONS[size["width"]]
    number = filed(stack, station)
    officer, auditor = await open_screen(size=size), await open_screen(size=size)
    await enter(officer, stack, station)
    who = await name_of(officer)
    await officer.page.goto(f"/staff/casos/{number}")
    await do(officer, "note", "Guardar la nota", words="Hablé con el mozo")
    await expect(officer.page.locator("#historia")).to_contain_text("Hablé con el mozo")

    await enter(auditor, stack, station, role="auditor")
    page = auditor.page
    await page.goto("/staff")
    await page.get_by_role("link", name="Auditoría", exact=True).click()
    await page.get_by_label("Número de caso").fill(number)
    await page.get_by_role("button", name="Buscar").click()
    table = page.get_by_role("table")
    await expect(table).to_contain_text("Agregó una anotación al caso")
    await expect(table).to_contain_text(who)
    await is_sound(auditor)
    told = list(csv.DictReader(io.StringIO(await downloaded(page, "CSV", tmp_path))))
    assert {row["caso"] for row in told} == {number}
    assert [row["nombre"] for row in told if row["acto"] == "case_entry_added"] == [who]
    links = [json.loads(line) for line in (await downloaded(page, "JSON con la cadena", tmp_path)).splitlines()]
    assert {row["hash"] for row in told} <= {link["hash"] for link in links}

    await page.get_by_role("link", name="Cadena", exact=True).click()
    kept = await page.locator(".audit__head").inner_text()
    await is_sound(auditor)
    await page.get_by_label("Un final que guardó antes").fill(kept)
    await page.get_by_role("button", name="Comprobar").click()
    await expect(page.get_by_role("status")).to_contain_text("La cadena está entera")
    await expect(page.get_by_role("status")).to_contain_text("Contiene el final que usted guardó")
    await is_sound(auditor)
    for link in ("Muestra del día", "Comisarías"):
        await page.get_by_role("link", name=link, exact=True).click()
        await is_sound(auditor)

    await page.goto(f"/staff/casos/{number}")
    await expect(page.locator("#historia")).to_contain_text("Hablé con el mozo")
    await expect(page.get_by_role("heading", name="Solo lectura")).to_be_visible()
    await expect(page.locator("main form")).to_have_count(0)
    await is_sound(auditor)


async def downloaded(page: Page, link: str, folder: Path) -> str:
    async with page.expect_download() as download:
        await page.get_by_role("link", name=link, exact=True).click()
    await (await download.value).save_as(folder / "export")
    return (folder / "export").read_text(encoding="utf-8-sig")


@sizes
async def test_an_administrator_adds_an_officer_who_sets_up_both_factors_and_imports_stations_but_reads_no_case(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    station = STATIONS[size["width"]]
    number = filed(stack, station)
    admin = await open_screen(size=size)
    await enter(admin, stack, station, role="administrator")
    page, login = admin.page, f"newcomer-{uuid.uuid4().hex[:8]}"
    await page.goto("/staff")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Personal")
    await is_sound(admin)
    await page.get_by_role("link", name="Agregar a alguien").click()
    await page.get_by_label("Usuario").fill(login)
    await page.get_by_label("Nombres y apellidos").fill("Julia Ccori")
    await page.get_by_label("Rol").select_option("officer")
    await page.get_by_label("Comisaría", exact=True).fill(station)
    await is_sound(admin)
    await page.get_by_role("button", name="Agregar y ver su primera contraseña").click()
    password = await page.locator(".secret").inner_text()
    await is_sound(admin)
    await a_newcomer_settles_in(await open_screen(size=size), login=login, password=password, number=number)
    await page.get_by_role("link", name="Ya la anoté").click()
    await expect(page.locator("#content")).to_contain_text("le quedan 9 códigos de recuperación")
    await is_sound(admin)
    await stations_are_imported(admin, code=f"9{uuid.uuid4().int % 10**7:07d}")
    await cannot_open(admin, f"/staff/casos/{number}", status=403)


async def a_newcomer_settles_in(screen: Screen, *, login: str, password: str, number: str) -> None:
    """From the first password to a login with a recovery code, and to the case that was asked for."""
    page = screen.page

    async def begin(password: str) -> None:
        await page.get_by_label("Usuario").fill(login)
        await page.get_by_label("Contraseña").fill(password)
        await is_sound(screen)
        await page.get_by_role("button", name="Seguir").click()

    await page.goto(f"/staff/casos/{number}")
    await begin(password)
    await page.get_by_label("Contraseña nueva").fill(CHOSEN)
    await page.get_by_label("La misma, otra vez").fill(CHOSEN)
    await is_sound(screen)
    await page.get_by_role("button", name="Guardar y seguir").click()
    secret = (await page.locator("code.number").inner_text()).replace(" ", "")
    await is_sound(screen)
    await page.get_by_label("Escriba los 6 números").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    await page.get_by_role("button", name="Confirmar").click()
    recovery = await page.locator(".codes li").all_inner_texts()
    assert len(recovery) == 10
    await is_sound(screen)
    await page.get_by_role("link", name="Ya los guardé, entrar").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Caso {number}")
    await page.get_by_role("button", name="Salir").click()
    screen.allow(r"the server responded with a status of 4\d\d")
    for code, heading in ((recovery[0], f"Caso {number}"), (recovery[0], "Código de su teléfono")):
        await page.goto(f"/staff/casos/{number}")
        await begin(CHOSEN)
        await is_sound(screen)
        await page.get_by_label("Código", exact=True).fill(code)
        await page.get_by_role("button", name="Entrar", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        if heading.startswith("Caso"):
            await page.get_by_role("link", name="Julia Ccori").click()
            await is_sound(screen)
            await page.get_by_role("button", name="Salir").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await is_sound(screen)


async def stations_are_imported(screen: Screen, *, code: str) -> None:
    """A CSV with a mistake, and the same without it: looked at before anything changes."""
    page = screen.page
    for ubigeo, heading in (("999999", "Hay que corregir el archivo"), ("021802", "Qué cambiaría")):
        await page.goto("/staff/comisarias")
        await is_sound(screen)
        await page.get_by_role("link", name="Importar un CSV").click()
        await is_sound(screen)
        text = f"code,name,ubigeos\n{code},Comisaría de Cáceres del Perú,{ubigeo}\n"
        await page.get_by_label("Archivo CSV").set_input_files(
            {"name": "comisarias.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        screen.allow(r"the server responded with a status of 422")
        await page.get_by_role("button", name="Ver qué cambiaría").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await is_sound(screen)
    answer = await screen.context.request.get(f"/staff/comisarias/{code}")
    assert answer.status == 404
    await page.get_by_role("button", name="Importar").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Importado")
    await is_sound(screen)
    await page.goto(f"/staff/comisarias/{code}")
    await expect(page.get_by_label("Distritos")).to_have_value("021802 Cáceres del Perú (Santa, Áncash)")
    await is_sound(screen)


@sizes
async def test_what_an_officer_asks_is_seen_and_answered_on_the_page_and_in_the_chat_and_stands_in_the_case(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    citizen, officer, paper = [await open_screen(size=size) for _ in range(3)]
    await citizen.file_complaint()
    state = await citizen.context.request.get(
        f"/api/v1/conversations/{await citizen.page.evaluate("sessionStorage.getItem('conversation')")}"
    )
    number = str((await state.json())["state"]["case_number"])
    code = next(m["document"]["verification_code"] for m in await citizen.messages() if m["document"])
    await enter(officer, stack, number.partition("-")[0])
    await officer.page.goto(f"/staff/casos/{number}")
    await do(officer, "ask", "Enviar el pedido", words="¿De qué color era la funda del celular?")
    await expect(officer.page.locator("#preguntas")).to_contain_text("¿De qué color era la funda del celular?")
    await expect(citizen.log).to_contain_text("¿De qué color era la funda del celular?")
    await is_sound(citizen)

    page = paper.page
    await page.goto("/seguimiento")
    await is_sound(paper)
    await page.get_by_label("Número de la denuncia").fill(number)
    await page.get_by_label("Código de la constancia").fill(code)
    await page.get_by_role("button", name="Ver mi denuncia").click()
    asked = page.get_by_role("region", name="La Policía espera su respuesta")
    await expect(asked).to_contain_text("¿De qué color era la funda del celular?")
    await is_sound(paper)
    await asked.get_by_label("Su respuesta").fill("Era verde, con una grieta")
    await asked.get_by_role("button", name="Enviar mi respuesta").click()
    await expect(page.get_by_role("status")).to_contain_text("Gracias. Su respuesta ya está en su caso")
    await expect(asked).to_have_count(0)
    await is_sound(paper)
    await officer.page.goto(f"/staff/casos/{number}")
    await expect(officer.page.locator("#historia")).to_contain_text("Era verde, con una grieta")
    await expect(officer.page.locator("#preguntas")).to_have_count(0)

    await do(officer, "ask", "Enviar el pedido", words="¿Tiene la caja del celular?")
    await expect(citizen.log).to_contain_text("¿Tiene la caja del celular?")
    await citizen.say("cómo va mi denuncia")
    await citizen.choose("Responder")
    await citizen.say("Sí, la caja está en mi casa")
    await expect(citizen.log).to_contain_text("Su respuesta ya está en su caso")
    await is_sound(citizen)
    await officer.page.goto(f"/staff/casos/{number}")
    await expect(officer.page.locator("#historia")).to_contain_text("Sí, la caja está en mi casa")
    await expect(officer.page.locator("#preguntas")).to_have_count(0)
    await is_sound(officer)
