"""The page for second copies, on a small phone and without JavaScript."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.browser import Open
from tests.e2e.conftest import Stack
from tests.e2e.test_copies import code_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

DRAFT = {"incident_type": "lost_document", "narrative": "Perdí mi DNI en el bus", "document_number": "70809010"}


def filed(stack: Stack, phone: str) -> str:
    """The number of a complaint that was made with a phone."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        made = client.post("/api/v1/testing/cases", json={"draft": DRAFT | {"phone": phone}})
        return str(made.json()["case_number"])


def code_to(stack: Stack, phone: str) -> str:
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        return code_for(client, phone)


def verdict_on(stack: Stack, pdf: bytes) -> tuple[bool, int]:
    """Whether a file is valid, and the number of the copy that it is."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        verdict = client.post("/api/v1/verifications", files={"file": pdf}).json()
        return verdict["valid"], verdict["copy_number"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_second_copy_is_had_from_the_page(
    open_screen: Open, stack: Stack, tmp_path: Path, scripts: bool
) -> None:
    phone = f"+5198722233{int(scripts)}"
    number = filed(stack, phone)
    screen = await open_screen(java_script_enabled=scripts)
    page = screen.page
    await page.goto("/")
    await page.get_by_role("link", name="Copia de su denuncia").click()
    if scripts:
        await screen.shot("7-copia-1-")
    await page.get_by_label("Número de la denuncia").fill("150132-2026-000005-9")
    await page.get_by_label("Su número de documento").fill("70809010")
    await page.get_by_role("button", name="Enviarme la clave").click()
    await expect(page.get_by_role("alert")).to_contain_text("una cifra cambiada")
    await expect(page.get_by_label("Su número de documento")).to_have_value("70809010")
    await page.get_by_label("Número de la denuncia").fill(number)
    await page.get_by_role("button", name="Enviarme la clave").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Escriba la clave")
    if scripts:
        await screen.shot("7-copia-2-")
    if scripts:
        assert await screen.inaccessible() == []
    assert await screen.overflow() <= 0
    code = code_to(stack, phone)
    await page.get_by_label("Clave de 6 números").fill(f"{(int(code) + 1) % 10**6:06d}")
    await page.get_by_role("button", name="Ver mi copia").click()
    await expect(page.get_by_role("alert")).to_contain_text("Puede probar 4 veces más")
    await page.get_by_label("Clave de 6 números").fill(f"{code[:3]} {code[3:]}")
    await page.get_by_role("button", name="Ver mi copia").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("segunda copia N.º 2"))
    if scripts:
        await screen.shot("7-copia-3-")
    if scripts:
        assert await screen.inaccessible() == []
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Descargar la copia").click()
    pdf = tmp_path / "copia.pdf"
    await (await started.value).save_as(pdf)
    assert verdict_on(stack, pdf.read_bytes()) == (True, 2)
