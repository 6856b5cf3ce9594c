"""From what an officer asks to the citizen's answer, in the chat and on the page, and what the auditor sees of it."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import expect
from sqlalchemy import select

from api.cases import service as cases
from api.cases.models import Case
from api.cli.postgres import Cluster
from api.database import make_engine, make_sessions
from api.security import KeyRing
from api.staff.models import StaffMember
from tests.e2e.browser import DESK, STORY, Open, Screen
from tests.e2e.conftest import Citizen, Stack, go_on, opened
from vocabulary.cases import CaseStatus, EntryKind

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

QUESTION = "¿De qué color era su celular?"

type Asks = Callable[[str], Awaitable[None]]


def cookie_of(stack: Stack, role: str) -> str:
    """A new member of staff's open session."""
    made = httpx.post(f"{stack.url}/api/v1/testing/staff", json={"role": role, "station_code": "000000"})
    return str(made.raise_for_status().json()["cookie"])


@pytest.fixture
def officer_asks(stack: Stack) -> Asks:
    """An officer asks the citizen of a case something."""

    async def asks(number: str) -> None:
        cookie_of(stack, "officer")
        engine = make_engine(Cluster(stack.data).url("comisario"))
        async with make_sessions(engine).begin() as session:
            case = (await session.scalars(select(Case).where(Case.number == number))).one()
            member = await session.scalar(select(StaffMember).where(StaffMember.role == "officer").limit(1))
            await cases.add_entry(
                session, case=case, kind=EntryKind.INFORMATION_REQUEST, actor=member, at=datetime.now(UTC),
                keys=KeyRing(stack.data / "keys"), status=CaseStatus.INFORMATION_REQUESTED, note=QUESTION,
            )  # fmt: skip
        await engine.dispose()

    return asks


def heard(citizen: Citizen, part: str) -> bool:
    """Whether a message of the system says so within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: list[dict[str, Any]] = citizen.messages()
        if any(part in message["text"] for message in found if message["sender"] == "system"):
            return True
        time.sleep(0.3)
    return False


def filed(client: httpx.Client) -> tuple[Citizen, str, str]:
    """A citizen with a complaint, its number and the code of its receipt."""
    citizen = opened(client)
    citizen.say(STORY)
    go_on(citizen)
    return citizen, str(citizen.state["case_number"]), str(citizen.documents(2)[0]["verification_code"])


async def test_what_an_officer_asks_is_told_answered_and_asked_back_in_the_chat(
    client: httpx.Client, officer_asks: Asks
) -> None:
    citizen, number, _ = filed(client)
    await officer_asks(number)
    assert heard(citizen, f"«{QUESTION}»")
    told = citizen.say("cómo va mi denuncia")
    assert "La Policía espera su respuesta, hoy:" in told
    citizen.choose("case_answer")
    assert citizen.step == "case_answer"
    assert "Su respuesta ya está en su caso" in citizen.say("Era negro, ¿o quizá azul?")
    assert citizen.step is None
    told = citizen.say("cómo va mi denuncia")
    assert "en revisión" in told
    assert "Usted respondió: «Era negro, ¿o quizá azul?»" in told
    citizen.choose("case_question")
    assert "Su pregunta ya está en su caso" in citizen.say("¿cuándo me van a llamar?")
    assert "Usted espera una respuesta, hoy:" in citizen.say("cómo va mi denuncia")
    citizen.choose("case_withdraw")
    assert citizen.choose("no").startswith("Está bien, no envié nada.")


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_is_reachable_by_all_and_takes_an_answer(
    client: httpx.Client, open_screen: Open, officer_asks: Asks, width: int
) -> None:
    _, number, code = filed(client)
    await officer_asks(number)
    screen = await open_screen(size={"width": width, "height": 800})
    page = screen.page
    await page.goto("/seguimiento")
    assert await screen.inaccessible() == []
    await page.get_by_label("Número de la denuncia").fill(number)
    await page.get_by_label("Código de la constancia").fill(code)
    await page.get_by_role("button", name="Ver mi denuncia").click()
    await expect(page.get_by_role("heading", name="La Policía espera su respuesta")).to_be_visible()
    assert await screen.inaccessible() == []
    assert await screen.overflow() <= 0
    await screen.shot(f"following-{width}")
    await page.get_by_label("Su respuesta", exact=True).fill("Negro")
    await page.get_by_role("button", name="Enviar mi respuesta").click()
    await expect(page.get_by_role("status")).to_contain_text("Su respuesta ya está en su caso")
    await page.get_by_label("Quiero retirar la denuncia").check()
    await page.get_by_label("Cuéntenos qué está mal").fill("Ya lo encontré")
    await page.get_by_role("button", name="Enviar mi pedido").click()
    await expect(page.get_by_role("heading", name="Usted espera una respuesta")).to_be_visible()
    assert await screen.inaccessible() == []


async def test_the_auditor_s_pages_are_reachable_by_all(stack: Stack, client: httpx.Client, open_screen: Open) -> None:
    filed(client)
    screen: Screen = await open_screen(size=DESK)
    name, _, value = cookie_of(stack, "auditor").partition("=")
    await screen.context.add_cookies([{"name": name, "value": value, "url": stack.url}])
    for place in ("", "/cadena", "/muestra", "/comisarias"):
        await screen.page.goto(f"/staff/auditoria{place}")
        for width in (1280, 768):
            await screen.page.set_viewport_size({"width": width, "height": 800})
            assert await screen.overflow() <= 0
        assert await screen.inaccessible() == []
        await screen.shot(f"audit{place.replace('/', '-')}")
    await screen.page.goto("/staff/auditoria/cadena")
    await screen.page.get_by_role("button", name="Comprobar").click()
    await expect(screen.page.get_by_role("status")).to_contain_text("La cadena está entera")
