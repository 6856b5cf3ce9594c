"""The whole installation, started as anyone would start it, and a citizen's hands on it."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.postgres import free_port
from api.settings import ROOT


@dataclass
class Stack:
    """A running installation; ``pids`` tells its processes by what they are."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def pids(self, part: str) -> list[int]:
        """The processes of a part: ``bot``, ``actions``, ``api`` or ``worker``."""
        marks = {
            "bot": "-m rasa run",
            "actions": "-m actions.server",
            "api": "-m uvicorn",
            "worker": "-m api.jobs",
            "emulators": "-m emulators",
        }
        listed = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        found = []
        for line in listed:
            pid, parent, command = line.strip().split(None, 2)
            if int(parent) == self.process.pid and marks[part] in command:
                found.append(int(pid))
        return found

    def kill(self, part: str) -> None:
        """Kill -9 a part, as the machine's memory guard would."""
        pids = self.pids(part)
        assert pids, f"{part} does not run"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


def clean_environment() -> dict[str, str]:
    """This process's environment without the settings of the tests."""
    return {n: value for n, value in os.environ.items() if n != "DATABASE_URL" and not n.startswith("COMISARIO_")}


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``./comisario`` with these arguments, past its set-up."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def start(data: Path, *options: str) -> Stack:
    """Start an installation and wait for its ready line."""
    port = free_port()
    log = (data / "up.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "up", "--port", str(port), "--data", str(data), "--testing", *options],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    log.close()
    assert process.stdout is not None
    ready = process.stdout.readline()
    assert ready == f"Comisario Virtual listo: http://127.0.0.1:{port}\n", (data / "up.log").read_text()
    return Stack(f"http://127.0.0.1:{port}", data, process)


def end(stack: Stack) -> None:
    stack.process.send_signal(signal.SIGTERM)
    stack.process.wait(timeout=30)
    if stack.process.stdout:
        stack.process.stdout.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = start(tmp_path_factory.mktemp("stack"))
    yield running
    end(running)


@dataclass
class Citizen:
    """Somebody who writes to the chat through the api."""

    client: httpx.Client
    id: str
    token: str
    resume_code: str
    opening: list[dict[str, Any]]
    state: dict[str, Any]
    replies: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def step(self) -> str | None:
        step: str | None = self.state["step"]
        return step

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """Send a message as it is; a 202 or a lost answer is waited for with the same id."""
        body = {"client_message_id": f"m{next(self._numbers)}"} | body
        for _ in range(40):
            try:
                response = self.client.post(
                    f"/api/v1/conversations/{self.id}/messages", json=body, headers=self.headers
                )
            except httpx.TransportError:
                time.sleep(0.5)
                continue
            if response.status_code != 202:
                return response
        raise AssertionError("no answer came")

    def say(self, text: str | None = None, **body: Any) -> str:
        """Send a message and read the answer: everything that was said, in one text."""
        response = self.post(({} if text is None else {"text": text}) | body)
        assert response.status_code == 200, response.text
        answer = response.json()
        self.state, self.replies = answer["state"], answer["replies"]
        return "\n".join(reply["text"] for reply in self.replies)

    def choose(self, choice: str) -> str:
        return self.say(choice=choice)

    def messages(self) -> list[dict[str, Any]]:
        found = self.client.get(f"/api/v1/conversations/{self.id}/messages?after=0", headers=self.headers).json()
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    def documents(self, count: int, *, seconds: float = 60) -> list[dict[str, Any]]:
        """The documents of the conversation, once there are so many."""
        deadline = time.monotonic() + seconds
        while True:
            found = [m["document"] for m in self.messages() if m["document"]]
            if len(found) >= count or time.monotonic() > deadline:
                assert len(found) == count
                return found
            time.sleep(0.3)


def opened(client: httpx.Client) -> Citizen:
    answer = client.post("/api/v1/conversations", json={"channel": "web"})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return Citizen(client, told["id"], told["token"], told["resume_code"], told["messages"], told["state"])


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        yield client


@pytest.fixture
def citizen(client: httpx.Client) -> Citizen:
    return opened(client)


ANSWERS = {
    "consent": "sí, de acuerdo",
    "narrative": "Ayer a las 8 de la noche dos sujetos me quitaron mi celular Samsung en San Juan de Lurigancho",
    "incident_type": "robo",
    "occurred_at": "ayer a las 8 de la noche",
    "place": "San Juan de Lurigancho, paradero 10 de la avenida Wiesse",
    "clarify": "la primera",
    "stolen_items": "un celular Samsung",
    "item_details": "es un Samsung A14, costó 700 soles",
    "suspects": "dos jóvenes con casaca negra",
    "witnesses": "nadie",
    "evidence": "no tengo",
    "full_name": "Rosa María Quispe Huamán",
    "document_type": "DNI",
    "document_number": "45678912",
    "phone": "987654321",
    "email": "rosa.quispe@gmail.com",
    "address": "Jirón Puno 345, Comas",
    "safe_now": "sí, estoy a salvo",
    "reporting_for": "por mí",
    "victim_name": "Luz Mamani Condori",
    "relationship": "soy su hermana",
    "birth_date": "tiene 15 años",
    "missing_person": "alta, trigueña, pelo largo, casaca roja",
    "injuries": "tengo el brazo hinchado",
    "vehicle": "Toyota Yaris rojo, placa ABC-123",
    "damage": "rompieron la luna, unos 400 soles",
    "amount_lost": "850 soles",
    "payment_details": "un Yape al 987 111 222",
    "company": "no, es mío",
    "safe_contact": "por WhatsApp, de 9 a 12",
    "office": "la mesa central",
    "oath": "sí, es verdad",
    "confirm": "confirmo",
}


def go_on(citizen: Citizen, *, until: str | None = None, answers: dict[str, str] | None = None) -> list[str]:
    """Answer what is asked until a step comes (None: until the complaint is filed); answers the steps asked."""
    told = ANSWERS | (answers or {})
    asked: list[str] = []
    while citizen.step is not None and citizen.step != until:
        assert len(asked) < 40, asked
        asked.append(citizen.step)
        citizen.say(told[citizen.step])
    return asked
