"""A part is killed while citizens on WhatsApp are at every step: nothing is lost, and nobody is told two numbers.

The first ``kill -9`` comes in the midst of a filing, the second as soon as one has been told the number and not yet the
papers. For the third, each of the others is held at a step: what they wrote is only kept, the bot is asked (about "Confirmar"
too), a part was taken and is not answered yet, a file is being fetched. The installation has to come back by itself.
"""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image
from psycopg.rows import dict_row

from api.cli.postgres import Cluster
from api.jobs.working import AT_ONCE
from api.outbox.service import contact_hash
from api.security import KeyRing
from tests.e2e.conftest import Stack
from tests.e2e.test_whatsapp import QUESTIONS, STORY, TOKEN, Phone, a_form

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

ACCOUNT = f"AC{'0' * 32}"
LATE = 9
"""Seconds until the provider answers for a part that it took."""
NUMBER = re.compile(r"quedó registrada\. Su número es (\S+?)[.\s]")


@dataclass
class Writer:
    """A citizen with a telephone, and all that they wrote on it."""

    phone: Phone
    keys: KeyRing
    database: str
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """By the emulators' telephone, without waiting for an answer."""
        self.written.append(text)
        self._post(data={"number": self.phone.number, "text": text})

    def send_picture(self) -> dict[str, str]:
        """By the telephone; answers the fields that bring the same file in another message."""
        self.written.append("")
        picture = BytesIO()
        Image.new("RGB", (32, 32), "red").save(picture, "PNG")
        sid = self._post(
            data={"number": self.phone.number}, files={"file": ("foto.png", picture.getvalue(), "image/png")}
        )
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media"
        told = httpx.get(f"{self.phone.emulators}{path}.json", auth=(ACCOUNT, TOKEN)).json()
        url = f"https://api.twilio.com{path}/{told['media_list'][0]['sid']}"
        return {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": "image/png"}

    def write_past_the_telephone(self, text: str, **more: str) -> None:
        """As Twilio would, while the emulators are stopped."""
        self.written.append(text)
        assert self.phone.send(a_form(self.phone.number, text, **more)).status_code == 200

    def _post(self, **what: Any) -> str:
        answer = httpx.post(f"{self.phone.emulators}/telefono/mensajes", timeout=20, **what).json()
        assert answer["webhook_status"] == 200
        return str(answer["MessageSid"])

    def has(self, sign: str) -> bool:
        return any(sign in one["text"] for one in self.phone.received)

    def talk_until(self, sign: str) -> None:
        self.write(STORY)
        said = self.phone.wait()
        for _ in range(12):
            if sign in said:
                return
            self.write(next(answer for question, answer in QUESTIONS.items() if question in said))
            said = self.phone.wait()
        raise AssertionError(said)

    def rows(self, query: str, **more: Any) -> list[dict[str, Any]]:
        """What the database has of this citizen's conversations ``c``."""
        with psycopg.connect(self.database, row_factory=dict_row) as connection:
            found = connection.execute(query, {"contact": contact_hash(self.phone.number, self.keys)} | more)
            return found.fetchall()

    def conversation(self) -> dict[str, Any]:
        """The only one."""
        (found,) = self.rows("select c.* from conversations c where c.contact_hash = %(contact)s")
        return found

    def kept(self) -> list[str | None]:
        """What the conversation has of the citizen, in order; None for a choice and for a file alone."""
        conversation = self.conversation()
        key = self.keys.unwrap(conversation["data_key"], owner=str(conversation["id"]))
        messages = self.rows(
            "select m.seq, m.content from messages m join conversations c on c.id = m.conversation_id"
            " where c.contact_hash = %(contact)s and m.sender = 'citizen' order by m.seq"
        )
        contents = [key.open_json(one["content"], purpose=f"message:{one['seq']}") for one in messages]
        return [one["text"] for one in contents]

    def deliveries(self) -> list[str]:
        found = self.rows(
            "select d.status from deliveries d join messages m on m.id = d.message_id"
            " join conversations c on c.id = m.conversation_id where c.contact_hash = %(contact)s"
        )
        return [one["status"] for one in found]

    def is_being_sent_to(self) -> bool:
        jobs = "select 1 from procrastinate_jobs j join conversations c on j.lock = 'deliver:' || c.id"
        return bool(self.rows(f"{jobs} where c.contact_hash = %(contact)s and j.status = 'doing'"))

    def is_answered(self) -> bool:
        """Whether nothing that was written waits for an answer, and no answer for being sent."""
        waiting = self.rows(
            "select 1 from messages m join conversations c on c.id = m.conversation_id"
            " where c.contact_hash = %(contact)s and m.awaits_reply"
        )
        inbound = self.rows(
            "select 1 from inbound_messages i where i.contact_hash = %(contact)s and i.conversation_id is null"
        )
        files = self.rows(
            "select 1 from inbound_media f join messages m on m.id = f.message_id"
            " join conversations c on c.id = m.conversation_id where c.contact_hash = %(contact)s"
        )
        return not (waiting or inbound or files) and set(self.deliveries()) <= {"sent", "delivered", "read", "failed"}


def until(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.1)


@pytest.fixture
def writers(stack: Stack) -> Callable[[], Writer]:
    keys, database = KeyRing(stack.data / "keys"), Cluster(stack.data).url()
    return lambda: Writer(Phone(stack), keys, database)


def is_ready(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.url}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@contextmanager
def stopped(stack: Stack, *parts: str) -> Iterator[None]:
    """These parts stand still meanwhile; one that was killed is another's."""
    pids = [pid for part in parts for pid in stack.pids(part)]
    assert len(pids) >= len(parts)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            if any(pid in stack.pids(part) for part in parts):
                os.kill(pid, signal.SIGCONT)


def working(writer: Writer, task: str, *, or_waiting: bool = False) -> int:
    """How many tasks of a kind the worker that runs now has under way, or also before it."""
    (found,) = writer.rows(
        "select count(*) as tasks from procrastinate_jobs where task_name = %(task)s and (status = 'doing' or %(waiting)s)"
        " and (worker_id in (select id from procrastinate_workers order by id desc limit %(slots)s)"
        " or %(waiting)s and status = 'todo')",
        task=task, waiting=or_waiting, slots=len(AT_ONCE),
    )  # fmt: skip
    return int(found["tasks"])


def kill_and_wait(stack: Stack, part: str) -> None:
    """Until it is back, and citizens are answered."""
    before = stack.pids(part)
    stack.kill(part)
    until(lambda: not set(stack.pids(part)) <= set(before) and is_ready(stack), seconds=60, what="what was killed")


@contextmanager
def no_numbers_given(writer: Writer) -> Iterator[None]:
    """Whoever files waits for the station's next number meanwhile, in the midst of the transaction."""
    with psycopg.connect(writer.database) as connection:
        connection.execute("lock table station_counters in exclusive mode")
        yield


def a_filing_waits(writer: Writer) -> bool:
    return bool(writer.rows("select 1 from pg_locks where relation = 'station_counters'::regclass and not granted"))


@pytest.mark.parametrize("part", ["worker", "api"])
def test_a_kill_at_every_step_loses_nothing_and_tells_one_number(
    stack: Stack, writers: Callable[[], Writer], part: str
) -> None:
    booking, filing, filed, sending, with_file, kept = everybody = [writers() for _ in range(6)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: one.talk_until("¿Está todo bien?"), [booking, filing, filed]))
    kept.write("hola")  # which opens the 24 hours at Twilio
    picture = with_file.send_picture()
    assert kept.phone.wait()
    assert with_file.phone.wait()
    with no_numbers_given(booking):
        booking.write("Confirmar")
        until(lambda: a_filing_waits(booking), seconds=30, what="the filing")
        kill_and_wait(stack, part)
    filed.write("Confirmar")
    until(lambda: filed.has("quedó registrada. Su número"), seconds=60, what="the number")
    kill_and_wait(stack, part)
    until(lambda: working(filed, "issue_copy", or_waiting=True) == 0, seconds=240, what="the end of what could go on")
    late = {"kind": "late_answer", "number": sending.phone.number, "seconds": LATE}
    assert httpx.post(f"{sending.phone.emulators}/faults", json=late).status_code == 201
    sending.write("hola")
    until(lambda: bool(sending.phone.received), seconds=60, what="the part that is answered late")
    taken = time.monotonic()
    with stopped(stack, "bot", "emulators"):
        filing.write_past_the_telephone("Confirmar")
        with_file.write_past_the_telephone("", **picture)
        until(lambda: working(filing, "take_in") == 2, seconds=20, what="the turns")
        until(lambda: working(filing, "fetch_media") == 1, seconds=20, what="the fetching")
        with stopped(stack, "worker"):
            kept.write_past_the_telephone("hola")
            in_time = time.monotonic() - taken < LATE - 2  # else its answer came, or was waited for in vain
            assert sending.is_being_sent_to() or not in_time
            stack.kill(part)
    until(lambda: all(one.is_answered() for one in everybody), seconds=200, what="the last answer")
    filers = (booking, filing, filed)
    until(lambda: {len(_papers(one)) for one in filers} == {2}, seconds=100, what="the papers")
    for one in everybody:
        _is_whole(one)
    for one in filers:
        _has_one_case(one, stack)
    files = with_file.rows(
        "select e.id from evidence_items e join conversations c on c.id = e.conversation_id where c.contact_hash = %(contact)s"
    )
    assert len(files) == 2


