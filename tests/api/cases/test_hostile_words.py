"""Whatever field of a complaint a stranger fills with whatever runs elsewhere, it is text for the police and nothing of it is lost."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from api.complaints.draft import Draft
from api.jobs.desk import Desk
from tests.api.cases.test_exports import made, runs
from tests.api.conversations.channels.talking import an_app, as_staff
from tests.api.evidence.test_evidence_pages import STATION, a_photo, filed
from tests.documents.samples import words_of

HOSTILE = (
    "=HYPERLINK(1) \"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}<para><img src='file:///etc/passwd'/>"
    '<a href="javascript:alert(3)">x</a>\u202e\x01\x0b\ufffe;=1+1 '
)
_UNREAD = {
    "held", "survey", "surveyed", "place_candidates", "settled", "again", "callback_phone",
}  # fmt: skip
"""What is no part of a complaint: the bot's own notes, and whom to call back, which the handover shows."""
_RULED = {"incident_type", "narrative", "place.ubigeo", "items.document_type"}
"""What is one of our own words (or, of a place, a number of ours), and the account, which is filled in beside these."""


def _texts(schema: dict[str, Any], part: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every free text in a shape, by its path."""
    for one in part.get("anyOf", [part]):
        if "$ref" in one:
            one = schema["$defs"][one["$ref"].rpartition("/")[2]]
        if one.get("type") == "string" and not one.keys() & {"enum", "const", "format"}:
            yield path, one
        for name, inner in one.get("properties", {}).items():
            yield from _texts(schema, inner, f"{path}.{name}" if path else name)
        if "items" in one:
            yield from _texts(schema, one["items"], path)


def _fields() -> list[str]:
    schema = Draft.model_json_schema()
    found = [path for path, _ in _texts(schema, schema, "")]
    return [path for path in dict.fromkeys(found) if path.partition(".")[0] not in _UNREAD and path not in _RULED]


FIELDS = _fields()


def _mark(path: str) -> str:
    """A word that no other field holds."""
    return f"m{FIELDS.index(path)}z"


def _filled() -> dict[str, Any]:
    told: dict[str, Any] = {
        "narrative": f"{HOSTILE} narrada",
        "place": {"ubigeo": STATION},
        "items": [{"kind": "phone"}],
        "others_numbers": [{"kind": "account"}],
    }
    for path in FIELDS:
        top, _, inner = path.partition(".")
        words = f"{HOSTILE}{_mark(path)}"
        if not inner:
            told[top] = words
        elif isinstance(told[top], list):
            told[top][0][inner] = words
        else:
            told[top][inner] = words
    return told


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with an_app() as client:
        await as_staff(client, station=STATION)
        yield client


def test_every_field_is_found() -> None:
    assert {
        "full_name",
        "witnesses",
        "safe_contact",
        "items.description",
        "place.detail",
        "others_numbers.value",
    } <= set(FIELDS)


async def test_hostile_words_in_every_field_are_text_everywhere(desk: Desk, client: httpx.AsyncClient) -> None:
    case = await filed(desk, (f"{HOSTILE}.jpg", a_photo()), **_filled())
    pages = [f"/staff/casos/{case.number}{path}" for path in ("", "/expediente", "/sidpol")]
    shown = [(await client.get(path)).text for path in (*pages, case.place(), "/staff")]
    assert [found for html in shown for found in runs(html)] == []
    assert not any('href="javascript:' in html for html in shown)
    paper = words_of(await made(desk, client, case, reason=f"{HOSTILE}motivo"))
    assert "motivo" in paper
    assert {path for path in FIELDS if _mark(path) not in shown[0]} == set()
    assert {path for path in FIELDS if _mark(path) not in paper} == set()
    assert shown[0].count("{{7*7}}") >= len(FIELDS)
    assert paper.count("<script>") >= len(FIELDS)
    sheet = (await client.get(f"/staff/casos/{case.number}/sidpol.csv")).text.removeprefix("\ufeff")
    for separator in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(sheet, newline=""), delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.lstrip(' \t\r\n"').startswith(("=", "+", "-", "@"))] == []
    assert _mark("full_name") in sheet


@pytest.mark.parametrize("act", ["note", "ask"])
async def test_hostile_words_of_staff_are_text_everywhere(desk: Desk, client: httpx.AsyncClient, act: str) -> None:
    case = await filed(desk)
    page = (await client.get(f"/staff/casos/{case.number}")).text
    assert 'name="seen" value="1"' in page
    path = f"/staff/casos/{case.number}/actos/{act}"
    refused = await client.post(path, data={"seen": 0, "note": f"{HOSTILE}perdida"})
    assert refused.status_code == 409
    assert (await client.post(path, data={"seen": 1, "note": f"{HOSTILE}escrita"})).status_code == 303
    page = (await client.get(f"/staff/casos/{case.number}")).text
    assert "perdida" in refused.text
    assert "escrita" in page
    assert runs(page) + runs(refused.text) == []
    assert "escrita" in words_of(await made(desk, client, case))
