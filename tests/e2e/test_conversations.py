"""The conversation API as a stranger sees it."""

import hashlib
import io
import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.e2e.conftest import Citizen, Stack, go_on, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Ayer a las 8 de la noche dos sujetos me robaron mi celular Samsung en San Juan de Lurigancho"
STATE = {"service", "step", "incident_type", "language", "handover", "emergency", "draft", "case_number"}
MESSAGE = {"seq", "sender", "text", "choices", "document", "created_at"}


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def attach(citizen: Citizen, data: bytes, name: str = "foto.png") -> httpx.Response:
    return citizen.client.post(
        f"/api/v1/conversations/{citizen.id}/attachments", files={"file": (name, data)}, headers=citizen.headers
    )


def test_a_conversation_opens_with_a_greeting_a_token_and_a_resume_code(citizen: Citizen) -> None:
    assert [m["sender"] for m in citizen.opening] == ["bot"]
    assert "105" in citizen.opening[0]["text"]
    assert set(citizen.state) == STATE
    assert set(citizen.opening[0]) == MESSAGE
    assert citizen.state["step"] is None


def test_the_same_message_again_gives_the_same_answer_and_does_nothing_twice(citizen: Citizen) -> None:
    body = {"client_message_id": "same", "text": STORY}
    url = f"/api/v1/conversations/{citizen.id}/messages"
    first = citizen.client.post(url, json=body, headers=citizen.headers)
    citizen.choose("yes")
    again = citizen.client.post(url, json=body, headers=citizen.headers)
    assert again.json() == first.json()
    assert [m["text"] for m in citizen.messages() if m["sender"] == "citizen"] == [STORY, "Sí"]


