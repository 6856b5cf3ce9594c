"""The emulated Twilio at its worst, on order."""

import time
import uuid
from typing import Any

import httpx
import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.emulators.conftest import Twilio, until


@pytest.fixture(autouse=True)
def _open(twilio: Twilio) -> None:
    twilio.write(text="hola")


def codes(twilio: Twilio, count: int) -> list[int]:
    """The HTTP status of so many sends."""
    found = []
    for _ in range(count):
        try:
            twilio.send(body="hola")
            found.append(201)
        except TwilioRestException as refused:
            found.append(refused.status)
    return found


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "too_many_requests"}, 429),
        ({"kind": "server_error"}, 503),
        ({"kind": "server_error", "status": 500}, 500),
    ],
)
def test_the_next_requests_fail_and_those_after_do_not(twilio: Twilio, fault: dict[str, Any], status: int) -> None:
    twilio.wrong(**fault, count=2)
    assert codes(twilio, 3) == [status, status, 201]
    assert len([one for one in twilio.thread() if not one["mine"]]) == 1


def test_a_fault_without_a_count_lasts_until_it_is_taken_back(twilio: Twilio) -> None:
    twilio.wrong("server_error", count=None)
    assert codes(twilio, 3) == [503] * 3
    assert [one["kind"] for one in httpx.get(f"{twilio.url}/faults").json()] == ["server_error"]
    assert httpx.delete(f"{twilio.url}/faults").status_code == 204
    assert codes(twilio, 1) == [201]


def test_a_fault_of_one_number_leaves_the_others_alone(twilio: Twilio) -> None:
    other = f"+519{uuid.uuid4().int % 10**8:08d}"
    twilio.wrong("too_many_requests", number=other)
    assert codes(twilio, 1) == [201]
    twilio.number = other
    assert codes(twilio, 2) == [429, 201]


def test_a_fault_of_no_number_meets_any_request(twilio: Twilio) -> None:
    twilio.wrong("too_many_requests", number=None)
    with pytest.raises(TwilioRestException) as refused:
        twilio.client().content.v1.contents("HX1").fetch()
    assert refused.value.code == 20429


def test_a_rate_limit_refuses_what_is_too_much_and_only_that(twilio: Twilio) -> None:
    twilio.wrong("rate_limit", per_second=2)
    assert set(codes(twilio, 20)) == {201, 429}
    time.sleep(1.1)
    assert codes(twilio, 1) == [201]


def test_what_is_answered_too_late_has_arrived_all_the_same(twilio: Twilio) -> None:
    twilio.wrong("late_answer", seconds=2)
    with pytest.raises(requests.ReadTimeout):
        twilio.send(twilio.client(timeout=0.3), body="tarde")
    until(lambda: [one["text"] for one in twilio.thread() if not one["mine"]] == ["tarde"])
    (sid,) = [one["sid"] for one in twilio.thread() if not one["mine"]]
    assert twilio.end(sid).status == "delivered"


def test_a_message_is_brought_twice_with_one_sid(twilio: Twilio) -> None:
    twilio.wrong("duplicate_webhooks")
    doubled, single = twilio.write(text="dos veces"), twilio.write(text="una vez")
    sids = [form["MessageSid"] for form in twilio.program.inbound(twilio.number)[1:]]
    assert sids == [doubled, doubled, single]


def test_callbacks_come_twice(twilio: Twilio) -> None:
    twilio.wrong("duplicate_callbacks")
    sid = twilio.send(body="hola").sid
    until(lambda: len(twilio.program.statuses(sid)) == 6)
    assert twilio.program.statuses(sid) == ["queued", "queued", "sent", "sent", "delivered", "delivered"]


def test_callbacks_come_in_the_wrong_order(twilio: Twilio) -> None:
    twilio.wrong("reordered_callbacks")
    sid = twilio.send(body="hola").sid
    until(lambda: len(twilio.program.statuses(sid)) == 3)
    assert twilio.program.statuses(sid) == ["delivered", "sent", "queued"]


def test_callbacks_come_late_but_in_order_while_the_message_arrives(twilio: Twilio) -> None:
    twilio.wrong("delayed_callbacks", seconds=2)
    late, prompt = twilio.send(body="tarde").sid, twilio.send(body="pronto").sid
    until(lambda: {one["status"] for one in twilio.thread() if not one["mine"]} == {"delivered"})
    assert twilio.program.statuses(late) == []
    until(lambda: len(twilio.program.statuses(late)) == 3)
    told = [one.form["MessageSid"] for one in twilio.program.calls if one.form["MessageSid"] in (late, prompt)]
    assert told.index(prompt) < told.index(late)
    assert twilio.program.statuses(late) == ["queued", "sent", "delivered"]


def test_callbacks_are_lost_while_the_message_arrives(twilio: Twilio) -> None:
    twilio.wrong("lost_callbacks")
    lost, other = twilio.send(body="sin avisos").sid, twilio.send(body="con avisos").sid
    twilio.end(other)
    until(lambda: twilio.client().messages(lost).fetch().status == "delivered")
    assert twilio.program.statuses(lost) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "server_error", "status": 404},
        {"kind": "late_answer"},
        {"kind": "too_many_requests", "seconds": 2},
        {"kind": "too_many_requests", "count": 0},
        {"kind": "too_many_requests", "number": "987654321"},
        {"kind": "rate_limit"},
        {"kind": "rate_limit", "per_second": 2, "count": 3},
        {"kind": "lost_callbacks", "typo": 1},
    ],
)
def test_a_fault_that_can_not_be_is_refused(twilio: Twilio, fault: dict[str, Any]) -> None:
    assert twilio.post("/faults", json=fault).status_code == 422
    assert httpx.get(f"{twilio.url}/faults").json() == []
