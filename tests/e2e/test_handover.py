"""A person takes over: a citizen with a telephone and an operator at a desk, each in a browser of their own."""

import os
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.browser import DESK, STORY, Open, Screen
from tests.e2e.conftest import Stack
from vocabulary.sentences import sentence

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

QUEUE = "/staff/conversaciones"


async def at_console(open_screen: Open, stack: Stack, *, role: str = "operator", station: str = "000000") -> Screen:
    """A member of staff in front of the console."""
    asked = {"role": role, "station_code": station}
    async with httpx.AsyncClient() as client:
        made = await client.post(f"{stack.url}/api/v1/testing/staff", json=asked)
    name, _, value = made.json()["cookie"].partition("=")
    screen = await open_screen(size=DESK)
    await screen.context.add_cookies([{"name": name, "value": value, "url": stack.url}])
    return screen


async def picture(screen: Screen, name: str) -> None:
    """Keep pictures for whoever asks for them, at a desk's width and a tablet's, in light and in dark."""
    folder = os.environ.get("COMISARIO_SHOTS")
    if not folder:
        return
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await screen.page.emulate_media(color_scheme=scheme)
        for width in (1280, 768):
            await screen.page.set_viewport_size({"width": width, "height": 900})
            await screen.page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
    await screen.page.set_viewport_size(DESK)


async def test_a_person_takes_over_writes_notes_and_gives_it_back(open_screen: Open, stack: Stack) -> None:
    citizen, operator = await open_screen(), await at_console(open_screen, stack)
    await operator.page.goto(QUEUE)
    await citizen.begin()
    await citizen.say(STORY)
    await citizen.go_on(until="full_name")
    await citizen.page.locator("#human").click()
    await citizen.answered()
    await expect(citizen.log).to_contain_text("Hay alguien de turno")

    mine = await citizen.page.evaluate("sessionStorage.getItem('conversation')")
    taking = operator.page.locator(f'form[action="{QUEUE}/{mine}/tomar"]')
    row = operator.page.get_by_role("row").filter(has_text="Robo").filter(has=taking)
    await expect(row).to_be_visible()  # without a reload
    await expect(operator.page.locator("#queue")).not_to_contain_text("Wiesse")
    assert await operator.inaccessible() == []
    await picture(operator, "queue")
    await row.get_by_role("button", name="Atender").click()
    await expect(citizen.log).to_contain_text("Ya está aquí")
    await expect(citizen.page.locator("#handover")).to_have_text(sentence("web.chat.active"))

    log, box = operator.page.locator("#log"), operator.page.get_by_label("Su mensaje")
    await expect(log).to_contain_text("Wiesse")
    await expect(operator.page.locator("#facts")).to_contain_text("San Juan de Lurigancho")
    await box.fill("Buenas tardes, ¿cómo se llama usted?")
    await box.press("Enter")
    await expect(citizen.log).to_contain_text("¿cómo se llama usted?", timeout=3_000)
    await expect(box).to_have_value("")
    await citizen.text.fill("soy Ana Flores")
    await citizen.send.click()
    await expect(log).to_contain_text("soy Ana Flores", timeout=3_000)

    await operator.page.get_by_label("Dato", exact=True).select_option(label="Celular")
    await operator.page.get_by_label("Lo que dijo la persona").fill("no me acuerdo")
    await operator.page.get_by_role("button", name="Anotar").click()
    operator.allow(r"422")
    await expect(operator.page.get_by_role("alert").first).to_contain_text("no se entiende como celular")
    await operator.page.get_by_label("Dato", exact=True).select_option(label="Nombre")
    await operator.page.get_by_label("Lo que dijo la persona").fill("Ana Flores Rojas")
    await operator.page.get_by_role("button", name="Anotar").click()
    await expect(operator.page.locator("#facts")).to_contain_text("anotado por operador")
    await operator.page.get_by_label("Respuesta preparada").select_option(label="Despedida")
    await operator.page.get_by_role("button", name="Poner en el mensaje").click()
    await expect(box).to_have_value(sentence("handover.canned.goodbye.text"))
    assert await operator.inaccessible() == []
    assert await citizen.inaccessible() == []
    assert (await operator.overflow(), await citizen.overflow()) == (0, 0)
    await picture(operator, "talk")

    await operator.page.get_by_role("button", name="Devolver al asistente").click()
    await operator.page.wait_for_url(f"**{QUEUE}")
    await expect(citizen.log).to_contain_text("le deja con el asistente automático")
    await expect(citizen.log.locator(".message").last).to_contain_text("DNI")  # the name needs no question any more
    assert await citizen.step() == "document_number"
    await citizen.go_on(until="confirm")
    await expect(citizen.log).to_contain_text(f"Ana Flores Rojas ({sentence('handover.noted')})")


async def test_of_two_operators_the_second_is_told_who_has_it(open_screen: Open, stack: Stack) -> None:
    citizen, first = await open_screen(), await at_console(open_screen, stack)
    second = await at_console(open_screen, stack)
    await citizen.begin()
    await citizen.say("quiero hablar con una persona")
    mine = f"{QUEUE}/{await citizen.page.evaluate("sessionStorage.getItem('conversation')")}"
    for screen in (first, second):
        await screen.page.goto(QUEUE)
    await second.page.evaluate("addEventListener('submit', (event) => event.stopImmediatePropagation(), true)")
    await first.page.locator(f'form[action="{mine}/tomar"] button').click()
    await first.page.wait_for_url(f"**{mine}")
    taken = await second.context.request.post(f"{stack.url}{mine}/tomar", headers={"Origin": stack.url})
    assert taken.status == 409
    second.allow("409")
    await second.page.goto(mine)
    await expect(second.page.get_by_role("alert").first).to_contain_text("La tiene operator-")
    await first.page.get_by_role("button", name="Terminar la atención").click()
    await expect(citizen.log).to_contain_text("terminó de atenderle")
    await citizen.say("hola")


async def test_where_nobody_may_answer_a_call_is_asked_for_and_staff_find_it(open_screen: Open, stack: Stack) -> None:
    citizen = await open_screen()
    await citizen.begin()
    await citizen.say("Ayer en Comas un policía me pidió una coima de 50 soles para no ponerme una papeleta")
    await citizen.go_on(until="full_name")
    await citizen.say("quiero hablar con una persona")
    await expect(citizen.log).to_contain_text(sentence("talk.off_duty"))
    await citizen.choose("Que me llamen")
    await citizen.say("al 987 654 321")
    await citizen.say("mañana después de las 3")
    await expect(citizen.log).to_contain_text("Anoté que le llamemos al +51987654321, mañana después de las 3")
    assert await citizen.step() == "full_name"  # the complaint goes on

    operator = await at_console(open_screen, stack)
    await operator.page.goto(f"{QUEUE}/llamadas")
    await expect(operator.page.get_by_role("row").filter(has_text="policial")).to_have_count(0)
    head = await at_console(open_screen, stack, role="commissioner", station="000001")
    await head.page.goto(f"{QUEUE}/llamadas")
    await picture(head, "calls")
    await head.page.get_by_role("link", name="Ver a quién llamar").last.click()
    await expect(head.page.locator("main")).to_contain_text("+51987654321")
    assert await head.inaccessible() == []
    await picture(head, "call")
    await head.page.get_by_role("button", name="Hablé con la persona").click()
    await head.page.wait_for_url(f"**{QUEUE}/llamadas")
    for tab in ("voz", "entregas"):
        await head.page.goto(f"{QUEUE}/{tab}")
        assert await head.inaccessible() == []
        await picture(head, tab)