def test_the_same_id_with_another_body_is_a_conflict(citizen: Citizen) -> None:
    url = f"/api/v1/conversations/{citizen.id}/messages"
    citizen.client.post(url, json={"client_message_id": "x", "text": "hola"}, headers=citizen.headers)
    other = citizen.client.post(url, json={"client_message_id": "x", "text": "adiós"}, headers=citizen.headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert other.headers["content-type"] == "application/problem+json"


def test_the_same_message_from_ten_hands_at_once_is_one_message(citizen: Citizen) -> None:
    body = {"client_message_id": "once", "text": STORY}
    url = f"/api/v1/conversations/{citizen.id}/messages"

    def send(_: int) -> Any:
        return citizen.client.post(url, json=body, headers=citizen.headers).json()

    with ThreadPoolExecutor(10) as hands:
        answers = list(hands.map(send, range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert len([m for m in citizen.messages() if m["sender"] == "citizen"]) == 1


def test_messages_sent_at_once_are_answered_one_after_the_other(citizen: Citizen) -> None:
    url = f"/api/v1/conversations/{citizen.id}/messages"

    def send(number: int) -> int:
        body = {"client_message_id": f"n{number}", "text": "hola"}
        return citizen.client.post(url, json=body, headers=citizen.headers).status_code

    with ThreadPoolExecutor(5) as hands:
        assert set(hands.map(send, range(5))) == {200}
    seqs = [m["seq"] for m in citizen.messages()]
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_pressed_choice_stays_readable_in_the_record(citizen: Citizen) -> None:
    citizen.say(STORY)
    citizen.choose("yes")
    assert [m["text"] for m in citizen.messages() if m["sender"] == "citizen"] == [STORY, "Sí"]


def test_a_choice_that_was_not_offered_is_refused_and_nothing_is_stored(citizen: Citizen) -> None:
    before = len(citizen.messages())
    refused = citizen.post({"choice": "confirm"})
    assert (refused.status_code, refused.json()["code"]) == (409, "choice_not_offered")
    assert len(citizen.messages()) == before


def test_a_double_tap_answers_one_question_only(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="oath")

    def tap(number: int) -> int:
        body = {"client_message_id": f"tap{number}", "choice": "yes"}
        url = f"/api/v1/conversations/{citizen.id}/messages"
        return citizen.client.post(url, json=body, headers=citizen.headers).status_code

    with ThreadPoolExecutor(2) as fingers:
        assert sorted(fingers.map(tap, range(2))) == [200, 409]
    state = citizen.client.get(f"/api/v1/conversations/{citizen.id}", headers=citizen.headers).json()["state"]
    assert (state["step"], state["case_number"]) == ("confirm", None)


def test_a_photo_after_filing_is_kept_and_starts_nothing(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    number = citizen.state["case_number"]
    said = citizen.say(attachment_ids=[attach(citizen, picture()).json()["id"]])
    assert "guardé" in said
    assert (citizen.step, citizen.state["case_number"]) == (None, number)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "hola", "choice": "yes"},
        {"text": "hola", "intent": "x"},
        {"text": 5},
        {"location": {"latitude": 100, "longitude": 0}},
        {"client_message_id": "x" * 65, "text": "hola"},
    ],
)
def test_a_malformed_message_is_told_kindly(citizen: Citizen, body: dict[str, Any]) -> None:
    refused = citizen.post(body)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    assert "\n" not in refused.json()["detail"]


def test_a_text_over_twenty_thousand_characters_is_too_large_and_one_of_that_length_is_not(citizen: Citizen) -> None:
    assert citizen.post({"text": "a" * 20_001}).json()["code"] == "too_large"
    citizen.say(STORY)
    citizen.choose("no")
    citizen.say("quiero poner una denuncia")
    citizen.choose("yes")
    long = (STORY + ". ") * 220
    citizen.say(long[:20_000])
    assert citizen.state["draft"]["narrative"] == long[:20_000]


@pytest.mark.parametrize("text", ["\u0000hola", "👍🏽", "‮hola", "ñ" * 300, "<script>alert(1)</script>", "' or 1=1 --"])
def test_any_text_gets_a_kind_answer(citizen: Citizen, text: str) -> None:
    said = citizen.say(text)
    assert said
    assert "Traceback" not in said


def test_without_a_token_nobody_gets_in(citizen: Citizen) -> None:
    url = f"/api/v1/conversations/{citizen.id}"
    with httpx.Client(base_url=citizen.client.base_url) as stranger:
        assert stranger.get(url).json()["code"] == "unauthenticated"
        assert stranger.get(url, headers={"Authorization": "Bearer nothing"}).json()["code"] == "not_found"
        assert stranger.get(url, headers={"Authorization": "Basic x"}).status_code == 401


def test_a_write_by_cookie_from_another_origin_is_refused(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url) as browser:
        conversation = browser.post("/api/v1/conversations", json={"channel": "web"}).json()
        url = f"/api/v1/conversations/{conversation['id']}/messages"
        body = {"client_message_id": "1", "text": "hola"}
        assert browser.post(url, json=body).status_code == 403
        assert browser.post(url, json=body, headers={"Origin": "https://evil.example"}).status_code == 403
        assert browser.post(url, json=body, headers={"Origin": stack.url}).status_code == 200
        assert browser.delete("/api/v1/session", headers={"Origin": stack.url}).status_code == 204
        assert browser.get(url).status_code == 401


def test_a_wrong_resume_code_is_not_found(client: httpx.Client, citizen: Citizen) -> None:
    wrong = citizen.resume_code[:-1] + ("0" if citizen.resume_code[-1] != "0" else "1")
    for code in (wrong, "", "x", citizen.token):
        assert client.post("/api/v1/conversations/resume", json={"resume_code": code}).status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_photo_is_kept_with_its_hash(citizen: Citizen, kind: str) -> None:
    data = picture(kind)
    kept = attach(citizen, data)
    assert kept.status_code == 201
    assert kept.json() == {
        "id": kept.json()["id"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": f"image/{kind.lower()}",
        "size": len(data),
    }


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"MZ" + b"\0" * 500, 415, "media_type"),
        (b"<html><script>alert(1)</script>", 415, "media_type"),
        (b"", 415, "media_type"),
        (b"%PDF-1.7\n" + b"\0" * (25 * 1024 * 1024), 413, "too_large"),
    ],
)
def test_a_file_that_is_not_accepted_is_told_by_its_content_not_its_name(
    citizen: Citizen, data: bytes, status: int, code: str
) -> None:
    refused = attach(citizen, data, name="foto.jpg")
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_files_are_evidence_with_their_hashes_and_answer_only_that_question(citizen: Citizen) -> None:
    citizen.say("El martes un vendedor de Comas me estafó: le yapeé por una laptop y nunca me la entregó")
    citizen.choose("yes")
    step = citizen.step
    early = attach(citizen, picture()).json()
    citizen.say(attachment_ids=[early["id"]])
    assert citizen.step == step
    go_on(citizen, until="evidence")
    late = attach(citizen, picture("JPEG"), "foto.jpg").json()
    citizen.say(attachment_ids=[late["id"]])
    assert citizen.step != "evidence"
    go_on(citizen)
    citizen.documents(2)


