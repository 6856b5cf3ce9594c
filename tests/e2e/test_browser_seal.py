"""The page of the offline seal, on photographs of real papers, with and without a network."""

import io
import subprocess

import base45
import cbor2
import httpx
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw
from playwright.async_api import expect

from tests.e2e.browser import STORY, Screen
from tests.e2e.conftest import Stack, go_on, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]


def _printed(pdf: bytes, *, resolution: int = 150) -> Image.Image:
    """The first page, as it comes out of a printer and a scanner."""
    command = ["pdftoppm", "-r", str(resolution), "-png", "-f", "1", "-singlefile", "-"]
    return Image.open(io.BytesIO(subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout))


@pytest.fixture(scope="module")
def receipt(stack: Stack) -> tuple[str, Image.Image]:
    """The number of a complaint, and its receipt on paper."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        citizen = opened(client)
        citizen.say(STORY)
        go_on(citizen)
        document = citizen.documents(1)[0]
        verdict = client.get(f"/api/v1/verifications/{document['verification_code']}").json()
        return verdict["case_number"], _printed(client.get(document["url"]).content)


async def _photograph(screen: Screen, picture: Image.Image) -> None:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=80)
    await screen.page.locator("#photo").set_input_files(
        {"name": "papel.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )


async def test_a_paper_is_checked_without_a_network(screen: Screen, receipt: tuple[str, Image.Image]) -> None:
    number, paper = receipt
    await screen.page.goto("/sello")
    await screen.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await screen.page.context.set_offline(True)
    await screen.page.reload()
    await _photograph(screen, paper)
    await expect(screen.page.get_by_role("heading", name="El sello es auténtico")).to_be_visible()
    await expect(screen.page.locator("[data-field=case_number]")).to_have_text(number)
    await screen.shot("8-sello")
    assert await screen.inaccessible() == []
    assert await screen.overflow() <= 0
    await screen.page.context.set_offline(False)


async def test_a_paper_turned_and_badly_lit_is_read_too(screen: Screen, receipt: tuple[str, Image.Image]) -> None:
    _, paper = receipt
    await screen.page.goto("/sello")
    dim = paper.convert("L").point(lambda shade: 40 + shade // 2)
    await _photograph(screen, dim.rotate(7, expand=True, fillcolor=150))
    await expect(screen.page.get_by_role("heading", name="El sello es auténtico")).to_be_visible()


async def test_each_other_picture_is_told_for_what_it_is(screen: Screen, receipt: tuple[str, Image.Image]) -> None:
    _, paper = receipt
    await screen.page.goto("/sello")
    upper = paper.crop((0, 0, paper.width, paper.height // 2))
    await _photograph(screen, upper)
    await expect(screen.page.get_by_role("heading", name="Ese es el otro código")).to_be_visible()
    blank = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(blank).text((40, 40), "Una hoja cualquiera", fill="black")
    await _photograph(screen, blank)
    await expect(screen.page.get_by_role("heading", name="No encontramos ningún código")).to_be_visible()
    await screen.page.locator("#photo").set_input_files(
        {"name": "papel.jpg", "mimeType": "image/jpeg", "buffer": b"no es una foto"}
    )
    await expect(screen.page.get_by_role("heading", name="No encontramos ningún código")).to_be_visible()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("signature", "El sello no es auténtico"),
        ("payload", "El sello no es auténtico"),
        ("key", "No conocemos esa firma"),
    ],
)
async def test_a_forged_seal_is_not_authentic(
    change: str, said: str, screen: Screen, receipt: tuple[str, Image.Image]
) -> None:
    _, paper = receipt
    (genuine,) = [found.text for found in zxingcpp.read_barcodes(paper) if found.text.startswith("CV1:")]
    message = cbor2.loads(base45.b45decode(genuine[4:]))
    protected, unprotected, payload, signature = message.value
    if change == "signature":
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    elif change == "payload":
        payload = payload.replace(b"-2026-", b"-2025-")
    else:
        unprotected = {4: b"otraotra"}
    forged = cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, signature]))
    out = io.BytesIO()
    segno.make_qr("CV1:" + base45.b45encode(forged).decode()).save(out, kind="png", scale=6, border=4)
    await screen.page.goto("/sello")
    await _photograph(screen, Image.open(out))
    await expect(screen.page.get_by_role("heading", name=said)).to_be_visible()


async def test_who_forbids_the_camera_is_told_of_the_photograph(screen: Screen) -> None:
    await screen.page.goto("/sello")
    await screen.page.get_by_role("button", name="Abrir la cámara").click()
    await expect(screen.page.get_by_role("heading", name="No pudimos abrir la cámara")).to_be_visible()