def _is_whole(writer: Writer) -> None:
    """What was written is there once, and what was said reached the telephone, each part once."""
    assert all(kept in (None, text) for kept, text in zip(writer.kept(), writer.written, strict=True))
    assert writer.deliveries()
    assert "failed" not in writer.deliveries()
    received = [one["text"] for one in writer.phone.received if one["status"] != "failed"]
    assert len(received) == len(writer.deliveries()), Counter(received).most_common(2)


def _papers(writer: Writer) -> list[str]:
    return [str(one["media"]) for one in writer.phone.received if one["media"] and one["status"] == "delivered"]


def _has_one_case(writer: Writer, stack: Stack) -> None:
    """One case, and its number is the only one that is told, in words and on papers."""
    numbers = [found[1] for one in writer.phone.received if (found := NUMBER.search(one["text"]))]
    cases = writer.rows(
        "select k.number from cases k join conversations c on k.key_owner = c.id::text where c.contact_hash = %(contact)s"
    )
    assert [one["number"] for one in cases] == numbers
    verdicts = [
        httpx.post(f"{stack.url}/api/v1/verifications", files={"file": httpx.get(file).content}).json()
        for file in _papers(writer)
    ]
    assert [(one["valid"], one["case_number"]) for one in verdicts] == [(True, numbers[0])] * 2
