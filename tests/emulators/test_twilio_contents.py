"""Contents of the emulated Twilio: their limits, their variables, and WhatsApp's approval."""

import json
import uuid
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest.content.v1.content import ContentInstance, ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from tests.emulators.conftest import Twilio

YES_NO = [{"title": "Sí", "id": "yes"}, {"title": "No", "id": "no"}]


def make(twilio: Twilio, kind: str, told: dict[str, Any], variables: dict[str, str] | None = None) -> ContentInstance:
    asked = {"friendly_name": f"c{uuid.uuid4().hex}", "language": "es", "variables": variables or {}}
    request = ContentList.ContentCreateRequest(asked | {"types": ContentList.Types({f"twilio/{kind}": told})})
    return twilio.client().content.v1.contents.create(request)


def approve(twilio: Twilio, sid: str) -> str:
    request = ApprovalCreateList.ContentApprovalRequest({"name": "caso_avanza", "category": "UTILITY"})
    return str(twilio.client().content.v1.contents(sid).approval_create.create(request).status)


def filled(twilio: Twilio, content: ContentInstance, **values: str) -> dict[str, Any]:
    """What the telephone shows of a content that was sent to it."""
    told = json.dumps({name[1:]: value for name, value in values.items()})
    sent = twilio.send(content_sid=content.sid, content_variables=told)
    assert twilio.end(sent.sid).error_code is None
    return twilio.thread()[-1]


def refusal(twilio: Twilio, content: ContentInstance, told: str) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        twilio.send(content_sid=content.sid, content_variables=told)
    return refused.value.status, refused.value.code


def replies(count: int) -> dict[str, Any]:
    return {"body": "Elija", "actions": [{"title": f"Opción {n}", "id": f"o{n}"} for n in range(count)]}


def listed(count: int = 1, **item: str) -> dict[str, Any]:
    items = [{"item": f"Opción {n}", "id": f"o{n}"} | item for n in range(count)]
    return {"body": "Elija", "button": "Ver", "items": items}


def test_a_content_is_made_read_listed_and_deleted(twilio: Twilio) -> None:
    made = make(twilio, "quick-reply", {"body": "¿Sí, {{1}}?", "actions": YES_NO}, {"1": "Ana"})
    contents = twilio.client().content.v1.contents
    read = contents(made.sid).fetch()
    assert (read.sid[:2], read.language, read.variables) == ("HX", "es", {"1": "Ana"})
    assert read.types["twilio/quick-reply"]["body"] == "¿Sí, {{1}}?"
    make(twilio, "text", {"body": "hola"})
    assert made.sid in {one.sid for one in contents.list(page_size=1)}
    assert contents(made.sid).delete()
    with pytest.raises(TwilioRestException) as missing:
        contents(made.sid).fetch()
    assert missing.value.code == 20404
    assert refusal(twilio, made, "{}") == (400, 21655)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text", {"body": "a" * 1601}),
        ("text", {"body": ""}),
        ("quick-reply", {"body": "a" * 1025, "actions": YES_NO}),
        ("quick-reply", {"body": "a", "actions": [{"title": "a" * 21, "id": "a"}]}),
        ("quick-reply", {"body": "a", "actions": [{"title": "a", "id": "a" * 201}]}),
        ("quick-reply", replies(11)),
        ("quick-reply", replies(0)),
        ("list-picker", listed(11)),
        ("list-picker", listed(2, id="same")),
        ("list-picker", listed(item="a" * 25)),
        ("list-picker", listed(id="a" * 201)),
        ("list-picker", listed(description="a" * 73)),
        ("list-picker", listed() | {"body": "a" * 1025}),
        ("list-picker", listed() | {"button": "a" * 21}),
        ("media", {"body": "a", "media": []}),
        ("call-to-action", {"body": "a", "actions": []}),
    ],
)
def test_a_content_beyond_the_limits_is_refused(twilio: Twilio, kind: str, told: dict[str, Any]) -> None:
    with pytest.raises(TwilioRestException) as refused:
        make(twilio, kind, told)
    assert (refused.value.status, refused.value.code) == (400, 20422)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text", {"body": "a" * 1600}),
        ("quick-reply", {"body": "a" * 1024, "actions": [{"title": "a" * 20, "id": "a" * 200}]}),
        ("list-picker", listed(10)),
        ("list-picker", listed(item="a" * 24, id="a" * 200, description="a" * 72) | {"body": "a" * 1024}),
    ],
)
def test_a_content_at_the_limits_arrives(twilio: Twilio, kind: str, told: dict[str, Any]) -> None:
    twilio.write(text="hola")
    assert filled(twilio, make(twilio, kind, told))["text"] == told["body"]