def test_another_s_file_can_t_be_used(client: httpx.Client, citizen: Citizen) -> None:
    theirs = attach(opened(client), picture()).json()
    assert citizen.post({"text": "mire", "attachment_ids": [theirs["id"]]}).status_code == 404
    assert citizen.post({"text": "mire", "attachment_ids": [str(uuid.uuid4())]}).status_code == 404


def test_too_many_files_are_refused(citizen: Citizen) -> None:
    small = picture(size=(2, 2))
    assert [attach(citizen, small).status_code for _ in range(21)] == [201] * 20 + [413]


def test_a_place_sent_as_a_point_is_asked_among_the_nearest_districts(citizen: Citizen) -> None:
    citizen.say("me robaron el celular ayer a las 8 de la noche")
    go_on(citizen, until="place")
    citizen.say(location={"latitude": -12.0, "longitude": -77.0})
    assert citizen.step == "clarify"
    assert any(choice["id"] == "150132" for reply in citizen.replies for choice in reply["choices"])
    citizen.choose("150132")
    place = citizen.state["draft"]["place"]
    assert (place["ubigeo"], place["latitude"], place["longitude"]) == ("150132", -12.0, -77.0)


def events(citizen: Citizen, last: str | None = None) -> Iterator[tuple[str, str | None, Any]]:
    """The server-sent events of a conversation: name, id, data."""
    headers = citizen.headers | ({"Last-Event-ID": last} if last else {})
    url = f"/api/v1/conversations/{citizen.id}/events"
    with citizen.client.stream("GET", url, headers=headers) as stream:
        event: dict[str, str] = {}
        for line in stream.iter_lines():
            if not line and "data" in event:
                yield event.get("event", ""), event.get("id"), json.loads(event["data"])
                event = {}
            elif ": " in line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value


def test_what_happens_arrives_as_events_and_resumes_after_the_last_one(citizen: Citizen) -> None:
    stream = events(citizen)
    assert next(stream)[0] == "message"
    talker = threading.Thread(target=lambda: citizen.say(STORY))
    talker.start()
    seen: list[tuple[str, str | None, Any]] = []
    for event in stream:
        seen.append(event)
        if event[0] == "state" and event[2]["step"] == "consent":
            break
    talker.join()
    names = [name for name, _, _ in seen]
    assert ("typing", None, {"typing": True}) in seen
    assert names.count("message") == 2
    last = next(number for name, number, data in seen if name == "message" and data["sender"] == "citizen")
    resumed = next(events(citizen, last))
    assert resumed[0] == "message"
    assert resumed[2]["sender"] == "bot"


def test_the_description_lists_every_error_of_every_route(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    for path, operations in described["paths"].items():
        if path.startswith("/api/"):
            for operation in operations.values():
                assert operation["responses"], path
    message = described["paths"]["/api/v1/conversations/{conversation_id}/messages"]["post"]["responses"]
    assert {"200", "202", "401", "404", "409", "413", "422"} <= set(message)


def test_an_unknown_address_is_a_kind_page_for_a_browser_and_a_problem_for_a_program(client: httpx.Client) -> None:
    page = client.get("/nada", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]
    assert client.get("/api/v1/nada").json()["code"] == "not_found"


def test_what_a_citizen_wrote_is_in_no_log_and_in_clear_in_no_file(citizen: Citizen, stack: Stack) -> None:
    citizen.say(STORY)
    go_on(citizen, answers={"full_name": "Zoraida Canarias Betancur", "phone": "987001122"})
    citizen.documents(2)
    planted = [b"Zoraida", b"Betancur", b"987001122", b"paradero", b"quitaron mi celular"]
    for file in stack.data.rglob("*"):
        if file.is_file() and "keys" not in file.parts:
            data = file.read_bytes()
            assert not [word for word in planted if word in data], file
