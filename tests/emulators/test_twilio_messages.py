"""The emulated Twilio, spoken to by Twilio's own SDK: sending, statuses, media and the 24-hour window."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.emulators.conftest import BUSINESS, PUBLIC_URL, SID, TOKEN, Twilio, is_signed, until

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
PDF = ("application/pdf", b"%PDF-1.7 copia")


@pytest.mark.parametrize("who", [(SID, "secret"), ("AC" + "9" * 32, TOKEN)])
def test_only_the_account_is_answered(twilio: Twilio, who: tuple[str, str]) -> None:
    client = twilio.client(*who)
    asks = (
        client.messages("SM1").fetch,
        client.content.v1.contents("HX1").fetch,
        lambda: twilio.send(client, body="a"),
    )
    for ask in asks:
        with pytest.raises(TwilioRestException) as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (401, 20003)


def test_who_says_nothing_of_themselves_is_refused_too(twilio: Twilio) -> None:
    answer = httpx.get(f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json")
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "whatsapp:+0"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"from_": "whatsapp:900"}, 21212),
        ({"from_": BUSINESS}, 21910),
        ({"body": ""}, 21619),
        ({"body": "a" * 1601}, 21617),
        ({"media_url": ["ftp://a/b"]}, 21620),
        ({"media_url": [f"{PUBLIC_URL}/a"] * 11}, 21623),
        ({"status_callback": "aviso"}, 21609),
        ({"content_sid": "HX" + "0" * 32}, 21655),
    ],
)
def test_what_twilio_does_not_take_has_its_code(twilio: Twilio, change: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio.send(**({"body": "hola"} | change))
    assert (refused.value.status, refused.value.code) == (400, code)
    assert twilio.thread() == []


def test_what_is_not_there_is_not_found(twilio: Twilio) -> None:
    other = f"{twilio.url}/2010-04-01/Accounts/AC{'9' * 32}/Messages.json"
    assert httpx.get(other, auth=(SID, TOKEN)).json()["code"] == 20404
    with pytest.raises(TwilioRestException) as missing:
        twilio.client().messages("SM" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)


def test_a_message_is_queued_sent_delivered_and_read_and_each_is_told_signed(twilio: Twilio) -> None:
    twilio.write(text="hola")
    sent = twilio.send(body="a" * 1600)
    assert (sent.status, sent.direction, sent.error_code) == ("queued", "outbound-api", None)
    assert twilio.end(sent.sid).status == "delivered"
    assert twilio.post("/telefono/leidos", data={"number": twilio.number}).status_code == 204
    until(lambda: twilio.program.statuses(sent.sid) == ["queued", "sent", "delivered", "read"])
    assert twilio.client().messages(sent.sid).fetch().status == "read"
    calls = [one for one in twilio.program.calls if one.form["MessageSid"] == sent.sid]
    assert [is_signed(one) for one in calls] == [True] * 4
    assert calls[0].form["To"] == f"whatsapp:{twilio.number}"


def test_the_messages_are_listed_the_newest_first_and_by_parts(twilio: Twilio) -> None:
    twilio.write(text="hola")
    for text in ("uno", "dos", "tres"):
        twilio.send(body=text)
    client = twilio.client()
    listed = client.messages.list(to=f"whatsapp:{twilio.number}", page_size=2)
    assert [one.body for one in listed] == ["tres", "dos", "uno"]
    now = datetime.now(UTC)
    since = [client.messages.list(to=f"whatsapp:{twilio.number}", date_sent_after=now + wait) for wait in (-HOUR, HOUR)]
    assert [len(one) for one in since] == [3, 0]
    (written,) = client.messages.list(from_=f"whatsapp:{twilio.number}")
    assert (written.body, written.direction, written.status) == ("hola", "inbound", "received")


def test_an_sms_knows_no_window_and_reaches_the_list(twilio: Twilio) -> None:
    sent = twilio.send(to=twilio.number, from_=BUSINESS, body="Su código es 123456")
    assert twilio.end(sent.sid).status == "delivered"
    (listed,) = httpx.get(f"{twilio.url}/messages.json", params={"to": twilio.number}).json()
    assert listed == {
        "channel": "sms", "text": "Su código es 123456", "media": None, "sid": sent.sid, "status": "delivered",
        "choices": [],
    }  # fmt: skip
    assert "Su código es 123456" in httpx.get(twilio.url).text


def test_the_files_of_a_message_are_fetched_and_kept_behind_the_password(twilio: Twilio) -> None:
    twilio.write(text="hola")
    urls = [twilio.program.file(*PDF), twilio.program.file("image/jpeg; charset=binary", b"foto")]
    sent = twilio.send(body="Su copia", media_url=urls)
    assert sent.num_media == "2"
    assert twilio.end(sent.sid).status == "delivered"
    resource = twilio.client().messages(sent.sid)
    pdf, photo = resource.media.list()
    assert (pdf.content_type, photo.content_type) == ("application/pdf", "image/jpeg")
    assert resource.media(pdf.sid).fetch().parent_sid == sent.sid
    address = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages/{sent.sid}/Media/{pdf.sid}"
    assert httpx.get(address).status_code == 401
    sent_on = httpx.get(address, auth=(SID, TOKEN))
    assert (sent_on.status_code, sent_on.headers["Location"].startswith(f"{twilio.url}/cdn/")) == (307, True)
    assert httpx.get(sent_on.headers["Location"]).content == PDF[1]
    with pytest.raises(TwilioRestException, match="not found"):
        resource.media("ME" + "0" * 32).fetch()


@pytest.mark.parametrize(
    "file", [None, ("text/html", b"<p>"), ("application/pdf", b"a" * (16 * 2**20 + 1))], ids=["none", "kind", "size"]
)
def test_a_file_that_whatsapp_does_not_take_fails_the_message(twilio: Twilio, file: tuple[str, bytes] | None) -> None:
    twilio.write(text="hola")
    url = twilio.program.file(*file) if file else f"{PUBLIC_URL}/nada"
    failed = twilio.end(twilio.send(media_url=[url]).sid)
    assert (failed.status, failed.error_code) == ("failed", 63019)
    assert twilio.program.told(failed.sid)[-1]["ErrorCode"] == "63019"


def test_a_file_of_sixteen_megabytes_is_taken(twilio: Twilio) -> None:
    twilio.write(text="hola")
    url = twilio.program.file("video/mp4", b"a" * 16 * 2**20)
    assert twilio.end(twilio.send(media_url=[url]).sid).status == "delivered"


def test_who_did_not_write_can_not_be_written_to_freely(twilio: Twilio) -> None:
    sent = twilio.send(body="hola")
    assert sent.status == "queued"
    failed = twilio.end(sent.sid)
    assert (failed.status, failed.error_code) == ("failed", 63016)
    assert twilio.program.statuses(sent.sid) == ["queued", "failed"]
    assert twilio.program.told(sent.sid)[-1]["ErrorCode"] == "63016"
    (listed,) = httpx.get(f"{twilio.url}/messages.json", params={"to": twilio.number}).json()
    assert listed["status"] == "failed"


@pytest.mark.parametrize(
    ("passed", "status"), [(DAY - timedelta(minutes=1), "delivered"), (DAY + timedelta(minutes=1), "failed")]
)
def test_the_window_closes_a_day_after_the_last_word(twilio: Twilio, passed: timedelta, status: str) -> None:
    twilio.write(text="hola")
    twilio.ahead(passed)
    assert twilio.end(twilio.send(body="su caso avanza").sid).status == status
    twilio.write(latitude=-12.05, longitude=-77.04)
    assert twilio.end(twilio.send(body="gracias").sid).status == "delivered"


def test_a_window_is_of_one_pair_of_numbers(twilio: Twilio) -> None:
    twilio.write(text="hola")
    assert twilio.end(twilio.send(body="a", from_="whatsapp:+15005550009").sid).error_code == 63016
    twilio.number = twilio.number[:-1] + str(9 - int(twilio.number[-1]))
    assert twilio.end(twilio.send(body="a").sid).error_code == 63016
