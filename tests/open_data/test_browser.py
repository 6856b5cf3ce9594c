"""The page of open data and of the algorithm on a telephone's screen, without scripts, and as axe sees it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from api.cli.postgres import free_port
from api.settings import ROOT
from tests.open_data.conftest import Released

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("open_data")]


@pytest.fixture(scope="module")
def address(released: Released) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--port", str(port)]
    environment = os.environ | {"DATABASE_URL": released.url}
    process = subprocess.Popen([*command, "--no-access-log", "--log-level", "error"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{url}/healthz")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/datos", "/algoritmo"])
async def test_axe_finds_nothing_and_nothing_stands_out_of_the_screen(address: str, path: str, width: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": 800})
        await page.goto(address + path)
        assert await page.locator("table tbody tr").count() > 10
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        await browser.close()


async def test_without_scripts_the_rows_are_filtered_and_a_file_is_downloaded(address: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
        page = await context.new_page()
        await page.goto(f"{address}/datos")
        await page.get_by_label("Departamento").select_option("Lima")
        await page.get_by_role("button", name="Mostrar").click()
        told = page.get_by_role("region", name="Filas de la tabla").locator("tbody td:nth-child(3)")
        assert set(await told.all_inner_texts()) == {"Lima"}
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="demostracion-denuncias.csv", exact=True).click()
        assert (await waiting.value).suggested_filename == "demostracion-denuncias.csv"
        await browser.close()
