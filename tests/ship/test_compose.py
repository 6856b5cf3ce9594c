"""The compose file: accepted by docker-compose, without a default secret, and every command and health check runs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from api.cli import setup
from api.cli.postgres import free_port, program
from api.settings import ROOT
from documents.signing import create_development_key

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ship")]

SECRETS = (
    "POSTGRES_PASSWORD",
    "COMISARIO_INTERNAL_SECRET",
    "COMISARIO_PUBLIC_URL",
    "COMISARIO_SIGNING_KEY_FILE",
    "COMISARIO_SIGNING_PASSPHRASE",
    "COMISARIO_INSTITUTION",
)


def config(missing: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | {name: "/etc/hostname" for name in SECRETS if name != missing}
    return subprocess.run(
        ["docker-compose", "config"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    told = config()
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = yaml.safe_load(told.stdout)["services"]
    return found


@pytest.mark.parametrize("secret", SECRETS)
def test_without_a_secret_nothing_starts(secret: str) -> None:
    told = config(missing=secret)
    assert told.returncode != 0
    assert secret in told.stderr


def test_every_service_that_stays_has_a_health_check(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "migrate", "api", "worker", "actions", "bot"}
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}


def test_every_file_that_an_image_copies_is_there() -> None:
    for dockerfile in (ROOT / "Dockerfile", ROOT / "bot" / "Dockerfile"):
        for line in dockerfile.read_text().splitlines():
            if line.startswith("COPY ") and "--from" not in line:
                for source in line.split()[1:-1]:
                    assert (ROOT / source).exists(), source


@pytest.fixture
def place(database_url: str, services: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """What the containers would be given, on this machine: free ports, a new database, a key."""
    server, _, worker = database_url.rpartition("/")
    name = f"compose-{worker}-{tmp_path.name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    ports = {old: str(free_port()) for old in ("8000", "5055", "5005")}
    environment = services["api"]["environment"] | services["bot"]["environment"]
    environment |= {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'bot'}",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": f"{server}/{name}",
        "COMISARIO_DATA": str(tmp_path / "data"),
        "COMISARIO_SIGNING_KEY": str(create_development_key(tmp_path / "key").pkcs12),
        "COMISARIO_SIGNING_PASSPHRASE": "",
        "COMISARIO_BOT_URL": f"http://127.0.0.1:{ports['5005']}",
        "COMISARIO_API_URL": f"http://127.0.0.1:{ports['8000']}",
        "COMISARIO_ACTIONS_URL": f"http://127.0.0.1:{ports['5055']}/webhook",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
    }
    return {"environment": environment, "ports": ports, "folder": tmp_path}


def here(words: list[str], place: dict[str, Any], python: Path) -> list[str]:
    """A container's command with this machine's interpreter, ports and addresses."""
    for old, new in place["ports"].items():
        words = [word.replace(old, new) for word in words]
    words = [word.replace("0.0.0.0", "127.0.0.1") for word in words]  # noqa: S104 - taken out, not bound
    if words[0] == "python":
        return [str(python), *words[1:]]
    return [str(python), "-m", *words]


@contextmanager
def running(service: dict[str, Any], place: dict[str, Any], python: Path, cwd: Path) -> Iterator[None]:
    with (place["folder"] / "log").open("ab") as log:
        process = subprocess.Popen(
            here(service["command"], place, python), cwd=cwd, env=place["environment"], stdout=log, stderr=log
        )
    try:
        yield
        assert process.poll() is None, (place["folder"] / "log").read_text()[-2000:]
    finally:
        process.terminate()
        process.wait(timeout=20)


def becomes_healthy(service: dict[str, Any], place: dict[str, Any], python: Path, cwd: Path) -> None:
    kind, *words = service["healthcheck"]["test"]
    assert kind == "CMD"
    deadline = time.monotonic() + 120
    while True:
        checked = subprocess.run(
            here(words, place, python), cwd=cwd, env=place["environment"], capture_output=True, check=False
        )
        if checked.returncode == 0:
            return
        assert time.monotonic() < deadline, (place["folder"] / "log").read_text()[-2000:]
        time.sleep(0.5)


def test_every_command_runs_and_becomes_healthy(services: dict[str, Any], place: dict[str, Any]) -> None:
    main, bot = Path(sys.executable), setup.bot_python()
    migrated = subprocess.run(
        here(services["migrate"]["command"], place, main), cwd=ROOT, env=place["environment"], check=False
    )
    assert migrated.returncode == 0
    bot_folder = place["folder"] / "bot"
    shutil.copytree(ROOT / "bot", bot_folder, ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copy(setup.ensure_model(), bot_folder / "model.tar.gz")
    with running(services["actions"], place, main, ROOT), running(services["bot"], place, bot, bot_folder):
        becomes_healthy(services["actions"], place, main, ROOT)
        with running(services["api"], place, main, ROOT), running(services["worker"], place, main, ROOT):
            for name in ("api", "worker"):
                becomes_healthy(services[name], place, main, ROOT)
            becomes_healthy(services["bot"], place, bot, bot_folder)


def test_an_unhealthy_service_is_said_to_be(services: dict[str, Any], place: dict[str, Any]) -> None:
    for name, python in (("api", Path(sys.executable)), ("actions", Path(sys.executable)), ("bot", setup.bot_python())):
        _, *words = services[name]["healthcheck"]["test"]
        checked = subprocess.run(
            here(words, place, python), cwd=ROOT, env=place["environment"], capture_output=True, check=False
        )
        assert checked.returncode == 1, name


def test_the_database_s_health_check_is_postgresql_s_own(services: dict[str, Any], database_url: str) -> None:
    assert services["postgres"]["healthcheck"]["test"][1].startswith("pg_isready")
    assert subprocess.run([program("pg_isready"), "-d", database_url], capture_output=True, check=False).returncode == 0