def test_variables_stand_where_they_belong_and_have_defaults(twilio: Twilio) -> None:
    twilio.write(text="hola")
    action = {"title": "{{2}}", "id": "copy_{{3}}"}
    made = make(twilio, "quick-reply", {"body": "Hola, {{1}}", "actions": [action]}, {"1": "vecino", "3": "0"})
    shown = filled(twilio, made, _2="Mi copia", _3="7" * 50)
    assert shown["text"] == "Hola, vecino"
    assert shown["choices"] == [{"id": f"copy_{'7' * 50}", "title": "Mi copia", "description": None}]
    assert shown["button"] is None


@pytest.mark.parametrize("told", ["{", "[]", '{"1": ""}', '{"1": null}', '{"1": 2}', '{"1": "a\\nb"}', "{}"])
def test_variables_that_say_nothing_are_refused(twilio: Twilio, told: str) -> None:
    assert refusal(twilio, make(twilio, "text", {"body": "Hola, {{1}}"}), told) == (400, 21656)


def test_a_variable_has_at_most_255_characters(twilio: Twilio) -> None:
    twilio.write(text="hola")
    made = make(twilio, "text", {"body": "{{1}}"})
    assert filled(twilio, made, _1="a" * 255)["text"] == "a" * 255
    assert refusal(twilio, made, json.dumps({"1": "a" * 256})) == (400, 21658)


def test_a_title_that_its_variables_make_too_long_fails(twilio: Twilio) -> None:
    twilio.write(text="hola")
    made = make(twilio, "quick-reply", {"body": "a", "actions": [{"title": "{{1}}", "id": "a"}]})
    sent = twilio.send(content_sid=made.sid, content_variables=json.dumps({"1": "a" * 21}))
    assert twilio.end(sent.sid).error_code == 63021


def test_more_than_three_quick_replies_need_approval(twilio: Twilio) -> None:
    twilio.write(text="hola")
    assert len(filled(twilio, make(twilio, "quick-reply", replies(3)))["choices"]) == 3
    made = make(twilio, "quick-reply", replies(4))
    assert twilio.end(twilio.send(content_sid=made.sid).sid).error_code == 63021
    approve(twilio, made.sid)
    assert len(filled(twilio, made)["choices"]) == 4


def test_an_approved_content_goes_through_a_closed_window_and_no_other_does(twilio: Twilio) -> None:
    made = make(twilio, "text", {"body": "Su caso {{1}} avanza"})
    values = json.dumps({"1": "15-2026"})
    assert twilio.end(twilio.send(content_sid=made.sid, content_variables=values).sid).error_code == 63016
    approval = twilio.client().content.v1.contents(made.sid).approval_fetch()
    assert approval.fetch().whatsapp is None
    assert approve(twilio, made.sid) == "received"
    found = approval.fetch().whatsapp
    assert (found["status"], found["name"], found["category"]) == ("approved", "caso_avanza", "UTILITY")
    assert filled(twilio, made, _1="15-2026")["text"] == "Su caso 15-2026 avanza"


def test_a_list_can_not_be_approved(twilio: Twilio) -> None:
    with pytest.raises(TwilioRestException) as refused:
        approve(twilio, make(twilio, "list-picker", listed(2)).sid)
    assert refused.value.code == 20422


def test_a_content_brings_its_files(twilio: Twilio) -> None:
    twilio.write(text="hola")
    address, _, name = twilio.program.file("application/pdf", b"%PDF").rpartition("/")
    made = make(twilio, "media", {"body": "Su copia", "media": [f"{address}/{{{{1}}}}"]})
    shown = filled(twilio, made, _1=name)
    assert (shown["text"], [one["content_type"] for one in shown["files"]]) == ("Su copia", ["application/pdf"])
