"""The emulated Twilio as a process of its own, Twilio's SDK in front of it, and a program behind it that is recorded."""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from api.cli.postgres import free_port
from api.settings import ROOT

SID, TOKEN, BUSINESS = "AC" + "2" * 32, "emulated", "+15005550006"
PUBLIC_URL = "https://comisaria.example"
STATUS_URL = f"{PUBLIC_URL}/webhooks/twilio/status?delivery=7"


def until[T](look: Callable[[], T], *, seconds: float = 20) -> T:
    """What is looked for, as soon as it is there."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Call:
    """A webhook that the program got."""

    path: str
    form: dict[str, str]
    signature: str


@dataclass
class Program:
    """What Twilio talks to: it keeps the webhooks and has ``files`` of a kind and a content at paths."""

    calls: list[Call] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    answer: int = 200

    def file(self, kind: str, content: bytes) -> str:
        """The public address of a new file."""
        path = f"/{uuid.uuid4()}"
        self.files[path] = (kind, content)
        return PUBLIC_URL + path

    def inbound(self, number: str) -> list[dict[str, str]]:
        return [one.form for one in list(self.calls) if one.form["From"] == f"whatsapp:{number}"]

    def told(self, sid: str) -> list[dict[str, str]]:
        """The status callbacks of a message, as they came."""
        return [
            one.form for one in list(self.calls) if one.path.endswith("delivery=7") and one.form["MessageSid"] == sid
        ]

    def statuses(self, sid: str) -> list[str]:
        return [form["MessageStatus"] for form in self.told(sid)]


class _Http(TwilioHttpClient):
    def __init__(self, url: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(url)
        return super().request(method, f"{self.url}{parts.path}?{parts.query}", *args, **kwargs)


@dataclass
class Twilio:
    """A running emulator, with somebody's telephone."""

    url: str
    program: Program
    clients: list[Client] = field(default_factory=list)
    number: str = ""

    def client(self, sid: str = SID, token: str = TOKEN, *, timeout: float = 10) -> Client:
        client = Client(sid, token, http_client=_Http(self.url, timeout))
        self.clients.append(client)
        return client

    def send(self, client: Client | None = None, **more: Any) -> MessageInstance:
        """Write to the telephone by WhatsApp."""
        asked = {"to": f"whatsapp:{self.number}", "from_": f"whatsapp:{BUSINESS}", "status_callback": STATUS_URL}
        return (client or self.client()).messages.create(**(asked | more))

    def write(self, *, file: tuple[str, bytes, str] | None = None, **fields: Any) -> str:
        """Write with the telephone; the sid of what was written."""
        answer = self.post("/telefono/mensajes", data={"number": self.number} | fields, files=file and {"file": file})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["MessageSid"])

    def post(self, path: str, **more: Any) -> httpx.Response:
        return httpx.post(self.url + path, timeout=20, **more)

    def wrong(self, kind: str, **more: Any) -> None:
        """Switch a fault on, for this telephone unless told otherwise."""
        answer = self.post("/faults", json={"kind": kind, "number": self.number} | more)
        assert answer.status_code == 201, answer.text

    def ahead(self, by: timedelta) -> None:
        now = (datetime.now(UTC) + by).isoformat()
        assert httpx.put(f"{self.url}/clock", json={"now": now}).status_code == 204

    def end(self, sid: str) -> MessageInstance:
        """A message once nothing more becomes of it by itself, and its callback is there."""
        until(lambda: {"delivered", "failed"} & set(self.program.statuses(sid)))
        return self.client().messages(sid).fetch()

    def thread(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/telefono/mensajes", params={"number": self.number}).json()
        return found


@pytest.fixture(scope="session")
def program() -> Iterator[tuple[str, Program]]:
    recorded = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            recorded.calls.append(Call(self.path, form, self.headers["X-Twilio-Signature"]))
            self.answer(recorded.answer, "text/xml", b"<Response/>")

        def do_GET(self) -> None:
            kind, content = recorded.files.get(self.path, ("", b""))
            self.answer(200 if kind else 404, kind or "text/plain", content)

        def answer(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            return None

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # a file was too large for who fetched it

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", recorded
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def running(program: tuple[str, Program], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the emulators of this worker listen."""
    port, folder = free_port(), tmp_path_factory.mktemp("twilio")
    command = [sys.executable, "-m", "emulators", "--port", str(port), "--smtp-port", str(free_port())]
    command += ["--folder", str(folder), "--account", SID, TOKEN, BUSINESS, "--webhook", program[0], PUBLIC_URL]
    process = subprocess.Popen(command, cwd=ROOT, env={"PATH": os.environ["PATH"]})
    url = f"http://127.0.0.1:{port}"

    def listens() -> bool:
        try:
            return httpx.get(url).is_success
        except httpx.TransportError:
            return False

    until(listens, seconds=120)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def twilio(running: str, program: tuple[str, Program]) -> Iterator[Twilio]:
    """A telephone of its own, without faults and at the real time."""
    found = Twilio(running, program[1], number=f"+519{uuid.uuid4().int % 10**8:08d}")
    yield found
    program[1].answer = 200
    httpx.delete(f"{running}/faults")
    httpx.put(f"{running}/clock", json={"now": None})
    for client in found.clients:
        client.http_client.session.close()


def is_signed(call: Call) -> bool:
    return bool(RequestValidator(TOKEN).validate(PUBLIC_URL + call.path, call.form, call.signature))
